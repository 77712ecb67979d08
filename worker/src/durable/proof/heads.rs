//! Daily heads (`docs/protocol.md` section 7.3): signed after each day on which something was recorded, and handed to the
//! inbox object, which mails them. Whoever has them can tell whether the log was changed later.

use super::{
    super::{
        call::Call,
        now,
        sql::{Sql, atomically, int},
    },
    Here, key, tell,
};
use crate::{
    fault::Fault,
    proof::{HEADS, end_of, head, head_due},
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

/// Days without a head on which something was recorded, today included.
fn open(sql: &Sql) -> Result<Vec<u64>, Fault> {
    // A number that is bound is a real one, by which the quotient would be, too.
    let query = format!(
        "SELECT DISTINCT stored / {DAY} AS day FROM records
         WHERE stored >= COALESCE((SELECT MAX(day) + 1 FROM heads), 0) * {DAY} ORDER BY day"
    );
    sql.rows(&query, Vec::new())?.iter().map(|row| row.int(0)).collect()
}

/// When the next head is to be signed; at once, if one is still to be handed over.
pub(super) fn due(sql: &Sql) -> Result<Option<Timestamp>, Fault> {
    if sql.row("SELECT 1 FROM heads WHERE handed = 0", Vec::new())?.is_some() {
        return Ok(Some(now()));
    }
    Ok(open(sql)?.first().map(|day| head_due(*day)))
}

/// Signs the head of every day that has ended, also of those that were missed.
pub(super) async fn sign(here: &Here<'_>) -> Result<(), Fault> {
    let now = now();
    let is_due = |day: &u64| head_due(*day) <= now;
    if !open(&here.sql)?.iter().any(is_due) {
        return Ok(());
    }
    let mut answer = tell(here, Call::new("pin")).await?;
    let bytes = answer.bytes().await.map_err(|_| Fault::Unavailable("inbox".to_owned()))?;
    let site: Thumbprint =
        serde_json::from_slice(&bytes).map_err(|_| Fault::Internal("an object's answer"))?;
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
