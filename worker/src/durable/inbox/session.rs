//! Logging in and out.

use super::{Here, Incoming, Reply, setup::login_server, site};
use crate::{
    access::{Credential, SecretHash, account},
    body,
    durable::{
        now,
        sql::{Row, atomically, blob, int},
    },
    fault::Fault,
    login,
    random::{self, Rng},
    vault::What,
};
use einwurf_protocol::{
    api::{
        header,
        login::{LoginFinish, LoginStart, LoginStarted, SealedKey, Session, Wrapped},
    },
    ids::{MessageId, Secret, Thumbprint},
    limits::LOGIN_SECONDS,
    problem::Code,
};
use serde::de::DeserializeOwned;

/// Open logins that are kept at a time; one more ends the oldest. So many cannot be begun while one member types a
/// password, so nobody can be locked out that way, and they are a few megabytes.
const OPEN_LOGINS: u64 = 10_000;

/// A member with a valid session. Only [`member`] makes it.
pub(super) struct Member {
    session: SecretHash,
}

/// Whose session a request carries: 401 for all that is not one.
pub(super) fn member(here: &Here<'_>, request: &Incoming) -> Result<Member, Fault> {
    let token = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    let session = SecretHash::of(&token);
    let query = "SELECT 1 FROM sessions WHERE hash = ? AND expires > ?";
    here.sql.row(query, vec![blob(&session.0), int(now().0)])?.ok_or(Code::Unauthorized)?;
    Ok(Member { session })
}

/// `POST /v1/login/start`.
///
/// 1. The body: 400.
/// 2. The account's record, if there is one.
/// 3. OPAQUE's answer, of the same form without a record: 200.
pub(super) async fn start(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let start: LoginStart = body::json(&request.body().await?)?;
    // 2
    let account = account(&start.account);
    let query = "SELECT record FROM accounts WHERE name = ?";
    let row = here.sql.row(query, vec![account.as_str().into()])?;
    let record = row.map(|row| here.open(What::LoginRecord, row.blob(0)?)).transpose()?;
    // 3
    let started = login_server(here)?.start(&account, record.as_deref(), &start.ke1, &mut Rng)?;
    let login = MessageId(random::bytes());
    let state = here.close(What::LoginState, &started.state)?;
    atomically(here.state, |sql| {
        sql.run("DELETE FROM logins WHERE expires <= ?", vec![int(now().0)])?;
        let oldest = "DELETE FROM logins WHERE id IN (SELECT id FROM logins ORDER BY expires
                      LIMIT MAX(0, (SELECT COUNT(*) FROM logins) - ?))";
        sql.run(oldest, vec![int(OPEN_LOGINS - 1)])?;
        let account = record.is_some().then_some(account);
        let expires = now().plus(LOGIN_SECONDS);
        sql.run(
            "INSERT INTO logins VALUES (?, ?, NULL, ?, ?, 0, NULL)",
            vec![blob(&login.0), account.into(), blob(&state), int(expires.0)],
        )
    })?;
    Reply::json(200, &LoginStarted { login, ke2: started.ke2, now: now() })
}

/// `POST /v1/login/finish`.
///
/// 1. The body: 400.
/// 2. The open login; it ends with this try, whatever comes of it: 401.
/// 3. OPAQUE's last message: 401.
/// 4. A session, and what the member needs to read: 200.
pub(super) async fn finish(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let finish: LoginFinish = body::json(&request.body().await?)?;
    // 2
    let query = "DELETE FROM logins WHERE id = ? RETURNING account, state, expires";
    let row = here.sql.row(query, vec![blob(&finish.login.0)])?.ok_or(Code::Unauthorized)?;
    if row.int(2)? <= now().0 {
        return Err(Code::Unauthorized.into());
    }
    // 3
    login::finish(&here.open(What::LoginState, row.blob(1)?)?, &finish.ke3)?;
    // 4
    if row.is_null(0) {
        return Err(Code::Unauthorized.into());
    }
    Reply::json(200, &begin(here, row.text(0)?)?)
}

fn begin(here: &Here<'_>, account: &str) -> Result<Session, Fault> {
    let query = "SELECT member, wrapped FROM accounts WHERE name = ?";
    let row = here.sql.row(query, vec![account.into()])?.ok_or(Code::Unauthorized)?;
    let wrapped: Wrapped = stored(here, What::Wrapped, row.blob(1)?)?;
    let keys = here
        .sql
        .rows("SELECT sealed FROM sealed WHERE member = ? ORDER BY what", vec![blob(row.blob(0)?)])?;
    let key = |row: &Row| stored::<SealedKey>(here, What::SealedKey, row.blob(0)?);
    let sealed = keys.iter().map(key).collect::<Result<_, _>>()?;
    let (stock, roster) = site::documents(here)?;
    let token = Secret(random::bytes());
    let session = Credential::session(&token, now());
    atomically(here.state, |sql| {
        sql.run("DELETE FROM sessions WHERE expires <= ?", vec![int(now().0)])?;
        let insert = "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)";
        sql.run(
            insert,
            vec![
                blob(&session.hash.0),
                blob(row.blob(0)?),
                account.into(),
                blob(&[]),
                int(now().0),
                int(session.expires.0),
            ],
        )
    })?;
    Ok(Session {
        session: token,
        expires: session.expires,
        member: Thumbprint(row.array(0)?),
        wrapped: Some(wrapped),
        sealed,
        stock,
        roster,
        former: Vec::new(),
        certificate: None,
    })
}

fn stored<T: DeserializeOwned>(here: &Here<'_>, what: What, bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(&here.open(what, bytes)?).map_err(|_| Fault::Internal("stored json"))
}

/// `POST /v1/logout`: 204
pub(super) fn logout(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    here.sql.run("DELETE FROM sessions WHERE hash = ?", vec![blob(&member.session.0)])?;
    Ok(Reply::empty())
}
