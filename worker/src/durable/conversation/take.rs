//! Taking a visitor's message once everything about it is checked that takes time.

use super::{
    super::{
        Reply, now,
        sql::{Sql, atomically},
    },
    alive, caps,
    keep::Keeper,
    known, live,
    memory::Memory,
    meta::Meta,
    missing,
    store::Store,
};
use crate::{
    admit::{Admitted, SignedFollowUp},
    fault::Fault,
    terms::Terms,
};
use einwurf_protocol::{api::visitor::Accepted, event::Event, ids::Secret, problem::Code};
use worker::{Env, State};

/// A follow-up of which everything is checked that takes time.
pub(super) struct Posted {
    pub(super) token: Secret,
    pub(super) event: Event,
    /// Its fault is told after what comes before it.
    pub(super) signed: Result<SignedFollowUp, Fault>,
}

/// A message that was stored: what the first row is now, what was admitted, and its acknowledgement.
pub(super) type Stored = (Meta, Admitted, Accepted);

/// Steps 2, 3, 7 and 8 of [`super::append`]. Nothing is awaited until the transaction is done.
///
/// A message that simply follows on what is remembered is stored without asking what is stored; if anything speaks against
/// it, the tables say what.
pub(super) async fn take(
    state: &State,
    env: &Env,
    posted: &Posted,
    terms: &Terms,
    memory: &Memory,
) -> Result<Reply, Fault> {
    let stored = match memory.newest().and_then(|meta| following(state, env, posted, terms, meta)) {
        Some(stored) => stored,
        None => match asked(state, env, posted, terms, memory)? {
            Ok(stored) => stored,
            Err(answered) => return Ok(answered),
        },
    };
    kept(state, stored, memory).await
}

/// Stores what follows on what is remembered, if nothing speaks against it. That its id is new, storing it shows.
fn following(state: &State, env: &Env, posted: &Posted, terms: &Terms, meta: Meta) -> Option<Stored> {
    let open = meta.opened_by(&posted.token, now()) && alive(&meta).is_ok();
    let signed = posted.signed.as_ref().ok().filter(|_| open)?;
    admit(&Store::of(state), env, meta, signed, terms)
        .and_then(|admitted| written(state, admitted, true))
        .ok()
}

/// Stores it by what the tables say, or answers what they have.
fn asked(
    state: &State,
    env: &Env,
    posted: &Posted,
    terms: &Terms,
    memory: &Memory,
) -> Result<Result<Stored, Reply>, Fault> {
    memory.forget();
    let Posted { token, event, signed } = posted;
    // 2, 3
    let store = Store::made(state, memory.opened.get().is_some());
    let (meta, answered) = known(&store, token, event)?;
    if let Some(reply) = answered {
        return Ok(Err(reply));
    }
    let signed = signed.as_ref().map_err(Fault::clone)?;
    let admitted = missing(&store, &event.header.prev, admit(&store, env, meta, signed, terms))?;
    // 8
    written(state, admitted, false).map(Ok)
}

/// Step 7 of [`super::append`]: the first row with the message, and what was admitted.
fn admit(
    store: &Store,
    env: &Env,
    meta: Meta,
    signed: &SignedFollowUp,
    terms: &Terms,
) -> Result<(Meta, Admitted), Fault> {
    if !meta.facts().decide(now()).open {
        return Err(Code::Restricted.into());
    }
    let admitted = signed.clone().admit(&meta.known, terms, now())?;
    caps::room(store, &meta, &admitted, caps::factor(env)?)?;
    Ok((meta.with(&admitted, terms, now()), admitted))
}

/// Stores an event and what is owed for it; `announced` says that its announcement is owed already.
pub(super) fn written(
    state: &State,
    (meta, admitted): (Meta, Admitted),
    announced: bool,
) -> Result<Stored, Fault> {
    let id = state.id().to_string();
    let keep = |sql: &Sql| Keeper { sql, id: &id, now: now() }.message(&meta, &admitted, announced);
    let accepted = atomically(state, keep)?;
    Ok((meta, admitted, accepted))
}

/// A message was stored: it is remembered, and what is owed for it is delivered soon.
pub(super) async fn kept(state: &State, stored: Stored, memory: &Memory) -> Result<Reply, Fault> {
    let (meta, admitted, accepted) = stored;
    // What comes with a message may change the first row, too.
    if admitted.attachments.is_empty() {
        memory.remember(meta);
    } else {
        memory.forget();
    }
    live::look(state);
    // The alarm joins the same commit, since nothing was awaited in between. The answer leaves after the commit.
    memory.wake.soon(state).await?;
    Reply::json(201, &accepted)
}
