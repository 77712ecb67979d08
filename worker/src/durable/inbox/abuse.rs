//! What the site asks of visitors before it takes a message (`worker/src/load.rs`). What was opened lately is remembered
//! while this object is in memory, and after that it is quiet again.

use super::{Here, Incoming, Reply, refusals, session::Member};
use crate::{
    body,
    durable::{
        argument, now_ms,
        sql::{int, json},
    },
    fault::Fault,
    load::{self, Coming, Demand, Hint, Pace},
    refusals::why,
};
use einwurf_protocol::{
    api::staff::{Abuse, AbuseState},
    json,
    roster::Capability,
};

/// The settings, once somebody changed them.
pub(super) const SCHEMA: [&str; 1] =
    ["CREATE TABLE abuse (id INTEGER PRIMARY KEY CHECK (id = 1), settings TEXT NOT NULL)"];

/// What nobody fetched is counted at most so often, in milliseconds.
const COUNTED_MS: u64 = 10_000;

fn settings(here: &Here<'_>) -> Result<Abuse, Fault> {
    if let Some(known) = here.memory.abuse.get() {
        return Ok(known);
    }
    let row = here.sql.row("SELECT settings FROM abuse", Vec::new())?;
    let settings = row.map(|row| row.json(0)).transpose()?.unwrap_or_default();
    here.memory.abuse.set(Some(settings));
    Ok(settings)
}

fn pace(here: &Here<'_>, settings: Abuse) -> Pace {
    Pace::of(settings.strictness, here.config.pace)
}

/// Bytes that no member has fetched.
fn unread(here: &Here<'_>) -> Result<u64, Fault> {
    let now = now_ms();
    if let Some((bytes, at)) = here.memory.unread.get()
        && load::holds(at, COUNTED_MS, now)
    {
        return Ok(bytes);
    }
    let query = "SELECT COALESCE(SUM(unread), 0) FROM conversations WHERE unread > 0";
    let row = here.sql.row(query, Vec::new())?.ok_or(Fault::Internal("a sum"))?;
    here.memory.unread.set(Some((row.int(0)?, now)));
    row.int(0)
}

/// What comes before a message is taken; one that opens a conversation is counted. What is known already was taken, and
/// owes nothing.
pub(super) fn demand(here: &Here<'_>, request: &Incoming, known: bool) -> Result<Option<Demand>, Fault> {
    refusals::heard(here, request);
    let Some(coming) = request.header(argument::COMING).filter(|_| !known) else { return Ok(None) };
    let coming: Coming = json::typed(coming.as_bytes()).map_err(|_| Fault::Internal("what comes"))?;
    let (settings, now, load) = (settings(here)?, now_ms(), here.memory.load.get());
    let pace = pace(here, settings);
    let unread = unread(here)?;
    let demand = load::demand(settings, &load, pace, unread, coming, now);
    match demand {
        Some(demand) => why(demand, unread, coming).into_iter().for_each(|why| refusals::add(here, why)),
        None if coming.opens => here.memory.load.set(load.opened(pace, now)),
        None => (),
    }
    refusals::keep(here);
    Ok(demand)
}

/// For tickets: 200
pub(super) fn hint(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let settings = settings(here)?;
    refusals::heard(here, request);
    refusals::keep(here);
    let dearer = here.memory.load.get().dearer(pace(here, settings), now_ms());
    let bits = load::price(settings.strictness, dearer, 0);
    Reply::json(200, &Hint { bits, text_only: settings.text_only })
}

/// `GET /v1/inbox/abuse`: 200
pub(super) fn show(here: &Here<'_>) -> Result<Reply, Fault> {
    let (settings, now, load) = (settings(here)?, now_ms(), here.memory.load.get());
    let pace = pace(here, settings);
    let state = AbuseState {
        settings,
        work: 1 << load.dearer(pace, now),
        opened: load.level(pace, now),
        wait: load.wait(pace, now),
        unread_bytes: unread(here)?,
        refused: refusals::of(here)?,
    };
    Reply::json(200, &state)
}

/// `PUT /v1/inbox/abuse`: 204, 400, 403 without `sign`
pub(super) fn put(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    let settings: Abuse = body::json(bytes)?;
    member.must(here, Capability::Sign)?;
    here.sql.run("INSERT OR REPLACE INTO abuse VALUES (?, ?)", vec![int(1), json(&settings)?])?;
    here.memory.abuse.set(Some(settings));
    Ok(Reply::empty())
}
