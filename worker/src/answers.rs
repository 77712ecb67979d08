//! A member's answer (`docs/protocol.md` section 11.1): the checks between what the inbox object hands over and storage.
//! [`Answering`] owes signature and certificate, [`SignedAnswer`] its place.

use crate::{
    acts::{Voice, freely},
    admit::join,
    attachments::Declaration,
    fault::Fault,
};
use einwurf_protocol::{
    api::staff::PostAnswer,
    chain::Chain,
    event::{Event, Kind},
    precedence::Facts,
    problem::Code,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What the inbox object passes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answering {
    /// Whose session it is.
    pub by: Voice,
    /// What the member sent.
    pub post: PostAnswer,
}

/// An answer that the member signed whose session it is. It owes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAnswer {
    /// The event.
    pub event: Event,
    attachments: Declaration,
}

/// An answer that may be stored, if there is room for its attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedAnswer {
    /// The event.
    pub event: Event,
    /// The chain with the event at its end.
    pub chain: Chain,
    /// What comes with it.
    pub attachments: Declaration,
}

impl Answering {
    /// Version, a message to the visitor, certificate of the member by the site key, signature, attachments, in this order.
    pub fn check(self, now: Timestamp) -> Result<SignedAnswer, Fault> {
        let Self { by, post } = self;
        crate::body::version(post.v)?;
        let event = Event::read(post.event)?;
        by.vouch(&event, Kind::Message, &post.certificate, now)?;
        Ok(SignedAnswer { event, attachments: Declaration::read(post.attachments)? })
    }
}

impl SignedAnswer {
    /// The next place.
    ///
    /// 1. Not withdrawn, erased or over: 410.
    /// 2. Neither restricted nor past its date: 423.
    /// 3. Chain: 409 with the missing events, 429, 400.
    pub fn admit(self, chain: &Chain, facts: &Facts, now: Timestamp) -> Result<AdmittedAnswer, Fault> {
        let Self { event, attachments } = self;
        // 1, 2
        if !freely(facts, now)? {
            return Err(Code::Restricted.into());
        }
        // 3
        Ok(AdmittedAnswer { chain: join(chain, &event)?, event, attachments })
    }
}

/// When a conversation is deleted after an answer: as many days after it as after the message before, which the notice
/// named. Nobody is told a shorter time by that, and nothing outlasts its key.
pub fn deleted(before: Timestamp, last: Timestamp, destroyed: Timestamp, now: Timestamp) -> Timestamp {
    let days = before.0.saturating_sub(last.0);
    now.plus(days).min(destroyed).max(before)
}

#[cfg(test)]
mod tests;
