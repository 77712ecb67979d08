//! What is left of an erased conversation lies in a second object while the storage of its own is removed and written anew
//! ([`super::rewrite`]), so that a process that is killed in between loses neither the tombstone nor what is owed. The
//! second object is found by the id of the first. It holds nothing readable, and removes its own storage as soon as the
//! first has everything again. A first object that is asked and finds itself empty looks there before it answers.

use super::{
    super::{
        Namespace, Reply,
        call::{Call, Incoming, named, succeed},
        config, now,
        sql::{Sql, atomically, blob},
    },
    Memory, live,
    meta::Meta,
    outbox::set_alarm,
    rewrite::{END, OWN, remove, write},
    schema::TABLES,
};
use crate::{address::ObjectId, fault::Fault};
use einwurf_protocol::time::Timestamp;
use worker::{Env, State};

/// The table of the second object: the id of the first, until when the rest counts, and the statements that write it, in
/// pieces, since no value may be larger than two megabytes.
const TABLE: &str = "DROP TABLE IF EXISTS aside; CREATE TABLE aside (piece BLOB NOT NULL)";
const PIECE: usize = 1_048_576;

/// Before the second object asks the first whether it has everything again, in milliseconds.
const SOON_MS: u64 = 1_000;

/// Lays it aside: it is stored once this is answered.
pub(super) async fn lay(state: &State, env: &Env, until: Timestamp, left: &str) -> Result<(), Fault> {
    let all = format!("{}{END}{}{END}{left}", state.id(), until.0);
    to_second(state, env, Call::new("lay").body(all.into_bytes())).await
}

async fn to_second(state: &State, env: &Env, call: Call) -> Result<(), Fault> {
    let second = named(env, &*config(env)?, Namespace::Conversation, &state.id().to_string())?;
    succeed(env, Namespace::Conversation, second, call).await.map(drop)
}

/// What is said between the two objects. None for anything else, before which an empty object looks whether it is to be so;
/// the first message of a conversation that its inbox object does not know is not made to wait for that.
pub(super) async fn answer(
    state: &State,
    env: &Env,
    request: &mut Incoming,
    memory: &Memory,
) -> Result<Option<Reply>, Fault> {
    match request.operation().as_str() {
        "lay" => keep(state, &request.body().await?, memory).await?,
        "bring" => bring(state, env, memory).await.map(drop)?,
        "take" => take(state, request.body().await?, memory).await?,
        "open" => return Ok(None),
        _ => return look(state, env, memory).await.map(|()| None),
    }
    Ok(Some(Reply::empty()))
}

/// The second object takes what the first lays aside.
async fn keep(state: &State, all: &[u8], memory: &Memory) -> Result<(), Fault> {
    atomically(state, |sql| {
        sql.run(TABLE, Vec::new())?;
        let insert = |piece| sql.run("INSERT INTO aside VALUES (?)", vec![blob(piece)]);
        all.chunks(PIECE).try_for_each(insert)
    })?;
    memory.laid.set(memory.laid.get().wrapping_add(1));
    // It joins the same commit.
    set_alarm(state, SOON_MS).await
}

/// The second object's alarm, or the first object asks for it: the first gets what lies here, and then it is not needed any
/// more, unless something was laid here meanwhile. Whether anything lay here.
pub(super) async fn bring(state: &State, env: &Env, memory: &Memory) -> Result<bool, Fault> {
    let (sql, laid) = (Sql::of(state), memory.laid.get());
    if !sql.has("aside")? {
        return Ok(false);
    }
    let mut all = Vec::new();
    for row in sql.rows("SELECT piece FROM aside ORDER BY rowid", Vec::new())? {
        all.extend_from_slice(row.blob(0)?);
    }
    let first = all.get(..64).and_then(|id| ObjectId::from_hex(str::from_utf8(id).ok()?));
    let first = first.ok_or(Fault::Internal("object id"))?;
    succeed(env, Namespace::Conversation, first, Call::new("take").body(all)).await?;
    if memory.laid.get() == laid {
        remove(state).await?;
    }
    Ok(true)
}

/// The first object gets what it laid aside. As long as it is about to be empty, it has to lie there: 503. Its alarm may be
/// lost as well.
async fn take(state: &State, all: Vec<u8>, memory: &Memory) -> Result<(), Fault> {
    if memory.rewrites.get() {
        return Err(Fault::Unavailable("it is being rewritten".to_owned()));
    }
    restore(state, &String::from_utf8_lossy(&all), memory)?;
    memory.wake.soon(state).await
}

/// Once after the object came into memory: if it is empty, it may have been killed while it laid something aside.
async fn look(state: &State, env: &Env, memory: &Memory) -> Result<(), Fault> {
    if memory.looked.get() {
        return Ok(());
    }
    if !Sql::of(state).has("meta")? {
        to_second(state, env, Call::new("bring")).await?;
    }
    // Whoever asks meanwhile looks as well.
    memory.looked.set(true);
    Ok(())
}

/// Writes what was laid aside, unless it is here. What was opened under the same address meanwhile gives way: it had ended.
fn restore(state: &State, all: &str, memory: &Memory) -> Result<(), Fault> {
    let left = all.split_once(END).and_then(|(_, rest)| rest.split_once(END));
    let (until, left) = left.ok_or(Fault::Internal("what was laid aside"))?;
    let until = until.parse().map_or(Timestamp(0), Timestamp);
    let is_here = |meta: &Meta| meta.ended().is_some() || now() >= meta.end() || now() >= until;
    TABLES.follow(state, &memory.tables)?;
    if Meta::read(&Sql::of(state))?.as_ref().is_some_and(is_here) {
        return Ok(());
    }
    atomically(state, |sql| {
        for own in sql.rows(&format!("SELECT 'DROP ' || type || ' ' || name {OWN}"), Vec::new())? {
            sql.run(own.text(0)?, Vec::new())?;
        }
        write(sql, left)
    })?;
    // An older build may have laid it aside.
    memory.tables.set(false);
    memory.opened.set(None);
    live::end(state);
    Ok(())
}
