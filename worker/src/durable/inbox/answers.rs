//! What members answer, and whether they may see files. The conversation object does the rest.

use super::{Here, Reply, session::Member};
use crate::fault::Fault;
use einwurf_protocol::roster::Capability;

/// Asked by the edge before it passes a file on: 204, 403 without `read`.
pub(super) fn reader(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    Ok(Reply::empty())
}
