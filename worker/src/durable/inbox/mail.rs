//! The relay's mails: what is queued, and what the alarm sends.

mod content;
mod letter;
mod notify;
mod settings;

pub(super) use notify::notify;
pub(super) use settings::{put_settings, settings, test};

use self::{
    content::{About, says, way},
    letter::{Head, Letter},
    settings::Settings,
};
use super::{Here, socket};
use crate::{
    durable::{
        now, now_ms,
        sql::{Row, Sql, Value, atomically, int, json},
    },
    fault::Fault,
    mail::{
        duty::Duty,
        queue::{self, Kind, Next, Queue, Waiting, Warning},
    },
    random,
    reminders::Reminder,
};
use einwurf_protocol::{
    api::staff::MailHealth, codec::to_base64url, problem::Code, settings::LegalFacts, time::Timestamp,
};

/// A mail that failed before is tried again soon when there is more to tell, whatever its back-off says.
const SOON_MS: u64 = 60_000;

/// Queues a mail, or joins the one that waits and is not on its way yet; nothing without a sender. To be called inside the
/// transaction that stores the announcement.
pub(super) fn queue(here: &Here<'_>, sql: &Sql) -> Result<(), Fault> {
    if Settings::read(here)?.account(here).is_none() {
        return Ok(());
    }
    let (now, delay) = (now_ms(), here.config.mail_delay);
    let on_its_way = here.memory.sending.borrow().clone().unwrap_or_default();
    let gathering = "SELECT id FROM queue WHERE kind = ? AND id <> ?";
    if let Some(row) = sql.row(gathering, vec![json(&Kind::Waiting)?, on_its_way.into()])? {
        let soon = int(now.saturating_add(delay.max(SOON_MS)));
        return sql.run("UPDATE queue SET due = MIN(due, ?) WHERE id = ?", vec![soon, row.text(0)?.into()]);
    }
    let id = to_base64url(&random::bytes::<16>());
    insert(sql, &id, (Kind::Waiting, None), (now, delay))
}

/// A mail that was queued before is left as it is.
fn insert(
    sql: &Sql,
    id: &str,
    (kind, about): (Kind, Option<&str>),
    (now, delay): (u64, u64),
) -> Result<(), Fault> {
    let due = int(now.saturating_add(delay));
    let insert = "INSERT OR IGNORE INTO queue (id, kind, about, queued, attempts, due, remaining, reason)
                  VALUES (?, ?, ?, ?, 0, ?, NULL, '')";
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

/// Every mail that is due.
pub(super) async fn deliver(here: &Here<'_>) -> Result<(), Fault> {
    let query =
        "SELECT id, kind, queued, attempts, remaining, about FROM queue WHERE due <= ? ORDER BY queued";
    for row in here.sql.rows(query, vec![int(now_ms())])? {
        let id = row.text(0)?.to_owned();
        here.memory.sending.replace(Some(id.clone()));
        let tried = attempt(here, &id, &row).await;
        here.memory.sending.replace(None);
        tried?;
    }
    Ok(())
}

fn mail_of(row: &Row) -> Result<(Kind, Waiting), Fault> {
    let remaining = if row.is_null(4) { None } else { Some(row.json(4)?) };
    let attempts = u32::try_from(row.int(3)?).unwrap_or(u32::MAX);
    Ok((row.json(1)?, Waiting { queued: row.int(2)?, attempts, remaining }))
}

async fn attempt(here: &Here<'_>, id: &str, row: &Row) -> Result<(), Fault> {
    let (kind, mail) = mail_of(row)?;
    let settings = Settings::read(here)?;
    let head = Head::read(here)?;
    let about = if row.is_null(5) { None } else { About::read(here, &kind, row.text(5)?)? };
    // Read in the meantime, a fresh stock, or switched off: nothing is left to say.
    let says = says(here, &kind, about.as_ref(), &head)?;
    let (Some(says), Some((account, recipients))) = (says, way(here, &settings, &kind)?) else {
        return here.sql.run("DELETE FROM queue WHERE id = ?", vec![id.into()]);
    };
    let recipients = mail.remaining.clone().unwrap_or(recipients);
    let letter = Letter { account, recipients, register: settings.register, id };
    let outcome = socket::send(letter.saying(here, &head, says)?).await;
    settle(here, id, queue::after(&mail, outcome, now_ms()))
}

fn settle(here: &Here<'_>, id: &str, next: Next) -> Result<(), Fault> {
    let at = int(now().0);
    let remove = ("DELETE FROM queue WHERE id = ?", vec![Value::from(id)]);
    let sent = ("UPDATE mail SET sent = ?", vec![at.clone()]);
    let failed = |reason: String| ("UPDATE mail SET failed = ?, reason = ?", vec![at.clone(), reason.into()]);
    let statements = match next {
        Next::Sent => vec![remove, sent],
        Next::SentInPart { reason } => vec![remove, sent, failed(reason)],
        Next::Failed { reason } => vec![remove, failed(reason)],
        Next::Retry { due, remaining, reason } => {
            let remaining = remaining.map(|remaining| json(&remaining)).transpose()?.unwrap_or(Value::Null);
            let update =
                "UPDATE queue SET attempts = attempts + 1, due = ?, remaining = ?, reason = ? WHERE id = ?";
            vec![(update, vec![int(due), remaining, reason.into(), id.into()])]
        }
    };
    atomically(here.state, |sql| {
        statements.into_iter().try_for_each(|(query, values)| sql.run(query, values))
    })
}

/// For `GET /v1/inbox/health`.
pub(super) fn health(here: &Here<'_>) -> Result<MailHealth, Fault> {
    let configured = Settings::read(here)?.account(here).is_some();
    let row = here.sql.row("SELECT sent, failed, reason FROM mail", Vec::new())?.ok_or(Code::NotFound)?;
    let time =
        |column| if row.is_null(column) { Ok(None) } else { row.int(column).map(|at| Some(Timestamp(at))) };
    let failed = time(1)?.map(|at| Ok::<_, Fault>((at, row.text(2)?.to_owned()))).transpose()?;
    let query = "SELECT COUNT(*), MIN(queued), MIN(due), MAX(reason) FROM queue WHERE attempts > 0";
    let waiting = here.sql.row(query, Vec::new())?.filter(|row| !row.is_null(1));
    let waiting = waiting.map(|row| waiting_of(&row)).transpose()?;
    Ok(queue::health(configured, Queue { waiting, sent: time(0)?, failed }))
}

fn waiting_of(row: &Row) -> Result<(u32, Timestamp, Timestamp, String), Fault> {
    let mails = u32::try_from(row.int(0)?).unwrap_or(u32::MAX);
    let seconds = |column| row.int(column).map(|ms| Timestamp(ms / 1_000));
    Ok((mails, seconds(1)?, seconds(2)?, row.text(3)?.to_owned()))
}
