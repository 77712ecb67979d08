//! The relay's mails: what is queued, and what the alarm sends.

mod content;
mod deliver;
mod health;
mod letter;
mod notify;
mod settings;
mod wishes;

pub(super) use deliver::deliver;
pub(super) use health::{health, next, retry};
pub(super) use notify::notify;
pub(super) use settings::{put_settings, settings, test};
pub(super) use wishes::{SCHEMA, awake, put_wish, readers};

use self::{content::way, settings::Settings};
use super::Here;
use crate::{
    durable::{
        now_ms,
        sql::{Sql, Value, int, json},
    },
    fault::Fault,
    mail::{
        duty::Duty,
        queue::{Kind, Warning},
        wishes::When,
    },
    random,
    reminders::Reminder,
};
use einwurf_protocol::{codec::to_base64url, settings::LegalFacts, time::Timestamp};

/// A mail that failed before is tried again soon when there is more to tell, whatever its back-off says.
const SOON_MS: u64 = 60_000;

/// Queues a mail that messages wait, or joins those that wait and are not on their way yet: one for everybody who is told at
/// once, and one for each who gathers them or has quiet hours. Nothing without a sender. To be called inside the
/// transaction that stores the announcement.
pub(super) fn queue(here: &Here<'_>, sql: &Sql) -> Result<(), Fault> {
    let settings = Settings::read(here)?;
    if settings.account(here).is_none() {
        return Ok(());
    }
    let mut together = false;
    for reader in wishes::everybody(sql, &settings)? {
        match wishes::when(&reader) {
            When::Now => together = true,
            When::At(due) => alone(here, sql, &reader.address, due)?,
            When::Never => {}
        }
    }
    if !together {
        return Ok(());
    }
    let (now, delay) = (now_ms(), here.config.mail_delay);
    if let Some(id) = gathering(here, sql, None)? {
        let soon = int(now.saturating_add(delay.max(SOON_MS)));
        return sql.run("UPDATE queue SET due = MIN(due, ?) WHERE id = ?", vec![soon, id.into()]);
    }
    let id = to_base64url(&random::bytes::<16>());
    insert(sql, &id, (Kind::Waiting, None), (now, delay))
}

/// Queues a mail that messages wait for one reader; one that waits already says the same.
fn alone(here: &Here<'_>, sql: &Sql, address: &str, due: u64) -> Result<(), Fault> {
    if gathering(here, sql, Some(address))?.is_some() {
        return Ok(());
    }
    let (id, now) = (to_base64url(&random::bytes::<16>()), now_ms());
    insert(sql, &id, (Kind::Waiting, None), (now, due.saturating_sub(now)))?;
    sql.run("UPDATE queue SET recipient = ? WHERE id = ?", vec![address.into(), id.into()])
}

/// The mail that messages wait for one reader, or for everybody at once. One that is on its way does not speak for what
/// arrives now.
fn gathering(here: &Here<'_>, sql: &Sql, recipient: Option<&str>) -> Result<Option<String>, Fault> {
    let on_its_way = here.memory.sending.borrow().clone().unwrap_or_default();
    let query = "SELECT id FROM queue WHERE kind = ? AND id <> ? AND recipient IS ?";
    let recipient = recipient.map_or(Value::Null, Value::from);
    let row = sql.row(query, vec![json(&Kind::Waiting)?, on_its_way.into(), recipient])?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// A mail that was queued before is left as it is.
fn insert(
    sql: &Sql,
    id: &str,
    (kind, about): (Kind, Option<&str>),
    (now, delay): (u64, u64),
) -> Result<(), Fault> {
    let due = int(now.saturating_add(delay));
    let insert = "INSERT OR IGNORE INTO queue (id, kind, about, queued, attempts, due, reason)
                  VALUES (?, ?, ?, ?, 0, ?, '')";
    let about = about.map_or(Value::Null, Value::from);
    sql.run(insert, vec![id.into(), json(&kind)?, about, int(now), due])
}

/// Queues the mail that asks for copies of an erased conversation to be deleted. To be called inside the transaction that
/// erases its entry. Without a sender nobody can be told this way; the list shows it.
pub(super) fn ask_for_copies(here: &Here<'_>, sql: &Sql, conversation: &str) -> Result<(), Fault> {
    about(here, sql, Kind::Copies, (conversation, 0)).map(drop)
}

/// Queues a reminder of a request about rights, `round` being when it was to be sent. Says whether there is a way to send
/// it. To be called inside a transaction.
pub(super) fn remind_of_request(
    here: &Here<'_>,
    sql: &Sql,
    request: &str,
    round: u64,
) -> Result<bool, Fault> {
    about(here, sql, Kind::Due, (request, round))
}

/// Queues a daily head, if the settings say to whom. To be called inside a transaction.
pub(super) fn send_head(here: &Here<'_>, sql: &Sql, compact: &str) -> Result<(), Fault> {
    let day = content::head_of(compact)?.day;
    if about(here, sql, Kind::Head, (&day, 0))? {
        let keep = "INSERT OR IGNORE INTO heads VALUES (?, ?)";
        sql.run(keep, vec![day.as_str().into(), compact.into()])?;
    }
    Ok(())
}

/// Queues a reminder of what nobody read, unless one waits that will say the same. Says whether there is a way to send it.
/// To be called inside a transaction.
pub(super) fn remind_of_unread(here: &Here<'_>, sql: &Sql, reminder: Reminder) -> Result<bool, Fault> {
    let kind = Kind::Unread(reminder);
    if way(here, &Settings::read(here)?, &kind)?.is_none() {
        return Ok(false);
    }
    let on_its_way = here.memory.sending.borrow().clone().unwrap_or_default();
    let waits = "SELECT 1 FROM queue WHERE kind = ? AND id <> ?";
    if sql.row(waits, vec![json(&kind)?, on_its_way.into()])?.is_none() {
        let now = now_ms();
        insert(sql, &kind.id(here.id, "", now), (kind, None), (now, 0))?;
    }
    Ok(true)
}

/// Queues a mail about something, once for every round. Says whether there is a way to send it.
fn about(here: &Here<'_>, sql: &Sql, kind: Kind, (about, round): (&str, u64)) -> Result<bool, Fault> {
    if way(here, &Settings::read(here)?, &kind)?.is_none() {
        return Ok(false);
    }
    insert(sql, &kind.id(here.id, about, round), (kind, Some(about)), (now_ms(), 0))?;
    Ok(true)
}

/// Queues the announcement of the end of the stock; says whether there is anybody to tell and a way to. To be called
/// inside the transaction that remembers it.
pub(super) fn warn(here: &Here<'_>, sql: &Sql, warning: Warning) -> Result<bool, Fault> {
    let kind = Kind::StockEnd(warning);
    if way(here, &Settings::read(here)?, &kind)?.is_none() {
        return Ok(false);
    }
    // One that could not be sent yet says the same.
    let on_its_way = here.memory.sending.borrow().clone().unwrap_or_default();
    let former = "DELETE FROM queue WHERE kind LIKE '{\"stock-end\"%' AND id <> ?";
    sql.run(former, vec![on_its_way.into()])?;
    insert(sql, &warning.id(here.id), (kind, None), (now_ms(), 0))?;
    Ok(true)
}

/// Queues what the operator is to be told of the storage secret, once for each secret. To be called inside the transaction
/// of the upkeep. Without an address or a sender it stays due.
pub(super) fn remind(here: &Here<'_>, sql: &Sql, now: Timestamp) -> Result<(), Fault> {
    let query = "SELECT secret_seen, secret_told, facts FROM site, published";
    let Some(row) = sql.row(query, Vec::new())? else { return Ok(()) };
    let LegalFacts { days, .. } = row.json(2)?;
    let mut told = row.int(1)?;
    for duty in Duty::owed(Timestamp(row.int(0)?), days, here.vault().has_former(), now) {
        let kind = Kind::Secret(duty);
        if told & duty.bit() == 0 && way(here, &Settings::read(here)?, &kind)?.is_some() {
            insert(sql, &duty.id(here.id), (kind, None), (now_ms(), 0))?;
            told |= duty.bit();
        }
    }
    sql.run("UPDATE site SET secret_told = ?", vec![int(told)])
}
