//! Files beside a message: picked, made ready by the module that is loaded for them, and sent after their message has
//! arrived ([`sending`]); and the files of a conversation, as far as they are stored and open ([`seen`]). Nothing here
//! reads a file: `effects` has them by number.

mod event;
mod model;
mod picking;
mod seen;
mod sending;
#[cfg(test)]
mod tests;
mod words;

use einwurf_protocol::{ids::MessageId, message::Label};

pub use event::{FileEffect, FileEvent, Outgoing};
pub use seen::{Opened, Seen, Sight};
pub use sending::{Bar, Failure};
pub use words::Words;

/// All files that this tab knows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// In the order in which they were picked.
    pub list: Vec<File>,
    /// What keeps "Send" from sending.
    pub fault: Option<Fault>,
    /// Counts with every file that comes or goes.
    pub version: u32,
    /// The site takes none at the moment. The relay alone says so: it could refuse them at any time.
    pub text_only: bool,
    /// The visitor is picking one, perhaps with a camera.
    pub(super) picking: bool,
    /// What was picked before the page was loaded again is to be picked once more.
    pub again: bool,
    /// What was opened just now.
    fresh: Option<MessageId>,
    /// Files of the conversation, as far as something is known of them.
    pub seen: Vec<Seen>,
    /// Uploads that nobody answered, in a row.
    lost: u32,
    /// Number of the pause before the next upload.
    paused: Option<u32>,
}

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its number in this tab.
    pub number: u32,
    /// Its name on this device, which stays here.
    pub own: String,
    /// How far it is.
    pub stage: Stage,
    /// What will be sent; none before it is ready.
    pub found: Option<Found>,
    /// For those who do not see it.
    pub description: String,
    /// The place that an arrow is about to show, in percent from the left and from above.
    pub aim: Option<(u8, u8)>,
    /// Id in its message, once it is sealed.
    pub id: Option<MessageId>,
    /// Counts with everything that changes how it is shown, progress aside.
    pub version: u32,
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Read, cleaned, made smaller.
    Preparing,
    /// It cannot go along.
    Refused(Refusal),
    /// Goes along with the next message.
    Ready,
    /// Belongs to a message that waits to be sent.
    Queued,
    /// Its message has arrived; its turn comes.
    Waiting,
    /// On its way, so many percent of it.
    Uploading(u32),
    /// Stored.
    Done,
    /// It did not get through.
    Failed(Failure),
}

/// What will be sent of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Ending of its name.
    pub ending: String,
    /// Found by content.
    pub media_type: String,
    /// In bytes.
    pub length: u64,
    /// Where the browser has a picture of it, in this frame alone.
    pub preview: Option<String>,
    /// Sent as it was taken, in its full size.
    pub original: bool,
    /// Whether it could go in its full size instead.
    pub shrunk: bool,
    /// Arrows can be drawn on it.
    pub marks: bool,
    /// Arrows that were drawn.
    pub arrows: u32,
}

/// Why a file cannot go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is in it.
    Empty,
    /// It cannot be read as what it says to be.
    Broken,
    /// It is two kinds of file at once.
    Polyglot,
    /// A kind that is not sent.
    Unknown,
    /// An office file: it may carry names and earlier versions.
    Office,
    /// Behind a password.
    Protected,
    /// Larger than all files of a message may be together.
    TooLarge,
    /// It changed while it was read.
    Changed,
    /// A film that carries its place, and cannot be freed of it.
    Location,
    /// One more than a message may have.
    TooMany,
    /// What makes files ready did not load, or this device could not do it.
    Failed,
}

/// What keeps "Send" from sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One is still being made ready.
    Preparing,
    /// One cannot go along: it is taken out, or replaced.
    Refused,
    /// The relay has no room for them.
    Room,
    /// The site takes none at the moment.
    TextOnly,
}

impl Files {
    /// Those that belong to the message being written.
    pub fn picked(&self) -> impl Iterator<Item = &File> {
        self.list.iter().filter(|file| file.is_picked())
    }

    /// Finds one.
    pub fn file(&self, number: u32) -> Option<&File> {
        self.list.iter().find(|file| file.number == number)
    }

    fn file_mut(&mut self, number: u32) -> Option<&mut File> {
        self.list.iter_mut().find(|file| file.number == number)
    }

    /// Bytes of all that go along with the next message.
    pub fn bytes(&self) -> u64 {
        self.picked().filter_map(|file| Some(file.found.as_ref()?.length)).sum()
    }

    /// Numbers of those that go along with the next message.
    pub fn ready(&self) -> Vec<u32> {
        self.picked().filter(|file| file.stage == Stage::Ready).map(|file| file.number).collect()
    }

    /// What keeps "Send" from sending.
    pub(super) fn hinders(&self) -> Option<Fault> {
        if self.picked().any(|file| matches!(file.stage, Stage::Refused(_))) {
            return Some(Fault::Refused);
        }
        self.picked().any(|file| file.stage == Stage::Preparing).then_some(Fault::Preparing)
    }

    /// As the order to seal names them.
    pub(super) fn outgoing(&self, numbers: &[u32], words: &Words) -> Vec<Outgoing> {
        let mut counts = [0_u32; 3];
        let files = numbers.iter().filter_map(|number| self.file(*number));
        files.filter_map(|file| file.outgoing(words, &mut counts)).collect()
    }

    /// A message of files alone says what they are (MSG-01: something stands in it).
    pub fn words(&self, numbers: &[u32], words: &Words) -> String {
        let found = || numbers.iter().filter_map(|number| self.file(*number)?.found.as_ref());
        let pictures = found().all(Found::is_picture);
        words.said(pictures, numbers.len())
    }

    fn changed(&mut self) {
        self.version = self.version.wrapping_add(1);
    }
}

impl File {
    fn new(number: u32, own: String, stage: Stage) -> Self {
        Self { number, own, stage, found: None, description: String::new(), aim: None, id: None, version: 0 }
    }

    fn set(&mut self, stage: Stage) {
        self.stage = stage;
        self.touch();
    }

    fn touch(&mut self) {
        self.version = self.version.wrapping_add(1);
    }

    /// Belongs to the message being written.
    pub fn is_picked(&self) -> bool {
        matches!(self.stage, Stage::Preparing | Stage::Refused(_) | Stage::Ready)
    }

    fn outgoing(&self, words: &Words, counts: &mut [u32; 3]) -> Option<Outgoing> {
        let found = self.found.as_ref()?;
        let kind = usize::from(!found.is_picture()) + usize::from(!found.is_picture() && !found.is_film());
        let count = counts.get_mut(kind)?;
        *count += 1;
        let name = format!("{}-{count}.{}", words.name(kind), found.ending);
        let description = self.description.trim();
        Some(Outgoing {
            number: self.number,
            name: Label::try_from(name).ok()?,
            media_type: Label::try_from(found.media_type.clone()).ok()?,
            length: found.length,
            description: (!description.is_empty()).then(|| description.to_owned()),
        })
    }
}

impl Found {
    /// Shown as one.
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }

    fn is_film(&self) -> bool {
        self.media_type.starts_with("video/")
    }
}

impl Refusal {
    const CODES: [(&str, Self); 9] = [
        ("empty", Self::Empty),
        ("broken", Self::Broken),
        ("polyglot", Self::Polyglot),
        ("unknown", Self::Unknown),
        ("office", Self::Office),
        ("protected", Self::Protected),
        ("too-large", Self::TooLarge),
        ("changed", Self::Changed),
        ("location", Self::Location),
    ];

    /// By the word of the module.
    pub fn of(code: &str) -> Self {
        Self::CODES.iter().find(|(name, _)| *name == code).map_or(Self::Failed, |(_, refusal)| *refusal)
    }

    /// Whether it may go as it is, if the visitor says so.
    pub fn may_go_unclean(self) -> bool {
        matches!(self, Self::Office | Self::Protected)
    }
}

impl std::fmt::Debug for Files {
    /// Names and descriptions never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({} of {} kept from logs)", self.list.len(), self.seen.len())
    }
}

impl std::fmt::Debug for Found {
    /// Says nothing of what is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({} bytes)", self.length)
    }
}
