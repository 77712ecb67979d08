//! Webhooks of the site: where they are, what is to be told, and the deliveries.

mod deliver;
mod log;
mod news;
mod settings;

pub(super) use deliver::deliver;
pub(super) use log::{again, log};
pub(super) use news::{announced, erased, forgotten};
pub(super) use settings::{end, list, put, secret, test};

use crate::{
    durable::sql::{Row, Sql, int},
    fault::Fault,
};
use einwurf_protocol::{
    api::{staff::WebhookHealth, webhooks::Tried},
    limits::{DELIVERIES, DELIVERY_DAYS},
    time::{DAY, Timestamp},
};

/// Tables. Of a webhook: `failures` in a row, `failing` since the first of them, no try before `paused` (milliseconds); its number is the order in which they
/// were made. `hook_news` are conversations with events that no delivery was made of yet, from position `seen` to before
/// `events`. A delivery that has ended has no `due`; `queued` and `due` are in milliseconds.
pub(super) const SCHEMA: [&str; 6] = [
    "CREATE TABLE hooks (n INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, url TEXT NOT NULL, types TEXT NOT NULL, active INTEGER NOT NULL,
       secrets BLOB NOT NULL, failures INTEGER NOT NULL DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0, failing INTEGER,
       gone INTEGER, tried TEXT)",
    "CREATE TABLE hook_news (conversation TEXT PRIMARY KEY, cid BLOB NOT NULL, seen INTEGER NOT NULL, events INTEGER NOT NULL,
       attempts INTEGER NOT NULL, due INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE deliveries (n INTEGER PRIMARY KEY AUTOINCREMENT, hook BLOB NOT NULL, id TEXT NOT NULL, occasion TEXT NOT NULL,
       conversation TEXT, cid BLOB, seq INTEGER, detail TEXT, at INTEGER NOT NULL, queued INTEGER NOT NULL,
       standing TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER, tried TEXT, UNIQUE (hook, id))",
    "CREATE INDEX deliveries_due ON deliveries (hook, due) WHERE due IS NOT NULL",
    "CREATE INDEX deliveries_ended ON deliveries (queued) WHERE due IS NULL",
    "CREATE INDEX deliveries_of ON deliveries (conversation)",
];

/// When something is to be done next, in milliseconds.
pub(super) const NEXT: &str = "(SELECT MIN(at) FROM (SELECT MIN(due) AS at FROM hook_news UNION ALL
    SELECT MAX(paused, (SELECT MIN(due) FROM deliveries WHERE hook = hooks.id AND due IS NOT NULL)) FROM hooks WHERE active = 1))";

/// Everything that waits for a webhook is tried now.
const FORWARD: &str = "UPDATE deliveries SET due = ? WHERE hook = ? AND due IS NOT NULL";

/// Deliveries that have ended and are too old or too many are forgotten. To be called inside the transaction of the upkeep.
pub(super) fn forget_old(sql: &Sql, now: Timestamp) -> Result<(), Fault> {
    let old = now.minus(DELIVERY_DAYS * DAY).0.saturating_mul(1_000);
    sql.run("DELETE FROM deliveries WHERE due IS NULL AND queued <= ?", vec![int(old)])?;
    let many = "DELETE FROM deliveries WHERE due IS NULL AND n <=
                (SELECT n FROM deliveries WHERE due IS NULL ORDER BY n DESC LIMIT 1 OFFSET ?)";
    sql.run(many, vec![int(DELIVERIES)])
}

/// Those that fail, and those that were switched off since their server said that it is gone: how many, and since when.
pub(super) fn failing(sql: &Sql) -> Result<Option<WebhookHealth>, Fault> {
    let query = "SELECT COUNT(since), MIN(since) FROM
                 (SELECT CASE WHEN active = 1 THEN failing ELSE gone END AS since FROM hooks)";
    let row = sql.row(query, Vec::new())?.filter(|row| !row.is_null(1));
    let health = |row: Row| {
        let failing = u32::try_from(row.int(0)?).unwrap_or(u32::MAX);
        Ok(WebhookHealth { failing, since: Timestamp(row.int(1)?) })
    };
    row.map(health).transpose()
}

/// A try as it is stored.
fn tried_of(row: &Row, column: usize) -> Result<Option<Tried>, Fault> {
    if row.is_null(column) { Ok(None) } else { row.json(column).map(Some) }
}

/// Milliseconds as seconds, rounded up: nothing is said to happen before it does.
fn seconds(ms: u64) -> Timestamp {
    Timestamp(ms.div_ceil(1_000))
}
