//! What the inbox object does by itself, by its one alarm: destroy keys on their date, announce the end of the stock,
//! delete what has ended, follow a replaced storage secret, send mails.

use super::{Here, Reply, live, mail, proof, push, refusals, reminders, renew, rights, sheets, webhooks};
use crate::{
    durable::{
        now, now_ms,
        sql::{Sql, Value, atomically, blob, int},
    },
    fault::Fault,
    mail::queue::Warning,
    upkeep::Calendar,
};
use einwurf_protocol::{ids::Digest, time::Timestamp};
use futures_util::future::{Either, FutureExt as _, LocalBoxFuture, join_all, select};
use std::time::Duration;
use worker::Delay;

/// While mails are on their way, what else is due is looked for so often.
const LOOK: Duration = Duration::from_secs(5);

/// Tables whose rows have an end, and the column that says when.
const ENDING: [(&str, &str); 9] = [
    ("certificates", "exp"),
    ("invitations", "expires"),
    ("sessions", "expires"),
    ("logins", "expires"),
    ("spent", "expires"),
    ("status", "exp"),
    // A try counts for an hour.
    ("tries", "at + 3600"),
    // A year, as `LOG_DAYS` says.
    ("log", "at + 31536000"),
    ("rights", "closed + 31536000"),
];

/// Heads wait for their mail only, and mails are given up after five days.
const MAILED: &str = "DELETE FROM heads WHERE day NOT IN (SELECT about FROM queue WHERE about IS NOT NULL)";

/// Before every request: keys whose date has come are gone, whatever becomes of the storage secret, and everything lies
/// under the present one.
pub(super) async fn before(here: &Here<'_>) -> Result<(), Fault> {
    if here.sql.has("site")? {
        here.memory.made.set(true);
        destroy(here)?;
    }
    if renew::renew(here)? {
        wake(here).await?;
    }
    Ok(())
}

/// Sets the alarm for whatever comes next. To be called after everything that brings a date: a site, a publication, a
/// mail.
pub(super) async fn wake(here: &Here<'_>) -> Result<(), Fault> {
    here.memory.alarm.set(here.state, calendar(here)?.alarm(now_ms())).await
}

/// The alarm.
///
/// 1. Keys whose date has come are destroyed. That needs no secret, and waits for none.
/// 2. Everything lies under the present storage secret.
/// 3. Connections of sessions that have ended are closed; what was erased leaves the raw storage. Upkeep, if a day has passed or something has its date.
/// 4. Every mail, every call of a webhook and every push that is due. None of them waits for the other to succeed.
/// 5. The next alarm.
pub(super) async fn alarm(here: &Here<'_>) -> Result<Reply, Fault> {
    here.memory.alarm.forget();
    if !here.sql.has("site")? {
        return Ok(Reply::empty());
    }
    // 1
    destroy(here)?;
    // 2
    renew::renew(here)?;
    // 3
    live::sweep(here);
    refusals::keep(here);
    let flushed = sheets::flush(here).await;
    let kept = keep(here).await;
    // 4
    let sent = send(here).await;
    // 5
    wake(here).await?;
    flushed.and(kept).and(sent)?;
    Ok(Reply::empty())
}

/// Everything that is due. A mail server may take minutes, and no other alarm goes off meanwhile: calls and pushes that become
/// due until it is done are looked for again and again.
async fn send(here: &Here<'_>) -> Result<(), Fault> {
    let (mut mails, mut told) = (mail::deliver(here).boxed_local(), Ok(()));
    loop {
        let others = vec![webhooks::deliver(here).boxed_local(), push::deliver(here).boxed_local()];
        let waits = match select(mails, together(others).boxed_local()).await {
            Either::Left((mailed, others)) => return told.and(others.await).and(mailed),
            Either::Right((others, mails)) => {
                told = told.and(others);
                mails
            }
        };
        mails = match select(waits, Delay::from(LOOK).boxed_local()).await {
            Either::Left((mailed, _)) => return told.and(mailed),
            Either::Right(((), mails)) => mails,
        };
    }
}

/// Work that does not wait for other work; the first fault of any.
pub(super) async fn together(all: Vec<LocalBoxFuture<'_, Result<(), Fault>>>) -> Result<(), Fault> {
    join_all(all).await.into_iter().collect()
}

/// Upkeep.
///
/// 1. Whatever has ended is gone; the end of the stock is announced, staff are reminded of requests that are due and of
///    what nobody read, and the operator of the storage secret: at once.
/// 2. The proof object follows a replaced storage secret, and says which replaced notices are still needed.
/// 3. Done for a day; before that, the next alarm tries again.
async fn keep(here: &Here<'_>) -> Result<(), Fault> {
    let (calendar, now) = (calendar(here)?, now());
    if !calendar.is_due(now) {
        return Ok(());
    }
    // 1
    atomically(here.state, |sql| {
        for (table, end) in ENDING {
            sql.run(&format!("DELETE FROM {table} WHERE {end} <= ?"), vec![int(now.0)])?;
        }
        sql.run(MAILED, Vec::new())?;
        webhooks::forget_old(sql, now)?;
        mail::remind(here, sql, now)?;
        if sql.row("SELECT 1 FROM published", Vec::new())?.is_some() {
            rights::remind(here, sql, now)?;
            reminders::remind(here, sql, now)?;
        }
        announce(here, sql, &calendar, now)
    })?;
    // 2
    proof::keep_up(here).await?;
    proof::forget_notices(here).await?;
    // 3
    here.sql.run("UPDATE site SET upkept = ?", vec![int(now.0)])
}

/// When an inbox key is destroyed: on its date, or when the last hold ends that needs it (`protocol/src/precedence.rs`).
/// Asked after every announcement: it begins with the few that are held, which `CROSS JOIN` says, and not with all of a
/// key.
const DESTROYED: &str = "MAX(destroyed, COALESCE(
    (SELECT MAX(hold_until) FROM conversations CROSS JOIN conversation_keys ON conversation = conversations.id
     WHERE hold_until IS NOT NULL AND inbox_key = inbox_keys.id), 0))";

/// Deletes everything that was sealed of inbox keys whose date has come, in a transaction of its own.
fn destroy(here: &Here<'_>) -> Result<(), Fault> {
    let now = int(now().0);
    let due = format!("SELECT id FROM inbox_keys WHERE destroyed <= ?1 AND {DESTROYED} <= ?1");
    // Asked before every request: mostly there is nothing to do.
    let due = here.sql.rows(&due, vec![now])?;
    if due.is_empty() {
        return Ok(());
    }
    atomically(here.state, |sql| {
        for row in &due {
            let id = Digest(row.array(0)?);
            sql.run("DELETE FROM sealed WHERE what = ?", vec![format!("inbox:{id}").into()])?;
            sql.run("DELETE FROM inbox_keys WHERE id = ?", vec![blob(&id.0)])?;
        }
        Ok(())
    })
}

/// Queues the mails about the end of the stock and remembers it. Without a sender it stays due.
fn announce(here: &Here<'_>, sql: &Sql, calendar: &Calendar, now: Timestamp) -> Result<(), Fault> {
    let Some((until, days)) = calendar.warning(now) else { return Ok(()) };
    if !mail::warn(here, sql, Warning { until, days })? {
        return Ok(());
    }
    sql.run("UPDATE site SET warned_until = ?, warned = ?", vec![int(until.0), int(days)])
}

fn calendar(here: &Here<'_>) -> Result<Calendar, Fault> {
    let query = format!(
        "SELECT (SELECT MIN(due) FROM queue), (SELECT MAX(exp) FROM stock),
           (SELECT MIN({DESTROYED}) FROM inbox_keys), upkept, warned_until, warned,
           (SELECT MIN(remind) FROM rights), blanked, {}, {} FROM site",
        webhooks::NEXT,
        push::NEXT
    );
    let row = here.sql.row(&query, Vec::<Value>::new())?.ok_or(Fault::Internal("site"))?;
    let number = |column| if row.is_null(column) { Ok(None) } else { row.int(column).map(Some) };
    let time = |column| number(column).map(|at| at.map(Timestamp));
    Ok(Calendar {
        mail: mail::next(here, number(0)?)?,
        until: time(1)?,
        destroyed: time(2)?,
        upkept: time(3)?,
        warned: time(4)?.zip(number(5)?),
        request: time(6)?,
        unread: reminders::next(&here.sql)?,
        session: live::next_end(here)?,
        blanked: row.int(7)? > 0,
        webhook: number(8)?,
        push: number(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::ENDING;
    use crate::durable::inbox::schema;
    use einwurf_protocol::limits::LOG_DAYS;

    #[test]
    fn what_ends_has_a_table_and_a_time() {
        for (table, end) in ENDING {
            let start = format!("CREATE TABLE {table} (");
            let sql = schema::statements().find(|sql| sql.starts_with(&start)).unwrap();
            let column = end.split(' ').next().unwrap();
            // A request that is open has no end.
            let when = if table == "rights" { "" } else { " NOT NULL" };
            assert!(sql.contains(&format!("{column} INTEGER{when}")), "{table}.{end}");
        }
    }

    #[test]
    fn stf_01_entries_of_the_log_are_kept_for_a_year() {
        let year = format!("+ {}", LOG_DAYS * 86_400);
        assert_eq!(ENDING.iter().filter(|(_, end)| end.ends_with(&year)).count(), 2);
    }
}
