//! What members answer, and whether they may see files. The conversation object does the rest.

use super::{
    Here, Incoming, Reply,
    acts::voice,
    index::answered,
    order::{accepted, asked, order},
    session::Member,
};
use crate::{answers::Answering, body, durable::Call, fault::Fault};
use einwurf_protocol::{api::staff::PostAnswer, roster::Capability};

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
    // 1, 2, 3
    let (post, own) = asked(here, request, member, || body::json::<PostAnswer>(bytes))?;
    // 4
    let answering = Answering { by: voice(here, member)?, post };
    let reply = order(here, &own, Call::new("answer").json(&answering)?).await?;
    if let Some(seq) = accepted(&reply) {
        answered(&here.sql, &own, seq)?;
    }
    Ok(reply.once_more())
}

/// Asked by the edge before it passes a file on: 204, 403 without `read`.
pub(super) fn reader(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    Ok(Reply::empty())
}
