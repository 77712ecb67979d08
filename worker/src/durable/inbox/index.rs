//! The index of conversations: announced by their objects, listed, marked, forgotten.

use super::{Here, Incoming, Reply, mail, upkeep};
use crate::{
    address::{Cursor, Kind, ObjectId},
    body,
    durable::{
        Call, Namespace,
        call::{argument, succeed},
        now,
        sql::{Row, Sql, Value, atomically, blob, int},
    },
    fault::Fault,
    headers,
    outbox::{Parcel, Summary},
};
use einwurf_protocol::{
    api::{
        header,
        staff::{Entry, InboxPage, Mark},
    },
    ids::Cid,
    limits::PAGE,
    problem::Code,
    time::Timestamp,
};

/// Tables of the index. `waiting` is when the oldest unread event was stored.
pub(super) const SCHEMA: [&str; 3] = [
    "CREATE TABLE conversations (id TEXT PRIMARY KEY, cid BLOB NOT NULL, opened INTEGER NOT NULL,
       newest INTEGER NOT NULL, events INTEGER NOT NULL, read INTEGER NOT NULL, done INTEGER NOT NULL,
       deleted INTEGER NOT NULL, waiting INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX by_newest ON conversations (newest DESC, id DESC)",
    "CREATE INDEX unread ON conversations (waiting) WHERE events > read",
];

/// Takes an announcement. Taking it again, or an older one, changes nothing.
///
/// 1. The entry, with a mail if there are more events than known, in one transaction.
/// 2. The alarm of the mail, in the same commit.
pub(super) async fn announce(here: &Here<'_>, summary: &Summary) -> Result<Reply, Fault> {
    // 1
    let queued = atomically(here.state, |sql| {
        let known =
            sql.row("SELECT events FROM conversations WHERE id = ?", vec![id(&summary.conversation)])?;
        let known = known.map(|row| row.int(0)).transpose()?;
        if known.is_some_and(|events| events >= summary.events) {
            return Ok(false);
        }
        upsert(sql, summary)?;
        mail::queue(here, sql)
    })?;
    // 2
    if queued {
        upkeep::wake(here).await?;
    }
    Ok(Reply::empty())
}

fn id(hex: &str) -> Value {
    hex.into()
}

fn upsert(sql: &Sql, summary: &Summary) -> Result<(), Fault> {
    sql.run(
        "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)
         ON CONFLICT (id) DO UPDATE SET newest = excluded.newest, deleted = excluded.deleted, done = 0,
           waiting = CASE WHEN events > read THEN waiting ELSE excluded.waiting END, events = excluded.events",
        vec![
            id(&summary.conversation),
            blob(&summary.cid.0),
            int(summary.opened.0),
            int(summary.newest.0),
            int(summary.events),
            int(summary.deleted.0),
            int(summary.newest.0),
        ],
    )
}

/// A conversation was erased.
pub(super) fn forget(here: &Here<'_>, parcel: &Parcel) -> Result<Reply, Fault> {
    if let Parcel::Forget { conversation } = parcel {
        here.sql.run("DELETE FROM conversations WHERE id = ?", vec![id(conversation)])?;
    }
    Ok(Reply::empty())
}

/// How many conversations have unread events, and since when.
pub(super) fn unread(sql: &Sql) -> Result<Option<(u32, Timestamp)>, Fault> {
    let query = "SELECT COUNT(*), MIN(waiting) FROM conversations WHERE events > read AND deleted > ?";
    let Some(row) = sql.row(query, vec![int(now().0)])? else { return Ok(None) };
    if row.is_null(1) {
        return Ok(None);
    }
    Ok(Some((u32::try_from(row.int(0)?).unwrap_or(u32::MAX), Timestamp(row.int(1)?))))
}

/// `GET /v1/inbox`: a page, newest first. 400
pub(super) fn list(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let after = match request.header(header::AFTER) {
        Some(text) => Cursor::from_text(&text).ok_or_else(|| Fault::header(header::AFTER))?,
        None => Cursor { newest: Timestamp(u64::MAX), conversation: ObjectId([0xff; 32]) },
    };
    let query = "SELECT id, cid, opened, newest, events, read, done, deleted FROM conversations
                 WHERE (newest, id) < (?, ?) AND deleted > ? ORDER BY newest DESC, id DESC LIMIT ?";
    let place = after.conversation.to_hex().into();
    let page = u64::from(PAGE);
    let rows = here.sql.rows(query, vec![int(after.newest.0), place, int(now().0), int(page + 1)])?;
    let mut entries = rows.iter().map(|row| entry(here, row)).collect::<Result<Vec<_>, _>>()?;
    let more = entries.len() > usize::try_from(page).unwrap_or(usize::MAX);
    entries.truncate(usize::try_from(page).unwrap_or(usize::MAX));
    let last = entries.last().filter(|_| more);
    let after = last
        .map(|(conversation, entry)| Cursor { newest: entry.newest, conversation: *conversation }.to_text());
    let conversations = entries.into_iter().map(|(_, entry)| entry).collect();
    let unread = unread(&here.sql)?.map_or(0, |(conversations, _)| conversations);
    Reply::json(200, &InboxPage { conversations, after, unread })
}

fn entry(here: &Here<'_>, row: &Row) -> Result<(ObjectId, Entry), Fault> {
    let object = ObjectId::from_hex(row.text(0)?).ok_or(Fault::Internal("object id"))?;
    let entry = Entry {
        conversation: here.config.addresses.address(Kind::Conversation, object),
        cid: Cid(row.array(1)?),
        opened: Timestamp(row.int(2)?),
        newest: Timestamp(row.int(3)?),
        events: row.int(4)?,
        read: row.int(5)?,
        done: row.int(6)? != 0,
        deleted: Timestamp(row.int(7)?),
    };
    Ok((object, entry))
}

/// The conversation that a request names, if its address was one: 404.
fn named(request: &Incoming) -> Result<ObjectId, Fault> {
    request.id(argument::CONVERSATION).map_err(|_| Code::NotFound.into())
}

/// The same, if it is in the index of this site: 404.
fn own(here: &Here<'_>, request: &Incoming) -> Result<ObjectId, Fault> {
    let object = named(request)?;
    let query = "SELECT 1 FROM conversations WHERE id = ? AND deleted > ?";
    here.sql.row(query, vec![id(&object.to_hex()), int(now().0)])?.ok_or(Code::NotFound)?;
    Ok(object)
}

/// `GET /v1/inbox/conversation`: 200, 404, 503. The conversation itself says whose it is, so that it can be read even
/// in the moment between its storing and its announcement.
pub(super) async fn read(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let object = named(request)?;
    let call = Call::new("read").header(argument::INBOX, here.id.to_hex());
    let mut response = succeed(here.env, Namespace::Conversation, object, call).await?;
    let text = response.text().await.map_err(|_| Fault::Unavailable("conversation".to_owned()))?;
    Ok(Reply::document(headers::JSON, &text))
}

/// `POST /v1/inbox/mark`: 204, 400, 404
pub(super) fn mark(here: &Here<'_>, request: &Incoming, bytes: &[u8]) -> Result<Reply, Fault> {
    let mark: Mark = body::json(bytes)?;
    let object = id(&own(here, request)?.to_hex());
    if let Some(read) = mark.read {
        let update = "UPDATE conversations SET read = MAX(read, MIN(events, ?)) WHERE id = ?";
        here.sql.run(update, vec![int(read), object.clone()])?;
    }
    if let Some(done) = mark.done {
        let update = "UPDATE conversations SET done = ? WHERE id = ?";
        here.sql.run(update, vec![int(u64::from(done)), object])?;
    }
    Ok(Reply::empty())
}
