//! Creating a site and setting it up.

use super::{Here, Incoming, Reply, publish, schema, session::closed, upkeep};
use crate::{
    access::{Credential, SecretHash, account},
    body,
    durable::{
        now,
        sql::{Sql, atomically, blob, int, json},
    },
    fault::Fault,
    login::{LoginServer, record},
    publication::{Before, Offer, check_setup},
    random::Rng,
    vault::What,
};
use einwurf_protocol::{
    api::{
        header,
        login::{Setup, SetupStart, SetupStarted},
    },
    es256::PublicKey,
    ids::Secret,
    problem::Code,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What the edge tells a new inbox object.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Create {
    /// Object id of the proof object, in hexadecimal.
    pub(crate) proof: String,
    /// The log key.
    pub(crate) log_key: PublicKey,
    /// The set-up secret.
    pub(crate) setup: Secret,
}

/// Makes the tables, and the keys behind every account.
pub(super) async fn create(here: &Here<'_>, create: &Create) -> Result<Reply, Fault> {
    let login = here.close(What::LoginSetup, &LoginServer::generate(&mut Rng).to_bytes())?;
    let setup = Credential::setup(&create.setup, now());
    atomically(here.state, |sql| {
        if sql.has("site")? {
            return Err(Code::Conflict.into());
        }
        sql.run(&schema::statements().as_slice().join("; "), Vec::new())?;
        sql.run(
            "INSERT INTO site (id, proof, log_key, setup, setup_expires, login, secret_seen)
             VALUES (1, ?, ?, ?, ?, ?, ?)",
            vec![
                create.proof.as_str().into(),
                blob(create.log_key.as_bytes()),
                blob(&setup.hash.0),
                int(setup.expires.0),
                blob(&login),
                int(now().0),
            ],
        )
    })?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// The log key of a site whose set-up this secret opens; 401 for every other.
fn opened_by(sql: &Sql, secret: &Secret) -> Result<PublicKey, Fault> {
    let query = "SELECT log_key, setup, setup_expires FROM site WHERE setup IS NOT NULL";
    let row = sql.row(query, Vec::new())?.ok_or(Code::Unauthorized)?;
    let setup = Credential { hash: SecretHash(row.array(1)?), expires: Timestamp(row.int(2)?) };
    if !setup.accepts(secret, now()) {
        return Err(Code::Unauthorized.into());
    }
    Ok(PublicKey::from_bytes(row.array(0)?))
}

/// The keys behind every account.
pub(super) fn login_server(here: &Here<'_>) -> Result<LoginServer, Fault> {
    let row = here.sql.row("SELECT login FROM site", Vec::new())?.ok_or(Code::Unauthorized)?;
    LoginServer::from_bytes(&here.open(What::LoginSetup, row.blob(0)?)?)
}

/// `POST /v1/setup/start`. Consumes nothing.
///
/// 1. The set-up secret: 401.
/// 2. The body: 400.
/// 3. OPAQUE's answer, the log key and the origin that the manifest must name: 200.
pub(super) async fn start(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let secret = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    let log_key = opened_by(&here.sql, &secret)?;
    // 2
    let start: SetupStart = body::json(&request.body().await?)?;
    // 3
    let registration = login_server(here)?.register(&account(&start.account), &start.registration)?;
    Reply::json(200, &SetupStarted { registration, log_key, origin: here.config.origin.clone() })
}

/// `POST /v1/setup`.
///
/// 1. The set-up secret: 401.
/// 2. The body: 400.
/// 3. Documents, keys and recipients fit each other and this relay: 400, naming the field.
/// 4. Everything is stored and the secret is used up, in one transaction.
/// 5. The alarm for its dates: 201.
pub(super) async fn complete(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    let bytes = request.body().await?;
    // From here on nothing is awaited until the transaction is done, so that a secret is used once.
    // 1
    let secret = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    opened_by(&here.sql, &secret)?;
    // 2
    let setup: Setup = body::json(&bytes)?;
    // 3
    let Setup { publication, sealed, certificates, .. } = &setup;
    let (offer, before) = (Offer { publication, sealed, certificates }, Before::default());
    let checked = publish::check(here, &offer, &before)?;
    check_setup(&setup, &checked)?;
    let record = here.close(What::LoginRecord, &record(&setup.registration)?)?;
    // 4
    atomically(here.state, |sql| {
        publish::store(here, sql, &offer, &checked)?;
        publish::recovery(sql, &setup.recovery)?;
        enrol(here, sql, &setup, &record)?;
        sql.run("UPDATE site SET setup = NULL", Vec::new())
    })?;
    // 5
    upkeep::wake(here).await?;
    Ok(Reply::created())
}

fn enrol(here: &Here<'_>, sql: &Sql, setup: &Setup, record: &[u8]) -> Result<(), Fault> {
    let wrapped = closed(here, What::Wrapped, &setup.wrapped)?;
    sql.run(
        "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, NULL)",
        vec![
            account(&setup.account).into(),
            blob(record),
            blob(&setup.wrapped.member.0),
            wrapped,
            int(now().0),
        ],
    )?;
    sql.run(
        "INSERT INTO mail (id, recipients, register) VALUES (1, ?, ?)",
        vec![json(&setup.recipients)?, json(&setup.mail_register)?],
    )
}
