//! What is known of the conversation, and how it became known.

use super::{Outbox, Unsent};
use einwurf_protocol::{
    consent::Consent,
    message::{Label, Reason},
    precedence::Hold,
    time::Timestamp,
};
use einwurf_seal::Shown;

/// What is known of the conversation. Nothing of it is kept outside of this tab.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own; every combination can be")]
pub struct Talk {
    /// In order.
    pub thread: Vec<Shown>,
    /// When it will be deleted; none before the relay took anything.
    pub deleted: Option<Timestamp>,
    /// Stored, and not used otherwise.
    pub restricted: bool,
    /// Kept for a claim.
    pub hold: Option<Hold>,
    /// The relay delivered what does not verify: nothing more is written.
    pub fault: bool,
    /// The visitor agreed to that the device remembers it.
    pub remember: bool,
    /// A private link opened it: whoever else has the link reads along.
    pub linked: bool,
    /// Opened by link, and kept by this device before.
    pub own: bool,
    /// The parents were not asked (KID-01): nothing more is written.
    pub young: bool,
    /// The answer to a member who asks for consent to special categories.
    pub special: bool,
    /// What has not arrived yet.
    pub outbox: Outbox,
    /// An address or a number went along with a message.
    pub reachable: bool,
    /// Position of the question that was answered.
    pub(super) answered: Option<u64>,
    /// Staff said something since the last look.
    pub fresh: bool,
    /// Counts with everything that changes what is shown of it.
    pub version: u32,
    /// Number of the pause before the next look.
    pub(super) poll: u32,
    /// Looks since something was said.
    pub(super) quiet: u32,
    /// A look is on its way.
    pub(super) looking: bool,
    /// There is something to look at, as soon as nothing is on its way.
    pub(super) due: bool,
}

impl Talk {
    /// The newest question for consent to special categories that is still open (KID-02).
    pub fn question(&self) -> Option<&Shown> {
        let asked = self.thread.iter().rev().find(|shown| shown.asks)?;
        (self.answered < Some(asked.seq)).then_some(asked)
    }

    /// Whether parts were handed over to another process.
    pub fn handed_over(&self) -> bool {
        self.thread.iter().any(|shown| shown.act.as_deref() == Some("handover"))
    }

    /// Whether all that the relay delivered verifies.
    pub(super) fn is_sound(&self) -> bool {
        !self.fault
    }

    /// Whether this device may keep it beyond the tab: who opens a private link did not agree to that here.
    pub fn remembers(&self) -> bool {
        self.remember && (self.own || !self.linked)
    }

    /// When it will be deleted, unless something keeps it longer.
    pub fn leaves(&self) -> Option<Timestamp> {
        self.deleted.filter(|at| !self.restricted && self.hold.is_none_or(|hold| hold.until <= *at))
    }

    /// Kept for an authority rather than a claim.
    pub fn for_authority(&self) -> bool {
        self.hold.is_some_and(|hold| hold.reason == Reason::Authority)
    }

    /// Takes what a look brought.
    pub(super) fn take(&mut self, whole: bool, shown: Vec<Shown>) {
        if whole {
            if self.thread != shown {
                self.version += 1;
            }
            self.thread = shown;
        } else {
            // What this tab wrote itself stands there already.
            let newest = self.thread.last().map(|last| last.seq);
            let before = self.thread.len();
            self.thread.extend(shown.into_iter().filter(|shown| Some(shown.seq) > newest));
            self.version += u32::from(self.thread.len() > before);
        }
    }
}

/// What the keeper said when the frame started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hello {
    /// Title of the page.
    pub page: Option<Label>,
    /// What was kept.
    pub kept: Kept,
    /// What had not arrived when the page was loaded again.
    pub unsent: Option<Box<Unsent>>,
}

/// A conversation of before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kept {
    /// None.
    #[default]
    Nothing,
    /// One that can be gone on with.
    Talk,
    /// The same, by a private link: nothing of it is kept here.
    Linked,
    /// By a private link, and kept here already.
    Both,
    /// A private link that opens nothing.
    Void,
    /// One whose withdrawal did not reach the relay yet.
    Leaving,
    /// One that knows a newer manifest than the one that was served.
    Newer,
}

/// What came of a look at the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Something, all of it verified.
    News(Box<News>),
    /// No answer.
    Lost,
    /// 410: withdrawn elsewhere, or erased.
    Gone,
    /// The relay knows no such conversation.
    Nothing,
    /// It does not verify.
    Untrusted,
}

/// What the relay holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Whether `shown` is all of it, from the start.
    pub whole: bool,
    /// In order.
    pub shown: Vec<Shown>,
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// Stored, and not used otherwise.
    pub restricted: bool,
    /// Kept for a claim.
    pub hold: Option<Hold>,
    /// As the newest grant says, which the conversation's own key signed.
    pub consent: Option<Consent>,
}
