//! The relay mails: settings, queue, and the alarm that sends.

use super::{Here, Incoming, Reply, index, socket};
use crate::{
    address::Kind,
    body,
    durable::{
        now, now_ms,
        sql::{Row, Sql, Value, atomically, int, json, storage},
    },
    fault::Fault,
    mail::{
        Account, are_recipients, compose,
        dialogue::{Job, Outcome},
        queue::{self, Next, Queue, Waiting},
    },
    random,
    vault::What,
};
use einwurf_protocol::{
    api::staff::{MailHealth, MailSettings},
    codec::to_base64url,
    notice::Register,
    problem::Code,
    time::Timestamp,
};
use std::time::Duration;

/// Who gets the mail, in which words, from whom.
struct Settings {
    recipients: Vec<String>,
    register: Register,
    sender: Option<Account>,
}

impl Settings {
    fn read(here: &Here<'_>) -> Result<Self, Fault> {
        let row = here
            .sql
            .row("SELECT recipients, register, sender FROM mail", Vec::new())?
            .ok_or(Code::NotFound)?;
        let sender = if row.is_null(2) { None } else { Some(here.open(What::Mail, row.blob(2)?)?) };
        let sender = sender.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        let sender = sender.map_err(|_| Fault::Internal("stored json"))?;
        Ok(Self { recipients: row.json(0)?, register: row.json(1)?, sender })
    }

    /// The site's own sender, else the operator's.
    fn account(&self, here: &Here<'_>) -> Option<Account> {
        let account = self.sender.clone().or_else(|| here.config.mail.clone());
        account.filter(|account| account.is_allowed(here.config.plaintext_loopback))
    }
}

/// `GET /v1/inbox/mail`: 200
pub(super) fn settings(here: &Here<'_>) -> Result<Reply, Fault> {
    let Settings { recipients, register, sender } = Settings::read(here)?;
    let sender = sender.map(|account| account.shown());
    Reply::json(200, &MailSettings { recipients, register, sender })
}

/// `PUT /v1/inbox/mail`.
///
/// 1. The body: 400.
/// 2. Addresses, host and credentials are what they claim, and the way is allowed: 400, naming the field.
/// 3. Stored, the password encrypted: 204.
pub(super) async fn put_settings(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    // 1
    let put: MailSettings = body::json(&request.body().await?)?;
    // 2
    if !are_recipients(&put.recipients) {
        return Err(Fault::malformed("recipients", "not 1 to 20 e-mail addresses"));
    }
    let stored = Settings::read(here)?.sender;
    let sender = put.sender.map(|sender| Account::of(sender, stored.as_ref()));
    if let Some(field) = sender.as_ref().and_then(Account::malformed) {
        return Err(Fault::malformed(field, "not of this field's form"));
    }
    if sender.as_ref().is_some_and(|account| !account.is_allowed(here.config.plaintext_loopback)) {
        return Err(Fault::malformed("sender.security", "plaintext is not allowed here"));
    }
    // 3
    let sender = sender.map(|account| serde_json::to_vec(&account)).transpose();
    let sender = sender
        .map_err(|_| Fault::Internal("json"))?
        .map(|bytes| here.close(What::Mail, &bytes))
        .transpose()?;
    here.sql.run(
        "UPDATE mail SET recipients = ?, register = ?, sender = ?",
        vec![json(&put.recipients)?, json(&put.register)?, sender.into()],
    )?;
    Ok(Reply::empty())
}

/// `POST /v1/inbox/mail/test`: 204, 502 `mail-failed` with the server's answer.
pub(super) async fn test(here: &Here<'_>) -> Result<Reply, Fault> {
    let settings = Settings::read(here)?;
    let account = settings.account(here).ok_or_else(|| Fault::Mail("no sender is configured".to_owned()))?;
    let id = to_base64url(&random::bytes::<16>());
    match socket::send(job(here, &settings, account, settings.recipients.clone(), &id, None)?).await {
        Outcome::Sent(refused) if refused.is_empty() => Ok(Reply::empty()),
        Outcome::Sent(refused) => {
            Err(Fault::Mail(refused.first().map(|refused| refused.reason.clone()).unwrap_or_default()))
        }
        Outcome::Later(reason) | Outcome::Never(reason) => Err(Fault::Mail(reason)),
    }
}

fn job(
    here: &Here<'_>,
    settings: &Settings,
    account: Account,
    recipients: Vec<String>,
    id: &str,
    waiting: Option<compose::Waiting>,
) -> Result<Job, Fault> {
    let site = here.config.addresses.address(Kind::Site, here.id);
    let mail = compose::Mail {
        from: &account.from,
        to: &recipients,
        register: settings.register,
        message_id: &format!("{id}@{}", here.config.host()),
        date: now(),
        link: &format!("{}/inbox#site={site}", here.config.origin),
        waiting,
    };
    let message = compose::message(&mail).ok_or(Fault::Internal("mail"))?;
    Ok(Job { account, client: client(here.config.host()), recipients, message })
}

/// What the relay calls itself: its host name, or an address literal (RFC 5321, 4.1.3).
fn client(host: &str) -> String {
    if host.parse::<std::net::Ipv4Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() }
}

/// A mail that failed before is tried again soon when there is more to tell, whatever its back-off says.
const SOON_MS: u64 = 60_000;

/// Queues a mail, or joins the one that waits and is not on its way yet. Says whether the alarm has to be set. To be
/// called inside the transaction that stores the announcement.
pub(super) fn queue(here: &Here<'_>, sql: &Sql) -> Result<bool, Fault> {
    if Settings::read(here)?.account(here).is_none() {
        return Ok(false);
    }
    let (now, delay) = (now_ms(), here.config.mail_delay);
    let on_its_way = here.sending.borrow().clone().unwrap_or_default();
    if let Some(row) = sql.row("SELECT id FROM queue WHERE id <> ?", vec![on_its_way.into()])? {
        let soon = int(now.saturating_add(delay.max(SOON_MS)));
        sql.run("UPDATE queue SET due = MIN(due, ?) WHERE id = ?", vec![soon, row.text(0)?.into()])?;
        return Ok(true);
    }
    let id = to_base64url(&random::bytes::<16>());
    let due = int(now.saturating_add(delay));
    sql.run("INSERT INTO queue VALUES (?, ?, 0, ?, NULL, '')", vec![id.into(), int(now), due])?;
    Ok(true)
}

/// Sets the alarm for the next mail.
pub(super) async fn wake(here: &Here<'_>) -> Result<(), Fault> {
    let next = here.sql.row("SELECT MIN(due) FROM queue", Vec::new())?;
    let Some(row) = next.filter(|row| !row.is_null(0)) else { return Ok(()) };
    let wait = Duration::from_millis(row.int(0)?.saturating_sub(now_ms()));
    here.state.storage().set_alarm(wait).await.map_err(storage)
}

/// The alarm: every mail that is due, then the next alarm.
pub(super) async fn deliver(here: &Here<'_>) -> Result<Reply, Fault> {
    let query = "SELECT id, queued, attempts, remaining FROM queue WHERE due <= ? ORDER BY queued";
    for row in here.sql.rows(query, vec![int(now_ms())])? {
        let id = row.text(0)?.to_owned();
        here.sending.replace(Some(id.clone()));
        let tried = attempt(here, &id, &row).await;
        here.sending.replace(None);
        tried?;
    }
    wake(here).await?;
    Ok(Reply::empty())
}

fn mail_of(row: &Row) -> Result<Waiting, Fault> {
    let remaining = if row.is_null(3) { None } else { Some(row.json(3)?) };
    let attempts = u32::try_from(row.int(2)?).unwrap_or(u32::MAX);
    Ok(Waiting { queued: row.int(1)?, attempts, remaining })
}

async fn attempt(here: &Here<'_>, id: &str, row: &Row) -> Result<(), Fault> {
    let mail = mail_of(row)?;
    let settings = Settings::read(here)?;
    // Read in the meantime, or switched off: nothing is left to say.
    let (Some((conversations, since)), Some(account)) = (index::unread(&here.sql)?, settings.account(here))
    else {
        return here.sql.run("DELETE FROM queue WHERE id = ?", vec![id.into()]);
    };
    let recipients = mail.remaining.clone().unwrap_or_else(|| settings.recipients.clone());
    let waiting = compose::Waiting { conversations, since };
    let outcome = socket::send(job(here, &settings, account, recipients, id, Some(waiting))?).await;
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
