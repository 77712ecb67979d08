//! What staff note among themselves, sealed (`docs/protocol.md` section 21): here it has a version and nothing else.

mod bytes;

pub(super) use bytes::flush;

use super::{
    Here, Incoming, Reply,
    live::{self, Told},
    order::asked,
    session::Member,
};
use crate::{
    address::{Kind, ObjectId},
    durable::{
        argument, now,
        sql::{Row, Sql, atomically, blob, int},
    },
    fault::Fault,
    sheets::{LOOKED_UP, Whose, page, put as read_put},
};
use einwurf_protocol::{
    api::{
        header,
        staff::{PutSheet, SheetStored, Sheets, StoredSheet},
    },
    ids::Digest,
    problem::Code,
    roster::Capability,
};

/// Their tables. `conversation` is empty for the team's own; the bytes lie apart, `length` of them, in the row `n`.
pub(super) const SCHEMA: [&str; 4] = [
    "CREATE TABLE sheets (conversation TEXT PRIMARY KEY, version INTEGER NOT NULL, inbox_key BLOB NOT NULL,
       n INTEGER NOT NULL, length INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE UNIQUE INDEX sheets_by_version ON sheets (version)",
    "CREATE UNIQUE INDEX sheets_by_bytes ON sheets (n)",
    bytes::SCHEMA,
];

/// The team's own sheet.
const TEAM: &str = "";

/// `GET /v1/inbox/sheets`: those that changed after a version, in their order. 200, 400, 403 without `read`.
pub(super) fn list(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    let after = match request.header(header::AFTER) {
        Some(text) => text.parse::<u64>().map_err(|_| Fault::header(header::AFTER))?,
        None => 0,
    };
    // A conversation whose date has come may not be forgotten yet.
    let query = "SELECT conversation, version, inbox_key, substr(bytes, 1, length) FROM sheets
                 JOIN sheet_bytes USING (n) LEFT JOIN conversations ON conversations.id = conversation
                 WHERE version > ? AND (conversation = ? OR deleted > ?) ORDER BY version LIMIT ?";
    let values = vec![int(after), TEAM.into(), int(now().0), int(LOOKED_UP)];
    let (rows, more) = page(here.sql.rows(query, values)?);
    let sheets = rows.iter().map(|row| stored(here, row)).collect::<Result<Vec<_>, _>>()?;
    let after = sheets.last().map_or(after, |sheet| sheet.version);
    Reply::json(200, &Sheets { sheets, after, more })
}

fn stored(here: &Here<'_>, row: &Row) -> Result<StoredSheet, Fault> {
    let conversation = match row.text(0)? {
        TEAM => None,
        hex => {
            let object = ObjectId::from_hex(hex).ok_or(Fault::Internal("object id"))?;
            Some(here.config.addresses.address(Kind::Conversation, object))
        }
    };
    let (version, inbox_key) = (row.int(1)?, Digest(row.array(2)?));
    Ok(StoredSheet { conversation, version, inbox_key, sealed: row.blob(3)?.to_vec() })
}

/// `PUT /v1/inbox/sheets`.
///
/// 1. `read`: 403.
/// 2. The body: 400, 413.
/// 3. A conversation of this site that is not erased, or none, for the team: 404, 410.
/// 4. Under an inbox key of this site that is not destroyed: 409 `key-retired`.
/// 5. After the stored version: 409 `conflict`.
/// 6. Stored, and everybody told: 200.
pub(super) fn put(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1, 2, 3
    let (put, conversation) = if request.header(argument::CONVERSATION).is_none() {
        member.must(here, Capability::Read)?;
        (read_put(bytes, Whose::Team)?, TEAM.to_owned())
    } else {
        let (put, own) = asked(here, request, member, || read_put(bytes, Whose::Conversation))?;
        (put, own.object.to_hex())
    };
    // 4
    let known = "SELECT 1 FROM inbox_keys WHERE id = ?";
    here.sql.row(known, vec![blob(&put.inbox_key.0)])?.ok_or(Code::KeyRetired)?;
    // 5
    let query = "SELECT version FROM sheets WHERE conversation = ?";
    let row = here.sql.row(query, vec![conversation.as_str().into()])?;
    if row.map_or(Ok(0), |row| row.int(0))? != put.base {
        return Err(Code::Conflict.into());
    }
    // 6
    let version = atomically(here.state, |sql| store(sql, &conversation, &put))?;
    live::tell(here, Told::Sheets);
    Reply::json(200, &SheetStored { version })
}

fn store(sql: &Sql, conversation: &str, put: &PutSheet) -> Result<u64, Fault> {
    // Not the highest that is there: the sheet that had it may be gone.
    let next = "UPDATE site SET sheets = sheets + 1 RETURNING sheets";
    let version = sql.row(next, Vec::new())?.ok_or(Fault::Internal("site"))?.int(0)?;
    let there = sql.row("SELECT n FROM sheets WHERE conversation = ?", vec![conversation.into()])?;
    let n = bytes::write(sql, there.map(|row| row.int(0)).transpose()?, &put.sealed)?;
    let length = u64::try_from(put.sealed.len()).unwrap_or(u64::MAX);
    let values = vec![conversation.into(), int(version), blob(&put.inbox_key.0), int(n), int(length)];
    sql.run("INSERT OR REPLACE INTO sheets VALUES (?, ?, ?, ?, ?)", values)?;
    Ok(version)
}

/// The sheet of a conversation goes with it. To be called inside the transaction that ends its entry; the alarm gets it
/// out of the raw storage.
pub(super) fn forget(sql: &Sql, conversation: &str) -> Result<(), Fault> {
    let delete = "DELETE FROM sheets WHERE conversation = ? RETURNING n";
    match sql.row(delete, vec![conversation.into()])? {
        Some(row) => bytes::blank(sql, row.int(0)?),
        None => Ok(()),
    }
}

/// The bytes of a conversation's sheet, for its visitor.
pub(super) fn sealed(sql: &Sql, conversation: &str) -> Result<Vec<Row>, Fault> {
    let query =
        "SELECT substr(bytes, 1, length) FROM sheets JOIN sheet_bytes USING (n) WHERE conversation = ?";
    sql.rows(query, vec![conversation.into()])
}
