//! Getting erased parts out of the raw storage while the rest stays.
//!
//! In the tables they are overwritten in place ([`super::schema`]): messages in the step that erases them, files here, one
//! part to a commit, since a longer commit would make the log longer for good. The write-ahead log still has them: `SQLite`
//! folds it into the main file when it has 1,000 pages, and then begins it anew from its start, but never shortens it while
//! the object lives. The runtime lets nobody ask for that. So as much is written as fills the log, and then as much again as
//! overwrites what it held. What a process that is killed in between leaves is cleaned up by the same alarm later.
//!
//! On Cloudflare the storage is no file: there the platform keeps what was, as long as one can restore a former state of an
//! object, 30 days, and no program can shorten that.

use super::{
    super::sql::{Sql, int, storage},
    files::Files,
};
use crate::fault::Fault;
use worker::State;

/// Commits, and megabytes of each, which have 256 pages and a few more. Where no commit was longer than a message, the log
/// has hardly more than 1,000 pages: four fill it, five overwrite what it then has, one to spare.
const SHORT: (usize, u64) = (10, 1);

/// Where there were files, it has up to 999 pages and the commit of a part behind them. What overwrites that has to be one
/// commit, since the log is begun anew at 1,000: the first fills it, the second overwrites it, one to spare.
const LONG: (usize, u64) = (3, 5);

/// Whatever erases anything changes this: an erased event has a row in `erased`, an end its date, and so has the hold that
/// keeps what has ended.
const ERASED: &str =
    "COALESCE(withdrawn, 0) || ' ' || COALESCE(meta.erased, 0) || ' ' || COALESCE(hold, '') || ' '
                      || (SELECT COUNT(*) FROM erased)";

/// Writes through the whole log. What others erase meanwhile may still be in it: then it stays to be done.
pub(super) async fn flush(state: &State) -> Result<(), Fault> {
    let sql = Sql::of(state);
    let before = sql.row(&format!("SELECT {ERASED} FROM meta"), Vec::new())?;
    let before = before.ok_or(Fault::Internal("meta"))?.value(0);
    while Files(&sql).blank_one()? {
        sync(state).await?;
    }
    // A table of its own, so that no page of the others is moved.
    sql.run("CREATE TABLE IF NOT EXISTS noise (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)", Vec::new())?;
    let (commits, megabytes) = if Files(&sql).exist()? { LONG } else { SHORT };
    let megabytes = megabytes + longest(&sql)?;
    for _ in 0..commits {
        for n in 0..megabytes {
            // The same bytes again would not be written.
            sql.run("INSERT OR REPLACE INTO noise VALUES (?, randomblob(1048576))", vec![int(n)])?;
        }
        sync(state).await?;
    }
    sql.run("DROP TABLE noise", Vec::new())?;
    sql.run(&format!("UPDATE meta SET rewrite = NULL WHERE {ERASED} = ?"), vec![before])
}

/// Without it what was written so far and what comes would be one commit.
async fn sync(state: &State) -> Result<(), Fault> {
    state.storage().sync().await.map_err(storage)
}

/// How many megabytes the commit may have had that overwrote messages, at most: all of them, and a page for each.
fn longest(sql: &Sql) -> Result<u64, Fault> {
    let query = "SELECT COALESCE(SUM(length(ciphertext) + 4096), 0) / 1048576 FROM contents";
    sql.row(query, Vec::new())?.ok_or(Fault::Internal("a sum"))?.int(0)
}
