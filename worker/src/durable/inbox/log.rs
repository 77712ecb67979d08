//! The staff log (BDSG 22(2)): who did what with which conversation and when, without content.

use super::{Here, Incoming, Reply, session::Member};
use crate::{
    durable::{
        now,
        sql::{Row, Sql, blob, int, json},
    },
    fault::Fault,
    rights::is_opened_anew,
};
use einwurf_protocol::{
    api::{
        header,
        staff::{Deed, LogEntry, LogPage},
    },
    ids::{Cid, Thumbprint},
    limits::PAGE,
    roster::Capability,
    time::Timestamp,
};

/// Its table.
pub(super) const SCHEMA: [&str; 2] = [
    "CREATE TABLE log (n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, member BLOB NOT NULL,
       cid BLOB NOT NULL, deed TEXT NOT NULL)",
    "CREATE INDEX log_of ON log (cid, member, deed, at)",
];

/// Writes an entry, and answers which.
pub(super) fn did(sql: &Sql, member: &Member, cid: Cid, deed: Deed) -> Result<u64, Fault> {
    let insert = "INSERT INTO log (at, member, cid, deed) VALUES (?, ?, ?, ?) RETURNING n";
    let values = vec![int(now().0), blob(&member.id.0), blob(&cid.0), json(&deed)?];
    sql.row(insert, values)?.ok_or(Fault::Internal("log"))?.int(0)
}

/// What was written before it was done was not done by that.
pub(super) fn was_not_done(sql: &Sql, entry: u64) -> Result<(), Fault> {
    sql.run("DELETE FROM log WHERE n = ?", vec![int(entry)])
}

/// A member opened a conversation; again within the hour is the same opening.
pub(super) fn opened(sql: &Sql, member: &Member, cid: Cid) -> Result<(), Fault> {
    let query = "SELECT MAX(at) FROM log WHERE cid = ? AND member = ? AND deed = ?";
    let row = sql.row(query, vec![blob(&cid.0), blob(&member.id.0), json(&Deed::Open)?])?;
    let last = row.filter(|row| !row.is_null(0)).map(|row| row.int(0).map(Timestamp)).transpose()?;
    if is_opened_anew(last, now()) { did(sql, member, cid, Deed::Open).map(drop) } else { Ok(()) }
}

/// `GET /v1/inbox/log`: a page, newest first. 400, 403 without `audit`.
pub(super) fn page(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Audit)?;
    let query = "SELECT n, at, member, cid, deed FROM log WHERE n < ? ORDER BY n DESC LIMIT ?";
    let (rows, after) = newest_first(here, request, query)?;
    Reply::json(200, &LogPage { entries: rows.iter().map(entry).collect::<Result<_, _>>()?, after })
}

/// A page of rows whose first column is their number, and where the next one begins: `query` asks for those below a number,
/// at most so many. 400
pub(super) fn newest_first(
    here: &Here<'_>,
    request: &Incoming,
    query: &str,
) -> Result<(Vec<Row>, Option<String>), Fault> {
    let before = match request.header(header::AFTER) {
        Some(text) => text.parse::<u64>().map_err(|_| Fault::header(header::AFTER))?,
        None => u64::MAX,
    };
    let mut rows = here.sql.rows(query, vec![int(before), int(u64::from(PAGE) + 1)])?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let after = rows.last().filter(|_| more).map(|row| row.int(0).map(|n| n.to_string())).transpose()?;
    Ok((rows, after))
}

fn entry(row: &Row) -> Result<LogEntry, Fault> {
    let (member, cid) = (Thumbprint(row.array(2)?), Cid(row.array(3)?));
    Ok(LogEntry { at: Timestamp(row.int(1)?), member, cid, deed: row.json(4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stf_01_the_log_has_no_column_for_content() {
        let columns: Vec<_> = SCHEMA[0].split_once(" (").unwrap().1.split(',').collect();
        let names: Vec<_> = columns.iter().map(|column| column.trim().split(' ').next().unwrap()).collect();
        assert_eq!(names, ["n", "at", "member", "cid", "deed"]);
    }
}
