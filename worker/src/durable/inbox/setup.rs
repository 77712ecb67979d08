//! Creating a site and setting it up.

use super::{Here, Incoming, Reply, index, site, upkeep};
use crate::{
    access::{Credential, SecretHash, account},
    body,
    durable::{
        now,
        sql::{Sql, atomically, blob, int, json},
    },
    fault::Fault,
    login::{LoginServer, record},
    publication::{self, Checked},
    random::Rng,
    vault::What,
};
use einwurf_protocol::{
    api::{
        header,
        login::{KeyName, Setup, SetupStart, SetupStarted},
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
        site::SCHEMA
            .iter()
            .chain(&site::STAFF)
            .chain(&index::SCHEMA)
            .try_for_each(|statement| sql.run(statement, Vec::new()))?;
        sql.run(
            "INSERT INTO site (id, proof, log_key, setup, setup_expires, login) VALUES (1, ?, ?, ?, ?, ?)",
            vec![
                create.proof.as_str().into(),
                blob(create.log_key.as_bytes()),
                blob(&setup.hash.0),
                int(setup.expires.0),
                blob(&login),
            ],
        )
    })?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// The log key and the proof object of a site whose set-up this secret opens; 401 for every other.
fn opened_by(sql: &Sql, secret: &Secret) -> Result<(PublicKey, String), Fault> {
    let query = "SELECT log_key, proof, setup, setup_expires FROM site WHERE setup IS NOT NULL";
    let row = sql.row(query, Vec::new())?.ok_or(Code::Unauthorized)?;
    let setup = Credential { hash: SecretHash(row.array(2)?), expires: Timestamp(row.int(3)?) };
    if !setup.accepts(secret, now()) {
        return Err(Code::Unauthorized.into());
    }
    Ok((PublicKey::from_bytes(row.array(0)?), row.text(1)?.to_owned()))
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
    let (log_key, _) = opened_by(&here.sql, &secret)?;
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
/// 4. Everything is stored and the secret is used up, in one transaction: 201.
pub(super) async fn complete(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let secret = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    opened_by(&here.sql, &secret)?;
    // 2
    let setup: Setup = body::json(&request.body().await?)?;
    // 3
    let (log_key, proof) = opened_by(&here.sql, &secret)?;
    let publication = &setup.publication;
    let relay = publication::Here {
        origin: &here.config.origin,
        profile: here.config.profile,
        host_name: &here.config.host_name,
        country: &here.config.country,
        log_key,
        now: now(),
    };
    let checked = publication::check(
        publication,
        publication::signer(publication.manifests.first().map_or("", String::as_str))?,
        &relay,
    )?;
    publication::check_setup(&setup, &checked)?;
    let record = here.close(What::LoginRecord, &record(&setup.registration)?)?;
    // 4
    atomically(here.state, |sql| {
        publish(sql, &setup, &checked, proof)?;
        enrol(here, sql, &setup, &record)?;
        sql.run("UPDATE site SET setup = NULL", Vec::new())
    })?;
    upkeep::wake(here).await?;
    Reply::json(201, &serde_json::json!({}))
}

fn publish(sql: &Sql, setup: &Setup, checked: &Checked, proof: String) -> Result<(), Fault> {
    let publication = &setup.publication;
    for (document, notice) in publication.notices.iter().zip(&checked.notices) {
        sql.run(
            "INSERT OR IGNORE INTO notices VALUES (?, ?)",
            vec![blob(&notice.digest.0), document.as_str().into()],
        )?;
    }
    sql.run(
        "INSERT INTO published VALUES (1, ?, ?, ?, ?)",
        vec![
            blob(&checked.manifest.site.0),
            publication.roster.as_str().into(),
            json(&publication.facts)?,
            int(checked.manifest.serial),
        ],
    )?;
    let terms = json(&checked.terms(publication.facts.days, proof))?;
    for manifest in &publication.manifests {
        let (nbf, exp) = (int(checked.manifest.nbf.0), int(checked.manifest.exp.0));
        sql.run(
            "INSERT INTO stock VALUES (?, ?, ?, ?, ?)",
            vec![int(checked.manifest.serial), nbf, exp, manifest.as_str().into(), terms.clone()],
        )?;
    }
    sql.run(
        "INSERT INTO mail (id, recipients, register) VALUES (1, ?, ?)",
        vec![json(&setup.recipients)?, json(&setup.mail_register)?],
    )
}

fn enrol(here: &Here<'_>, sql: &Sql, setup: &Setup, record: &[u8]) -> Result<(), Fault> {
    let bytes = |value: serde_json::Result<Vec<u8>>| value.map_err(|_| Fault::Internal("json"));
    let wrapped = here.close(What::Wrapped, &bytes(serde_json::to_vec(&setup.wrapped))?)?;
    sql.run(
        "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, NULL)",
        vec![
            account(&setup.account).into(),
            blob(record),
            blob(&setup.wrapped.member.0),
            blob(&wrapped),
            int(now().0),
        ],
    )?;
    for key in &setup.sealed {
        let sealed = here.close(What::SealedKey, &bytes(serde_json::to_vec(key))?)?;
        sql.run(
            "INSERT INTO sealed VALUES (?, ?, ?)",
            vec![blob(&key.member.0), what(&key.what).into(), blob(&sealed)],
        )?;
    }
    Ok(())
}

/// How a key is named in the table of sealed keys.
fn what(name: &KeyName) -> String {
    match name {
        KeyName::Site(id) => format!("site:{id}"),
        KeyName::Inbox(id) => format!("inbox:{id}"),
    }
}
