//! What a mail says at the moment when it is sent, and to whom it goes.

use super::{
    super::{Here, index, reminders, rights, site},
    Settings,
    letter::Head,
};
use crate::{
    durable::{now, sql::Sql},
    fault::Fault,
    mail::{
        Account,
        compose::{self, Says, StockEnd},
        duty::{Deed, Duty},
        queue::Kind,
    },
    reminders::Reminder,
};
use einwurf_protocol::{ids::Thumbprint, json, jws, record, time::Timestamp};

/// From which account a mail goes to whom; none if there is no account, or nobody to tell.
pub(super) fn way(
    here: &Here<'_>,
    settings: &Settings,
    kind: &Kind,
) -> Result<Option<(Account, Vec<String>)>, Fault> {
    let recipients = match kind {
        Kind::Unread(Reminder::Escalated) if !settings.escalation.is_empty() => settings.escalation.clone(),
        Kind::Waiting | Kind::Copies | Kind::Due | Kind::Unread(_) => settings.recipients.clone(),
        Kind::Head => settings.heads.clone().into_iter().collect(),
        Kind::StockEnd(_) => {
            let signers = signers(&here.sql)?;
            let operator = here.config.operator_mail.clone().filter(|mail| !signers.contains(mail));
            signers.into_iter().chain(operator).collect()
        }
        Kind::Secret(_) => here.config.operator_mail.clone().into_iter().collect(),
    };
    Ok(settings.account(here).filter(|_| !recipients.is_empty()).map(|account| (account, recipients)))
}

/// The account addresses of everybody who may sign.
fn signers(sql: &Sql) -> Result<Vec<String>, Fault> {
    let roster = site::roster_of(sql)?;
    let mut names = Vec::new();
    for row in sql.rows("SELECT name, member FROM accounts ORDER BY name", Vec::new())? {
        let member = Thumbprint(row.array(1)?);
        if roster.signers().any(|signer| signer.id == member) {
            names.push(row.text(0)?.to_owned());
        }
    }
    Ok(names)
}

/// What a mail is about, as far as there is still something to say.
pub(super) enum About {
    /// A conversation, by its code, with a date.
    Conversation(String, Timestamp),
    /// A daily head, and its compact JWS.
    Head(record::Head, String, String),
}

impl About {
    /// Reads it; none if it was done in the meantime.
    pub(super) fn read(here: &Here<'_>, kind: &Kind, about: &str) -> Result<Option<Self>, Fault> {
        let conversation =
            |found: Option<(String, Timestamp)>| found.map(|(code, at)| Self::Conversation(code, at));
        match kind {
            Kind::Copies => index::copies_of(&here.sql, about).map(conversation),
            Kind::Due => rights::due(&here.sql, about).map(conversation),
            Kind::Head => head(&here.sql, about),
            Kind::Waiting | Kind::Unread(_) | Kind::StockEnd(_) | Kind::Secret(_) => Ok(None),
        }
    }
}

/// The head of a day that waits to be mailed.
fn head(sql: &Sql, day: &str) -> Result<Option<About>, Fault> {
    let Some(row) = sql.row("SELECT head FROM heads WHERE day = ?", vec![day.into()])? else {
        return Ok(None);
    };
    let compact = row.text(0)?.to_owned();
    let head = head_of(&compact)?;
    let root = head.root.to_string();
    Ok(Some(About::Head(head, root, compact)))
}

/// What a head says. The proof object signed it.
pub(super) fn head_of(compact: &str) -> Result<record::Head, Fault> {
    let head = jws::read(compact, jws::HEAD).map_err(|_| Fault::Internal("head"))?;
    json::typed(&head.payload).map_err(|_| Fault::Internal("head"))
}

/// What there is to say at this moment.
pub(super) fn says<'a>(
    here: &Here<'_>,
    kind: &Kind,
    about: Option<&'a About>,
    head: &'a Head,
) -> Result<Option<Says<'a>>, Fault> {
    match (kind, about) {
        (Kind::Waiting, _) => {
            let unread = index::unread(&here.sql)?;
            Ok(unread.map(|(conversations, since)| Says::Waiting(compose::Waiting { conversations, since })))
        }
        (Kind::Unread(reminder), _) => {
            let unread = reminders::waiting(&here.sql, *reminder)?;
            Ok(unread.map(|(conversations, since)| Says::Unread(compose::Waiting { conversations, since })))
        }
        (Kind::StockEnd(warning), _) => {
            let row = here.sql.row("SELECT MAX(exp) FROM stock", Vec::new())?;
            let until = row.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()?.map(Timestamp);
            let says = Says::StockEnd(StockEnd { company: &head.company, until: warning.until });
            Ok(warning.holds(until, now()).then_some(says))
        }
        (Kind::Secret(Duty { seen, deed }), _) => {
            let row = here.sql.row("SELECT secret_seen FROM site", Vec::new())?;
            let present = row.ok_or(Fault::Internal("site"))?.int(0)? == seen.0;
            let owed = present && (*deed == Deed::Replace || here.vault().has_former());
            Ok(owed.then_some(Says::Secret(compose::Secret { company: &head.company, deed: *deed })))
        }
        (Kind::Copies | Kind::Due | Kind::Head, about) => Ok(about.and_then(|about| told(kind, about, head))),
    }
}

fn told<'a>(kind: &Kind, about: &'a About, head: &'a Head) -> Option<Says<'a>> {
    match (kind, about) {
        (Kind::Copies, About::Conversation(code, until)) => {
            Some(Says::Copies(compose::Copies { code, until: *until }))
        }
        (Kind::Due, About::Conversation(code, due)) => Some(Says::Due(compose::Due { code, due: *due })),
        (Kind::Head, About::Head(record::Head { day, count, .. }, root, signed)) => {
            let company = &head.company;
            Some(Says::Head(compose::Head { company, day, count: *count, root, signed }))
        }
        _ => None,
    }
}
