//! What may be done with a conversation now: nothing is offered that `protocol::precedence` or the relay would refuse,
//! and what is not offered says why.

use super::View;
use crate::{state::desk::letter::Letter, texts::Pick};
use einwurf_protocol::{precedence::Standing, time::Timestamp};

/// Why something cannot be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// It is restricted.
    Restricted,
    /// It is held, and still in use.
    Held,
    /// It is not held.
    NotHeld,
    /// It is held, and used for nothing else.
    HeldAlone,
    /// Its date has come.
    Over,
    /// There is no message with content.
    Nothing,
    /// The member has no certificate in force, so no visitor could tell who it was.
    NoCertificate,
    /// Consent to special categories is there.
    Agreed,
    /// The notice has no box for it.
    NoBox,
    /// The visitor was asked and has not answered yet.
    Asked,
}

impl No {
    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Restricted => |t| &t.no_restricted,
            Self::Held => |t| &t.no_held,
            Self::NotHeld => |t| &t.no_not_held,
            Self::HeldAlone => |t| &t.no_held_alone,
            Self::Over => |t| &t.no_over,
            Self::Nothing => |t| &t.no_nothing,
            Self::NoCertificate => |t| &t.no_certificate,
            Self::Agreed => |t| &t.no_agreed,
            Self::NoBox => |t| &t.no_box,
            Self::Asked => |t| &t.no_asked,
        }
    }
}

/// What is known of a conversation, of the member and of the time.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The conversation.
    pub letter: &'a Letter,
    /// The member has a certificate in force.
    pub certified: bool,
    /// The time.
    pub at: Timestamp,
}

impl Now<'_> {
    /// The pages that a conversation has now, in their order.
    pub fn views(&self) -> Vec<View> {
        let terms = self.letter.terms;
        let restrict = if terms.restricted.is_some() { View::Lift } else { View::Restrict };
        let hold = if self.is_held() { View::Release } else { View::Hold };
        vec![
            View::Request,
            View::Export,
            View::Handover,
            View::Parts,
            restrict,
            View::Object,
            hold,
            View::Erase,
        ]
    }

    /// Whether a page may be opened, else why not.
    pub fn may(&self, view: View) -> Result<(), No> {
        if matches!(view, View::Export | View::Request) {
            return Ok(());
        }
        self.speaks(view)?;
        let (held, withdrawn) = (self.is_held(), self.letter.terms.withdrawn.is_some());
        match (self.standing()?, view) {
            // Nothing can be told in a conversation after its withdrawal, so no hold is ended in words.
            (Standing::Held, View::Release) if !withdrawn => Ok(()),
            // But what is needed no longer may be erased at once, of which nobody has to be told.
            (Standing::Held, View::Erase) if withdrawn => Ok(()),
            (Standing::Held | Standing::Erase, _) => Err(No::HeldAlone),
            (_, View::Release) if !held => Err(No::NotHeld),
            (_, View::Hold) if held => Err(No::Held),
            (_, View::Lift | View::Hold | View::Release | View::Object)
            | (Standing::InUse, View::Restrict) => Ok(()),
            (Standing::Restricted, _) => Err(No::Restricted),
            (Standing::InUse, _) if held => Err(No::Held),
            (Standing::InUse, View::Handover | View::Parts) => self.has_messages(),
            (Standing::InUse, _) => Ok(()),
        }
    }

    /// Whether an answer may be written.
    pub fn may_answer(&self) -> Result<(), No> {
        match self.standing()? {
            Standing::Restricted => Err(No::Restricted),
            Standing::Held | Standing::Erase => Err(No::HeldAlone),
            Standing::InUse if self.certified => Ok(()),
            Standing::InUse => Err(No::NoCertificate),
        }
    }

    /// Whether the visitor may be asked for consent to special categories.
    pub fn may_ask(&self) -> Result<(), No> {
        self.speaks(View::Parts)?;
        match (self.letter.special(), self.standing()?) {
            (Some(true), _) => Err(No::Agreed),
            (None, _) => Err(No::NoBox),
            (_, Standing::Restricted) => Err(No::Restricted),
            (_, Standing::Held | Standing::Erase) => Err(No::HeldAlone),
            (Some(false), Standing::InUse) if self.letter.is_asked() => Err(No::Asked),
            (Some(false), Standing::InUse) => Ok(()),
        }
    }

    /// Whether an objection may be followed, which ends the restriction and erases all of it: not while it is held, or
    /// the restriction would be lifted for an erasure that is refused.
    pub fn may_agree(&self) -> Result<(), No> {
        self.may(View::Object)?;
        if self.is_held() { Err(No::Held) } else { Ok(()) }
    }

    /// Whether a message may be erased by one click, because it may tell of what nobody consented to.
    pub fn may_erase_one(&self) -> Result<(), No> {
        if self.letter.special() == Some(true) { Err(No::Agreed) } else { self.may(View::Parts) }
    }

    /// Everything but erasing all of it is said to the visitor, in the member's name.
    fn speaks(&self, view: View) -> Result<(), No> {
        if self.certified || view == View::Erase { Ok(()) } else { Err(No::NoCertificate) }
    }

    /// Whether it is held now: what has ended counts no more, even before the relay says so.
    fn is_held(&self) -> bool {
        self.letter.terms.hold.is_some_and(|hold| self.at < hold.until)
    }

    fn standing(&self) -> Result<Standing, No> {
        match self.letter.terms.decide(self.at).standing {
            // The relay erases it within a day; until then nothing else may begin.
            Standing::Erase => Err(No::Over),
            standing => Ok(standing),
        }
    }

    fn has_messages(&self) -> Result<(), No> {
        if self.letter.messages().next().is_some() { Ok(()) } else { Err(No::Nothing) }
    }
}
