//! The proof object, one per site: makes the log key and keeps consent records, longer than conversations live.

use super::{
    Reply,
    call::Incoming,
    config, now,
    sql::{Sql, atomically, blob, int},
};
use crate::{
    address::ObjectId,
    body,
    config::Config,
    fault::Fault,
    outbox::ConsentNote,
    proof::{LogKey, Record, record_digest},
    random,
    vault::{What, closed},
};
use einwurf_protocol::{ids::Digest, problem::Code};
use worker::{Env, State};

const SCHEMA: [&str; 2] = [
    "CREATE TABLE log (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL, created INTEGER NOT NULL)",
    "CREATE TABLE records (cid BLOB NOT NULL, seq INTEGER NOT NULL, grant_digest BLOB NOT NULL, digest BLOB NOT NULL,
       at INTEGER NOT NULL, grant_jws TEXT NOT NULL, record TEXT NOT NULL,
       PRIMARY KEY (cid, seq), UNIQUE (cid, grant_digest)) WITHOUT ROWID",
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
    use super::{Incoming, Reply, ops};
    use worker::*;

    #[durable_object]
    pub struct Proof {
        state: State,
        env: Env,
    }

    impl DurableObject for Proof {
        fn new(state: State, env: Env) -> Self {
            Self { state, env }
        }

        async fn fetch(&self, req: Request) -> Result<Response> {
            Reply::from(ops(&self.state, &self.env, Incoming::of(req)).await).into_response()
        }
    }
}

async fn ops(state: &State, env: &Env, mut request: Incoming) -> Result<Reply, Fault> {
    match request.operation().as_str() {
        "create" => create(state, env),
        "record" => record(state, env, &body::json(&request.body().await?)?),
        "renew" => renew(state, env),
        _ => Err(Code::NotFound.into()),
    }
}

fn owner(state: &State) -> Result<ObjectId, Fault> {
    ObjectId::from_hex(&state.id().to_string()).ok_or(Fault::Internal("object id"))
}

/// Makes the log key; answers its public half.
fn create(state: &State, env: &Env) -> Result<Reply, Fault> {
    let config = config(env)?;
    let key =
        (0..8).find_map(|_| LogKey::from_bytes(&random::bytes::<32>())).ok_or(Fault::Internal("log key"))?;
    let public = key.public().ok_or(Fault::Internal("log key"))?;
    let closed = config.vault.close(What::LogKey, &owner(state)?.0, &key.to_bytes(), random::bytes());
    let closed = closed.map_err(|_| Fault::Internal("vault"))?;
    atomically(state, |sql| {
        if sql.has("log")? {
            return Err(Code::Conflict.into());
        }
        SCHEMA.iter().try_for_each(|statement| sql.run(statement, Vec::new()))?;
        sql.run("INSERT INTO log VALUES (1, ?, ?)", vec![blob(&closed), int(now().0)])
    })?;
    Reply::json(201, &public)
}

/// Keeps a consent record. Taking the same grant again changes nothing.
fn record(state: &State, env: &Env, note: &ConsentNote) -> Result<Reply, Fault> {
    let config = config(env)?;
    let owner = owner(state)?;
    atomically(state, |sql| {
        let known = "SELECT 1 FROM records WHERE cid = ? AND grant_digest = ?";
        if sql.row(known, vec![blob(&note.cid.0), blob(&note.digest.0)])?.is_some() {
            return Ok(());
        }
        let key = present(sql, &config, owner)?;
        let key = config.vault.open(What::LogKey, &owner.0, &key).map_err(closed)?;
        let key = LogKey::from_bytes(&key).ok_or(Fault::Internal("log key"))?;
        let record = Record::next(note, last(sql, note)?);
        let compact = key.countersign(&record)?;
        sql.run(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            vec![
                blob(&note.cid.0),
                int(record.seq),
                blob(&note.digest.0),
                blob(&record_digest(&compact).0),
                int(note.at.0),
                note.grant.as_str().into(),
                compact.into(),
            ],
        )
    })?;
    Ok(Reply::empty())
}

/// Has the log key lie under the present storage secret; the site's inbox object asks for it once a day. Doing it again
/// changes nothing. 503 if no secret of the deployment opens it: then nothing is changed.
fn renew(state: &State, env: &Env) -> Result<Reply, Fault> {
    let config = config(env)?;
    let owner = owner(state)?;
    if Sql::of(state).has("log")? {
        atomically(state, |sql| present(sql, &config, owner))?;
    }
    Ok(Reply::empty())
}

/// The log key as it is stored, under the present storage secret from now on.
fn present(sql: &Sql, config: &Config, owner: ObjectId) -> Result<Vec<u8>, Fault> {
    let row = sql.row("SELECT key FROM log", Vec::new())?.ok_or(Code::NotFound)?;
    let stored = row.blob(0)?;
    if config.vault.is_present(stored).map_err(closed)? {
        return Ok(stored.to_vec());
    }
    let renewed = config.vault.renew(What::LogKey, &owner.0, stored, random::bytes()).map_err(closed)?;
    sql.run("UPDATE log SET key = ?", vec![blob(&renewed)])?;
    Ok(renewed)
}

fn last(sql: &Sql, note: &ConsentNote) -> Result<Option<(u64, Digest)>, Fault> {
    let query = "SELECT seq, digest FROM records WHERE cid = ? ORDER BY seq DESC LIMIT 1";
    let row = sql.row(query, vec![blob(&note.cid.0)])?;
    row.map(|row| Ok((row.int(0)?, Digest(row.array(1)?)))).transpose()
}
