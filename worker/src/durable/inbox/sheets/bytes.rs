//! The bytes of sheets, and how they leave the raw storage. The runtime zeroes nothing: what is deleted still lies in the
//! database's file and in its log for as long as nobody writes over it.
//!
//! A row begins with a filler that fills what of it lies in a page of the tree, which `SQLite` copies when rows are added.
//! The bytes come behind it, in pages of their own that nobody moves, and keep their room: whatever is written in their
//! place is as long, and so it is written where they are. What is blanked is deleted in a later commit, since of a page
//! that is freed nothing more is written. The log is written through, like that of a conversation, by noise.

use super::super::Here;
use crate::{
    durable::sql::{Sql, Value, int, storage},
    fault::Fault,
};

/// Their table.
pub(super) const SCHEMA: &str =
    "CREATE TABLE sheet_bytes (n INTEGER PRIMARY KEY, filler BLOB NOT NULL, bytes BLOB NOT NULL)";

/// More than a page of 4,096 bytes holds of a row.
const FILLER: u64 = 4_100;
/// The least room, in bytes.
const ROOM: usize = 4_096;

/// Commits, and megabytes of each: the log has up to 999 pages and behind them the longest commit, a publication. The
/// first fills it, the second overwrites it, one to spare.
const NOISE: (usize, u64) = (3, 8);

/// The room of so many bytes: the next power of two, so that a sheet seldom moves when it grows.
fn room(length: usize) -> usize {
    length.next_power_of_two().max(ROOM)
}

/// With zeros behind them.
fn filled(bytes: &[u8], room: usize) -> Value {
    let mut filled = bytes.to_vec();
    filled.resize(room, 0);
    Value::Blob(filled)
}

/// Writes bytes in place of those of a row, or into a new one if there is none with enough room. Answers which.
pub(super) fn write(sql: &Sql, n: Option<u64>, bytes: &[u8]) -> Result<u64, Fault> {
    if let Some(n) = n {
        let row = sql.row("SELECT length(bytes) FROM sheet_bytes WHERE n = ?", vec![int(n)])?;
        let there = usize::try_from(row.ok_or(Fault::Internal("sheet"))?.int(0)?).unwrap_or(0);
        if bytes.len() <= there {
            let update = "UPDATE sheet_bytes SET bytes = ? WHERE n = ?";
            sql.run(update, vec![filled(bytes, there), int(n)])?;
            return Ok(n);
        }
        blank(sql, n)?;
    }
    let insert = "INSERT INTO sheet_bytes (filler, bytes) VALUES (zeroblob(?), ?) RETURNING n";
    let row = sql.row(insert, vec![int(FILLER), filled(bytes, room(bytes.len()))])?;
    row.ok_or(Fault::Internal("sheet"))?.int(0)
}

/// Overwrites the bytes of a row. The alarm does the rest: whoever erases has it set.
pub(super) fn blank(sql: &Sql, n: u64) -> Result<(), Fault> {
    sql.run("UPDATE sheet_bytes SET bytes = zeroblob(length(bytes)) WHERE n = ?", vec![int(n)])?;
    sql.run("UPDATE site SET blanked = blanked + 1", Vec::new())
}

/// Gets what was blanked out of the log, and removes the rows. What others blank meanwhile stays to be done.
pub(in crate::durable::inbox) async fn flush(here: &Here<'_>) -> Result<(), Fault> {
    let sql = &here.sql;
    let blanked = sql.row("SELECT blanked FROM site", Vec::new())?.ok_or(Fault::Internal("site"))?.int(0)?;
    if blanked == 0 {
        return Ok(());
    }
    sync(here).await?;
    sql.run("CREATE TABLE IF NOT EXISTS noise (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)", Vec::new())?;
    let (commits, megabytes) = NOISE;
    for _ in 0..commits {
        for n in 0..megabytes {
            // The same bytes again would not be written.
            sql.run("INSERT OR REPLACE INTO noise VALUES (?, randomblob(1048576))", vec![int(n)])?;
        }
        sync(here).await?;
    }
    sql.run("DROP TABLE noise", Vec::new())?;
    sql.run("DELETE FROM sheet_bytes WHERE n NOT IN (SELECT n FROM sheets)", Vec::new())?;
    sql.run("UPDATE site SET blanked = 0 WHERE blanked = ?", vec![int(blanked)])
}

/// Without it what was written so far and what comes would be one commit.
async fn sync(here: &Here<'_>) -> Result<(), Fault> {
    here.state.storage().sync().await.map_err(storage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::limits::{SHEET_BYTES, TEAM_SHEET_BYTES};

    #[test]
    fn a_sheet_keeps_its_room_until_it_has_doubled() {
        for (length, rooms) in [(0, ROOM), (ROOM - 1, ROOM), (ROOM, ROOM), (ROOM + 1, 2 * ROOM)] {
            assert_eq!(room(length), rooms);
        }
        assert_eq!((room(SHEET_BYTES), room(TEAM_SHEET_BYTES)), (65_536, TEAM_SHEET_BYTES));
        assert_eq!(filled(&[1, 2], 4), Value::Blob(vec![1, 2, 0, 0]));
    }
}
