//! A member's act on a conversation (`docs/protocol.md` section 11): the checks between what the inbox object hands over
//! and storage. [`Acting`] owes signature and certificate, [`SignedAct`] its place and its effect.

use crate::{admit::join, fault::Fault};
use einwurf_protocol::{
    api::staff::PostAct,
    chain::Chain,
    event::{Direction, Event, Kind},
    ids::Thumbprint,
    limits::HOLD_DAYS,
    manifest::{Former, Revocation},
    message::Act,
    precedence::{Facts, Hold, Standing},
    problem::Code,
    roster::MemberCertificate,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the inbox object knows when it passes an act on. It checked session and capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Whose session it is.
    pub member: Thumbprint,
    /// The present site key.
    pub site: Thumbprint,
    /// Those before it, as the manifest in force names them.
    pub former: Vec<Former>,
    /// Former members, as the manifest in force names them.
    pub revoked: Vec<Revocation>,
    /// What the member sent.
    pub post: PostAct,
}
