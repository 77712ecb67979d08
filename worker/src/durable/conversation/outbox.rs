//! The alarm: erases what has reached its date, delivers what the conversation owes, and gets erased bytes out of the
//! raw storage.

use super::{
    super::{
        Namespace, Reply,
        call::{Call, succeed},
        log, now, now_ms,
        sql::{Row, Sql, Value, atomically, int, storage},
    },
    Memory, aside,
    flush::flush,
    keep::{Keeper, summary},
    live,
    meta::Meta,
    rewrite::{remove, rewrite},
    schema::TABLES,
};
use crate::{
    address::ObjectId,
    fault::Fault,
    lifetime::next_alarm,
    outbox::{Parcel, Summary, backoff_ms, gather_ms, latest},
};
use einwurf_protocol::precedence::Standing;
use std::{cell::Cell, time::Duration};
use worker::{Env, State};

/// Knows when the alarm is set for, and when something was delivered last, in milliseconds; and whether the alarm was asked
/// for since the object came into memory. Forgetting it, as after a restart, costs a needless setting and a delivery that is
/// early.
#[derive(Debug)]
pub(super) struct Wake {
    set: Cell<u64>,
    delivered: Cell<Option<u64>>,
    asked: Cell<bool>,
}

impl Default for Wake {
    fn default() -> Self {
        Self { set: Cell::new(NEVER), delivered: Cell::new(None), asked: Cell::new(false) }
    }
}

/// The alarm is not known to be set for soon.
const NEVER: u64 = u64::MAX;

impl Wake {
    /// Has the alarm go off soon. One that is set for later was set before the clock went back.
    pub(super) async fn soon(&self, state: &State) -> Result<(), Fault> {
        let now = now_ms();
        let wait = gather_ms(self.delivered.get(), now);
        if self.is_set_within(wait, now) {
            return Ok(());
        }
        self.set.set(now.saturating_add(wait));
        self.asked.set(true);
        let set = set_alarm(state, wait).await;
        if set.is_err() {
            self.set.set(NEVER);
        }
        set
    }

    fn is_set_within(&self, wait: u64, now: u64) -> bool {
        self.set.get() <= now.saturating_add(wait)
    }

    /// Once after the object came into memory: what it still owes is delivered soon. Its alarm may be set for when the clock
    /// will be where it was before it went back.
    pub(super) async fn anew(&self, state: &State) -> Result<(), Fault> {
        if self.asked.replace(true) || !Sql::of(state).has("outbox")? || owed_at(state)?.is_none() {
            return Ok(());
        }
        self.soon(state).await
    }
}

pub(super) async fn set_alarm(state: &State, in_ms: u64) -> Result<(), Fault> {
    state.storage().set_alarm(Duration::from_millis(in_ms)).await.map_err(storage)
}

/// The alarm.
///
/// 1. Erase what has reached its date.
/// 2. Deliver what is due; whatever was not taken waits longer. What became of all of it is one commit, with the alarm.
/// 3. Nothing left and nothing owed: remove the storage itself.
/// 4. What was erased leaves the raw storage.
/// 5. Set the next alarm, unless it is set.
pub(super) async fn deliver(state: &State, env: &Env, memory: &Memory) -> Result<Reply, Fault> {
    if aside::bring(state, env, memory).await? {
        return Ok(Reply::empty());
    }
    TABLES.follow(state, &memory.tables)?;
    let wake = &memory.wake;
    // Whatever is owed from now on needs an alarm of its own.
    wake.set.set(NEVER);
    let Some(meta) = Meta::read(&Sql::of(state))? else { return Ok(Reply::empty()) };
    // 1
    dates(state, &meta)?;
    // 2
    if attempt(state, env, &meta).await? {
        wake.delivered.set(Some(now_ms()));
    }
    // Others may have written while this was delivered: what is there is read now, and nothing is awaited before it is
    // removed or rewritten.
    let Some(meta) = Meta::read(&Sql::of(state))? else { return Ok(Reply::empty()) };
    let owed = owed_at(state)?;
    // 3
    if now() >= meta.end() && owed.is_none() {
        memory.opened.set(None);
        remove(state).await?;
        return Ok(Reply::empty());
    }
    // 4
    clean((state, env, memory), &meta, owed.is_some()).await?;
    // 5
    // Who wrote meanwhile has set it for soon, and then all dates are looked at again.
    if wake.is_set_within(gather_ms(wake.delivered.get(), now_ms()), now_ms()) {
        return Ok(Reply::empty());
    }
    let Some(meta) = Meta::read(&Sql::of(state))? else { return Ok(Reply::empty()) };
    let next = next_alarm(owed_at(state)?, meta.rewrite, &meta.facts(), now());
    // Whoever set it for soon meanwhile, for what was delivered by now, has it no more.
    wake.set.set(NEVER);
    set_alarm(state, next.saturating_sub(now_ms())).await?;
    Ok(Reply::empty())
}

/// When the next parcel is due. One that is due later than any wait lasts is left from before the clock went back.
fn owed_at(state: &State) -> Result<Option<u64>, Fault> {
    let query = "SELECT MIN(CASE WHEN due > ? THEN 0 ELSE due END) FROM outbox";
    let next = Sql::of(state).row(query, vec![int(latest(now_ms()))])?;
    next.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()
}

/// Carries out what a date decides: the end of all, or of the hold that kept a withdrawn conversation. Content goes at
/// once, whether or not anybody can be told. Says whether there was something to do.
fn dates(state: &State, meta: &Meta) -> Result<bool, Fault> {
    let (id, now) = (state.id().to_string(), now());
    let ended = atomically(state, |sql| {
        let keeper = Keeper { sql, id: &id, now };
        let any = |query| sql.row(query, Vec::new()).map(|row| row.is_some());
        if now >= meta.end() {
            let left = any("SELECT 1 FROM events LIMIT 1")?;
            return if left { keeper.expire(meta.clone()).map(|()| true) } else { Ok(false) };
        }
        let readable =
            any("SELECT 1 FROM events LEFT JOIN erased USING (seq) WHERE erased.seq IS NULL LIMIT 1")?;
        let over = meta.facts().decide(now).standing == Standing::Erase;
        if over && readable { keeper.end(meta.clone()).map(|()| true) } else { Ok(false) }
    })?;
    if ended {
        live::end(state);
    }
    Ok(ended)
}

/// Somebody asked in vain: if it was because the end has come, that is carried out, whether or not the alarm was in time.
pub(super) async fn over(state: &State, wake: &Wake) -> Result<(), Fault> {
    match Meta::read(&Sql::of(state))? {
        Some(meta) if now() >= meta.end() && dates(state, &meta)? => wake.soon(state).await,
        _ => Ok(()),
    }
}

/// Gets erased bytes out of the raw storage, if there are any: those of a whole conversation once everything is delivered
/// or has had its time, parts at once. What a hold keeps of one that has ended is not to be lost with them.
async fn clean((state, env, memory): (&State, &Env, &Memory), meta: &Meta, owes: bool) -> Result<(), Fault> {
    let Some(latest) = meta.rewrite else { return Ok(()) };
    if meta.is_readable(now()) {
        flush(state).await
    } else if !owes || now() >= latest {
        rewrite(state, env, memory, meta.end()).await
    } else {
        Ok(())
    }
}

/// A parcel that is owed.
struct Owed {
    id: u64,
    /// As it is stored: an announcement is replaced where it lies, and what was not sent is not delivered.
    text: Value,
    parcel: Parcel,
    attempts: u64,
    is_due: bool,
}

impl Owed {
    fn of(row: &Row) -> Result<Self, Fault> {
        let is_due = row.int(3)? != 0;
        Ok(Self { id: row.int(0)?, text: row.value(1), parcel: row.json(1)?, attempts: row.int(2)?, is_due })
    }
}

/// What became of a parcel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Failed,
    /// It was not tried.
    Waits,
}

/// Tries everything that is due; whether anything was. Records are about one chain of grants and ends: none overtakes an
/// older one. What became of them is written when all were tried.
async fn attempt(state: &State, env: &Env, meta: &Meta) -> Result<bool, Fault> {
    let query = "SELECT id, parcel, attempts, due <= ?1 OR due > ?2 FROM outbox ORDER BY id";
    let rows = Sql::of(state).rows(query, vec![int(now_ms()), int(latest(now_ms()))])?;
    let owed = rows.iter().map(Owed::of).collect::<Result<Vec<_>, _>>()?;
    if !owed.iter().any(|owed| owed.is_due) {
        return Ok(false);
    }
    let (mut fates, mut behind) = (Vec::with_capacity(owed.len()), false);
    for owed in &owed {
        let ordered = owed.parcel.is_ordered();
        let waits = !owed.is_due || (behind && ordered);
        let fate = if waits { Fate::Waits } else { tried(send((state, env), meta, &owed.parcel).await) };
        behind |= ordered && fate != Fate::Taken;
        fates.push(fate);
    }
    // Nothing is awaited from here on until the alarm is set.
    let sql = Sql::of(state);
    owed.into_iter().zip(fates).try_for_each(|(owed, fate)| settle(&sql, owed, fate))?;
    Ok(true)
}

fn tried(sent: Result<(), Fault>) -> Fate {
    match sent {
        Ok(()) => Fate::Taken,
        Err(fault) => {
            log(&format!("outbox: {fault}"));
            Fate::Failed
        }
    }
}

/// Writes what became of a parcel. A record that waits for an older one is due with it.
fn settle(sql: &Sql, owed: Owed, fate: Fate) -> Result<(), Fault> {
    let Owed { id, text, parcel, attempts, is_due } = owed;
    match fate {
        Fate::Taken => sql.run("DELETE FROM outbox WHERE id = ? AND parcel = ?", vec![int(id), text]),
        Fate::Failed => {
            let attempts = attempts.saturating_add(1);
            let wait = backoff_ms(u32::try_from(attempts).unwrap_or(u32::MAX));
            let update = "UPDATE outbox SET attempts = ?, due = ? WHERE id = ? AND parcel = ?";
            sql.run(update, vec![int(attempts), int(now_ms().saturating_add(wait)), int(id), text])
        }
        Fate::Waits if is_due => {
            let update = "UPDATE outbox SET due = (SELECT MAX(due) FROM outbox WHERE kind = ?1 AND id < ?2)
                          WHERE id = ?2";
            sql.run(update, vec![parcel.kind().into(), int(id)])
        }
        Fate::Waits => Ok(()),
    }
}

/// An announcement tells what there is now: messages may have come since it was owed.
async fn send((state, env): (&State, &Env), meta: &Meta, parcel: &Parcel) -> Result<(), Fault> {
    let (namespace, object, call): (_, ObjectId, _) = match parcel {
        Parcel::Announce(summary) => {
            let newest = present(state)?;
            let summary = newest.as_ref().unwrap_or(summary);
            (Namespace::Inbox, meta.inbox, Call::new("announce").json(summary)?)
        }
        Parcel::Erased(erased) => (Namespace::Inbox, meta.inbox, Call::new("erased").json(erased)?),
        Parcel::Forget { .. } => (Namespace::Inbox, meta.inbox, Call::new("forget").json(parcel)?),
        Parcel::Record(note) => (Namespace::Proof, meta.proof, Call::new("record").json(note)?),
    };
    succeed(env, namespace, object, call).await.map(drop)
}

/// What is to be announced at this moment, unless the tables are gone.
fn present(state: &State) -> Result<Option<Summary>, Fault> {
    let sql = Sql::of(state);
    let meta = Meta::read(&sql)?;
    meta.map(|meta| summary(&sql, &state.id().to_string(), &meta)).transpose()
}
