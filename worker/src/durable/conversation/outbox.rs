//! Delivers what a conversation owes, and erases it on its deletion date.

use super::{
    super::{
        Namespace, Reply,
        call::{Call, succeed},
        log, now, now_ms,
        sql::{Row, Sql, atomically, int, storage},
    },
    store::{Meta, Store, owe},
};
use crate::{
    address::ObjectId,
    fault::Fault,
    outbox::{Parcel, backoff_ms, next_alarm},
};
use std::{cell::Cell, time::Duration};
use worker::{Env, State};

/// Events that come so soon after each other are announced together.
const SOON_MS: u64 = 50;

/// Knows whether the alarm is set for soon already. Forgetting it, as after a restart, costs a needless setting.
#[derive(Debug, Default)]
pub(super) struct Wake(Cell<bool>);

impl Wake {
    /// Has the alarm go off soon.
    pub(super) async fn soon(&self, state: &State) -> Result<(), Fault> {
        if self.0.replace(true) {
            return Ok(());
        }
        let set = set_alarm(state, SOON_MS).await;
        if set.is_err() {
            self.0.set(false);
        }
        set
    }
}

async fn set_alarm(state: &State, in_ms: u64) -> Result<(), Fault> {
    state.storage().set_alarm(Duration::from_millis(in_ms)).await.map_err(storage)
}

/// The alarm.
///
/// 1. Erase what has reached its deletion date.
/// 2. Deliver what is due; whatever was not taken waits longer.
/// 3. Nothing owed and nothing left: remove the storage itself.
/// 4. Else set the next alarm.
pub(super) async fn deliver(state: &State, env: &Env, wake: &Wake) -> Result<Reply, Fault> {
    // Whatever is owed from now on needs an alarm of its own.
    wake.0.set(false);
    let Some(meta) = Store::of(state).meta()? else { return Ok(Reply::empty()) };
    // 1
    let over = now() >= meta.deleted;
    if over {
        erase(state)?;
    }
    // 2
    let due = Sql::of(state)
        .rows("SELECT id, parcel, attempts FROM outbox WHERE due <= ? ORDER BY id", vec![int(now_ms())])?;
    for row in &due {
        attempt(state, env, &meta, row).await?;
    }
    // 3
    let next = Sql::of(state).row("SELECT MIN(due) FROM outbox", Vec::new())?;
    let next = next.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()?;
    if over && next.is_none() {
        state.storage().delete_all().await.map_err(storage)?;
        return Ok(Reply::empty());
    }
    // 4
    let deleted = Store::of(state).meta()?.map(|meta| meta.deleted).filter(|_| !over);
    if let Some(at) = next_alarm(next, deleted) {
        set_alarm(state, at.saturating_sub(now_ms())).await?;
    }
    Ok(Reply::empty())
}

/// Payloads and grants go first and at once, whether or not the inbox can be told.
fn erase(state: &State) -> Result<(), Fault> {
    let forget = Parcel::Forget { conversation: state.id().to_string() };
    atomically(state, |sql| {
        if sql.row("SELECT 1 FROM events LIMIT 1", Vec::new())?.is_none() {
            return Ok(());
        }
        for table in ["events", "grants"] {
            sql.run(&format!("DELETE FROM {table}"), Vec::new())?;
        }
        owe(sql, &forget)
    })
}

async fn attempt(state: &State, env: &Env, meta: &Meta, row: &Row) -> Result<(), Fault> {
    let (id, attempts) = (row.int(0)?, row.int(2)?);
    let sent = send(env, meta, &row.json(1)?).await;
    let sql = Sql::of(state);
    match sent {
        Ok(()) => sql.run("DELETE FROM outbox WHERE id = ?", vec![int(id)]),
        Err(fault) => {
            log(&format!("outbox: {fault}"));
            let attempts = attempts.saturating_add(1);
            let wait = backoff_ms(u32::try_from(attempts).unwrap_or(u32::MAX));
            let update = "UPDATE outbox SET attempts = ?, due = ? WHERE id = ?";
            sql.run(update, vec![int(attempts), int(now_ms().saturating_add(wait)), int(id)])
        }
    }
}

async fn send(env: &Env, meta: &Meta, parcel: &Parcel) -> Result<(), Fault> {
    let (namespace, object, call): (_, ObjectId, _) = match parcel {
        Parcel::Announce(summary) => (Namespace::Inbox, meta.inbox, Call::new("announce").json(summary)?),
        Parcel::Forget { .. } => (Namespace::Inbox, meta.inbox, Call::new("forget").json(parcel)?),
        Parcel::Record(note) => (Namespace::Proof, meta.proof, Call::new("record").json(note)?),
    };
    succeed(env, namespace, object, call).await.map(drop)
}
