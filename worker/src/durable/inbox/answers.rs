//! What members answer, and whether they may see files. The conversation object does the rest.

use super::{
    Here, Incoming, Reply,
    acts::voice,
    index::{answered, living},
    session::Member,
};
use crate::{
    answers::Answering,
    body,
    durable::{
        Call, Namespace,
        call::{argument, call},
    },
    fault::Fault,
};
use einwurf_protocol::{
    api::{staff::PostAnswer, visitor::Accepted},
    roster::Capability,
};

/// `POST /v1/inbox/answers`.
///
/// 1. `read`: 403.
/// 2. The body: 400.
/// 3. A conversation of this site: 404, 410.
/// 4. The conversation object takes it: 201, 400, 409, 410, 423, 429. What is answered is read.
pub(super) async fn answer(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let post: PostAnswer = body::json(bytes)?;
    // 3
    let own = living(here, request)?;
    // 4
    let order = Call::new("answer").json(&Answering { by: voice(here, member)?, post })?;
    let order = order.header(argument::INBOX, here.id.to_hex());
    let reply = Reply::passed(call(here.env, Namespace::Conversation, own.object, order).await?).await?;
    if let Ok(Accepted { seq, .. }) = serde_json::from_slice(reply.body()) {
        answered(&here.sql, &own, seq)?;
    }
    Ok(reply.once_more())
}

/// Asked by the edge before it passes a file on: 204, 403 without `read`.
pub(super) fn reader(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    Ok(Reply::empty())
}
