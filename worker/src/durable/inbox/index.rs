//! The index of conversations: announced by their objects, listed, found by code, marked, reduced to a tombstone,
//! forgotten.

mod tombstone;

pub(super) use tombstone::{copies, copies_of, erased, forget};

use super::{
    Here, Incoming, Reply,
    live::{self, Told},
    log, mail, push,
    session::Member,
    upkeep, webhooks,
};
use crate::{
    address::{Cursor, Kind, ObjectId},
    body,
    durable::{
        Call, Namespace,
        call::{argument, call},
        now,
        sql::{Row, Sql, Value, atomically, blob, int, json},
    },
    fault::Fault,
    outbox::Summary,
    rights::read_code,
};
use einwurf_protocol::{
    api::{
        header,
        staff::{Conversation, Entry, InboxPage, Mark},
    },
    ids::{Cid, Digest},
    json,
    limits::PAGE,
    precedence::Hold,
    problem::Code,
    time::Timestamp,
};

/// Tables of the index. `waiting` is when the oldest unread event was stored, `reminded` how often members were reminded
/// of it, `unread` the bytes that no member has fetched, `notified` when the visitor was last mailed; `erased` and what follows it are those of what is left of an erased
/// conversation. `conversation_keys` says which inbox keys a conversation is sealed to.
pub(super) const SCHEMA: [&str; 8] = [
    "CREATE TABLE conversations (id TEXT PRIMARY KEY, cid BLOB NOT NULL, code TEXT NOT NULL, opened INTEGER NOT NULL,
       newest INTEGER NOT NULL, events INTEGER NOT NULL, read INTEGER NOT NULL, done INTEGER NOT NULL,
       deleted INTEGER NOT NULL, waiting INTEGER NOT NULL, reminded INTEGER NOT NULL DEFAULT 0, answered INTEGER,
       notified INTEGER, restricted INTEGER, hold TEXT, hold_until INTEGER, erased INTEGER, eraser TEXT,
       copies_until INTEGER, copies_deleted INTEGER, unread INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    "CREATE INDEX by_newest ON conversations (newest DESC, id DESC)",
    "CREATE INDEX by_code ON conversations (code)",
    "CREATE INDEX unread ON conversations (reminded, waiting) WHERE events > read",
    "CREATE INDEX unfetched ON conversations (unread) WHERE unread > 0",
    "CREATE INDEX held ON conversations (hold_until) WHERE hold_until IS NOT NULL",
    "CREATE TABLE conversation_keys (conversation TEXT NOT NULL, inbox_key BLOB NOT NULL,
       PRIMARY KEY (conversation, inbox_key)) WITHOUT ROWID",
    "CREATE INDEX keys_of ON conversation_keys (inbox_key)",
];

/// What an [`Entry`] is read from.
const ENTRY: &str = "id, cid, opened, newest, events, read, done, deleted, restricted, hold,
                     erased, eraser, copies_until, copies_deleted, answered";

/// Takes an announcement. Taking it again, or an older one, changes nothing; nor does one of a conversation that was
/// erased.
///
/// 1. The entry, with a mail if there are more unread events than known, in one transaction.
/// 2. Members are told; the alarm, in the same commit: for the mail, and for keys that a hold keeps from now on, or no longer.
pub(super) async fn announce(here: &Here<'_>, summary: &Summary) -> Result<Reply, Fault> {
    // 1
    let changed = atomically(here.state, |sql| {
        let query = "SELECT events, read, erased FROM conversations WHERE id = ?";
        let known = sql.row(query, vec![id(&summary.conversation)])?;
        let (events, read, erased) = match known {
            Some(row) => (Some(row.int(0)?), row.int(1)?, !row.is_null(2)),
            None => (None, 0, false),
        };
        if erased || events.is_some_and(|events| events > summary.events) {
            return Ok(false);
        }
        upsert(sql, summary)?;
        keep_keys(sql, &summary.conversation, &summary.keys)?;
        if events.is_none_or(|events| events < summary.events) {
            if read < summary.events {
                mail::queue(here, sql)?;
                push::announced(here, sql)?;
            }
            webhooks::announced(sql, summary, events.unwrap_or(0))?;
        }
        Ok(true)
    })?;
    // 2
    if changed {
        live::tell(here, Told::Conversation(&summary.conversation));
        upkeep::wake(here).await?;
    }
    Ok(Reply::empty())
}

fn id(hex: &str) -> Value {
    hex.into()
}

/// What is new opens a conversation again that was done, unless members wrote it themselves ([`answered`]).
fn upsert(sql: &Sql, summary: &Summary) -> Result<(), Fault> {
    let restricted = summary.restricted.map_or(Value::Null, |at| int(at.0));
    let (hold, until) = held(summary.hold.as_ref())?;
    sql.run(
        "INSERT INTO conversations (id, cid, code, opened, newest, events, read, done, deleted, waiting, restricted,
           hold, hold_until, unread) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET newest = excluded.newest, deleted = excluded.deleted,
           done = CASE WHEN excluded.events > MAX(events, read) THEN 0 ELSE done END,
           waiting = CASE WHEN events > read AND done = 0 THEN waiting ELSE excluded.waiting END,
           reminded = CASE WHEN events > read AND done = 0 THEN reminded ELSE 0 END, events = excluded.events,
           restricted = excluded.restricted, hold = excluded.hold, hold_until = excluded.hold_until,
           unread = excluded.unread",
        vec![
            id(&summary.conversation),
            blob(&summary.cid.0),
            summary.cid.code().into(),
            int(summary.opened.0),
            int(summary.newest.0),
            int(summary.events),
            int(summary.deleted.0),
            int(summary.newest.0),
            restricted,
            hold,
            until,
            int(summary.unread),
        ],
    )
}

/// A hold for its two columns.
fn held(hold: Option<&Hold>) -> Result<(Value, Value), Fault> {
    match hold {
        Some(hold) => Ok((json(hold)?, int(hold.until.0))),
        None => Ok((Value::Null, Value::Null)),
    }
}

/// Which inbox keys a conversation is sealed to from now on. Mostly they are those of before, and nothing is written.
fn keep_keys(sql: &Sql, conversation: &str, keys: &[Digest]) -> Result<(), Fault> {
    let query = "SELECT inbox_key FROM conversation_keys WHERE conversation = ?";
    let known = sql.rows(query, vec![id(conversation)])?;
    let same = |row: &Row| row.array(0).is_ok_and(|key| keys.contains(&Digest(key)));
    if known.len() == keys.len() && known.iter().all(same) {
        return Ok(());
    }
    sql.run("DELETE FROM conversation_keys WHERE conversation = ?", vec![id(conversation)])?;
    for key in keys {
        let insert = "INSERT OR IGNORE INTO conversation_keys VALUES (?, ?)";
        sql.run(insert, vec![id(conversation), blob(&key.0)])?;
    }
    Ok(())
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

/// `GET /v1/inbox`: a page, newest first, or the conversation with a code. 400
pub(super) fn list(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let unread = unread(&here.sql)?.map_or(0, |(conversations, _)| conversations);
    if let Some(code) = request.header(header::CODE) {
        let code = read_code(&code).ok_or_else(|| Fault::header(header::CODE))?;
        let query = format!("SELECT {ENTRY} FROM conversations WHERE code = ? AND deleted > ? ORDER BY id");
        let rows = here.sql.rows(&query, vec![code.into(), int(now().0)])?;
        let entries = rows.iter().map(|row| entry(here, row).map(|(_, entry)| entry));
        let conversations = entries.collect::<Result<_, _>>()?;
        return Reply::json(200, &InboxPage { conversations, after: None, unread });
    }
    let after = match request.header(header::AFTER) {
        Some(text) => Cursor::from_text(&text).ok_or_else(|| Fault::header(header::AFTER))?,
        None => Cursor { newest: Timestamp(u64::MAX), conversation: ObjectId([0xff; 32]) },
    };
    let query = format!(
        "SELECT {ENTRY} FROM conversations
         WHERE (newest, id) < (?, ?) AND deleted > ? ORDER BY newest DESC, id DESC LIMIT ?"
    );
    let place = after.conversation.to_hex().into();
    let page = u64::from(PAGE);
    let rows = here.sql.rows(&query, vec![int(after.newest.0), place, int(now().0), int(page + 1)])?;
    let mut entries = rows.iter().map(|row| entry(here, row)).collect::<Result<Vec<_>, _>>()?;
    let more = entries.len() > usize::try_from(page).unwrap_or(usize::MAX);
    entries.truncate(usize::try_from(page).unwrap_or(usize::MAX));
    let last = entries.last().filter(|_| more);
    let after = last
        .map(|(conversation, entry)| Cursor { newest: entry.newest, conversation: *conversation }.to_text());
    let conversations = entries.into_iter().map(|(_, entry)| entry).collect();
    Reply::json(200, &InboxPage { conversations, after, unread })
}

fn entry(here: &Here<'_>, row: &Row) -> Result<(ObjectId, Entry), Fault> {
    let object = ObjectId::from_hex(row.text(0)?).ok_or(Fault::Internal("object id"))?;
    let hold: Option<Hold> = if row.is_null(9) { None } else { Some(row.json(9)?) };
    let entry = Entry {
        conversation: here.config.addresses.address(Kind::Conversation, object),
        cid: Cid(row.array(1)?),
        opened: Timestamp(row.int(2)?),
        newest: Timestamp(row.int(3)?),
        events: row.int(4)?,
        read: row.int(5)?.min(row.int(4)?),
        done: row.int(6)? != 0,
        answered: if row.is_null(14) { None } else { Some(Timestamp(row.int(14)?)) },
        deleted: Timestamp(row.int(7)?),
        restricted: if row.is_null(8) { None } else { Some(Timestamp(row.int(8)?)) },
        hold: hold.filter(|hold| now() < hold.until),
        erasure: tombstone::erasure(row, 10)?,
    };
    Ok((object, entry))
}

/// The conversation that a request names, if its address was one: 404.
pub(super) fn named(request: &Incoming) -> Result<ObjectId, Fault> {
    request.id(argument::CONVERSATION).map_err(|_| Code::NotFound.into())
}

/// A conversation of this site, or what is left of it.
pub(super) struct Own {
    /// Its object.
    pub(super) object: ObjectId,
    /// Its id.
    pub(super) cid: Cid,
    /// Whether it was erased.
    pub(super) erased: bool,
    /// Whether it is held, erased or not.
    pub(super) held: bool,
}

impl Own {
    /// For statements about its row.
    pub(super) fn row(&self) -> Value {
        self.object.to_hex().into()
    }
}

/// The conversation that a request names, if it is in the index of this site: 404.
pub(super) fn own(here: &Here<'_>, request: &Incoming) -> Result<Own, Fault> {
    let object = named(request)?;
    let query = "SELECT cid, erased, COALESCE(hold_until, 0) FROM conversations WHERE id = ? AND deleted > ?";
    let row = here.sql.row(query, vec![id(&object.to_hex()), int(now().0)])?.ok_or(Code::NotFound)?;
    let held = now().0 < row.int(2)?;
    Ok(Own { object, cid: Cid(row.array(0)?), erased: !row.is_null(1), held })
}

/// A conversation of this site that was not erased: 404, 410.
pub(super) fn living(here: &Here<'_>, request: &Incoming) -> Result<Own, Fault> {
    let own = own(here, request)?;
    if own.erased { Err(Code::Gone.into()) } else { Ok(own) }
}

/// `GET /v1/inbox/conversation`: 200, 404, 410, 503. The conversation itself says whose it is, so that it can be read even
/// in the moment between its storing and its announcement. That it was opened is logged before it is handed out: the
/// answer leaves after the log is on disk.
pub(super) async fn read(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    let object = named(request)?;
    let question = Call::new("read").header(argument::INBOX, here.id.to_hex());
    let response = call(here.env, Namespace::Conversation, object, question).await?;
    let reply = Reply::passed(response).await?;
    if reply.is_success() {
        let query = "SELECT cid FROM conversations WHERE id = ?";
        let cid = match here.sql.row(query, vec![id(&object.to_hex())])? {
            Some(row) => Cid(row.array(0)?),
            None => cid_of(reply.body())?,
        };
        log::opened(&here.sql, member, cid)?;
        fetched(&here.sql, &object.to_hex())?;
    }
    Ok(reply)
}

/// A member has what is there.
fn fetched(sql: &Sql, conversation: &str) -> Result<(), Fault> {
    sql.run("UPDATE conversations SET unread = 0 WHERE id = ? AND unread > 0", vec![id(conversation)])
}

/// Which conversation an answer holds that was not announced yet.
fn cid_of(body: &[u8]) -> Result<Cid, Fault> {
    let answer = || Fault::Internal("an object's answer");
    let conversation: Conversation = json::typed(body).map_err(|_| answer())?;
    let first = conversation.events.first().ok_or_else(answer)?;
    first.read().map(|event| event.header.cid).map_err(|_| answer())
}

/// `POST /v1/inbox/mark`: 204, 400, 404, 410 for an erased one
pub(super) fn mark(here: &Here<'_>, request: &Incoming, bytes: &[u8]) -> Result<Reply, Fault> {
    let mark: Mark = body::json(bytes)?;
    let own = living(here, request)?;
    if let Some(read) = mark.read {
        fetched(&here.sql, &own.object.to_hex())?;
        let update = "UPDATE conversations SET read = MAX(read, MIN(events, ?)) WHERE id = ?";
        here.sql.run(update, vec![int(read), own.row()])?;
    }
    if let Some(done) = mark.done {
        let update = "UPDATE conversations SET done = ? WHERE id = ?";
        here.sql.run(update, vec![int(u64::from(done)), own.row()])?;
    }
    live::tell(here, Told::Conversation(&own.object.to_hex()));
    Ok(Reply::empty())
}

/// A member's own act is no news: whoever had read everything before it has read everything after it.
pub(super) fn acted(sql: &Sql, own: &Own, seq: u64) -> Result<(), Fault> {
    let update = "UPDATE conversations SET read = ?1 + 1 WHERE id = ?2 AND read = ?1";
    sql.run(update, vec![int(seq), own.row()])
}

/// A member's answer was written after everything before it, which is read by that. It is announced later than it is
/// known here: until then more is read than there is.
pub(super) fn answered(sql: &Sql, own: &Own, seq: u64) -> Result<(), Fault> {
    let update = "UPDATE conversations SET read = MAX(read, ?1 + 1), answered = ?2 WHERE id = ?3";
    sql.run(update, vec![int(seq), int(now().0), own.row()])
}
