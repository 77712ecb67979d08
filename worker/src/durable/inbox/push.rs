//! Pushes to devices of staff (`docs/protocol.md` section 26): which devices want them, which are told of a message, and
//! the sending. What is stored of a device lies under the storage secret, since an endpoint is a device's name elsewhere.

mod deliver;
mod settings;

pub(super) use deliver::deliver;
pub(super) use settings::{allow, end, show, subscribe};

use super::{Here, live, mail, session::Member};
use crate::{
    durable::{
        now, now_ms,
        sql::{Row, Sql, Value, blob, int},
    },
    fault::Fault,
    push::{due, vapid::Key},
    random,
    vault::What,
};
use einwurf_protocol::api::staff::MailWish;

/// Tables. A subscription ends with its session. `told`: when its device was told, unless its member has looked since; what
/// waits has a `due`, `queued` is since when; all in milliseconds.
pub(super) const SCHEMA: [&str; 3] = [
    "CREATE TABLE push (id INTEGER PRIMARY KEY CHECK (id = 1), allowed INTEGER NOT NULL, key BLOB NOT NULL)",
    "CREATE TABLE push_devices (session BLOB PRIMARY KEY REFERENCES sessions (hash) ON DELETE CASCADE,
       member BLOB NOT NULL, device BLOB NOT NULL, subscription BLOB NOT NULL, at INTEGER NOT NULL, told INTEGER,
       queued INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, due INTEGER) WITHOUT ROWID",
    "CREATE INDEX push_due ON push_devices (due) WHERE due IS NOT NULL",
];

/// When something is to be sent next, in milliseconds.
pub(super) const NEXT: &str = "(SELECT MIN(due) FROM push_devices)";

/// A message is announced: devices are to be told that were not told lately, in quiet hours when they are over. To be called
/// inside the transaction that stores it.
pub(super) fn announced(here: &Here<'_>, sql: &Sql) -> Result<(), Fault> {
    // What was put off by a clock that was ahead is put off no longer.
    let query = "SELECT session, push_devices.member, told, wish FROM push_devices
                 LEFT JOIN mail_wishes ON mail_wishes.member = push_devices.member WHERE due IS NULL OR queued > ?";
    let now = now_ms();
    let devices = sql.rows(query, vec![int(now)])?;
    if devices.is_empty() {
        return Ok(());
    }
    let present = live::present(here)?;
    for device in &devices {
        let told = if device.is_null(2) { None } else { Some(device.int(2)?) };
        if let Some(at) = due(now, told, present.contains(&device.array(1)?)) {
            let update = "UPDATE push_devices SET queued = ?, attempts = 0, due = ? WHERE session = ?";
            sql.run(update, vec![int(now), int(awake(device, 3, at)?), device.value(0)])?;
        }
    }
    Ok(())
}

/// The first moment from `at` on that is not in the quiet hours of the wish in this column.
fn awake(row: &Row, wish: usize, at: u64) -> Result<u64, Fault> {
    let wish: Option<MailWish> = if row.is_null(wish) { None } else { Some(row.json(wish)?) };
    Ok(mail::awake(wish.as_ref(), at))
}

/// A member looks at what there is: what waits for their devices is no news any more, and the next message is.
pub(super) fn looked(sql: &Sql, member: &Member) -> Result<(), Fault> {
    let update = "UPDATE push_devices SET due = NULL, told = NULL
                  WHERE member = ? AND (due IS NOT NULL OR told IS NOT NULL)";
    sql.run(update, vec![blob(&member.id.0)])
}

/// The site's key pair, drawn when somebody asks for the first time. It stays: browsers are subscribed with it.
fn key(here: &Here<'_>) -> Result<Key, Fault> {
    let stored = here.sql.row("SELECT key FROM push", Vec::new())?;
    let bytes = match &stored {
        Some(row) => here.open(What::PushKey, row.blob(0)?)?,
        None => random::bytes::<32>().to_vec(),
    };
    let key = Key::from_bytes(&bytes).ok_or(Fault::Internal("push key"))?;
    if stored.is_none() {
        let closed = blob(&here.close(What::PushKey, &bytes)?);
        here.sql.run("INSERT INTO push VALUES (1, 0, ?)", vec![closed])?;
    }
    Ok(key)
}

/// Subscriptions of sessions that are over end, whoever ended them, and whenever the sessions are cleared away.
fn forget_ended(sql: &Sql) -> Result<(), Fault> {
    let ended = "DELETE FROM push_devices WHERE session NOT IN (SELECT hash FROM sessions WHERE expires > ?)";
    sql.run(ended, vec![int(now().0)])
}

/// A row's session, for statements.
fn session(row: &Row) -> Value {
    row.value(0)
}
