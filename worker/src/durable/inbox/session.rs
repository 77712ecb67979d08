//! Sessions: whose a request is, what it may do, and how a session begins and ends.

use super::{Here, Incoming, Reply, live, site};
use crate::{
    access::{Credential, SecretHash, is_fresh},
    body,
    durable::{
        argument, now,
        sql::{Row, Sql, Value, atomically, blob, int},
    },
    fault::Fault,
    random,
    vault::What,
};
use einwurf_protocol::{
    api::{
        header,
        login::{SealedKey, Session, Wrapped},
    },
    codec::to_base64url,
    ids::{Secret, Thumbprint},
    json,
    limits::DEVICES,
    problem::Code,
    roster::Capability,
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};

/// Sessions of one member that are kept at a time; one more ends the oldest. A member with so many open tabs has a
/// program that forgot to log out.
const SESSIONS: u64 = 50;

/// A member with a valid session on the device that began it. Only [`member`] makes it.
pub(super) struct Member {
    session: SecretHash,
    /// Whose.
    pub(super) id: Thumbprint,
    /// The account that logged in; none after a login by recovery code.
    pub(super) account: Option<String>,
    /// The device.
    pub(super) device: Thumbprint,
    started: Timestamp,
}

/// The device that the edge checked a proof of.
pub(super) fn device(request: &Incoming) -> Result<Thumbprint, Fault> {
    let device = request.header(argument::DEVICE).and_then(|text| text.parse().ok());
    device.ok_or(Code::Unauthorized.into())
}

/// Whose session a request carries: 401 for all that is not one, or one of another device.
pub(super) fn member(here: &Here<'_>, request: &Incoming) -> Result<Member, Fault> {
    let token = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    let device = device(request)?;
    let session = SecretHash::of(&token);
    let query = "SELECT member, account, started FROM sessions WHERE hash = ? AND device = ? AND expires > ?";
    let values = vec![blob(&session.0), blob(&device.0), int(now().0)];
    let row = here.sql.row(query, values)?.ok_or(Code::Unauthorized)?;
    let account = if row.is_null(1) { None } else { Some(row.text(1)?.to_owned()) };
    let (id, started) = (Thumbprint(row.array(0)?), Timestamp(row.int(2)?));
    Ok(Member { session, id, account, device, started })
}

impl Member {
    /// The roster in force gives the member this capability: 403.
    pub(super) fn must(&self, here: &Here<'_>, capability: Capability) -> Result<(), Fault> {
        let roster = site::roster_of(&here.sql)?;
        let may = roster.member(&self.id).is_some_and(|member| member.may(capability));
        if may { Ok(()) } else { Err(Code::Forbidden.into()) }
    }

    /// The login is of the last minutes: 403.
    pub(super) fn must_be_fresh(&self) -> Result<(), Fault> {
        if is_fresh(self.started, now()) { Ok(()) } else { Err(Code::ReauthenticationRequired.into()) }
    }

    /// Capability `sign`, and a login of the last minutes: 403. What others rely on is not changed from a screen that somebody
    /// left open.
    pub(super) fn must_sign_afresh(&self, here: &Here<'_>) -> Result<(), Fault> {
        self.must(here, Capability::Sign)?;
        self.must_be_fresh()
    }

    /// The account that logged in: 403 for a recovery code, which has none.
    pub(super) fn must_have_account(&self) -> Result<&str, Fault> {
        self.account.as_deref().ok_or(Code::Forbidden.into())
    }

    /// What the session's live connections are told from others by.
    pub(super) fn tag(&self) -> String {
        to_base64url(&self.session.0)
    }

    /// For statements that spare this session.
    pub(super) fn hash(&self) -> Value {
        blob(&self.session.0)
    }
}

/// Begins a session, and answers with what the member needs to read. In one transaction: what ended goes, the device is
/// known from now on.
pub(super) fn begin(
    here: &Here<'_>,
    id: Thumbprint,
    account: Option<&str>,
    device: Thumbprint,
) -> Result<Session, Fault> {
    let now = now();
    let token = Secret(random::bytes());
    let session = Credential::session(&token, now);
    let answer = answer(here, id, account, token, session.expires)?;
    atomically(here.state, |sql| {
        sql.run("DELETE FROM sessions WHERE expires <= ?", vec![int(now.0)])?;
        let oldest = "DELETE FROM sessions WHERE member = ?1 AND hash NOT IN
                      (SELECT hash FROM sessions WHERE member = ?1 ORDER BY started DESC, hash LIMIT ?2)";
        sql.run(oldest, vec![blob(&id.0), int(SESSIONS - 1)])?;
        sql.run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                blob(&session.hash.0),
                blob(&id.0),
                account.map(str::to_owned).into(),
                blob(&device.0),
                int(now.0),
                int(session.expires.0),
            ],
        )?;
        match account {
            Some(account) => seen(sql, account, id, device, now),
            None => Ok(()),
        }
    })?;
    live::sweep(here);
    Ok(answer)
}

/// Account and device were here.
fn seen(sql: &Sql, account: &str, id: Thumbprint, device: Thumbprint, now: Timestamp) -> Result<(), Fault> {
    sql.run("UPDATE accounts SET seen = ? WHERE name = ?", vec![int(now.0), account.into()])?;
    sql.run(
        "INSERT INTO devices VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO UPDATE SET last = excluded.last",
        vec![blob(&id.0), blob(&device.0), int(now.0)],
    )?;
    let longest_away = "SELECT device FROM devices WHERE member = ? AND device <> ?
                        ORDER BY last DESC, device LIMIT -1 OFFSET ?";
    let others = u64::try_from(DEVICES).unwrap_or(u64::MAX).saturating_sub(1);
    for row in sql.rows(longest_away, vec![blob(&id.0), blob(&device.0), int(others)])? {
        forget(sql, id, Thumbprint(row.array(0)?))?;
    }
    Ok(())
}

/// A device is known no more: its sessions and open logins end with it, since nobody could see or end them elsewhere. Says
/// whether it was known.
pub(super) fn forget(sql: &Sql, id: Thumbprint, device: Thumbprint) -> Result<bool, Fault> {
    let values = || vec![blob(&id.0), blob(&device.0)];
    sql.run("DELETE FROM sessions WHERE member = ? AND device = ?", values())?;
    let logins = "DELETE FROM logins WHERE device = ?2 AND account IN
                  (SELECT name FROM accounts WHERE member = ?1)";
    sql.run(logins, values())?;
    let known = "DELETE FROM devices WHERE member = ? AND device = ? RETURNING 1";
    Ok(sql.row(known, values())?.is_some())
}

fn answer(
    here: &Here<'_>,
    id: Thumbprint,
    account: Option<&str>,
    session: Secret,
    expires: Timestamp,
) -> Result<Session, Fault> {
    let wrapped = match account {
        Some(account) => {
            let row = here.sql.row("SELECT wrapped FROM accounts WHERE name = ?", vec![account.into()])?;
            Some(opened::<Wrapped>(here, What::Wrapped, row.ok_or(Code::Unauthorized)?.blob(0)?)?)
        }
        None => None,
    };
    let keys =
        here.sql.rows("SELECT sealed FROM sealed WHERE member = ? ORDER BY what", vec![blob(&id.0)])?;
    let key = |row: &Row| opened::<SealedKey>(here, What::SealedKey, row.blob(0)?);
    let sealed = keys.iter().map(key).collect::<Result<_, _>>()?;
    let query =
        "SELECT jws FROM certificates WHERE member = ?1 AND nbf <= ?2 AND exp > ?2 ORDER BY nbf DESC LIMIT 1";
    let certificate = here.sql.row(query, vec![blob(&id.0), int(now().0)])?;
    let certificate = certificate.map(|row| row.text(0).map(str::to_owned)).transpose()?;
    let site::Documents { stock, roster, former } = site::documents(&here.sql)?;
    Ok(Session { session, expires, member: id, wrapped, sealed, stock, roster, former, certificate })
}

/// What was stored by [`closed`].
pub(super) fn opened<T: DeserializeOwned>(here: &Here<'_>, what: What, bytes: &[u8]) -> Result<T, Fault> {
    json::typed(&here.open(what, bytes)?).map_err(|_| Fault::Internal("stored json"))
}

/// A value as JSON, encrypted for storage.
pub(super) fn closed(here: &Here<'_>, what: What, value: &impl Serialize) -> Result<Value, Fault> {
    let bytes = serde_json::to_vec(value).map_err(|_| Fault::Internal("json"))?;
    here.close(what, &bytes).map(|closed| blob(&closed))
}

/// `POST /v1/logout`: 204
pub(super) fn logout(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    here.sql.run("DELETE FROM sessions WHERE hash = ?", vec![member.hash()])?;
    live::sweep(here);
    Ok(Reply::empty())
}
