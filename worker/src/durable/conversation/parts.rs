//! Parts of attachments: stored by the side that declared them, read by both.

use super::{
    super::{
        Namespace, Reply,
        call::{Call, Incoming, argument, call},
        now,
        sql::{Sql, atomically},
    },
    alive,
    files::{Files, Stored},
    live,
    meta::Meta,
    staff::own,
    store::Store,
    token,
};
use crate::{acts::freely, address::ObjectId, attachments, fault::Fault};
use einwurf_protocol::{
    api::{header, visitor::Attachments},
    event::Direction,
    ids::MessageId,
    problem::Code,
};
use worker::{Env, State};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Whoever has the token.
    Visitor,
    /// A member; the edge asked the inbox object about the session.
    Staff,
}

impl Side {
    /// Which way the events go that this side writes.
    fn direction(self) -> Direction {
        match self {
            Self::Visitor => Direction::ToStaff,
            Self::Staff => Direction::ToVisitor,
        }
    }

    /// The conversation, if this side may read it: 401, 404, 410.
    fn readable(self, store: &Store, request: &Incoming) -> Result<Meta, Fault> {
        match self {
            Self::Visitor => {
                let meta = store.opened_by(&token(request)?)?;
                alive(&meta)?;
                Ok(meta)
            }
            Self::Staff => {
                let meta = own(store, request)?;
                if meta.is_readable(now()) { Ok(meta) } else { Err(Code::Gone.into()) }
            }
        }
    }
}

/// `PUT /v1/attachment`, `PUT /v1/inbox/attachment`.
///
/// 1. Which part: 400.
/// 2. The conversation: 401, 404, 410, 423.
/// 3. An attachment that this side declared: 404.
/// 4. The length: 400.
/// 5. What is there is not replaced: 204.
/// 6. The part: 204. Of the last one both sides are told.
pub(super) async fn put(
    state: &State,
    env: &Env,
    request: &mut Incoming,
    side: Side,
) -> Result<Reply, Fault> {
    // 1
    let (id, part) = (attachment(request)?, number(request)?);
    let body = request.body().await?;
    // From here on nothing is awaited until the part is stored.
    // 2
    let store = Store::of(state);
    let meta = side.readable(&store, request)?;
    if !freely(&meta.facts(), now())? {
        return Err(Code::Restricted.into());
    }
    // 3
    let sql = Sql::of(state);
    let files = Files(&sql);
    let file = of(&files, &id)?.filter(|file| file.direction == side.direction()).ok_or(Code::NotFound)?;
    // 4
    let length = attachments::length(file.bytes, part).ok_or_else(|| Fault::header(header::PART))?;
    if body.len() != length {
        return Err(Fault::malformed("body", "not as long as this part"));
    }
    // 5
    if files.has(file, part)? {
        return Ok(Reply::empty());
    }
    // 6
    if atomically(state, |sql| Files(sql).store(file, part, &body))? {
        live::look(state);
        tell(state, env, meta.inbox);
    }
    Ok(Reply::empty())
}

/// `GET /v1/attachment`, `GET /v1/inbox/attachment`: 200 with the part's bytes, 400, 401, 404, 410
pub(super) fn read(state: &State, request: &Incoming, side: Side) -> Result<Reply, Fault> {
    let (id, part) = (attachment(request)?, number(request)?);
    side.readable(&Store::of(state), request)?;
    let sql = Sql::of(state);
    let files = Files(&sql);
    let file = of(&files, &id)?.ok_or(Code::NotFound)?;
    files.part(file, part)?.map(Reply::bytes).ok_or(Code::NotFound.into())
}

/// `GET /v1/attachments`, `GET /v1/inbox/attachments`: 200, 401, 404, 410
pub(super) fn states(state: &State, request: &Incoming, side: Side) -> Result<Reply, Fault> {
    side.readable(&Store::of(state), request)?;
    let attachments = Files(&Sql::of(state)).states()?;
    Reply::json(200, &Attachments { attachments })
}

/// The attachment, where there are any.
fn of(files: &Files<'_>, id: &MessageId) -> Result<Option<Stored>, Fault> {
    if files.exist()? { files.of(id) } else { Ok(None) }
}

fn attachment(request: &Incoming) -> Result<MessageId, Fault> {
    let id = request.header(header::ATTACHMENT).and_then(|text| text.parse().ok());
    id.ok_or_else(|| Fault::header(header::ATTACHMENT))
}

fn number(request: &Incoming) -> Result<u32, Fault> {
    let plain = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
    let part = request.header(header::PART).filter(plain).and_then(|text| text.parse().ok());
    part.ok_or_else(|| Fault::header(header::PART))
}

/// Tells the inbox object, whose members may be looking, that a file is complete. Nothing waits for that and nothing is
/// owed: whoever opens the conversation later sees it anyway.
fn tell(state: &State, env: &Env, inbox: ObjectId) {
    let (env, object) = (env.clone(), state.id().to_string());
    state.wait_until(async move {
        let changed = Call::new("changed").header(argument::CONVERSATION, object);
        drop(call(&env, Namespace::Inbox, inbox, changed).await);
    });
}
