//! How often the site did not take something (`worker/src/refusals.rs`): by the hour, for a week, without anything of whom it
//! came from.

use super::{Here, Incoming};
use crate::{
    durable::{argument, now, now_ms, sql::int},
    fault::Fault,
    refusals::{Refusals, is_due},
};
use einwurf_protocol::api::staff::{Refused, Why};
use std::cell::Cell;

/// Counts of an hour.
pub(super) const SCHEMA: [&str; 1] = ["CREATE TABLE refusals (hour INTEGER NOT NULL, why INTEGER NOT NULL,
       count INTEGER NOT NULL, PRIMARY KEY (hour, why)) WITHOUT ROWID"];

/// Hours that are kept.
const WEEK: u64 = 7 * 24;

/// What is not written yet, and when something was written last, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Counting {
    counted: Cell<Refusals>,
    kept: Cell<u64>,
}

/// One more.
pub(super) fn add(here: &Here<'_>, why: Why) {
    let mut counted = here.memory.refusals.counted.get();
    counted.add(why);
    here.memory.refusals.counted.set(counted);
}

/// What another part of the relay counted, if it says so.
pub(super) fn heard(here: &Here<'_>, request: &Incoming) {
    if let Some(more) = request.header(argument::REFUSED) {
        let mut counted = here.memory.refusals.counted.get();
        counted.join(Refusals::read(&more));
        here.memory.refusals.counted.set(counted);
    }
}

/// Writes what was counted, if a minute has passed. A storage that is full is told by what has to be written, not by this.
pub(super) fn keep(here: &Here<'_>) {
    let Counting { counted, kept } = &here.memory.refusals;
    if is_due(&counted.get(), kept.get(), now_ms()) {
        write(here).ok();
    }
}

/// Whoever counts first in an hour begins its row; hours that are over, or that a clock made up that was set back, are gone.
fn write(here: &Here<'_>) -> Result<(), Fault> {
    let Counting { counted, kept } = &here.memory.refusals;
    kept.set(now_ms());
    let hour = now().0 / 3_600;
    let old = "DELETE FROM refusals WHERE hour <= ? OR hour > ?";
    here.sql.run(old, vec![int(hour.saturating_sub(WEEK)), int(hour)])?;
    let more =
        "INSERT INTO refusals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count";
    for (why, count) in counted.take().each() {
        here.sql.run(more, vec![int(hour), int(why as u64), int(count.into())])?;
    }
    Ok(())
}

/// What a member sees. What is in memory counts at once.
pub(super) fn of(here: &Here<'_>) -> Result<Vec<Refused>, Fault> {
    if !here.memory.refusals.counted.get().is_empty() {
        write(here)?;
    }
    let hour = now().0 / 3_600;
    let query = "SELECT why, SUM(CASE WHEN hour > ? THEN count ELSE 0 END), SUM(count) FROM refusals
        WHERE hour > ? AND hour <= ? GROUP BY why";
    let since = |hours: u64| int(hour.saturating_sub(hours));
    let rows = here.sql.rows(query, vec![since(24), since(WEEK), int(hour)])?;
    let refused = |row: &crate::durable::sql::Row| {
        let why = Why::ALL.into_iter().find(|why| row.int(0).is_ok_and(|stored| stored == *why as u64));
        let why = why.ok_or(Fault::Internal("a refusal"))?;
        Ok(Refused { why, day: row.int(1)?, week: row.int(2)? })
    };
    rows.iter().map(refused).collect()
}
