//! What members do with a conversation. The inbox object checked session and capability before it asked here.

use super::{
    super::{Reply, call::Incoming, now, sql::atomically},
    again,
    keep::Keeper,
    live,
    meta::Meta,
    missing,
    outbox::Wake,
    store::Store,
};
use crate::{
    acts::{Acting, may_erase},
    answers::Answering,
    body,
    durable::argument,
    fault::Fault,
};
use einwurf_protocol::{precedence::Standing, problem::Code};
use worker::State;

/// Events that one answer about news has.
const NEWS: u64 = 20;

/// The conversation, for the inbox object of its own site: 404 for others, and for one that is over.
pub(super) fn own(store: &Store, request: &Incoming) -> Result<Meta, Fault> {
    let inbox = request.id(argument::INBOX)?;
    let own = |meta: &Meta| meta.inbox == inbox && now() < meta.end();
    store.meta()?.filter(own).ok_or(Code::NotFound.into())
}

/// `GET /v1/inbox/conversation`: 200, 404, 410. What a hold keeps after a withdrawal is read for the claim.
pub(super) fn read(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let meta = own(&store, request)?;
    if !meta.is_readable(now()) {
        return Err(Code::Gone.into());
    }
    let conversation = store.page(&meta, 0, u64::MAX)?;
    if meta.unread > 0 {
        store.fetched()?;
    }
    Reply::json(200, &conversation)
}

/// Asked by the inbox object when it tells webhooks: events from a position on, one page or one of them. 200, 404, 410
/// for one that is over, restricted or only held for a claim: nobody is told of it.
pub(super) fn news(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let meta = own(&store, request)?;
    if meta.facts().decide(now()).standing != Standing::InUse {
        return Err(Code::Gone.into());
    }
    let number = |name| request.header(name).and_then(|text| text.parse::<u64>().ok());
    let from = number(argument::FROM).ok_or(Fault::Internal("position"))?;
    Reply::json(200, &store.page(&meta, from, number(argument::LIMIT).unwrap_or(NEWS))?)
}

/// Asked by the inbox object before it does something that only a conversation in use is for: 204, 404, 410, 423.
pub(super) fn in_use(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let meta = own(&Store::of(state), request)?;
    match meta.facts().decide(now()).standing {
        Standing::InUse => Ok(Reply::empty()),
        Standing::Erase => Err(Code::Gone.into()),
        Standing::Restricted | Standing::Held => Err(Code::Restricted.into()),
    }
}

/// `POST /v1/inbox/acts`.
///
/// 1. The body, the member's certificate and signature: 400.
/// 2. The conversation: 404.
/// 3. The same act is answered again; 409 `message-conflict`.
/// 4. What the present allows, place, effect: 410, 423, 409, 429, 400.
/// 5. Event, effect and announcement, in one transaction with the alarm: 201.
pub(super) async fn act(state: &State, request: &mut Incoming, wake: &Wake) -> Result<Reply, Fault> {
    let acting: Acting = body::json(&request.body().await?)?;
    // From here on nothing is awaited until the transaction is done.
    // 1
    let act = acting.check(now())?;
    // 2
    let store = Store::of(state);
    let meta = own(&store, request)?;
    // 3
    if meta.ended().is_none()
        && let Some(reply) = again(&store, &act.event)?
    {
        return Ok(reply.repeated());
    }
    // 4
    let prev = act.event.header.prev;
    let admitted = missing(&store, &prev, act.admit(&store.present(&meta)?, now()))?;
    // 5
    let id = state.id().to_string();
    let accepted = atomically(state, |sql| Keeper { sql, id: &id, now: now() }.act(meta, &admitted))?;
    live::look(state);
    wake.soon(state).await?;
    Reply::json(201, &accepted)
}

/// `POST /v1/inbox/answers`.
///
/// 1. The body, the member's certificate and signature: 400.
/// 2. The conversation: 404.
/// 3. The same answer is answered again; 409 `message-conflict`.
/// 4. What the present allows, place: 410, 423, 409, 429, 400.
/// 5. Event, attachments if there is room (400, 429) and announcement, in one transaction with the alarm: 201.
pub(super) async fn answer(state: &State, request: &mut Incoming, wake: &Wake) -> Result<Reply, Fault> {
    let answering: Answering = body::json(&request.body().await?)?;
    // From here on nothing is awaited until the transaction is done.
    // 1
    let answer = answering.check(now())?;
    // 2
    let store = Store::of(state);
    let meta = own(&store, request)?;
    // 3
    if meta.ended().is_none()
        && let Some(reply) = again(&store, &answer.event)?
    {
        return Ok(reply.repeated());
    }
    // 4
    let prev = answer.event.header.prev;
    let admitted = missing(&store, &prev, answer.admit(&meta.known.chain, &meta.facts(), now()))?;
    // 5
    let id = state.id().to_string();
    let accepted = atomically(state, |sql| Keeper { sql, id: &id, now: now() }.answer(meta, &admitted))?;
    live::look(state);
    wake.soon(state).await?;
    Reply::json(201, &accepted)
}

/// `POST /v1/inbox/erase`: like a withdrawal, but no event of the visitor. After one it ends the hold that keeps what was
/// withdrawn. 204, 404, 410, 423
pub(super) async fn erase(state: &State, request: &Incoming, wake: &Wake) -> Result<Reply, Fault> {
    let meta = own(&Store::of(state), request)?;
    may_erase(&meta.facts(), now())?;
    let id = state.id().to_string();
    atomically(state, |sql| Keeper { sql, id: &id, now: now() }.erasure(meta))?;
    live::end(state);
    wake.soon(state).await?;
    Ok(Reply::empty())
}
