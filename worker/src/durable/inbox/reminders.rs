//! Reminders of conversations that nobody read for working days. Reading, finishing or answering ends them.

use super::{Here, mail};
use crate::{
    durable::{
        now,
        sql::{Sql, Value, int},
    },
    fault::Fault,
    reminders::{Reminder, TOGETHER_SECONDS},
};
use einwurf_protocol::time::Timestamp;

/// Conversations that wait for members and may be spoken of, at a time and after so many reminders. Nothing of an erased
/// one is unread.
const WAITING: &str =
    "FROM conversations WHERE events > read AND done = 0 AND restricted IS NULL AND deleted > ?1";

fn values(at: Timestamp, reminded: u64) -> Vec<Value> {
    vec![int(at.0), int(reminded)]
}

/// Since when that one waits of which the next reminder is the first to be due.
fn oldest(sql: &Sql, reminder: Reminder) -> Result<Option<Timestamp>, Fault> {
    let query = format!("SELECT MIN(waiting) {WAITING} AND reminded = ?2");
    let row = sql.row(&query, values(now(), reminder.count().saturating_sub(1)))?;
    row.filter(|row| !row.is_null(0)).map(|row| row.int(0).map(Timestamp)).transpose()
}

/// When the next reminder is due.
pub(super) fn next(sql: &Sql) -> Result<Option<Timestamp>, Fault> {
    let due = |reminder: Reminder| Ok(oldest(sql, reminder)?.map(|since| reminder.due(since)));
    let due = Reminder::ALL.map(due).into_iter().collect::<Result<Vec<_>, Fault>>()?;
    Ok(due.into_iter().flatten().min())
}

/// Queues the reminders whose time has come, one mail of a kind for all that come due soon. Without a sender they stay
/// due. To be called inside a transaction.
pub(super) fn remind(here: &Here<'_>, sql: &Sql, now: Timestamp) -> Result<(), Fault> {
    for reminder in Reminder::ALL {
        let due = oldest(sql, reminder)?.is_some_and(|since| reminder.is_due(since, now));
        if due && mail::remind_of_unread(here, sql, reminder)? {
            reminded(sql, reminder, now.plus(TOGETHER_SECONDS))?;
        }
    }
    Ok(())
}

/// Whatever comes due until then was reminded of.
fn reminded(sql: &Sql, reminder: Reminder, until: Timestamp) -> Result<(), Fault> {
    let query = format!("SELECT id, waiting {WAITING} AND reminded = ?2");
    for row in sql.rows(&query, values(now(), reminder.count().saturating_sub(1)))? {
        if reminder.is_due(Timestamp(row.int(1)?), until) {
            let update = "UPDATE conversations SET reminded = ? WHERE id = ?";
            sql.run(update, vec![int(reminder.count()), row.value(0)])?;
        }
    }
    Ok(())
}

/// How many conversations a reminder is about, and since when the oldest waits; none if there is nothing left to say.
pub(super) fn waiting(sql: &Sql, reminder: Reminder) -> Result<Option<(u32, Timestamp)>, Fault> {
    let query = format!("SELECT COUNT(*), MIN(waiting) {WAITING} AND reminded >= ?2");
    let row = sql.row(&query, values(now(), reminder.count()))?;
    let row = row.filter(|row| !row.is_null(1));
    row.map(|row| Ok((u32::try_from(row.int(0)?).unwrap_or(u32::MAX), Timestamp(row.int(1)?)))).transpose()
}
