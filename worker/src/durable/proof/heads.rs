//! Daily heads (`docs/protocol.md` section 7.3): signed after each day on which something was recorded, and handed to the
//! inbox object, which mails them. Whoever has them can tell whether the log was changed later.

use super::{
    super::{
        Namespace,
        call::{Call, ask},
        now,
        sql::{Sql, atomically, int},
    },
    Here, key, tell,
};
use crate::{
    fault::Fault,
    proof::{HEADS, day, end_of, head, head_due},
};
use einwurf_protocol::{
    ids::{Digest, Thumbprint},
    time::{DAY, Timestamp},
};

/// The newest head.
pub(super) fn newest(sql: &Sql) -> Result<Option<String>, Fault> {
    let row = sql.row("SELECT head FROM heads ORDER BY day DESC LIMIT 1", Vec::new())?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Something of the records on days without a head, today included.
fn since(what: &str) -> String {
    // A number that is bound is a real one, by which a quotient would be, too.
    format!(
        "SELECT {what} FROM records WHERE stored >= COALESCE((SELECT MAX(day) + 1 FROM heads), 0) * {DAY}"
    )
}

/// Days without a head on which something was recorded.
fn open(sql: &Sql) -> Result<Vec<u64>, Fault> {
    let query = since(&format!("DISTINCT stored / {DAY} AS day")) + " ORDER BY day";
    sql.rows(&query, Vec::new())?.iter().map(|row| row.int(0)).collect()
}

/// The first of them. It is asked for with every record: the index answers it without a list of days.
fn first(sql: &Sql) -> Result<Option<u64>, Fault> {
    let row = sql.row(&since("MIN(stored)"), Vec::new())?.filter(|row| !row.is_null(0));
    row.map(|row| row.int(0).map(|stored| day(Timestamp(stored)))).transpose()
}

/// When the next head is to be signed; at once, if one is still to be handed over.
pub(super) fn due(sql: &Sql) -> Result<Option<Timestamp>, Fault> {
    if sql.row("SELECT 1 FROM heads WHERE handed = 0", Vec::new())?.is_some() {
        return Ok(Some(now()));
    }
    Ok(first(sql)?.map(head_due))
}

/// Signs the head of every day that has ended, also of those that were missed.
pub(super) async fn sign(here: &Here<'_>) -> Result<(), Fault> {
    let now = now();
    let is_due = |day: &u64| head_due(*day) <= now;
    if !first(&here.sql)?.as_ref().is_some_and(is_due) {
        return Ok(());
    }
    let site: Thumbprint = ask(here.env, Namespace::Inbox, here.inbox()?, Call::new("pin")).await?;
    atomically(here.state, |sql| {
        // Read again: something may have come in while the inbox object was asked.
        for day in open(sql)?.into_iter().filter(is_due) {
            let head = head(site, day, count(sql, day)?, roots(sql, day)?, now);
            let compact = key(here, sql)?.sign_head(&head)?;
            sql.run("INSERT INTO heads VALUES (?, ?, 0)", vec![int(day), compact.into()])?;
        }
        let old = "DELETE FROM heads WHERE day NOT IN (SELECT day FROM heads ORDER BY day DESC LIMIT ?)";
        sql.run(old, vec![int(HEADS)])
    })
}

/// Records up to the end of a day.
fn count(sql: &Sql, day: u64) -> Result<u64, Fault> {
    let query = "SELECT (SELECT count FROM log) - COUNT(*) FROM records WHERE stored >= ?";
    sql.row(query, vec![int(end_of(day).0)])?.ok_or(Fault::Internal("log"))?.int(0)
}

/// Digests of the newest records at the end of a day.
fn roots(sql: &Sql, day: u64) -> Result<Vec<Digest>, Fault> {
    // A bare column beside MAX is that of the row with the maximum: SQLite's rule.
    let query = "SELECT digest, MAX(seq) FROM records WHERE stored < ? GROUP BY cid ORDER BY cid";
    sql.rows(query, vec![int(end_of(day).0)])?.iter().map(|row| row.array(0).map(Digest)).collect()
}

/// Gives the inbox object every head that it does not have yet. Taking one again changes nothing there.
pub(super) async fn hand_over(here: &Here<'_>) -> Result<(), Fault> {
    for row in here.sql.rows("SELECT day, head FROM heads WHERE handed = 0 ORDER BY day", Vec::new())? {
        let (day, head) = (row.int(0)?, row.text(1)?);
        tell(here, Call::new("head").body(head.as_bytes().to_vec())).await?;
        here.sql.run("UPDATE heads SET handed = 1 WHERE day = ?", vec![int(day)])?;
    }
    Ok(())
}
