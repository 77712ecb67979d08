//! What webhooks are told of: noted in the transaction that stores an announcement, made to deliveries by the alarm.

use super::super::Here;
use crate::{
    durable::{
        Call, Namespace, argument, ask, now_ms,
        sql::{Row, Sql, Value, atomically, blob, int, json},
    },
    fault::Fault,
    outbox::{Erased, Summary, backoff_ms},
    webhook::payload::Happened,
};
use einwurf_protocol::{
    api::{
        staff::{Conversation, Eraser},
        visitor::Kept,
        webhooks::{Occasion, Standing},
    },
    event::{Direction, Event, Kind},
    ids::Cid,
    problem::Code,
    record::grant_digest,
    time::Timestamp,
};

/// Conversations that one alarm looks at; the next one follows at once.
const CONVERSATIONS: u64 = 20;

/// A conversation has new events, from position `seen` on. To be called inside the transaction that stores it.
pub(in crate::durable::inbox) fn announced(sql: &Sql, summary: &Summary, seen: u64) -> Result<(), Fault> {
    let insert =
        "INSERT INTO hook_news SELECT ?, ?, ?, ?, 0, ? WHERE EXISTS (SELECT 1 FROM hooks WHERE active = 1)
                  ON CONFLICT (conversation) DO UPDATE SET events = MAX(events, excluded.events)";
    let (conversation, cid) = (summary.conversation.as_str().into(), blob(&summary.cid.0));
    sql.run(insert, vec![conversation, cid, int(seen), int(summary.events), int(now_ms())])
}

/// A conversation was erased before its date, or its visitor withdrew while a hold keeps it. What was to be told of its
/// messages is told no more. `known` says whether it was erased before, and then whether no hold kept it. To be called
/// inside the transaction that stores it.
pub(in crate::durable::inbox) fn erased(
    here: &Here<'_>,
    sql: &Sql,
    erased: &Erased,
    known: Option<bool>,
) -> Result<(), Fault> {
    let conversation = || Value::from(erased.conversation.as_str());
    sql.run("DELETE FROM hook_news WHERE conversation = ?", vec![conversation()])?;
    if known == Some(true) {
        return Ok(());
    }
    let about = Some(erased.conversation.as_str());
    let happened =
        |occasion, detail| Happened { occasion, cid: Some(erased.cid), seq: None, detail, at: erased.at };
    if known.is_none() && erased.by == Eraser::Visitor {
        tell(here, sql, about, &[happened(Occasion::ConsentWithdrawn, None)])?;
    }
    if erased.hold.is_some() {
        return Ok(());
    }
    let messages = "DELETE FROM deliveries WHERE conversation = ? AND due IS NOT NULL AND seq IS NOT NULL";
    sql.run(messages, vec![conversation()])?;
    let by = if erased.by == Eraser::Visitor { "visitor" } else { "staff" };
    tell(here, sql, about, &[happened(Occasion::ConversationErased, Some(by.to_owned()))])
}

/// A conversation has reached its date: nothing is left of it in the log but that. To be called before its entry is
/// deleted, inside the same transaction.
pub(in crate::durable::inbox) fn forgotten(
    here: &Here<'_>,
    sql: &Sql,
    conversation: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    sql.run("DELETE FROM hook_news WHERE conversation = ?", vec![conversation.into()])?;
    let rest = "DELETE FROM deliveries WHERE conversation = ? AND (due IS NULL OR seq IS NOT NULL)";
    sql.run(rest, vec![conversation.into()])?;
    let query = "SELECT cid FROM conversations WHERE id = ? AND (erased IS NULL OR hold IS NOT NULL)";
    let Some(row) = sql.row(query, vec![conversation.into()])? else { return Ok(()) };
    let happened = Happened {
        occasion: Occasion::ConversationErased,
        cid: Some(Cid(row.array(0)?)),
        seq: None,
        detail: Some("date".to_owned()),
        at: now,
    };
    tell(here, sql, Some(conversation), &[happened])
}

/// Makes a delivery for every webhook that is to be told; what was told before is not told again.
pub(super) fn tell(
    here: &Here<'_>,
    sql: &Sql,
    conversation: Option<&str>,
    happened: &[Happened],
) -> Result<(), Fault> {
    let hooks = sql.rows("SELECT id, types FROM hooks WHERE active = 1 ORDER BY n", Vec::new())?;
    let hook = |row: &Row| Ok::<_, Fault>((row.value(0), row.json::<Vec<Occasion>>(1)?));
    let hooks = hooks.iter().map(hook).collect::<Result<Vec<_>, _>>()?;
    for one in happened {
        let id = one.id(here.id, 0);
        for (hook, _) in hooks.iter().filter(|(_, types)| types.contains(&one.occasion)) {
            insert(sql, hook.clone(), &id, conversation, one)?;
        }
    }
    Ok(())
}

/// A delivery to one webhook.
pub(super) fn insert(
    sql: &Sql,
    hook: Value,
    id: &str,
    conversation: Option<&str>,
    happened: &Happened,
) -> Result<(), Fault> {
    let Happened { occasion, cid, seq, detail, at } = happened;
    let insert = "INSERT OR IGNORE INTO deliveries
                  (hook, id, occasion, conversation, cid, seq, detail, at, queued, standing, attempts, due)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?9)";
    let values = vec![
        hook,
        id.into(),
        json(occasion)?,
        conversation.map_or(Value::Null, Value::from),
        cid.map_or(Value::Null, |cid| blob(&cid.0)),
        seq.map_or(Value::Null, int),
        detail.as_deref().map_or(Value::Null, Value::from),
        int(at.0),
        int(now_ms()),
        json(&Standing::Waiting)?,
    ];
    sql.run(insert, values)
}

/// Makes deliveries of what is new.
pub(super) async fn resolve(here: &Here<'_>) -> Result<(), Fault> {
    let query =
        "SELECT conversation, cid, seen, events, attempts FROM hook_news WHERE due <= ? ORDER BY due LIMIT ?";
    for row in here.sql.rows(query, vec![int(now_ms()), int(CONVERSATIONS)])? {
        match read(here, row.text(0)?, row.int(2)?, None).await {
            Ok(conversation) => note(here, &row, &conversation)?,
            // It is over: whoever ended it has told so, or is about to.
            Err(Fault::Refused(Code::NotFound | Code::Gone)) => over(&here.sql, &row)?,
            Err(_) => later(&here.sql, &row)?,
        }
    }
    Ok(())
}

fn over(sql: &Sql, row: &Row) -> Result<(), Fault> {
    sql.run("DELETE FROM hook_news WHERE conversation = ?", vec![row.value(0)])
}

fn later(sql: &Sql, row: &Row) -> Result<(), Fault> {
    let attempts = row.int(4)?.saturating_add(1);
    let due = now_ms().saturating_add(backoff_ms(u32::try_from(attempts).unwrap_or(u32::MAX)));
    let update = "UPDATE hook_news SET attempts = ?, due = ? WHERE conversation = ?";
    sql.run(update, vec![int(attempts), int(due), row.value(0)])
}

/// Deliveries of some events, and how far that went. Events that were announced in the meantime stay noted; what is noted
/// twice is told once.
fn note(here: &Here<'_>, row: &Row, conversation: &Conversation) -> Result<(), Fault> {
    let (object, cid, seen) = (row.text(0)?, Cid(row.array(1)?), row.int(2)?);
    let happened = happened(cid, conversation);
    let seen = seen.saturating_add(u64::try_from(conversation.events.len()).unwrap_or(u64::MAX));
    atomically(here.state, |sql| {
        tell(here, sql, Some(object), &happened)?;
        let update = "UPDATE hook_news SET seen = ?, attempts = 0 WHERE conversation = ?";
        sql.run(update, vec![int(seen), object.into()])?;
        let none = u64::from(conversation.events.is_empty());
        let done = "DELETE FROM hook_news WHERE conversation = ? AND (events <= seen OR ? = 1)";
        sql.run(done, vec![object.into(), int(none)])
    })
}

/// What there is to tell of new events. A grant is stored with the event that it came with, in the same second.
fn happened(cid: Cid, conversation: &Conversation) -> Vec<Happened> {
    let of = |occasion, seq, detail, at| Happened { occasion, cid: Some(cid), seq, detail, at };
    let first = conversation.events.first().map(|event| event.at);
    let given = conversation.grants.iter().filter(|grant| first.is_some_and(|first| first <= grant.at));
    let given = given.map(|grant| {
        of(Occasion::ConsentGiven, None, Some(grant_digest(&grant.grant).to_string()), grant.at)
    });
    let messages = conversation.events.iter().filter_map(|stored| {
        let Kept::Whole(event) = &stored.kept else { return None };
        let header = Event::read(event.clone()).ok()?.header;
        let occasion = match (header.kind, header.direction) {
            (Kind::Message, Direction::ToStaff) => Occasion::MessageCreated,
            (Kind::Message, Direction::ToVisitor) => Occasion::MessageAnswered,
            _ => return None,
        };
        Some(of(occasion, Some(header.seq), None, stored.at))
    });
    given.chain(messages).collect()
}

/// Events of a conversation from position `seq` on, or one of them: 404, 410.
pub(super) async fn read(
    here: &Here<'_>,
    conversation: &str,
    seq: u64,
    limit: Option<u64>,
) -> Result<Conversation, Fault> {
    let object = crate::address::ObjectId::from_hex(conversation).ok_or(Fault::Internal("object id"))?;
    let call =
        Call::new("news").header(argument::INBOX, here.id.to_hex()).header(argument::FROM, seq.to_string());
    let call = limit.into_iter().fold(call, |call, limit| call.header(argument::LIMIT, limit.to_string()));
    ask(here.env, Namespace::Conversation, object, call).await
}
