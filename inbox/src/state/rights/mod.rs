//! The rights of the person behind a conversation, and what a member does about them: the panel beside a conversation,
//! the page of requests, the log. Pure; sealing and sending happen in `actions`.

pub mod day;
pub mod log;
pub mod mail;
pub mod offer;
pub mod paper;
pub mod requests;
pub mod sealing;
pub mod words;

use crate::{
    state::{admin::Said, desk::letter::Letter},
    texts::Pick,
};
use day::{noon, written};
use einwurf_protocol::{
    api::staff::{Outcome, Right},
    ids::{Cid, MessageId},
    limits::HOLD_DAYS,
    message::{Act, Basis, Reason},
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// Years for which hand-over parts may be kept, at most: the longest of building and medical law.
pub const KEEP_YEARS: u64 = 30;
/// Longest reasons that a member writes, in bytes.
pub const REASONS_BYTES: usize = 4_000;

/// What is done with a conversation, as a page of its own beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// A copy for the person (access, portability).
    Export,
    /// "Zum Vorgang übernehmen".
    Handover,
    /// Erasing single messages.
    Parts,
    /// Restricting.
    Restrict,
    /// Ending a restriction.
    Lift,
    /// An objection: restrict first, then decide.
    Object,
    /// Keeping it for a claim.
    Hold,
    /// Ending that.
    Release,
    /// Erasing all of it.
    Erase,
    /// Taking down a request.
    Request,
}

impl View {
    /// For ids of elements.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Handover => "handover",
            Self::Parts => "parts",
            Self::Restrict => "restrict",
            Self::Lift => "lift",
            Self::Object => "object",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Erase => "erase",
            Self::Request => "request",
        }
    }
}

/// What somebody does about rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Opens a page for a conversation.
    Show(Cid, View),
    /// Back to the conversation.
    Back,
    /// Does what the page is about.
    Send,
    /// Erases the whole conversation.
    Erase,
    /// Takes a copy out: of the whole conversation, or of the ticked parts.
    Export,
    /// Prints it, which is how a browser makes a PDF.
    Print,
    /// Takes it out as a mail file.
    Mail,
    /// Takes the proof of a conversation out.
    ExportProof(Cid),
    /// Asks for consent to special categories.
    Ask(Cid),
    /// Erases one message.
    EraseOne(Cid, u64),
    /// Copies of an erased conversation are deleted.
    Copies(Cid),
    /// Wants the code in the clipboard.
    CopyCode(Cid),
    /// Looks for the conversation whose code is in the search field.
    Find,
    /// To the page of requests.
    Requests,
    /// Takes down a request.
    TakeDown,
    /// Closes a request.
    Close(MessageId, Outcome),
    /// To the conversation that a request is about.
    OpenRequest(Cid),
    /// To the log.
    Log,
    /// Further entries of the log.
    LogMore,
    /// Takes the proofs of all conversations out.
    ExportProofs,
}

/// What is missing in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// No message is ticked.
    Parts,
    /// The ticked parts were not saved yet.
    Saved,
    /// No date, or one that has passed.
    Until,
    /// A date too far ahead.
    TooFar,
    /// No reasons, or too long ones.
    Reasons,
    /// No date, or one in the future, or one of more than a year ago.
    Received,
    /// The box is empty.
    Aware,
}

impl Lack {
    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Parts => |t| &t.lack_parts,
            Self::Saved => |t| &t.lack_saved,
            Self::Until => |t| &t.lack_until,
            Self::TooFar => |t| &t.lack_too_far,
            Self::Reasons => |t| &t.lack_reasons,
            Self::Received => |t| &t.lack_received,
            Self::Aware => |t| &t.lack_aware,
        }
    }
}

/// The panel of one conversation.
#[derive(Clone)]
pub struct Rights {
    /// Whose.
    pub cid: Option<Cid>,
    /// The page that is open; none: the conversation itself.
    pub view: Option<View>,
    /// Ticked messages.
    pub parts: BTreeSet<u64>,
    /// Messages that were taken out as a file.
    pub saved: Option<BTreeSet<u64>>,
    /// The newest position when the page was opened: what came later was not seen.
    pub seen: u64,
    /// On what basis parts are kept.
    pub basis: Basis,
    /// Why it is held.
    pub reason: Reason,
    /// A date as the browser's field writes it.
    pub until: String,
    /// What is asked for.
    pub right: Right,
    /// When it was asked.
    pub received: String,
    /// Reasons to go on after an objection.
    pub reasons: String,
    /// The effect was read.
    pub aware: bool,
    /// What the page says.
    pub said: Said,
    sending: Option<(Sending, MessageId)>,
    /// The page that was left without doing what it is about.
    left: Option<View>,
}

/// What is on its way; the same again keeps its id, so that it happens once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// An act and its words.
    Act(Act, String),
    /// A request.
    Request(Right, Timestamp),
}

impl Default for Rights {
    fn default() -> Self {
        Self {
            cid: None,
            view: None,
            parts: BTreeSet::new(),
            saved: None,
            seen: 0,
            basis: Basis::Contract,
            reason: Reason::Claim,
            until: String::new(),
            right: Right::Access,
            received: String::new(),
            reasons: String::new(),
            aware: false,
            said: Said::Nothing,
            sending: None,
            left: None,
        }
    }
}

impl std::fmt::Debug for Rights {
    /// Reasons are content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rights({:?}, {:?}, content hidden)", self.cid, self.view)
    }
}

impl Rights {
    /// A page of a conversation: as it was left, or from its beginning.
    #[must_use]
    pub fn open(self, cid: Cid, view: View, letter: Option<&Letter>, now: Timestamp) -> Self {
        let seen = letter.map_or(0, Letter::last);
        let before = if self.cid == Some(cid) && self.left == Some(view) {
            self
        } else {
            Self { cid: Some(cid), received: written(now), ..Self::default() }
        };
        Self { view: Some(view), left: None, seen, said: Said::Nothing, ..before }
    }

    /// Back to the conversation; what was typed is there when the page is opened again.
    pub fn leave(&mut self) {
        (self.left, self.view) = (self.view, None);
    }

    /// The page that is open for a conversation.
    pub fn view_of(&self, cid: Cid) -> Option<View> {
        self.view.filter(|_| self.cid == Some(cid))
    }

    /// Ticks a message or takes the tick away.
    pub fn tick(&mut self, seq: u64, ticked: bool) {
        if ticked {
            self.parts.insert(seq);
        } else {
            self.parts.remove(&seq);
        }
    }

    /// The ticked messages were taken out.
    pub fn save(&mut self) {
        self.saved = Some(self.parts.clone());
    }

    /// Whether exactly what is ticked was taken out.
    pub fn is_saved(&self) -> bool {
        self.saved.as_ref() == Some(&self.parts)
    }

    /// The act of the page, or what is missing.
    pub fn act(&self, letter: &Letter, now: Timestamp) -> Result<Option<Act>, Lack> {
        let restricted = letter.terms.restricted.is_some();
        Ok(Some(match self.view {
            Some(View::Handover) => self.handover(letter, now)?,
            Some(View::Parts) => Act::Erase { parts: self.ticked(letter)? },
            Some(View::Object) if restricted => {
                self.given_reasons()?;
                Act::Lift
            }
            Some(View::Restrict | View::Object) => Act::Restrict,
            Some(View::Lift) => Act::Lift,
            Some(View::Hold) => Act::Hold { reason: self.reason, until: self.hold_until(now)? },
            Some(View::Release) => Act::Release,
            Some(View::Export | View::Erase | View::Request) | None => return Ok(None),
        }))
    }

    fn handover(&self, letter: &Letter, now: Timestamp) -> Result<Act, Lack> {
        let parts = self.ticked(letter)?;
        let until = self.after(now, Timestamp(now.0 + KEEP_YEARS * 366 * DAY))?;
        if self.is_saved() { Ok(Act::Handover { parts, basis: self.basis, until }) } else { Err(Lack::Saved) }
    }

    /// Ticked messages that are still there.
    fn ticked(&self, letter: &Letter) -> Result<Vec<u64>, Lack> {
        let there = letter.messages().map(|item| item.seq).filter(|seq| self.parts.contains(seq));
        Some(there.collect::<Vec<_>>()).filter(|parts| !parts.is_empty()).ok_or(Lack::Parts)
    }

    fn hold_until(&self, now: Timestamp) -> Result<Timestamp, Lack> {
        self.after(now, now.plus(HOLD_DAYS * DAY))
    }

    fn after(&self, now: Timestamp, last: Timestamp) -> Result<Timestamp, Lack> {
        let until = noon(&self.until).filter(|until| *until > now).ok_or(Lack::Until)?;
        if until <= last { Ok(until) } else { Err(Lack::TooFar) }
    }

    /// Why the company goes on after an objection.
    pub fn given_reasons(&self) -> Result<&str, Lack> {
        let reasons = self.reasons.trim();
        let fits = !reasons.is_empty() && reasons.len() <= REASONS_BYTES;
        if fits { Ok(reasons) } else { Err(Lack::Reasons) }
    }

    /// When a request came in: not in the future, not more than a year ago.
    pub fn received_at(&self, now: Timestamp) -> Result<Timestamp, Lack> {
        let today = written(now) == self.received.trim();
        let at = noon(&self.received).map(|at| if today { at.min(now) } else { at });
        at.filter(|at| *at <= now && at.plus(365 * DAY) >= now).ok_or(Lack::Received)
    }

    /// The id under which `what` goes: the same as before if it is tried again, else `fresh`.
    pub fn id_of(&mut self, what: Sending, fresh: MessageId) -> MessageId {
        match &self.sending {
            Some((before, id)) if *before == what => *id,
            _ => {
                self.sending = Some((what, fresh));
                fresh
            }
        }
    }

    /// It arrived: nothing of it is needed any more. False, and nothing changes, if another conversation is open by now.
    pub fn arrived(&mut self, cid: Cid) -> bool {
        let is_open = self.cid == Some(cid);
        if is_open {
            *self = Self { cid: self.cid, ..Self::default() };
        }
        is_open
    }

    /// It did not arrive: it may be tried again. What is on its way for another conversation goes on.
    pub fn failed(&mut self, cid: Cid) {
        if self.cid == Some(cid) {
            self.said = Said::Nothing;
        }
    }
}

#[cfg(test)]
mod tests;
