//! The proof object, one per site: makes the log key, keeps consent records longer than conversations live, and signs one
//! head a day over all of them.

mod heads;
mod store;

use super::{
    Namespace, Reply, after_alarm,
    alarm::Alarm,
    call::{Call, Incoming, argument, succeed},
    config, now,
    sql::{Sql, atomically, blob, int},
    tables::Tables,
    verify::Signer,
};
use crate::{
    address::ObjectId,
    body,
    config::Config,
    fault::Fault,
    proof::{LogKey, record_input},
    random,
    vault::{What, closed},
};
use einwurf_protocol::{
    api::staff::Proofs, es256::PublicKey, ids::Cid, jws, limits::PAGE, problem::Code, record::Record,
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use worker::{Env, State};

/// What builds before this one left.
pub(super) const TABLES: Tables =
    Tables { class: "a site's proofs", steps: &[|tables, sql| tables.first(sql, &SCHEMA)] };

/// Tables of a proof object, and their version. `stored` is when a record was signed, which may be later than what it tells of; `until` is
/// when a proof is deleted, null while the consent lasts; `days` counts from 1970.
pub(crate) const SCHEMA: [&str; 7] = [
    "CREATE TABLE log (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL, public BLOB NOT NULL,
       created INTEGER NOT NULL, count INTEGER NOT NULL, inbox TEXT)",
    "CREATE TABLE proofs (cid BLOB PRIMARY KEY, until INTEGER, withdrawal TEXT) WITHOUT ROWID",
    "CREATE INDEX proofs_by_end ON proofs (until)",
    "CREATE TABLE records (cid BLOB NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL, at INTEGER NOT NULL,
       stored INTEGER NOT NULL, ended INTEGER NOT NULL, grant_digest BLOB, notice BLOB, grant_jws TEXT,
       record TEXT NOT NULL, PRIMARY KEY (cid, seq), UNIQUE (cid, grant_digest)) WITHOUT ROWID",
    "CREATE INDEX records_by_time ON records (stored)",
    "CREATE TABLE heads (day INTEGER PRIMARY KEY, head TEXT NOT NULL, handed INTEGER NOT NULL)",
    "CREATE VIEW version AS SELECT 1",
];

/// The macro's output does not keep our lints.
mod object {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::pedantic,
        clippy::expect_used,
        reason = "output of the macro"
    )]
    use super::{Here, Incoming, Memory, Reply, after_alarm, alarm, ops};
    use worker::*;

    #[durable_object]
    pub struct Proof {
        state: State,
        env: Env,
        memory: Memory,
    }

    impl DurableObject for Proof {
        fn new(state: State, env: Env) -> Self {
            Self { state, env, memory: Memory::default() }
        }

        async fn fetch(&self, req: Request) -> Result<Response> {
            let reply = match Here::new(&self.state, &self.env, &self.memory) {
                Ok(here) => ops(&here, Incoming::of(req)).await,
                Err(fault) => Err(fault),
            };
            Reply::from(reply).into_response()
        }

        async fn alarm(&self) -> Result<Response> {
            let reply = match Here::new(&self.state, &self.env, &self.memory) {
                Ok(here) => alarm(&here).await,
                Err(fault) => Err(fault),
            };
            if reply.is_err() {
                self.memory.alarm.forget();
            }
            after_alarm(&self.state, reply).await
        }
    }
}

/// What the object remembers while it is in memory.
#[derive(Debug, Default)]
struct Memory {
    /// Whether the tables are known to be of this build, if there are any.
    tables: Cell<bool>,
    alarm: Alarm,
    /// The log key for records, and what it is stored as.
    signer: RefCell<Option<(Vec<u8>, Signer)>>,
}

/// What every operation needs.
struct Here<'a> {
    state: &'a State,
    env: &'a Env,
    memory: &'a Memory,
    config: Rc<Config>,
    sql: Sql,
    id: ObjectId,
}

impl<'a> Here<'a> {
    fn new(state: &'a State, env: &'a Env, memory: &'a Memory) -> Result<Self, Fault> {
        let id = ObjectId::from_hex(&state.id().to_string()).ok_or(Fault::Internal("object id"))?;
        let config = config(env)?;
        TABLES.follow(state, &memory.tables)?;
        Ok(Self { state, env, memory, config, sql: Sql::of(state), id })
    }

    /// The site's inbox object, as it named itself.
    fn inbox(&self) -> Result<ObjectId, Fault> {
        let row = self.sql.row("SELECT inbox FROM log WHERE inbox IS NOT NULL", Vec::new())?;
        let inbox = row.map(|row| row.text(0).map(ObjectId::from_hex)).transpose()?.flatten();
        inbox.ok_or_else(|| Fault::Unavailable("the inbox object has not named itself yet".to_owned()))
    }
}

async fn ops(here: &Here<'_>, mut request: Incoming) -> Result<Reply, Fault> {
    match request.operation().as_str() {
        "create" => create(here),
        // A conversation object
        "record" => {
            let reply = store::record(here, &body::json(&request.body().await?)?).await?;
            wake(here).await?;
            Ok(reply)
        }
        "receipt" => Reply::json(200, &store::proof(&here.sql, request.cid()?)?),
        "disclose" => Reply::json(200, &store::disclose(&here.sql, request.cid()?)?),
        // The inbox object
        "renew" => renew(here, &request),
        "referenced" => Reply::json(200, &store::referenced(&here.sql)?),
        "proof" => proof(here, request.cid()?),
        "proofs" => proofs(here, &request),
        _ => Err(Code::NotFound.into()),
    }
}

/// Makes the log key; answers its public half.
fn create(here: &Here<'_>) -> Result<Reply, Fault> {
    let key =
        (0..8).find_map(|_| LogKey::from_bytes(&random::bytes::<32>())).ok_or(Fault::Internal("log key"))?;
    let public = key.public().ok_or(Fault::Internal("log key"))?;
    let closed = here.config.vault.close(What::LogKey, &here.id.0, &key.to_bytes(), random::bytes());
    let closed = closed.map_err(|_| Fault::Internal("vault"))?;
    atomically(here.state, |sql| {
        if sql.has("log")? {
            return Err(Code::Conflict.into());
        }
        SCHEMA.iter().try_for_each(|statement| sql.run(statement, Vec::new()))?;
        sql.run(
            "INSERT INTO log VALUES (1, ?, ?, ?, 0, NULL)",
            vec![blob(&closed), blob(public.as_bytes()), int(now().0)],
        )
    })?;
    Reply::json(201, &public)
}

/// Has the log key lie under the present storage secret, and notes which inbox object asks: it does so when it is made and
/// once a day. Doing it again changes nothing. 503 if no secret of the deployment opens the key: then nothing is changed.
fn renew(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let inbox = request.id(argument::INBOX)?;
    if here.sql.has("log")? {
        atomically(here.state, |sql| {
            present(here, sql)?;
            sql.run("UPDATE log SET inbox = ?", vec![inbox.to_hex().into()])
        })?;
    }
    Ok(Reply::empty())
}

/// The log key as it is stored, under the present storage secret from now on.
fn present(here: &Here<'_>, sql: &Sql) -> Result<Vec<u8>, Fault> {
    let vault = &here.config.vault;
    let row = sql.row("SELECT key FROM log", Vec::new())?.ok_or(Code::NotFound)?;
    let stored = row.blob(0)?;
    if vault.is_present(stored).map_err(closed)? {
        return Ok(stored.to_vec());
    }
    let renewed = vault.renew(What::LogKey, &here.id.0, stored, random::bytes()).map_err(closed)?;
    sql.run("UPDATE log SET key = ?", vec![blob(&renewed)])?;
    Ok(renewed)
}

/// The log key.
fn key(here: &Here<'_>, sql: &Sql) -> Result<LogKey, Fault> {
    LogKey::from_bytes(&open(here, &present(here, sql)?)?).ok_or(Fault::Internal("log key"))
}

fn open(here: &Here<'_>, stored: &[u8]) -> Result<Vec<u8>, Fault> {
    here.config.vault.open(What::LogKey, &here.id.0, stored).map_err(closed)
}

/// A record as compact JWS, signed by the runtime, which keeps the key as long as the object is in memory.
async fn countersign(here: &Here<'_>, record: &Record) -> Result<String, Fault> {
    let row = here.sql.row("SELECT public, key FROM log", Vec::new())?.ok_or(Code::NotFound)?;
    let public = PublicKey::from_bytes(row.array(0)?);
    let away = || Fault::Unavailable("the runtime does not sign".to_owned());
    let known =
        here.memory.signer.borrow().clone().filter(|(stored, _)| row.blob(1) == Ok(stored.as_slice()));
    let signer = if let Some((_, signer)) = known {
        signer
    } else {
        let stored = present(here, &here.sql)?;
        let signer = Signer::new(&open(here, &stored)?, &public).await.ok_or_else(away)?;
        here.memory.signer.replace(Some((stored, signer.clone())));
        signer
    };
    let input = record_input(&public, record)?;
    let signature = signer.sign(input.as_bytes()).await.ok_or_else(away)?;
    Ok(jws::assemble(&input, &signature))
}

/// The proof of one conversation; none while its first grant is on the way.
fn proof(here: &Here<'_>, cid: Cid) -> Result<Reply, Fault> {
    let proof = store::proof(&here.sql, cid)?;
    let proofs = Some(proof).filter(|proof| !proof.records.is_empty()).into_iter().collect();
    answer(here, proofs, None)
}

/// A page of all proofs, in ascending order of conversations. 400
fn proofs(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let name = einwurf_protocol::api::header::AFTER;
    let after = request.header(name);
    let after = after.map(|text| text.parse::<Cid>().map_err(|_| Fault::header(name))).transpose()?;
    let page = u64::from(PAGE);
    let query = "SELECT cid FROM proofs WHERE cid > ? ORDER BY cid LIMIT ?";
    let start = after.map_or_else(Vec::new, |cid| cid.0.to_vec());
    let rows = here.sql.rows(query, vec![blob(&start), int(page + 1)])?;
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let cids = rows.iter().take(page).map(|row| row.array(0).map(Cid)).collect::<Result<Vec<_>, _>>()?;
    let after = cids.last().filter(|_| rows.len() > page).map(ToString::to_string);
    let proofs = cids.into_iter().map(|cid| store::proof(&here.sql, cid)).collect::<Result<_, _>>()?;
    answer(here, proofs, after)
}

fn answer(
    here: &Here<'_>,
    proofs: Vec<einwurf_protocol::api::staff::Proof>,
    after: Option<String>,
) -> Result<Reply, Fault> {
    let row = here.sql.row("SELECT public FROM log", Vec::new())?.ok_or(Code::NotFound)?;
    let log_key = PublicKey::from_bytes(row.array(0)?);
    Reply::json(200, &Proofs { log_key, proofs, head: heads::newest(&here.sql)?, after })
}

/// Sets the alarm for whatever comes next.
async fn wake(here: &Here<'_>) -> Result<(), Fault> {
    let next = [heads::due(&here.sql)?, store::end(&here.sql)?].into_iter().flatten().min();
    let Some(next) = next else { return Ok(()) };
    here.memory.alarm.set(here.state, next.0.saturating_mul(1_000)).await
}

/// The alarm.
///
/// 1. Proofs whose period is over are gone.
/// 2. The head of each day that has ended is signed.
/// 3. The inbox object has every head that is signed.
/// 4. The next alarm; soon, if one of the last two did not succeed.
async fn alarm(here: &Here<'_>) -> Result<Reply, Fault> {
    here.memory.alarm.forget();
    if !here.sql.has("log")? {
        return Ok(Reply::empty());
    }
    // 1
    store::delete_ended(here)?;
    // 2
    let signed = heads::sign(here).await;
    // 3
    let handed = heads::hand_over(here).await;
    // 4
    wake(here).await?;
    signed.and(handed)?;
    Ok(Reply::empty())
}

/// Has the inbox object do something.
async fn tell(here: &Here<'_>, call: Call) -> Result<(), Fault> {
    succeed(here.env, Namespace::Inbox, here.inbox()?, call).await.map(drop)
}
