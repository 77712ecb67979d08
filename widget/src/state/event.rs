//! What can happen, and what is to be done about it. Both are data: nothing here acts.

use super::{
    Ending, FileEffect, FileEvent, Gathered, Hello, House, Live, Look, Outgoing, Paper, Private, Refusal,
    Site, Tell, Way,
};
use einwurf_protocol::{
    api::visitor::Declared,
    consent::{Age, Consented},
    ids::{MessageId, Thumbprint},
    manifest::InboxKey,
    message::{Attachment, DraftError, Label, Message, Wish},
    notice::Purpose,
    time::Timestamp,
};

/// What the visitor or the world did. Holds what was typed, so that only tests may print it.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub enum Event {
    /// A box was ticked or cleared.
    Tick(Purpose, bool),
    /// The question of age was answered.
    Age(Age),
    /// The button that agrees.
    Agree,
    /// The button that does not.
    Decline,
    /// After declining: read the notice again.
    Reconsider,
    /// "Who can read this?"
    Readers,
    /// The Escape key. Never consent (CON-05).
    Escape,
    /// The close button.
    Close,
    /// The launcher showed the frame.
    Opened,
    /// A field of the draft now holds this.
    Input(Field, String),
    /// How the visitor would like the answer.
    Wish(Option<Wish>),
    /// What the message is about, by its place in the list.
    Topic(Option<usize>),
    /// "Seal and send".
    Send,
    /// A way to learn of an answer was opened or closed.
    Way(Way),
    /// Its box was ticked or cleared.
    Box(bool),
    /// Its button; the message that says it, in the visitor's words.
    Want(String),
    /// "Share": hands the private link to another app.
    Share,
    /// The private link was asked for.
    Private(Option<Private>),
    /// The live connection says something.
    Live(Live),
    /// What a member said of when somebody is there, as it is now.
    House(Option<House>),
    /// Whether the browser has a network.
    Network(bool),
    /// "Try now", or the network came back.
    Retry,
    /// "Back to the text".
    Edit,
    /// "Write another message".
    Another,
    /// "See the conversation".
    Talk,
    /// The button that leads to withdrawing.
    Withdraw,
    /// The button that withdraws.
    Yes,
    /// Receipt or data.
    Show(Paper),
    /// Back from what lies over the phase.
    Back,
    /// "Show the private link".
    Link,
    /// "Copy": the first file, or the link.
    Copy {
        /// The link.
        link: bool,
    },
    /// Whether it was copied.
    Copied(bool),
    /// "Forget on this device".
    Forget,
    /// What the keeper said.
    Hello(Hello),
    /// What came of a look at the relay.
    Looked(Look),
    /// That consent is being withdrawn is kept on this device, or cannot be.
    Noted,
    /// What came of a withdrawal.
    Ended(Ending),
    /// What came of gathering a paper.
    Gathered((Paper, Gathered)),
    /// Sealing ended.
    Sealed(Result<(), SealFault>),
    /// The relay answered, or did not.
    Answered(Answer),
    /// The work before a message takes longer than a moment.
    Working,
    /// Whether the site takes no files at the moment.
    TextOnly(bool),
    /// Manifest and notice were fetched and checked.
    Refreshed(Result<Box<Site>, RefreshFault>),
    /// The pause with this number is over.
    TimeUp(u32),
    /// Something happened to a file.
    File(FileEvent),
}

impl Event {
    /// Whether a button or a field of the screen below made it.
    pub(super) fn is_pressed(&self) -> bool {
        !matches!(
            self,
            Self::Sealed(_)
                | Self::Answered(_)
                | Self::Working
                | Self::TextOnly(_)
                | Self::Refreshed(_)
                | Self::TimeUp(_)
                | Self::Retry
                | Self::Noted
                | Self::Ended(_)
        )
    }
}

/// A text field of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The message.
    Text,
    /// Optional name.
    Name,
    /// Optional e-mail address.
    Email,
    /// Optional phone number.
    Phone,
}

impl Field {
    /// All fields, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Text, Self::Name, Self::Email, Self::Phone];

    /// Where a fault is to be shown.
    pub fn of(fault: DraftError) -> Self {
        match fault {
            DraftError::TextEmpty | DraftError::TextTooLong => Self::Text,
            DraftError::NameTooLong => Self::Name,
            DraftError::Email | DraftError::WishNeedsEmail => Self::Email,
            DraftError::Phone | DraftError::WishNeedsPhone => Self::Phone,
        }
    }

    /// Id of its element.
    pub fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// Finds its element.
    pub fn selector(self) -> &'static str {
        match self {
            Self::Text => "#text",
            Self::Name => "#name",
            Self::Email => "#email",
            Self::Phone => "#phone",
        }
    }

    /// Id of the sentence that says what is wrong with it.
    pub fn fault_id(self) -> &'static str {
        match self {
            Self::Text => "fault-text",
            Self::Name => "fault-name",
            Self::Email => "fault-email",
            Self::Phone => "fault-phone",
        }
    }
}

/// The relay's answer, as far as it changes what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 201: stored durably at this time; deleted at that time if nothing more is written.
    Accepted {
        /// Its position in the conversation.
        seq: u64,
        /// When the relay stored it.
        at: Timestamp,
        /// When it will be deleted.
        deleted: Timestamp,
    },
    /// No answer, a 5xx, or something that is not our protocol.
    Lost,
    /// 409 `consent-stale`.
    Stale,
    /// 409 `key-retired`.
    Retired,
    /// 409 `chain-conflict`, and what was missing has joined our chain.
    Behind,
    /// 401 or 404.
    NoAccess,
    /// 410: withdrawn elsewhere, or erased.
    Gone,
    /// 413.
    TooLarge,
    /// 429.
    Limit,
    /// 429, for now.
    Busy {
        /// In so many seconds there is room.
        seconds: u32,
        /// That is then.
        until: Timestamp,
    },
    /// 403 `text-only`.
    TextOnly,
    /// Any other refusal, by its code.
    Refused(&'static str),
}

/// Why nothing could be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// Too long for one event with all its fields.
    TooLong,
    /// The conversation holds as many events as it may.
    Full,
    /// Keys or randomness are not usable.
    Broken,
    /// This file could not be sealed.
    File(u32, Refusal),
}

/// Why manifest and notice are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshFault {
    /// No answer; to be tried again.
    Lost,
    /// An answer that does not hold: forged, expired, older than the one known, without our register.
    Untrusted,
    /// The site moved to another relay.
    Moved,
}

/// What `effects` must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Seal.
    Seal(Box<Order>),
    /// Post what was sealed last, the same bytes each time.
    Send {
        /// The ticket was refused: fetch another first.
        fresh_ticket: bool,
    },
    /// Fetch and verify manifest and notice.
    Refresh,
    /// Read what the relay holds; say [`Event::Looked`].
    Look,
    /// Open the live connection after about so many seconds.
    Connect {
        /// How long to wait.
        seconds: u32,
    },
    /// End the live connection, or the waiting for it.
    Disconnect,
    /// Fetch what a member says of when somebody is there; say [`Event::House`].
    House,
    /// Make the private link; say [`Event::Private`].
    Private,
    /// To another app, at once: the browser asks for a click.
    Share(String),
    /// Keep on this device that consent is being withdrawn; say [`Event::Noted`].
    Note,
    /// Withdraw; say [`Event::Ended`].
    Withdraw,
    /// Keep nothing on this device any more.
    Forget,
    /// Make a paper; say [`Event::Gathered`].
    Gather(Paper),
    /// Say [`Event::TimeUp`] after so many seconds.
    Wait {
        /// How long.
        seconds: u32,
        /// Comes back in [`Event::TimeUp`].
        timer: u32,
    },
    /// A word to the launcher.
    Tell(Tell),
    /// To the clipboard.
    Copy(String),
    /// What these addresses of papers lead to is dropped.
    Revoke(Vec<String>),
    /// Move the focus once the screen shows the new state.
    Focus(Focus),
    /// Something is to be done with a file.
    File(FileEffect),
}

/// What is to be sealed, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Only a consented message can be sealed.
    pub message: Consented<Message>,
    /// Title of the page; sealed only with its own consent.
    pub page: Option<Label>,
    /// What it is about.
    pub topic: Option<Label>,
    /// The automatic answer that was on the screen.
    pub told: Option<String>,
    /// From the verified manifest: where a conversation begins.
    pub site: Thumbprint,
    /// From the verified manifest.
    pub inbox: InboxKey,
    /// The same message as before, after a conflict.
    pub again: bool,
    /// Its files, to be sealed before it.
    pub files: Vec<Outgoing>,
    /// The same, sealed: filled in by `effects`.
    pub attachments: Vec<Attachment>,
    /// What the relay is told of them.
    pub declared: Vec<Declared>,
}

/// Where the focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The text area, else the heading of the screen.
    Start,
    /// The field with a fault.
    Field(Field),
    /// The first question that is not answered, or box that must be ticked.
    Box,
    /// What is wrong with a file.
    File,
    /// A file of the conversation that was opened.
    Opened(MessageId),
}
