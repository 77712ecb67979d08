//! Where the visitor is, and which screen that is.

use super::{Delivery, End, Leaving, Paper, Pause, Site};
use einwurf_protocol::{
    consent::{Consent, NotAgreed, Ticks},
    ids::Digest,
    message::{DraftError, Message},
    time::Timestamp,
};

/// Where the visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Reading the notice; owes a decision.
    Notice(Reading),
    /// The site moved to another relay: nothing is taken here.
    Moved,
    /// Did not agree.
    Declined {
        /// The notice had changed while a message was on its way.
        changed: bool,
    },
    /// Too young, and the parents were not asked (KID-01): nothing leads out of this.
    TooYoung,
    /// A conversation was kept; owes what the relay holds of it.
    Opening {
        /// Nobody answered yet.
        lost: bool,
    },
    /// Writing; owes "Send".
    Compose(Composing),
    /// Being sealed on this device.
    Sealing(Delivery),
    /// On its way; owes the relay's answer.
    Sending(Delivery),
    /// Nobody answered; owes the end of the pause.
    Waiting(Delivery, Pause),
    /// The site changed something; owes a verified manifest.
    Refreshing(Delivery),
    /// Acknowledged by the relay.
    Arrived(Arrival),
    /// Cannot go on by itself.
    Stopped(Stop),
    /// Reading the conversation. Without a consent in force, writing needs a fresh one.
    Talk(Option<Consent>),
    /// Withdrawing; owes the relay's word that everything is erased.
    Leaving(Leaving),
    /// Over: nothing leads out of this.
    Ended(End),
}

/// The notice on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// All empty at first (CON-02).
    pub ticks: Ticks,
    /// The button was pressed, and this is missing.
    pub nudge: Option<NotAgreed>,
    /// The notice changed while a message was on its way.
    pub changed: bool,
}

/// The form on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composing {
    /// What was agreed to.
    pub consent: Consent,
    /// What keeps the draft from being a message.
    pub fault: Option<DraftError>,
}

/// A message that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Holds for the conversation.
    pub consent: Consent,
    /// When the relay stored it.
    pub at: Timestamp,
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// What was written.
    pub message: Message,
    /// The automatic answer that was on the screen.
    pub told: Option<String>,
}

/// Nothing more happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Still holds: the visitor may go back to the text.
    pub consent: Consent,
    /// Why.
    pub trouble: Trouble,
}

/// Why a delivery stopped. Each is one sentence in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The conversation is not, or no longer, known to the relay.
    Access,
    /// The manifest or the notice does not hold.
    Trust,
    /// The site moved to another relay.
    Moved,
    /// Too many messages.
    Limit,
    /// Refused, with this code.
    Refused(&'static str),
    /// This browser could not seal.
    Sealing,
}

/// What is shown: changes exactly when the focus must move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The notice with this digest.
    Notice(Digest),
    /// Contact ways, since nothing is taken here.
    Moved,
    /// Contact ways.
    Declined,
    /// "Ask your parents first".
    TooYoung,
    /// A kept conversation is fetched.
    Opening,
    /// The form.
    Compose,
    /// Sealing, sending, waiting, refreshing.
    Delivery,
    /// The postmark.
    Arrived,
    /// Trouble and contact ways.
    Stopped,
    /// The conversation.
    Talk,
    /// What withdrawing does, and two equal buttons.
    Leave,
    /// The withdrawal is on its way.
    Leaving,
    /// The dated confirmation, or why else it is over.
    Ended,
    /// Receipt or data, and whether it is there.
    Papers(Paper, bool),
}

impl Phase {
    /// The form, under this consent.
    pub(super) fn compose(consent: Consent) -> Self {
        Self::Compose(Composing { consent, fault: None })
    }

    pub(super) fn screen(&self, site: &Site) -> Screen {
        match self {
            Self::Notice(_) => Screen::Notice(site.notice.digest()),
            Self::Moved => Screen::Moved,
            Self::Declined { .. } => Screen::Declined,
            Self::TooYoung => Screen::TooYoung,
            Self::Opening { .. } => Screen::Opening,
            Self::Compose(_) => Screen::Compose,
            Self::Sealing(_) | Self::Sending(_) | Self::Waiting(..) | Self::Refreshing(_) => Screen::Delivery,
            Self::Arrived(_) => Screen::Arrived,
            Self::Stopped(_) => Screen::Stopped,
            Self::Talk(_) => Screen::Talk,
            Self::Leaving(_) => Screen::Leaving,
            Self::Ended(_) => Screen::Ended,
        }
    }

    /// Whether nothing leads out of it.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::TooYoung | Self::Ended(_))
    }
}
