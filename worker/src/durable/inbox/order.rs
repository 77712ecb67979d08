//! What a member has a conversation object do.

use super::{
    Here, Incoming, Reply,
    index::{Own, living},
    session::Member,
};
use crate::{
    durable::{
        Call, Namespace,
        call::{argument, call},
    },
    fault::Fault,
};
use einwurf_protocol::{api::visitor::Accepted, json, roster::Capability};

/// What is asked for, and of which conversation.
///
/// 1. `read`: 403.
/// 2. The body: 400.
/// 3. A conversation of this site that is not erased: 404, 410.
pub(super) fn asked<T>(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    body: impl FnOnce() -> Result<T, Fault>,
) -> Result<(T, Own), Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let body = body()?;
    // 3
    Ok((body, living(here, request)?))
}

/// Has the conversation object do it, and passes on what it answers.
pub(super) async fn order(here: &Here<'_>, own: &Own, order: Call) -> Result<Reply, Fault> {
    let order = order.header(argument::INBOX, here.id.to_hex());
    Reply::passed(call(here.env, Namespace::Conversation, own.object, order).await?).await
}

/// Where the event was put that was accepted, if one was.
pub(super) fn accepted(reply: &Reply) -> Option<u64> {
    json::typed::<Accepted>(reply.body()).ok().map(|accepted| accepted.seq)
}
