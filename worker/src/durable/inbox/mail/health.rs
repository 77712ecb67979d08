//! How the mails fare, and the mail server: what is remembered of it, what staff are told, and trying it at once.

use super::{super::Reply, Here, Settings};
use crate::{
    durable::{
        inbox::upkeep,
        now, now_ms,
        sql::{Row, Sql, atomically, int, json},
    },
    fault::Fault,
    mail::{
        dialogue::Refused,
        queue::{self, Queue},
        target::{self, Target},
    },
};
use einwurf_protocol::{api::staff::MailHealth, problem::Code, time::Timestamp};

/// Staff may have the server tried this often, in seconds: whoever repairs it needs no more, and it is not to be pestered.
const RETRY_SECONDS: u64 = 10;

/// The mail server of the settings, if it did not let the relay in when it was tried last. Other settings are tried at
/// once.
pub(super) fn target(here: &Here<'_>) -> Result<Option<Target>, Fault> {
    let query = "SELECT target, failed, since, next, wrong, reason FROM mail_target";
    let Some(row) = here.sql.row(query, Vec::new())? else { return Ok(None) };
    let account = Settings::read(here)?.account(here);
    if account.is_none_or(|account| target::id(&account) != row.text(0).unwrap_or_default()) {
        return Ok(None);
    }
    of(&row).map(Some)
}

fn of(row: &Row) -> Result<Target, Fault> {
    Ok(Target {
        failed: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
        since_ms: row.int(2)?,
        next_ms: row.int(3)?,
        wrong: row.int(4)? > 0,
        reason: row.text(5)?.to_owned(),
    })
}

/// The server did not let the relay in. To be called inside a transaction.
pub(super) fn held(
    sql: &Sql,
    target: &str,
    why: (bool, String),
    (now, draw): (u64, u32),
) -> Result<(), Fault> {
    let query = "SELECT target, failed, since, next, wrong, reason FROM mail_target WHERE target = ?";
    let before = sql.row(query, vec![target.into()])?.map(|row| of(&row)).transpose()?;
    let Target { failed, since_ms, next_ms, wrong, reason } =
        Target::failing(before.as_ref(), why, now, draw);
    let values = vec![
        target.into(),
        int(failed.into()),
        int(since_ms),
        int(next_ms),
        int(wrong.into()),
        reason.into(),
    ];
    sql.run("INSERT OR REPLACE INTO mail_target VALUES (1, ?, ?, ?, ?, ?, ?)", values)
}

/// When the alarm has a mail to try: `due` is when the first one is.
pub(in crate::durable::inbox) fn next(here: &Here<'_>, due: Option<u64>) -> Result<Option<u64>, Fault> {
    let Some(due) = due else { return Ok(None) };
    Ok(Some(target(here)?.map_or(due, |target| due.max(target.opens_ms(now_ms())))))
}

/// Somebody got a mail.
pub(super) fn succeed(sql: &Sql, sent: bool) -> Result<(), Fault> {
    if sent { sql.run("UPDATE mail SET sent = ?", vec![int(now().0)]) } else { Ok(()) }
}

/// Somebody never will.
pub(super) fn fail(sql: &Sql, refused: &[Refused]) -> Result<(), Fault> {
    let Some(first) = refused.first() else { return Ok(()) };
    let names: Vec<&String> = refused.iter().map(|one| &one.recipient).collect();
    let update = "UPDATE mail SET failed = ?, reason = ?, refused = ?";
    sql.run(update, vec![int(now().0), first.reason.as_str().into(), json(&names)?])
}

/// All of them, for one reason.
pub(super) fn all(recipients: &[String], reason: &str) -> Vec<Refused> {
    let refused = |recipient: &String| Refused {
        recipient: recipient.clone(),
        later: false,
        reason: reason.to_owned(),
    };
    recipients.iter().map(refused).collect()
}

/// For `GET /v1/inbox/health`.
pub(in crate::durable::inbox) fn health(here: &Here<'_>) -> Result<MailHealth, Fault> {
    let configured = Settings::read(here)?.account(here).is_some();
    let query = "SELECT sent, failed, reason, refused FROM mail";
    let row = here.sql.row(query, Vec::new())?.ok_or(Code::NotFound)?;
    let time =
        |column| if row.is_null(column) { Ok(None) } else { row.int(column).map(|at| Some(Timestamp(at))) };
    let failed =
        time(1)?.map(|at| Ok::<_, Fault>((at, row.text(2)?.to_owned(), row.json(3)?))).transpose()?;
    let held = here.sql.row("SELECT COUNT(*) FROM queue WHERE due <= ?", vec![int(now_ms())])?;
    let held = held.as_ref().map(count).transpose()?.filter(|mails| *mails > 0);
    let query = "SELECT COUNT(*), MIN(queued), MIN(due), MAX(reason) FROM queue WHERE attempts > 0";
    let waiting = here.sql.row(query, Vec::new())?.filter(|row| !row.is_null(1));
    let waiting = waiting.map(|row| waiting_of(&row)).transpose()?;
    let target = target(here)?;
    Ok(queue::health(configured, Queue { held, target, waiting, sent: time(0)?, failed }))
}

fn count(row: &Row) -> Result<u32, Fault> {
    row.int(0).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}

fn seconds(row: &Row, column: usize) -> Result<Timestamp, Fault> {
    row.int(column).map(|ms| Timestamp(ms / 1_000))
}

fn waiting_of(row: &Row) -> Result<(u32, Timestamp, Timestamp, String), Fault> {
    Ok((count(row)?, seconds(row, 1)?, seconds(row, 2)?, row.text(3)?.to_owned()))
}

/// `POST /v1/inbox/mail/retry`.
///
/// 1. The last one was a while ago: 429. Nothing that waits could have changed.
/// 2. Server and mails that failed are due now. What gathers, or waits for the end of quiet hours, goes on waiting: 204.
pub(in crate::durable::inbox) async fn retry(here: &Here<'_>) -> Result<Reply, Fault> {
    // 1
    let now = now().0;
    let row = here.sql.row("SELECT retried FROM mail", Vec::new())?.ok_or(Code::NotFound)?;
    if !row.is_null(0) && (row.int(0)?..row.int(0)?.saturating_add(RETRY_SECONDS)).contains(&now) {
        return Err(Code::LimitReached.into());
    }
    // 2
    atomically(here.state, |sql| {
        sql.run("UPDATE mail SET retried = ?", vec![int(now)])?;
        due_now(sql)
    })?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// Whatever failed is tried at once. The waits after it go on as they would have.
pub(super) fn due_now(sql: &Sql) -> Result<(), Fault> {
    sql.run("UPDATE mail_target SET next = MIN(next, ?)", vec![int(now_ms())])?;
    sql.run("UPDATE queue SET due = MIN(due, ?) WHERE attempts > 0", vec![int(now_ms())])
}
