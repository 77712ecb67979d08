//! Delivering: what is due, oldest first, the webhooks beside each other, so that none waits for another one.

use super::{
    super::{Here, session::opened, upkeep::together},
    FORWARD,
    news::{self, resolve},
};
use crate::{
    backoff::latest,
    durable::{
        log, now, now_ms,
        outside::{Answered, Post, post},
        sql::{Row, Value, atomically, int, json},
    },
    fault::Fault,
    random,
    vault::What,
    webhook::{Next, Waiting, after, payload::Happened, sign::Secrets},
};
use einwurf_protocol::{
    api::{
        visitor::Kept,
        webhooks::{Occasion, Outcome, Standing, Tried},
    },
    ids::Cid,
    problem::Code,
    time::Timestamp,
};
use futures_util::future::FutureExt as _;

/// After so long the alarm comes to an end, in milliseconds: mails wait for it. What is left is due in the next one.
const LONG_MS: u64 = 5_000;
/// A conversation that does not answer is asked again after this time, in milliseconds.
const AWAY_MS: u64 = 10_000;

/// Now, and the latest that anything can wait for.
const STRAIGHT: [&str; 3] = [
    "UPDATE deliveries SET due = MIN(due, ?1), queued = MIN(queued, ?1)
       WHERE due IS NOT NULL AND (due > ?2 OR queued > ?1)",
    "UPDATE hooks SET paused = ?1 WHERE paused > ?2",
    "UPDATE hook_news SET due = ?1 WHERE due > ?2",
];

/// Where a webhook is, and what its calls are signed with.
pub(super) struct Target {
    pub(super) hook: Value,
    pub(super) url: String,
    pub(super) secrets: Secrets,
}

impl Target {
    /// From the columns `id`, `url` and `secrets`.
    pub(super) fn read(here: &Here<'_>, row: &Row) -> Result<Self, Fault> {
        let secrets = opened(here, What::Webhook, row.blob(2)?)?;
        Ok(Self { hook: row.value(0), url: row.text(1)?.to_owned(), secrets })
    }
}

/// Everything that is due.
///
/// 1. What a clock that was ahead put off, or would let wait for more than five days, is due now.
/// 2. Deliveries are made of what is new.
/// 3. Every webhook that does not pause: its deliveries one after the other, until one fails.
pub(in crate::durable::inbox) async fn deliver(here: &Here<'_>) -> Result<(), Fault> {
    // 1
    let now = now_ms();
    for straight in STRAIGHT {
        here.sql.run(straight, vec![int(now), int(latest(now))])?;
    }
    // 2
    resolve(here).await?;
    // 3
    let query = "SELECT id, url, secrets FROM hooks WHERE active = 1 AND paused <= ?1 AND EXISTS
                 (SELECT 1 FROM deliveries WHERE hook = hooks.id AND due <= ?1) ORDER BY n";
    let due = here.sql.rows(query, vec![int(now_ms())])?;
    let targets = due.iter().map(|row| Target::read(here, row)).collect::<Result<Vec<_>, _>>()?;
    together(targets.iter().map(|target| run(here, target).boxed_local()).collect()).await
}

async fn run(here: &Here<'_>, target: &Target) -> Result<(), Fault> {
    let began = now_ms();
    let query = "SELECT n, id, occasion, conversation, cid, seq, detail, at FROM deliveries
                 WHERE hook = ? AND due <= ? ORDER BY due, n LIMIT 1";
    while now_ms().saturating_sub(began) < LONG_MS {
        let due = here.sql.row(query, vec![target.hook.clone(), int(now_ms())])?;
        let Some(row) = due else { break };
        let Some(tried) = attempt(here, target, &row).await? else { continue };
        settle(here, target, &row, tried)?;
        if tried.outcome != Outcome::Delivered {
            break;
        }
    }
    Ok(())
}

/// One try; none if there is nothing left to tell.
async fn attempt(here: &Here<'_>, target: &Target, row: &Row) -> Result<Option<Tried>, Fault> {
    let happened = happened(row)?;
    let event = match (happened.seq, row.is_null(3)) {
        (Some(seq), false) => match news::read(here, row.text(3)?, seq, Some(1)).await {
            Ok(conversation) => conversation.events.into_iter().next().map(|stored| stored.kept),
            Err(Fault::Refused(Code::NotFound | Code::Gone)) => None,
            Err(fault) => return later(here, row, &fault).map(|()| None),
        },
        _ => None,
    };
    let event = match event {
        Some(Kept::Whole(event)) => Some(event),
        // Erased before it was delivered: nobody gets it any more.
        _ if happened.seq.is_some() => {
            return here.sql.run("DELETE FROM deliveries WHERE n = ?", vec![row.value(0)]).map(|()| None);
        }
        _ => None,
    };
    send(here, target, row.text(1)?, &happened.body(event.as_ref())).await.map(Some)
}

/// The conversation did not answer: that is no fault of the webhook, and other conversations do not wait for it.
fn later(here: &Here<'_>, row: &Row, fault: &Fault) -> Result<(), Fault> {
    log(&format!("webhook: {fault}"));
    let due = int(now_ms().saturating_add(AWAY_MS));
    here.sql.run("UPDATE deliveries SET due = ? WHERE n = ?", vec![due, row.value(0)])
}

/// Sends a body once, signed for this moment.
pub(super) async fn send(here: &Here<'_>, target: &Target, id: &str, body: &[u8]) -> Result<Tried, Fault> {
    let at = now();
    // An operator may have narrowed down the hosts since this one was stored.
    if here.config.webhooks.check(&target.url).is_err() {
        return Ok(Tried { at, outcome: Outcome::Unreachable, status: None });
    }
    let (time, signatures) = (at.0.to_string(), target.secrets.signatures(id, at, body));
    let headers = [
        ("content-type", "application/json"),
        ("user-agent", "einwurf"),
        ("webhook-id", id),
        ("webhook-timestamp", &time),
        ("webhook-signature", &signatures),
    ];
    let Answered { outcome, status, .. } =
        post(here.env, &here.config, &Post { url: &target.url, headers: &headers, body }).await?;
    Ok(Tried { at: now(), outcome, status })
}

fn happened(row: &Row) -> Result<Happened, Fault> {
    let occasion: Occasion = row.json(2)?;
    let some = |column: usize| !row.is_null(column);
    Ok(Happened {
        occasion,
        cid: if some(4) { Some(Cid(row.array(4)?)) } else { None },
        seq: if some(5) { Some(row.int(5)?) } else { None },
        detail: if some(6) { Some(row.text(6)?.to_owned()) } else { None },
        at: Timestamp(row.int(7)?),
    })
}

/// Stores what became of a try, of a webhook and a delivery that may have been removed or put off in the meantime.
fn settle(here: &Here<'_>, target: &Target, row: &Row, tried: Tried) -> Result<(), Fault> {
    let (n, hook) = (row.value(0), || target.hook.clone());
    let draw = u32::from_le_bytes(random::bytes());
    let query = "SELECT queued, deliveries.attempts, failures FROM deliveries JOIN hooks ON hooks.id = hook WHERE deliveries.n = ?";
    atomically(here.state, |sql| {
        let Some(stored) = sql.row(query, vec![n.clone()])? else { return Ok(()) };
        let count = |column| stored.int(column).map(|value| u32::try_from(value).unwrap_or(u32::MAX));
        let waiting = Waiting { queued: stored.int(0)?, attempts: count(1)?, failures: count(2)? };
        let next = after(waiting, tried.outcome, now_ms(), draw);
        let (standing, due) = match next {
            Next::Delivered { .. } => (Standing::Delivered, Value::Null),
            Next::Retry { due, .. } => (Standing::Waiting, int(due)),
            Next::Failed { .. } | Next::Off => (Standing::Failed, Value::Null),
        };
        let update =
            "UPDATE deliveries SET attempts = attempts + 1, standing = ?, due = ?, tried = ? WHERE n = ?";
        sql.run(update, vec![json(&standing)?, due, json(&tried)?, n.clone()])?;
        sql.run("UPDATE hooks SET tried = ? WHERE id = ?", vec![json(&tried)?, hook()])?;
        match next {
            Next::Delivered { back } => {
                let update = "UPDATE hooks SET failures = 0, paused = 0, failing = NULL WHERE id = ?";
                sql.run(update, vec![hook()])?;
                if back { sql.run(FORWARD, vec![int(now_ms()), hook()]) } else { Ok(()) }
            }
            Next::Retry { pause, .. } | Next::Failed { pause } => {
                let update = "UPDATE hooks SET failures = failures + 1, paused = ?1,
                              failing = MIN(COALESCE(failing, ?2), ?2) WHERE id = ?3";
                sql.run(update, vec![int(pause), int(tried.at.0), hook()])
            }
            Next::Off => {
                let off = "UPDATE hooks SET active = 0, gone = ?, failures = 0, paused = 0 WHERE id = ?";
                sql.run(off, vec![int(now().0), hook()])?;
                let failed =
                    "UPDATE deliveries SET standing = ?, due = NULL WHERE hook = ? AND due IS NOT NULL";
                sql.run(failed, vec![json(&Standing::Failed)?, hook()])
            }
        }
    })
}
