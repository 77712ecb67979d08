//! Getting erased parts out of the raw storage while the rest stays.
//!
//! In the tables they are overwritten in place ([`super::schema`]). The write-ahead log still has them: `SQLite` folds it
//! into the main file when it has 1,000 pages, and then begins it anew from its start, but never shortens it while the
//! object lives. The runtime lets nobody ask for that. So as much is written as fills the log, and then as much again as
//! overwrites what it held. What a process that is killed in between leaves is cleaned up by the same alarm later.
//!
//! On Cloudflare the storage is no file: there the platform keeps what was, as long as one can restore a former state of an
//! object, 30 days, and no program can shorten that.

use super::super::sql::{Sql, storage};
use crate::fault::Fault;
use worker::State;

/// Commits of 256 pages and a few more each: four fill the log, five overwrite what it then has, one to spare.
const COMMITS: usize = 10;

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
    for _ in 0..COMMITS {
        // The same bytes again would not be written.
        sql.run("INSERT OR REPLACE INTO contents VALUES (-3, x'', randomblob(1048576))", Vec::new())?;
        // Without it they would be one commit.
        state.storage().sync().await.map_err(storage)?;
    }
    sql.run("DELETE FROM contents WHERE seq = -3", Vec::new())?;
    sql.run(&format!("UPDATE meta SET rewrite = NULL WHERE {ERASED} = ?"), vec![before])
}
