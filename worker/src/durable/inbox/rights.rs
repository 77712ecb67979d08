//! Requests by visitors about their rights (RGT-06): taken down by members, due after a month, without content.

use super::{Here, Incoming, Reply, index::own, log, mail, session::Member, upkeep};
use crate::{
    body,
    durable::{
        now,
        sql::{Row, Sql, Value, atomically, blob, int, json},
    },
    fault::Fault,
    rights::{check_received, first_reminder, next_reminder},
};
use einwurf_protocol::{
    api::staff::{CloseRequest, Closed, Deed, OpenRequest, RightsRequest, RightsRequests},
    ids::{Cid, MessageId},
    limits::RIGHTS_REQUESTS,
    problem::Code,
    roster::Capability,
    time::Timestamp,
};

/// Their table. `remind` is when staff are reminded next.
pub(super) const SCHEMA: [&str; 2] = [
    "CREATE TABLE rights (id BLOB PRIMARY KEY, cid BLOB NOT NULL, asked TEXT NOT NULL, received INTEGER NOT NULL,
       due INTEGER NOT NULL, remind INTEGER, closed INTEGER, outcome TEXT) WITHOUT ROWID",
    "CREATE INDEX rights_of ON rights (cid)",
];

/// What a [`RightsRequest`] is read from.
const REQUEST: &str = "id, cid, asked, received, due, closed, outcome";

/// `GET /v1/inbox/rights`: open ones by due date, then closed ones, newest first. 403 without `read` and `audit`.
pub(super) fn list(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read).or_else(|_| member.must(here, Capability::Audit))?;
    let query = format!("SELECT {REQUEST} FROM rights ORDER BY closed IS NOT NULL, closed DESC, due, id");
    let requests = here.sql.rows(&query, Vec::new())?.iter().map(read).collect::<Result<_, _>>()?;
    Reply::json(200, &RightsRequests { requests })
}

fn read(row: &Row) -> Result<RightsRequest, Fault> {
    let closed = if row.is_null(5) {
        None
    } else {
        Some(Closed { at: Timestamp(row.int(5)?), outcome: row.json(6)? })
    };
    Ok(RightsRequest {
        id: MessageId(row.array(0)?),
        cid: Cid(row.array(1)?),
        right: row.json(2)?,
        received: Timestamp(row.int(3)?),
        due: Timestamp(row.int(4)?),
        closed,
    })
}

fn known(sql: &Sql, id: MessageId) -> Result<Option<RightsRequest>, Fault> {
    let query = format!("SELECT {REQUEST} FROM rights WHERE id = ?");
    sql.row(&query, vec![blob(&id.0)])?.map(|row| read(&row)).transpose()
}

/// `POST /v1/inbox/rights`.
///
/// 1. `read`: 403.
/// 2. The body: 400.
/// 3. A conversation of this site, or what is left of it: 404.
/// 4. The same request again is answered again: 201; 409 if it was another.
/// 5. Not too many are open: 429.
/// 6. Taken down and logged, with a reminder if its time has come, in one transaction: 201.
pub(super) async fn open(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let OpenRequest { v, id, right, received } = body::json(bytes)?;
    body::version(v)?;
    check_received(received, now())?;
    // 3
    let cid = own(here, request)?.cid;
    let opened = RightsRequest { id, cid, right, received, due: received.month_later(), closed: None };
    // 4
    if let Some(known) = known(&here.sql, id)? {
        let same = RightsRequest { closed: None, ..known.clone() } == opened;
        return if same { Reply::json(201, &known) } else { Err(Code::Conflict.into()) };
    }
    // 5
    let row = here.sql.row("SELECT COUNT(*) FROM rights WHERE closed IS NULL", Vec::new())?;
    let open = row.ok_or(Fault::Internal("rights"))?.int(0)?;
    if open >= u64::try_from(RIGHTS_REQUESTS).unwrap_or(u64::MAX) {
        return Err(Code::LimitReached.into());
    }
    // 6
    atomically(here.state, |sql| {
        insert(sql, &opened)?;
        log::did(sql, member, cid, Deed::Request)?;
        remind(here, sql, now())
    })?;
    upkeep::wake(here).await?;
    Reply::json(201, &opened)
}

fn insert(sql: &Sql, request: &RightsRequest) -> Result<(), Fault> {
    sql.run(
        "INSERT INTO rights VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
        vec![
            blob(&request.id.0),
            blob(&request.cid.0),
            json(&request.right)?,
            int(request.received.0),
            int(request.due.0),
            int(first_reminder(request.due).0),
        ],
    )
}

/// `POST /v1/inbox/rights/close`: 204, 400, 403 without `read`, 404. Closing again changes nothing; 409 with another
/// outcome.
pub(super) fn close(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    let CloseRequest { id, outcome } = body::json(bytes)?;
    let request = known(&here.sql, id)?.ok_or(Code::NotFound)?;
    match request.closed {
        Some(closed) if closed.outcome == outcome => return Ok(Reply::empty()),
        Some(_) => return Err(Code::Conflict.into()),
        None => {}
    }
    atomically(here.state, |sql| {
        let update = "UPDATE rights SET closed = ?, outcome = ?, remind = NULL WHERE id = ?";
        sql.run(update, vec![int(now().0), json(&outcome)?, blob(&id.0)])?;
        log::did(sql, member, request.cid, Deed::Close).map(drop)
    })?;
    Ok(Reply::empty())
}

/// Queues the reminders whose time has come. Without a sender they stay due, and the app shows the dates. To be called
/// inside a transaction.
pub(super) fn remind(here: &Here<'_>, sql: &Sql, now: Timestamp) -> Result<(), Fault> {
    let query = "SELECT id, due, remind FROM rights WHERE remind <= ?";
    for row in sql.rows(query, vec![int(now.0)])? {
        let (id, due) = (MessageId(row.array(0)?), Timestamp(row.int(1)?));
        if mail::remind_of_request(here, sql, &id.to_string(), row.int(2)?)? {
            let next = next_reminder(due, now).map_or(Value::Null, |at| int(at.0));
            sql.run("UPDATE rights SET remind = ? WHERE id = ?", vec![next, blob(&id.0)])?;
        }
    }
    Ok(())
}

/// Code and due date of a request that is still open.
pub(super) fn due(sql: &Sql, id: &str) -> Result<Option<(String, Timestamp)>, Fault> {
    let id: MessageId = id.parse().map_err(|_| Fault::Internal("request"))?;
    let open = known(sql, id)?.filter(|request| request.closed.is_none());
    Ok(open.map(|request| (request.cid.code(), request.due)))
}
