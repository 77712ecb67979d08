//! The conversation object: takes a visitor's events, keeps them until their deletion date, owes announcements to the
//! inbox object and consent records to the proof object.

mod outbox;
mod store;

use super::{
    Namespace, Reply, after_alarm,
    call::{Call, Incoming, argument, ask},
    now,
    sql::atomically,
    verify,
};
use crate::{
    access::SecretHash,
    address::ObjectId,
    admit::{Admitted, FollowUp, Opening, Verified, repeated},
    body,
    fault::Fault,
    terms::{Answer, Terms},
};
use einwurf_protocol::{api::header, event::Event, ids::Secret, problem::Code};
use outbox::Wake;
use store::{Meta, Store};
use worker::{Env, State};

/// The macro's output does not keep our lints.
mod object {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::pedantic,
        clippy::expect_used,
        reason = "output of the macro"
    )]
    use super::{Incoming, Reply, Wake, after_alarm, ops, outbox};
    use worker::*;

    #[durable_object]
    pub struct Conversation {
        state: State,
        env: Env,
        wake: Wake,
    }

    impl DurableObject for Conversation {
        fn new(state: State, env: Env) -> Self {
            Self { state, env, wake: Wake::default() }
        }

        async fn fetch(&self, req: Request) -> Result<Response> {
            Reply::from(ops(&self.state, &self.env, Incoming::of(req), &self.wake).await).into_response()
        }

        async fn alarm(&self) -> Result<Response> {
            after_alarm(&self.state, outbox::deliver(&self.state, &self.env, &self.wake).await).await
        }
    }
}

async fn ops(state: &State, env: &Env, mut request: Incoming, wake: &Wake) -> Result<Reply, Fault> {
    match request.operation().as_str() {
        "open" => open(state, &mut request, wake).await,
        "reopen" => reopen(state, &mut request).await,
        "append" => append(state, env, &mut request, wake).await,
        "events" => events(state, &request),
        "read" => read(state, &request),
        _ => Err(Code::NotFound.into()),
    }
}

/// What a visitor proves to have opened the conversation with.
fn token(request: &Incoming) -> Result<Secret, Fault> {
    body::bearer(request.header(header::AUTHORIZATION).as_deref())
}

/// `POST /v1/conversations`; the edge checked the ticket and everything about the message but this object's state.
///
/// 1. The token and the message.
/// 2. Opened before: the same event is answered again, 409 `message-conflict`, 401.
/// 3. Event, grant, token and what is owed, in one transaction with the alarm: 201.
async fn open(state: &State, request: &mut Incoming, wake: &Wake) -> Result<Reply, Fault> {
    // 1
    let token = token(request)?;
    let inbox = request.id(argument::INBOX)?;
    let verified: Verified = body::json(&request.body().await?)?;
    // From here on nothing is awaited until the transaction is done, so that nothing comes between check and write.
    // 2
    let store = Store::of(state);
    if store.meta()?.is_some() {
        return repeat(&store, &token, &Event::read(verified.event)?);
    }
    // 3
    let terms = verified.terms.clone();
    let admitted = verified.admit(now())?;
    let first = Meta::first(&admitted, inbox, SecretHash::of(&token), &terms, now());
    keep(state, first, admitted, wake).await
}

/// A first message that the edge refuses, of a conversation that was opened before: the answer that it got then. 401
async fn reopen(state: &State, request: &mut Incoming) -> Result<Reply, Fault> {
    let token = token(request)?;
    let opening = Opening::parse(&request.body().await?)?;
    repeat(&Store::of(state), &token, &opening.event)
}

fn repeat(store: &Store, token: &Secret, event: &Event) -> Result<Reply, Fault> {
    store.opened_by(token)?;
    again(store, event)?.ok_or(Code::Unauthorized.into())
}

/// `POST /v1/events`; the address was checked at the edge.
///
/// 1. The body: 400.
/// 2. The token, without a hint whether the conversation exists: 401.
/// 3. The same event is answered again; 409 `message-conflict`.
/// 4. The signatures of event and grant: 400.
/// 5. The site's terms: 503.
/// 6. Grant, place, notice, key: 400, 409 (`chain-conflict` with the missing events).
/// 7. Event, grant and what is owed, in one transaction with the alarm: 201.
async fn append(state: &State, env: &Env, request: &mut Incoming, wake: &Wake) -> Result<Reply, Fault> {
    let token = token(request)?;
    // 1
    let follow_up = FollowUp::parse(&request.body().await?)?;
    // 2
    let store = Store::of(state);
    let meta = store.opened_by(&token)?;
    // 3
    if let Some(reply) = again(&store, &follow_up.event)? {
        return Ok(reply);
    }
    // 4
    let follow_up = follow_up.verify(meta.known.key, verify).await?;
    // 5
    let terms = terms(env, meta.inbox).await?;
    // From here on nothing is awaited until the transaction is done. Other events may have come in the meantime, so
    // what is known is read now, and step 3 is taken once more.
    let meta = store.opened_by(&token)?;
    if let Some(reply) = again(&store, &follow_up.event)? {
        return Ok(reply);
    }
    // 6
    let prev = follow_up.event.header.prev;
    let admitted = match follow_up.admit(&meta.known, &terms, now()) {
        Err(Fault::Behind(_)) => return Err(Fault::Behind(store.after(&prev)?)),
        admitted => admitted?,
    };
    // 7
    keep(state, meta.with(&admitted, &terms, now()), admitted, wake).await
}

/// `GET /v1/events`: what lies after a position. 401
fn events(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let meta = store.opened_by(&token(request)?)?;
    let after = request.header(header::AFTER);
    let after = after.map(|text| text.parse().map_err(|_| Fault::header(header::AFTER))).transpose()?;
    Reply::json(200, &store.events(after, meta.deleted)?)
}

/// `GET /v1/inbox/conversation`; the inbox object checked the session. 404 for another site's inbox object.
fn read(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let inbox = request.id(argument::INBOX)?;
    let meta =
        store.meta()?.filter(|meta| meta.inbox == inbox && now() < meta.deleted).ok_or(Code::NotFound)?;
    Reply::json(200, &store.conversation(meta.deleted)?)
}

/// The site's terms at this moment.
async fn terms(env: &Env, inbox: ObjectId) -> Result<Terms, Fault> {
    ask::<Answer>(env, Namespace::Inbox, inbox, Call::new("terms")).await.map(|answer| answer.terms)
}

/// The answer to a message id that was accepted before.
fn again(store: &Store, event: &Event) -> Result<Option<Reply>, Fault> {
    let Some((digest, accepted)) = store.accepted(&event.header.message)? else { return Ok(None) };
    repeated(&digest, event)?;
    Reply::json(201, &accepted).map(Some)
}

/// Stores an event and what is owed for it, and has the debts delivered soon.
async fn keep(state: &State, meta: Meta, admitted: Admitted, wake: &Wake) -> Result<Reply, Fault> {
    let accepted = atomically(state, |sql| store::keep(sql, &state.id().to_string(), &meta, &admitted))?;
    // The alarm joins the same commit, since nothing was awaited in between. The answer leaves after the commit.
    wake.soon(state).await?;
    Reply::json(201, &accepted)
}
