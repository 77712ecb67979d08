//! The conversation object: takes a visitor's events and members' acts, keeps them until their deletion date or the
//! visitor's withdrawal, owes announcements to the inbox object and consent records to the proof object.

mod aside;
mod caps;
mod data;
mod files;
mod flush;
mod keep;
mod live;
mod memory;
mod meta;
mod outbox;
mod parts;
mod rewrite;
pub(crate) mod schema;
mod staff;
mod store;
mod take;

use super::{
    Reply, after_alarm,
    call::{Incoming, argument},
    now,
    sql::atomically,
    terms, verify,
};
use crate::{
    access::SecretHash,
    admit::{FollowUp, Opening, Verified, repeated},
    body,
    fault::Fault,
    load,
};
use einwurf_protocol::{
    api::header,
    event::{Event, Kind},
    ids::{Digest, Secret},
    problem::Code,
};
use keep::Keeper;
use memory::{Memory, Opened};
use meta::Meta;
use parts::Side;
use schema::TABLES;
use store::Store;
use take::{Posted, kept, take, written};
use worker::{Env, Response, State};

/// The macro's output does not keep our lints.
mod object {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::pedantic,
        clippy::expect_used,
        reason = "output of the macro"
    )]
    use super::{APPEND, Incoming, Memory, Reply, after_alarm, answer, live, outbox};
    use worker::*;

    #[durable_object]
    pub struct Conversation {
        state: State,
        env: Env,
        memory: Memory,
    }

    impl DurableObject for Conversation {
        fn new(state: State, env: Env) -> Self {
            Self { state, env, memory: Memory::default() }
        }

        async fn fetch(&self, req: Request) -> Result<Response> {
            let request = Incoming::of(req);
            let _others = (request.operation() != APPEND).then(|| self.memory.others());
            let answer = answer(&self.state, &self.env, request, &self.memory).await;
            answer.or_else(|fault| Reply::problem(fault).into_response())
        }

        async fn alarm(&self) -> Result<Response> {
            let _others = self.memory.others();
            let delivered = outbox::deliver(&self.state, &self.env, &self.memory).await;
            after_alarm(&self.state, delivered).await
        }

        async fn websocket_message(&self, socket: WebSocket, _said: WebSocketIncomingMessage) -> Result<()> {
            live::said(&socket);
            Ok(())
        }

        async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
            live::closed(&socket);
            Ok(())
        }

        async fn websocket_error(&self, _: WebSocket, _: Error) -> Result<()> {
            Ok(())
        }
    }
}

/// The operation that takes a visitor's next message.
const APPEND: &str = "append";

/// A request, once the tables are of this build. One that asks for a connection is answered by it.
async fn answer(state: &State, env: &Env, mut request: Incoming, memory: &Memory) -> Result<Response, Fault> {
    let reply = if let Some(reply) = aside::answer(state, env, &mut request, memory).await? {
        reply
    } else {
        TABLES.follow(state, &memory.tables)?;
        if request.operation() == "live" {
            return live::open(state, &request);
        }
        ops(state, env, request, memory).await?
    };
    reply.into_response().map_err(|_| Fault::Internal("response"))
}

async fn ops(state: &State, env: &Env, request: Incoming, memory: &Memory) -> Result<Reply, Fault> {
    let done = operation(state, env, request, memory).await;
    if matches!(done, Err(Fault::Refused(Code::Unauthorized | Code::NotFound))) {
        memory.forget();
        outbox::over(state, &memory.wake).await?;
    }
    done
}

async fn operation(state: &State, env: &Env, mut request: Incoming, memory: &Memory) -> Result<Reply, Fault> {
    let (wake, operation) = (&memory.wake, request.operation());
    if matches!(operation.as_str(), "events" | "read") {
        wake.anew(state).await?;
    }
    match operation.as_str() {
        "open" | "open-known" => open(state, &mut request, memory).await,
        "reopen" => reopen(state, &mut request).await,
        APPEND => append(state, env, &mut request, memory).await,
        "events" => data::events(state, &request),
        "receipt" => data::receipt(state, env, &request).await,
        "data" => data::data(state, env, &request).await,
        "read" => staff::read(state, &request),
        "news" => staff::news(state, &request),
        "in-use" => staff::in_use(state, &request),
        "act" => staff::act(state, &mut request, wake).await,
        "answer" => staff::answer(state, &mut request, wake).await,
        "put-part" => parts::put(state, env, &mut request, Side::Visitor).await,
        "part" => parts::read(state, &request, Side::Visitor),
        "attachments" => parts::states(state, &request, Side::Visitor),
        "staff-put-part" => parts::put(state, env, &mut request, Side::Staff).await,
        "staff-part" => parts::read(state, &request, Side::Staff),
        "staff-attachments" => parts::states(state, &request, Side::Staff),
        "erase" => staff::erase(state, &request, wake).await,
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
async fn open(state: &State, request: &mut Incoming, memory: &Memory) -> Result<Reply, Fault> {
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
    kept(state, written(state, (first, admitted), false)?, memory).await
}

/// A first message that the edge refuses, of a conversation that was opened before: the answer that it got then. 401, 410
async fn reopen(state: &State, request: &mut Incoming) -> Result<Reply, Fault> {
    let token = token(request)?;
    let opening = Opening::parse(&request.body().await?)?;
    repeat(&Store::of(state), &token, &opening.event)
}

fn repeat(store: &Store, token: &Secret, event: &Event) -> Result<Reply, Fault> {
    alive(&store.opened_by(token)?)?;
    again(store, event)?.ok_or(Code::Unauthorized.into())
}

/// `POST /v1/events`; the address was checked at the edge.
///
/// 1. The body: 400.
/// 2. The token, without a hint whether the conversation exists: 401.
/// 3. The same event is answered again; 409 `message-conflict`. After the end this is so for the withdrawal alone: 410.
/// 4. The signatures of event and grant: 400.
/// 5. A withdrawal asks nobody else.
/// 6. The site's terms, and what it asks for such a message: 403, 428, 429, 503. A light one is taken by leased terms, if
///    they admit it.
/// 7. Past the deletion date, and kept nevertheless: 423. Grant, place, notice, key: 400, 409 (`chain-conflict` with the
///    missing events). Not too much at once that nobody answers or fetches: 429.
/// 8. Event, attachments if there is room (400, 429), grant and what is owed, in one transaction with the alarm: 201.
///
/// Checking signatures and asking for terms takes its time, in which other events may come: step 2 and 3 are taken once
/// that is done, with what is stored then. Before it, they are taken only while nothing is known of the conversation.
async fn append(state: &State, env: &Env, request: &mut Incoming, memory: &Memory) -> Result<Reply, Fault> {
    let token = token(request);
    // 1
    let (bytes, token) = (request.body().await?, token?);
    let (follow_up, length) = (FollowUp::parse(&bytes)?, bytes.len());
    let event = follow_up.event.clone();
    let withdraws = follow_up.withdraws();
    // 2, 3
    let opened = match memory.opened.get() {
        Some(opened) => opened,
        None => match known(&Store::of(state), &token, &event)? {
            (_, Some(reply)) => return Ok(reply),
            (meta, None) => Opened { key: meta.known.key, inbox: meta.inbox },
        },
    };
    memory.opened.set(Some(opened));
    // 4
    let signed = follow_up.verify(opened.key, verify).await;
    let posted = Posted { token, event, signed };
    // 5
    if withdraws {
        return withdraw(state, posted, memory).await;
    }
    // 6
    let light = posted.signed.as_ref().is_ok_and(|signed| load::is_light(signed.coming(length, 0)));
    if let Some(terms) = terms::leased(opened.inbox).filter(|_| light) {
        match take(state, env, &posted, &terms, memory).await {
            Err(fault) if fault == Code::ConsentStale.into() || fault == Code::KeyRetired.into() => (),
            answer => return memory.counted(answer),
        }
    }
    let (meta, answered) = known(&Store::of(state), &posted.token, &posted.event)?;
    if let Some(reply) = answered {
        return Ok(reply);
    }
    let signed = posted.signed.clone()?;
    let terms = caps::terms(state, env, (&meta, request, length), &signed, memory.refused.take()).await?;
    memory.counted(take(state, env, &posted, &terms, memory).await)
}

/// A withdrawal: event and erasure are one transaction, with the alarm. 201, 400, 409, 410
async fn withdraw(state: &State, posted: Posted, memory: &Memory) -> Result<Reply, Fault> {
    let Posted { token, event, signed } = posted;
    memory.forget();
    // Nothing is awaited until the transaction is done.
    let store = Store::of(state);
    let (meta, answered) = known(&store, &token, &event)?;
    if let Some(reply) = answered {
        return Ok(reply);
    }
    let withdrawal = missing(&store, &event.header.prev, signed?.withdraw(&meta.known))?;
    let id = state.id().to_string();
    let accepted =
        atomically(state, |sql| Keeper { sql, id: &id, now: now() }.withdrawal(meta, &withdrawal))?;
    live::end(state);
    memory.wake.soon(state).await?;
    Reply::json(201, &accepted)
}

/// Token, end and repetition: what is known, and the answer if the event was accepted before. 401, 409
/// `message-conflict`, 410
fn known(store: &Store, token: &Secret, event: &Event) -> Result<(Meta, Option<Reply>), Fault> {
    let meta = store.opened_by(token)?;
    if alive(&meta).is_ok() {
        let answered = again(store, event)?;
        return Ok((meta, answered));
    }
    // Whoever withdrew and did not hear of it asks again.
    let same = match store.accepted(&event.header.message)? {
        Some((digest, accepted)) if digest == event.digest && event.header.kind == Kind::Withdrawal => {
            accepted
        }
        _ => return Err(Code::Gone.into()),
    };
    Ok((meta, Some(Reply::json(201, &same)?)))
}

/// A conversation that was withdrawn or erased answers nothing: 410.
fn alive(meta: &Meta) -> Result<(), Fault> {
    if meta.ended().is_some() { Err(Code::Gone.into()) } else { Ok(()) }
}

/// Adds the missing events to a conflict.
fn missing<T>(store: &Store, prev: &Digest, checked: Result<T, Fault>) -> Result<T, Fault> {
    match checked {
        Err(Fault::Behind(_)) => Err(Fault::Behind(store.after(prev)?)),
        checked => checked,
    }
}

/// The answer to a message id that was accepted before.
fn again(store: &Store, event: &Event) -> Result<Option<Reply>, Fault> {
    let Some((digest, accepted)) = store.accepted(&event.header.message)? else { return Ok(None) };
    repeated(&digest, event)?;
    Reply::json(201, &accepted).map(Some)
}
