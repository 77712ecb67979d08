//! Logging in by password (OPAQUE) or by recovery code.

use super::{
    Here, Incoming, Reply,
    session::{begin, device},
    setup::login_server,
    site,
};
use crate::{
    access::account,
    admit::Claim,
    body,
    challenge::{self, AccountHash, Purpose, Recovery, TRY_SECONDS},
    durable::{
        argument, derive, now,
        sql::{Sql, atomically, blob, int},
        verify,
    },
    fault::Fault,
    login,
    possession::{forgotten, used},
    random::{self, Rng},
    vault::What,
};
use einwurf_protocol::{
    api::login::{LoginFinish, LoginStart, LoginStarted, RecoveryFinish, RecoveryStarted, recovery_input},
    ids::{MessageId, Thumbprint},
    limits::LOGIN_SECONDS,
    problem::Code,
    roster::MemberKind,
    time::Timestamp,
};

/// Open logins that are kept at a time; one more ends the oldest of an unknown device, and only if there is none the
/// oldest. So many cannot be begun while one member types a password, since each took work, and they are a few
/// megabytes.
const OPEN_LOGINS: u64 = 10_000;

/// Open logins of one device; one more ends its oldest. Otherwise a member's own device, which needs no work, could push
/// out those of unknown devices.
const OPEN_LOGINS_OF_DEVICE: u64 = 20;

/// Tries that are counted at a time, over all accounts; one more forgets the oldest.
const TRIES: u64 = 100_000;

/// `POST /v1/login/start`.
///
/// 1. The body: 400.
/// 2. A device that the account does not know has worked, and so has whoever shows a proof of a known one that is not of
///    this minute or was used before: 428. Logs and proxies may keep what a device sent.
/// 3. The account's record, if there is one.
/// 4. OPAQUE's answer, of the same form without a record: 200.
///
/// Nothing is awaited once the work is derived, so that no two requests use one challenge or one proof.
pub(super) async fn start(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let start: LoginStart = body::json(&request.body().await?)?;
    let device = device(request)?;
    let account = account(&start.account);
    let done = bits(here, &account, &start).await;
    // 2
    let spent = match known(here, request, &account, device)? {
        Some(proof) => Spent { what: proof, expires: forgotten(now()), tried: None },
        None => worked(here, &account, &start, done)?,
    };
    // 3
    let query = "SELECT record FROM accounts WHERE name = ?";
    let row = here.sql.row(query, vec![account.as_str().into()])?;
    let record = row.map(|row| here.open(What::LoginRecord, row.blob(0)?)).transpose()?;
    // 4
    let started = login_server(here)?.start(&account, record.as_deref(), &start.ke1, &mut Rng)?;
    let login = MessageId(random::bytes());
    let state = here.close(What::LoginState, &started.state)?;
    atomically(here.state, |sql| {
        spent.keep(sql)?;
        make_room(sql, device)?;
        sql.run(
            "INSERT INTO logins (id, account, state, expires, known, device) VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                blob(&login.0),
                record.is_some().then_some(account).into(),
                blob(&state),
                int(now().plus(LOGIN_SECONDS).0),
                int(u64::from(spent.tried.is_none())),
                blob(&device.0),
            ],
        )
    })?;
    Reply::json(200, &LoginStarted { login, ke2: started.ke2, now: now() })
}

fn make_room(sql: &Sql, device: Thumbprint) -> Result<(), Fault> {
    sql.run("DELETE FROM logins WHERE expires <= ?", vec![int(now().0)])?;
    let own = "DELETE FROM logins WHERE device = ?1 AND id NOT IN
               (SELECT id FROM logins WHERE device = ?1 ORDER BY expires DESC, id LIMIT ?2)";
    sql.run(own, vec![blob(&device.0), int(OPEN_LOGINS_OF_DEVICE - 1)])?;
    let oldest = "DELETE FROM logins WHERE id IN (SELECT id FROM logins ORDER BY known, expires
                  LIMIT MAX(0, (SELECT COUNT(*) FROM logins) - ?))";
    sql.run(oldest, vec![int(OPEN_LOGINS - 1)])
}

/// What was accepted for one try: work, or a known device's proof.
struct Spent {
    what: Vec<u8>,
    expires: Timestamp,
    /// The account at which an unknown device tried.
    tried: Option<AccountHash>,
}

/// The fresh proof of a device that the account knows.
fn known(
    here: &Here<'_>,
    request: &Incoming,
    account: &str,
    device: Thumbprint,
) -> Result<Option<Vec<u8>>, Fault> {
    let query = "SELECT 1 FROM accounts JOIN devices USING (member) WHERE name = ? AND device = ?";
    let known = here.sql.row(query, vec![account.into(), blob(&device.0)])?.is_some();
    let proof = request.header(argument::PROOF).filter(|_| known).and_then(|text| text.parse().ok());
    match proof.map(|proof| used(device, proof)) {
        Some(proof) if !is_spent(&here.sql, &proof)? => Ok(Some(proof)),
        _ => Ok(None),
    }
}

/// The bits of the work that came along and holds.
async fn bits(here: &Here<'_>, account: &str, start: &LoginStart) -> Option<u8> {
    let purpose = Purpose::Login(here.id, AccountHash::of(account));
    challenge::worked(purpose, &here.config.addresses, now(), start.work.as_ref()?, derive).await
}

/// The work that came along, if it is `done`, or 428 with what to do.
fn worked(here: &Here<'_>, account: &str, start: &LoginStart, done: Option<u8>) -> Result<Spent, Fault> {
    let (key, hash) = (&here.config.addresses, AccountHash::of(account));
    let tries = "SELECT COUNT(*) FROM tries WHERE account = ? AND at > ?";
    let since = now().minus(TRY_SECONDS);
    let tries = here.sql.row(tries, vec![blob(&hash.0), int(since.0)])?.ok_or(Fault::Internal("tries"))?;
    let bits = challenge::bits(tries.int(0)?);
    let accepted = start.work.as_ref().filter(|_| done.is_some_and(|done| bits <= done)).map(|work| {
        let what = work.challenge.signature.as_bytes().to_vec();
        Spent { what, expires: work.challenge.parameters.expires_at, tried: Some(hash) }
    });
    match accepted {
        Some(spent) if !is_spent(&here.sql, &spent.what)? => Ok(spent),
        _ => {
            let purpose = Purpose::Login(here.id, hash);
            Err(Fault::Work(purpose.challenge(key, bits, now().plus(LOGIN_SECONDS), random::bytes()).into()))
        }
    }
}

/// Whether a challenge or a proof was used.
fn is_spent(sql: &Sql, what: &[u8]) -> Result<bool, Fault> {
    Ok(sql.row("SELECT 1 FROM spent WHERE challenge = ?", vec![blob(what)])?.is_some())
}

impl Spent {
    /// It is used up, and the try of an unknown device counts.
    fn keep(&self, sql: &Sql) -> Result<(), Fault> {
        let now = now();
        sql.run("DELETE FROM spent WHERE expires <= ?", vec![int(now.0)])?;
        sql.run("INSERT INTO spent VALUES (?, ?)", vec![blob(&self.what), int(self.expires.0)])?;
        let Some(account) = self.tried else { return Ok(()) };
        sql.run("DELETE FROM tries WHERE at <= ?", vec![int(now.minus(TRY_SECONDS).0)])?;
        let insert = "INSERT INTO tries (account, at) VALUES (?, ?)";
        sql.run(insert, vec![blob(&account.0), int(now.0)])?;
        sql.run("DELETE FROM tries WHERE n <= (SELECT MAX(n) FROM tries) - ?", vec![int(TRIES)])
    }
}

/// `POST /v1/login/finish`.
///
/// 1. The body: 400.
/// 2. The open login of this device; it ends with this try, whatever comes of it: 401.
/// 3. OPAQUE's last message: 401.
/// 4. A session, and what the member needs to read: 200.
pub(super) async fn finish(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let finish: LoginFinish = body::json(&request.body().await?)?;
    let device = device(request)?;
    // 2
    let query = "DELETE FROM logins WHERE id = ? RETURNING account, state, expires, device";
    let row = here.sql.row(query, vec![blob(&finish.login.0)])?.ok_or(Code::Unauthorized)?;
    if row.int(2)? <= now().0 || row.array(3)? != device.0 {
        return Err(Code::Unauthorized.into());
    }
    // 3
    login::finish(&here.open(What::LoginState, row.blob(1)?)?, &finish.ke3)?;
    // 4
    if row.is_null(0) {
        return Err(Code::Unauthorized.into());
    }
    let account = row.text(0)?;
    let query = "SELECT member FROM accounts WHERE name = ?";
    let member = here.sql.row(query, vec![account.into()])?.ok_or(Code::Unauthorized)?;
    Reply::json(200, &begin(here, Thumbprint(member.array(0)?), Some(account), device)?)
}

/// `POST /v1/recovery/start`: a challenge that nothing is kept of. 200, 404 before the set-up.
pub(super) fn recovery_start(here: &Here<'_>) -> Result<Reply, Fault> {
    site::published(&here.sql, "id")?;
    let Recovery { login, challenge, .. } =
        Recovery::begin(&here.config.addresses, here.id, now(), random::bytes());
    Reply::json(200, &RecoveryStarted { login, challenge, now: now() })
}

/// `POST /v1/recovery`.
///
/// 1. The body: 400.
/// 2. The roster's entry of a recovery code: 401.
/// 3. Its signature over this login's challenge: 401.
/// 4. The login has not ended and was not used: 401.
/// 5. A session without wrapped keys: 200.
pub(super) async fn recover(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let finish: RecoveryFinish = body::json(&request.body().await?)?;
    let device = device(request)?;
    // 2
    let entry = |here: &Here<'_>| {
        let roster = site::roster_of(&here.sql).map_err(|_| Code::Unauthorized)?;
        let member = roster.member(&finish.member).filter(|member| member.kind == MemberKind::Recovery);
        member.map(|member| member.signing).ok_or(Code::Unauthorized)
    };
    let key = entry(here)?;
    // 3
    let recovery = Recovery::of(&here.config.addresses, here.id, finish.login);
    let message = recovery_input(&here.address(), &recovery.challenge);
    if !verify(Claim { key, message, signature: finish.signature }).await {
        return Err(Code::Unauthorized.into());
    }
    // From here on nothing is awaited; the entry may have gone while the signature was checked.
    // 4
    entry(here)?;
    let now = now();
    let begun = now < recovery.expires && recovery.expires <= now.plus(LOGIN_SECONDS);
    if !begun || is_spent(&here.sql, &recovery.challenge.0)? {
        return Err(Code::Unauthorized.into());
    }
    Spent { what: recovery.challenge.0.to_vec(), expires: recovery.expires, tried: None }.keep(&here.sql)?;
    // 5
    Reply::json(200, &begin(here, finish.member, None, device)?)
}
