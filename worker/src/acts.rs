//! A member's act on a conversation (`docs/protocol.md` section 11): the checks between what the inbox object hands over
//! and storage. [`Acting`] owes signature and certificate, [`SignedAct`] its place and its effect.

use crate::{admit::join, fault::Fault, set::set};
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

/// Who speaks for the company, as the inbox object knows it. It checked session and capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    /// Whose session it is.
    pub member: Thumbprint,
    /// The present site key.
    pub site: Thumbprint,
    /// Those before it, as the manifest in force names them.
    pub former: Vec<Former>,
    /// Former members, as the manifest in force names them.
    pub revoked: Vec<Revocation>,
}

/// What the inbox object passes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Whose session it is.
    pub by: Voice,
    /// What the member sent.
    pub post: PostAct,
}

/// An act that the member signed whose session it is. It owes its place and its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAct {
    /// The event.
    pub event: Event,
    act: Option<Act>,
}

/// An act that may be stored together with its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedAct {
    /// The event.
    pub event: Event,
    /// The chain with the event at its end.
    pub chain: Chain,
    /// What is done in the same step.
    pub effect: Effect,
}

/// What an act does to the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The visitor is told, and nothing changes.
    Tell,
    /// These messages are erased.
    Erase(BTreeSet<u64>),
    /// It is held.
    Hold(Hold),
    /// It is held no more.
    Release,
    /// It is restricted.
    Restrict(Timestamp),
    /// It is restricted no more.
    Lift,
}

/// What a conversation knows when an act is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The chain so far.
    pub chain: Chain,
    /// Withdrawal, hold, restriction, dates.
    pub facts: Facts,
    /// Positions of the messages that have their content.
    pub messages: BTreeSet<u64>,
}

impl Voice {
    /// An event of this kind to the visitor, signed by the member, for whom the site key vouches: 400.
    pub fn vouch(&self, event: &Event, kind: Kind, certificate: &str, now: Timestamp) -> Result<(), Fault> {
        if event.header.direction != Direction::ToVisitor || event.header.kind != kind {
            return Err(Fault::malformed("event.header", "not what a member sends here"));
        }
        let Self { member, site, former, revoked } = self;
        let certificate = MemberCertificate::verify(certificate, (site, former), now, revoked)
            .map_err(|error| Fault::malformed("certificate", error.to_string()))?;
        if certificate.key.thumbprint() != *member {
            return Err(Fault::malformed("certificate", "another member's"));
        }
        Ok(event.verify(&certificate.key)?)
    }
}

impl Acting {
    /// Version, an act to the visitor, certificate of the member by the site key, signature, in this order.
    pub fn check(self, now: Timestamp) -> Result<SignedAct, Fault> {
        let Self { by, post } = self;
        crate::body::version(post.v)?;
        let event = Event::read(post.event)?;
        by.vouch(&event, Kind::Act, &post.certificate, now)?;
        // What a member asks of the visitor is between the two.
        if post.act == Some(Act::Ask) {
            return Err(Fault::malformed("act", "stays in the ciphertext"));
        }
        Ok(SignedAct { event, act: post.act })
    }
}

impl SignedAct {
    /// The next place, and an effect that the present allows.
    ///
    /// 1. Not withdrawn, erased or over: 410.
    /// 2. Restricted, held or past its date, only what may end or prolong that: 423.
    /// 3. Chain: 409 with the missing events, 429, 400.
    /// 4. The effect: 400, 409.
    pub fn admit(self, present: &Present, now: Timestamp) -> Result<AdmittedAct, Fault> {
        let Self { event, act } = self;
        let Present { chain, facts, messages } = present;
        // 1
        let freely = freely(facts, now)?;
        // 2
        let held = facts.hold.is_some_and(|hold| now < hold.until);
        let allowed = match &act {
            Some(Act::Lift | Act::Hold { .. } | Act::Release) => true,
            Some(Act::Erase { .. } | Act::Handover { .. }) => freely && !held,
            Some(Act::Restrict | Act::Ask) | None => freely,
        };
        if !allowed {
            return Err(Code::Restricted.into());
        }
        // 3
        let chain = join(chain, &event)?;
        // 4
        let effect = effect(act.as_ref(), facts, messages, now)?;
        Ok(AdmittedAct { event, chain, effect })
    }
}

/// Whether anything may be said in the conversation, which is neither restricted nor past its date then: 410 for one that
/// has ended.
pub fn freely(facts: &Facts, now: Timestamp) -> Result<bool, Fault> {
    let decision = facts.decide(now);
    if facts.withdrawn.is_some() || decision.standing == Standing::Erase {
        return Err(Code::Gone.into());
    }
    Ok(decision.standing == Standing::InUse && decision.open)
}

fn effect(
    act: Option<&Act>,
    facts: &Facts,
    messages: &BTreeSet<u64>,
    now: Timestamp,
) -> Result<Effect, Fault> {
    let held = facts.hold.is_some_and(|hold| now < hold.until);
    match act {
        None | Some(Act::Ask) => Ok(Effect::Tell),
        Some(Act::Handover { parts, until, .. }) => {
            if *until <= now {
                return Err(Fault::malformed("act.until", "not in the future"));
            }
            let kept = named(parts, messages)?;
            Ok(Effect::Erase(set(messages.difference(&kept).copied())))
        }
        Some(Act::Erase { parts }) => Ok(Effect::Erase(named(parts, messages)?)),
        Some(Act::Hold { reason, until }) => {
            if *until <= now || *until > now.plus(HOLD_DAYS * DAY) {
                return Err(Fault::malformed("act.until", "not in the future, or too far ahead"));
            }
            Ok(Effect::Hold(Hold { reason: *reason, since: now, until: *until }))
        }
        Some(Act::Release) if held => Ok(Effect::Release),
        Some(Act::Restrict) if facts.restricted.is_none() => Ok(Effect::Restrict(now)),
        Some(Act::Lift) if facts.restricted.is_some() => Ok(Effect::Lift),
        Some(Act::Release | Act::Restrict | Act::Lift) => Err(Code::Conflict.into()),
    }
}

/// The parts as a set: at least one, each a message that has its content.
fn named(parts: &[u64], messages: &BTreeSet<u64>) -> Result<BTreeSet<u64>, Fault> {
    let parts = set(parts.iter().copied());
    if parts.is_empty() || !parts.is_subset(messages) {
        return Err(Fault::malformed("act.parts", "none, or one that is no message here"));
    }
    Ok(parts)
}

/// Whether staff may erase the whole conversation: 410, 423. Of one that has ended they may what a hold keeps of it: that
/// ends the hold, and nobody waits for it any more.
pub fn may_erase(facts: &Facts, now: Timestamp) -> Result<(), Fault> {
    let decision = facts.decide(now);
    let held = facts.hold.is_some_and(|hold| now < hold.until);
    match decision.standing {
        Standing::Erase => Err(Code::Gone.into()),
        Standing::InUse if !held => Ok(()),
        Standing::Held if facts.withdrawn.is_some() => Ok(()),
        _ => Err(Code::Restricted.into()),
    }
}

#[cfg(test)]
mod tests;
