//! What the alarm sends: one mail after the other, several over one connection, until the server does not let the relay in.

use super::{
    Settings, alone,
    content::{About, says, way},
    health::{self, fail, succeed},
    letter::{Head, Letter},
    wishes,
};
use crate::{
    backoff,
    durable::{
        inbox::{Here, socket::Line},
        now_ms,
        sql::{Row, Sql, Value, atomically, int, json},
    },
    fault::Fault,
    mail::{
        dialogue::Outcome,
        queue::{self, Kind, Next, Waiting},
        target,
        wishes::When,
    },
    random,
};

/// For so long one alarm begins mails, in milliseconds: it may run for fifteen minutes, and a mail may take eight. The next
/// alarm goes on.
const TURN_MS: u64 = 240_000;
/// Nothing is ever due later than this from now, in milliseconds: the longest digest, then the longest quiet hours.
const AHEAD_MS: u64 = 2 * 86_400_000;

/// Every mail that is due, those first that were tried least, so that no mail stands in the way of others.
pub(in crate::durable::inbox) async fn deliver(here: &Here<'_>) -> Result<(), Fault> {
    let began = now_ms();
    // A clock that was ahead put them off, or would let them wait for more than five days.
    let straight =
        "UPDATE queue SET due = MIN(due, ?1), queued = MIN(queued, ?1) WHERE due > ?2 OR queued > ?1";
    here.sql.run(straight, vec![int(began), int(began.saturating_add(AHEAD_MS))])?;
    let mut line = Line::default();
    let delivered = turn(here, &mut line, began).await;
    line.leave().await;
    delivered
}

async fn turn(here: &Here<'_>, line: &mut Line, began: u64) -> Result<(), Fault> {
    let query = "SELECT id, kind, queued, attempts, remaining, about, recipient FROM queue WHERE due <= ?
                 ORDER BY attempts, queued";
    for row in here.sql.rows(query, vec![int(began)])? {
        let now = now_ms();
        let closed = health::target(here)?.is_some_and(|target| target.opens_ms(now) > now);
        if closed || now.saturating_sub(began) > TURN_MS {
            return Ok(());
        }
        let id = row.text(0)?.to_owned();
        here.memory.sending.replace(Some(id.clone()));
        let tried = attempt(here, line, &id, &row).await;
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

async fn attempt(here: &Here<'_>, line: &mut Line, id: &str, row: &Row) -> Result<(), Fault> {
    let (kind, mail) = mail_of(row)?;
    let settings = Settings::read(here)?;
    let head = Head::read(here)?;
    let about = if row.is_null(5) { None } else { About::read(here, &kind, row.text(5)?)? };
    // Read in the meantime, a fresh stock, or switched off: nothing is left to say.
    let says = says(here, &kind, about.as_ref(), &head)?;
    let (Some(says), Some((account, recipients))) = (says, way(here, &settings, &kind)?) else {
        return remove(&here.sql, id);
    };
    let recipients = match kind {
        Kind::Waiting => {
            let alone = if row.is_null(6) { None } else { Some(row.text(6)?) };
            by_wish(here, &settings, (id, alone), mail.remaining.as_deref())?
        }
        _ => mail.remaining.clone().unwrap_or(recipients),
    };
    if recipients.is_empty() {
        return Ok(());
    }
    let target = target::id(&account);
    let letter = Letter { account, recipients: recipients.clone(), register: settings.register, id };
    let outcome = line.send(letter.saying(here, &head, says)?).await;
    settle(here, id, &target, (mail, recipients), outcome)
}

/// Whom a mail that messages wait is for at this moment. Who has quiet hours by now gets one of their own at the end; if
/// nobody is left, the mail has gone or waits.
fn by_wish(
    here: &Here<'_>,
    settings: &Settings,
    (id, alone_for): (&str, Option<&str>),
    remaining: Option<&[String]>,
) -> Result<Vec<String>, Fault> {
    let now = now_ms();
    let readers = wishes::everybody(&here.sql, settings)?;
    if let Some(address) = alone_for {
        let reader = readers.iter().find(|reader| reader.address == address);
        let free = reader.filter(|reader| wishes::when(reader) != When::Never);
        let Some(free) = free.map(|reader| wishes::free(reader, now)) else {
            return remove(&here.sql, id).map(|()| Vec::new());
        };
        if free > now {
            here.sql.run("UPDATE queue SET due = ? WHERE id = ?", vec![int(free), id.into()])?;
            return Ok(Vec::new());
        }
        return Ok(vec![address.to_owned()]);
    }
    let mut recipients = Vec::new();
    for reader in readers.iter().filter(|reader| remaining.is_none_or(|left| left.contains(&reader.address)))
    {
        match wishes::when(reader) {
            When::Now => recipients.push(reader.address.clone()),
            When::At(due) => alone(here, &here.sql, &reader.address, due)?,
            When::Never => {}
        }
    }
    if recipients.is_empty() {
        remove(&here.sql, id)?;
    }
    Ok(recipients)
}

fn remove(sql: &Sql, id: &str) -> Result<(), Fault> {
    sql.run("DELETE FROM queue WHERE id = ?", vec![id.into()])
}

/// Whether the server let the relay in is remembered for all mails, what it made of this one for this one.
fn settle(
    here: &Here<'_>,
    id: &str,
    target: &str,
    (mail, recipients): (Waiting, Vec<String>),
    outcome: Outcome,
) -> Result<(), Fault> {
    let (now, draw) = (now_ms(), u32::from_le_bytes(random::bytes()));
    let next = queue::after(&mail, outcome, now, draw);
    atomically(here.state, |sql| {
        if !matches!(next, Next::Held { .. }) {
            sql.run("DELETE FROM mail_target", Vec::new())?;
        }
        match next {
            Next::Held { wrong, reason } => {
                health::held(sql, target, (wrong, reason.clone()), (now, draw))?;
                expire(here, sql, now, &reason)
            }
            Next::Done { sent, refused } => {
                remove(sql, id)?;
                succeed(sql, sent)?;
                fail(sql, &refused)
            }
            Next::Retry { due, remaining, sent, refused, reason } => {
                let remaining =
                    remaining.map(|remaining| json(&remaining)).transpose()?.unwrap_or(Value::Null);
                let update =
                    "UPDATE queue SET attempts = attempts + 1, due = ?, remaining = COALESCE(?, remaining),
                              reason = ? WHERE id = ?";
                sql.run(update, vec![int(due), remaining, reason.into(), id.into()])?;
                succeed(sql, sent)?;
                fail(sql, &refused)
            }
            Next::Failed { reason } => {
                remove(sql, id)?;
                fail(sql, &health::all(&recipients, &reason))
            }
        }
    })
}

/// What waited for five days is given up, and whoever would have got it is named.
fn expire(here: &Here<'_>, sql: &Sql, now: u64, reason: &str) -> Result<(), Fault> {
    let old = int(now.saturating_sub(backoff::GIVE_UP_MS));
    let query = "DELETE FROM queue WHERE queued <= ? AND due <= ? RETURNING remaining, recipient";
    let rows = sql.rows(query, vec![old, int(now)])?;
    let (mut named, mut everybody) = (Vec::new(), false);
    for row in &rows {
        match (row.is_null(0), row.is_null(1)) {
            (_, false) => named.push(row.text(1)?.to_owned()),
            (false, _) => named.extend(row.json::<Vec<String>>(0)?),
            _ => everybody = true,
        }
    }
    if everybody {
        named.extend(Settings::read(here)?.recipients);
    }
    named.sort();
    named.dedup();
    fail(sql, &health::all(&named, reason))
}
