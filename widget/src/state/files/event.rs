//! What can happen to a file, and what is to be done with it.

use super::{Failure, Found, Opened, Refusal};
use crate::state::Event;
use einwurf_protocol::{
    api::visitor::AttachmentState,
    ids::MessageId,
    message::{Attachment, Label},
};

/// What the visitor or the world did to a file.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum FileEvent {
    /// The visitor begins to pick, or does not pick after all.
    Picking(bool),
    /// These were picked, dropped or pasted: number, and name on this device.
    Picked(Vec<(u32, String)>),
    /// It is ready, or refused.
    Prepared(u32, Result<Found, Refusal>),
    /// In its full size, or smaller.
    Original(u32, bool),
    /// An office file as it is, names and all.
    Unclean(u32),
    /// Its description now is this.
    Describe(u32, String),
    /// The place of the next arrow; none: no arrow.
    Aim(u32, Option<(u8, u8)>),
    /// Draw the arrow.
    Mark(u32),
    /// Take it out.
    Remove(u32),
    /// These were sealed under these ids.
    Sealed(Vec<(u32, MessageId)>),
    /// So many percent of it are stored.
    Progress(u32, u32),
    /// It is stored, or not.
    Uploaded(u32, Result<(), Failure>),
    /// Stop sending files.
    Stop,
    /// Send those again that did not get through.
    Again,
    /// Say no more about those that did not get through.
    Dismiss,
    /// What the relay has of the conversation's files; none if it did not say.
    Stored(Option<Vec<AttachmentState>>),
    /// Fetch and open one of the conversation.
    Open(MessageId),
    /// Where the browser has it, or why it is not there.
    Opened(MessageId, Result<Opened, Failure>),
}

/// What `effects` must do with files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEffect {
    /// Read it and make it ready; say [`FileEvent::Prepared`].
    Prepare {
        /// Its number.
        number: u32,
        /// In its full size.
        original: bool,
        /// Not cleaned: the visitor said so.
        unclean: bool,
    },
    /// Draw an arrow that points here, in percent; say [`FileEvent::Prepared`].
    Mark(u32, (u8, u8)),
    /// Forget it.
    Drop(u32),
    /// Store its parts; say [`FileEvent::Uploaded`].
    Upload {
        /// Its number.
        number: u32,
        /// Ask first what is missing.
        resume: bool,
    },
    /// Stop storing it.
    Stop(u32),
    /// Whether leaving the page would lose something.
    Busy(bool),
    /// Ask what is stored; say [`FileEvent::Stored`].
    Ask,
    /// Fetch, check and open it; say [`FileEvent::Opened`].
    Open(Box<Attachment>),
    /// Forget what was opened.
    Close(String),
}

/// A file as the order to seal names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number.
    pub number: u32,
    /// Neutral (MSG-02).
    pub name: Label,
    /// Found by content.
    pub media_type: Label,
    /// Of the plaintext.
    pub length: u64,
    /// For those who do not see it.
    pub description: Option<String>,
}

impl From<FileEvent> for Event {
    fn from(event: FileEvent) -> Self {
        Self::File(event)
    }
}
