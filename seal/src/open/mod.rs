//! Reading a conversation as the relay delivered it. Three answers: sealed to keys that this device does not hold; ours
//! but unreadable from its first event on; ours, with every fault that was found named at its place.

mod pen;
mod ring;
mod sheet;
mod thread;

pub use pen::{Author, Pen};
pub use sheet::{open_sheet, seal_sheet};

use crate::InboxSecret;
use einwurf_protocol::{
    api::{staff, visitor::StoredEvent},
    chain::JoinError,
    consent::{Grant, GrantError},
    event::{Direction, EnvelopeError, Kind},
    ids::{Cid, MessageId, Thumbprint},
    manifest::{Former, Revocation},
    message::{Act, Payload},
    roster::CertificateError,
    time::Timestamp,
};
use std::{collections::BTreeSet, fmt};

/// What a delivered conversation is to this device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "made once for a conversation, and taken apart at once")]
pub enum Opened {
    /// Sealed to inbox keys that are not among those given.
    NotMine,
    /// Sealed to us, but nothing of it can be trusted and read. The first fault.
    Broken(Fault),
    /// Ours.
    Mine(Thread),
}

/// A conversation, verified and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id, recomputed from the key that signed the first grant.
    pub cid: Cid,
    /// What was agreed to and when the relay stored it, in order.
    pub grants: Vec<(Grant, Timestamp)>,
    /// What was written, in order. Every entry is by the author that it names; a step of more than one in
    /// [`Entry::seq`] is a gap.
    pub entries: Vec<Entry>,
    /// Everything that did not fit, for the reader to be shown.
    pub faults: Vec<Fault>,
    /// What an answer is written with.
    pub pen: Pen,
}

impl Thread {
    /// Which messages members erased, by what they signed. The relay's word does not count.
    pub fn erased(&self) -> BTreeSet<u64> {
        let mut erased = BTreeSet::new();
        for entry in self.entries.iter().filter(|entry| entry.kind == Kind::Act) {
            match entry.payload.as_ref().and_then(|payload| payload.act.as_ref()) {
                Some(Act::Erase { parts }) => erased.extend(parts.iter().filter(|part| **part < entry.seq)),
                Some(Act::Handover { parts, .. }) => {
                    let before = self.entries.iter().map(|entry| entry.seq).filter(|seq| *seq < entry.seq);
                    erased.extend(before.filter(|seq| !parts.contains(seq)));
                }
                _ => {}
            }
        }
        erased
    }
}

/// An opened event.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position in the conversation, from 0.
    pub seq: u64,
    /// When the relay stored it. Only the relay's word.
    pub at: Timestamp,
    /// Who wrote to whom.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Drawn by the author.
    pub message: MessageId,
    /// Thumbprint of the author's key.
    pub author: Thumbprint,
    /// Content, without keys of former epochs; none if it is erased or a withdrawal, which has none.
    pub payload: Option<Payload>,
}

/// Something in the delivered conversation that did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub reason: Reason,
}

/// A place in [`staff::Conversation`], by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In `grants`.
    Grant(usize),
    /// In `events`.
    Event(usize),
}

/// Why something does not fit. The text is for logs; people are told by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The list is empty.
    #[error("missing")]
    Missing,
    /// Not a grant for this site by this conversation's key.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// Not an event.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Dropped, reordered, duplicated, spliced or forged. [`JoinError::Position`] with an entry of this place: events
    /// before it are missing.
    #[error(transparent)]
    Chain(#[from] JoinError),
    /// By a member without a certificate that holds for the time at which it was stored.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The choices that came sealed are not those of a grant.
    #[error("the choices are not those of a grant")]
    Choices,
    /// The opening event commits to other keys than the inbox key gives, or a later epoch names others.
    #[error("the keys are not those committed to")]
    Commitment,
    /// Of an epoch whose inbox key is not among those given.
    #[error("no key for this epoch")]
    NoKey,
    /// By its author, but the ciphertext or its content is not what an author's app makes.
    #[error("the content does not open")]
    Content,
}

/// What a device trusts and holds when it reads.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The present site key.
    pub site: Thumbprint,
    /// Those that it followed, as the manifest names them: a conversation keeps the one that it began under.
    pub former: &'a [Former],
    /// Former members, as the manifest names them.
    pub revoked: &'a [Revocation],
    /// Keys that open conversations.
    pub inbox_keys: &'a [InboxSecret],
}

/// Verifies and opens everything in `conversation` that the inbox keys open.
pub fn open_conversation(reading: &Reading<'_>, conversation: &staff::Conversation) -> Opened {
    let inbox_keys = reading.inbox_keys;
    let events: Vec<_> = conversation.events.iter().map(StoredEvent::read).collect();
    let mut openings = events.iter().flatten().filter_map(|event| event.header.opening.as_ref()).peekable();
    if openings.peek().is_some()
        && !openings.any(|opening| inbox_keys.iter().any(|key| key.id() == opening.inbox_key))
    {
        return Opened::NotMine;
    }
    match thread::read(reading, conversation, &events) {
        Ok(thread) => Opened::Mine(thread),
        Err(fault) => Opened::Broken(fault),
    }
}

impl fmt::Debug for Entry {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({}, {:?}, {:?}, content hidden)", self.seq, self.direction, self.kind)
    }
}
