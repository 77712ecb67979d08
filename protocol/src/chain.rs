//! The chain of a conversation: who checks an event before it is appended, and how the present is rebuilt and faults
//! are found when the events are read again.

use crate::{
    es256::PublicKey,
    event::{Direction, Event, Kind},
    ids::{Cid, Digest, Thumbprint},
    limits::EVENTS_PER_CONVERSATION,
};

/// Where the next event must join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Position of the next event.
    pub next: u64,
    /// Digest of the last event; zeros before the first.
    pub digest: Digest,
}

/// Before the first event.
pub const START: Head = Head { next: 0, digest: Digest([0; 32]) };

/// Why an event does not join. The order is the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Of another site or conversation.
    #[error("an event of another conversation")]
    Conversation,
    /// Not the next position, or not after the last event: the author did not know the newest events.
    #[error("not the next event")]
    Position,
    /// The first event of an epoch must open it, others must not; epochs count up by one.
    #[error("epoch out of order")]
    Epoch,
    /// [`EVENTS_PER_CONVERSATION`] reached. A withdrawal always fits.
    #[error("the conversation is full")]
    Full,
    /// Consent was withdrawn: nothing follows.
    #[error("the conversation has ended")]
    Ended,
    /// Not by this conversation's key.
    #[error("the signature does not fit")]
    Signature,
}

/// What is known of a conversation when its next event is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Conversation.
    pub cid: Cid,
    /// Where the next event must join.
    pub head: Head,
    /// Epochs opened so far.
    pub epochs: u32,
    /// Whether its last event is a withdrawal.
    pub ended: bool,
}

impl Chain {
    /// A conversation without events.
    pub fn new(site: Thumbprint, cid: Cid) -> Self {
        Self { site, cid, head: START, epochs: 0, ended: false }
    }

    /// Whether an event of this kind may follow at all: nothing after a withdrawal, which itself always fits.
    pub fn takes(&self, kind: Kind) -> Result<(), JoinError> {
        if self.ended {
            return Err(JoinError::Ended);
        }
        if self.head.next >= EVENTS_PER_CONVERSATION && kind != Kind::Withdrawal {
            return Err(JoinError::Full);
        }
        Ok(())
    }

    /// The chain with `event` at its end. The caller checks the author's signature, since it knows whose key it is.
    pub fn join(&self, event: &Event) -> Result<Self, JoinError> {
        let header = &event.header;
        if header.site != self.site || header.cid != self.cid {
            return Err(JoinError::Conversation);
        }
        if header.seq != self.head.next || header.prev != self.head.digest {
            return Err(JoinError::Position);
        }
        self.takes(header.kind)?;
        let withdraws = header.kind == Kind::Withdrawal;
        let opens = header.opening.is_some();
        let fits = if opens {
            header.epoch == self.epochs
        } else {
            header.epoch.checked_add(1) == Some(self.epochs)
        };
        if !fits || (opens && (withdraws || header.direction == Direction::ToVisitor)) {
            return Err(JoinError::Epoch);
        }
        let head = Head { next: header.seq.saturating_add(1), digest: event.digest };
        let epochs = self.epochs.checked_add(u32::from(opens)).ok_or(JoinError::Epoch)?;
        Ok(Self { head, epochs, ended: withdraws, ..self.clone() })
    }
}

/// A fault in what a relay delivered, shown by both apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Index in the delivered list.
    pub index: usize,
    /// What is wrong there.
    pub error: JoinError,
}

/// Reads a delivered conversation from its start: every event joins the one before and is by its author.
/// `author` gives the key of a thumbprint: the conversation's own for visitors, a certified member's for staff.
pub fn replay<'e>(
    mut chain: Chain,
    events: impl IntoIterator<Item = &'e Event>,
    author: impl Fn(&Thumbprint, Direction) -> Option<PublicKey>,
) -> Result<Chain, Fault> {
    for (index, event) in events.into_iter().enumerate() {
        let fault = |error| Fault { index, error };
        chain = chain.join(event).map_err(fault)?;
        // Whose an erased answer was stood in its content; that it was there, the chain says.
        if event.is_erased() && event.header.direction == Direction::ToVisitor {
            continue;
        }
        author(&event.header.author, event.header.direction)
            .filter(|key| event.verify(key).is_ok())
            .ok_or(fault(JoinError::Signature))?;
    }
    Ok(chain)
}
