//! What did not fit in a conversation, as a person is told.

use crate::texts::Pick;
use einwurf_protocol::event::Kind;
use einwurf_seal::{Entry, Fault, Reason};
use std::collections::BTreeSet;

/// What did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Messages are missing.
    Gap,
    /// Something was forged, repeated or moved.
    Forged,
    /// Keys are missing or not those committed to.
    Keys,
    /// A message does not open.
    Content,
    /// A consent record does not hold.
    Consent,
    /// The relay still has what a member erased.
    Kept,
    /// The relay has erased what no member did.
    Vanished,
}

impl Trouble {
    pub(super) fn of(fault: &Fault) -> Self {
        use einwurf_protocol::chain::JoinError;
        match fault.reason {
            Reason::Chain(JoinError::Position) => Self::Gap,
            Reason::Chain(_) | Reason::Envelope(_) | Reason::Certificate(_) => Self::Forged,
            Reason::Commitment | Reason::NoKey => Self::Keys,
            Reason::Content => Self::Content,
            Reason::Grant(_) | Reason::Missing | Reason::Choices => Self::Consent,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Gap => |t| &t.trouble_gap,
            Self::Forged => |t| &t.trouble_forged,
            Self::Keys => |t| &t.trouble_keys,
            Self::Content => |t| &t.trouble_content,
            Self::Consent => |t| &t.trouble_consent,
            Self::Kept => |t| &t.trouble_kept,
            Self::Vanished => |t| &t.trouble_vanished,
        }
    }
}

/// What the relay did with messages against what members signed.
pub(super) fn of_erasure(entries: &[Entry], erased: &BTreeSet<u64>) -> Vec<Trouble> {
    let messages = || entries.iter().filter(|entry| entry.kind == Kind::Message);
    let kept = messages().any(|entry| erased.contains(&entry.seq) && entry.payload.is_some());
    let vanished = messages().any(|entry| !erased.contains(&entry.seq) && entry.payload.is_none());
    let found = [(kept, Trouble::Kept), (vanished, Trouble::Vanished)];
    found.into_iter().filter(|(is, _)| *is).map(|(_, trouble)| trouble).collect()
}
