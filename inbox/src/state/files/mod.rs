//! Files of messages: what came, and what goes out with an answer. Pure; reading, cleaning, sealing and sending are the
//! business of the module `attach` (`docs/protocol.md` section 16.7), which `effects` calls.

mod names;
mod pending;
mod view;

use crate::{state::fault::Fault, texts::Pick};
use einwurf_protocol::{
    api::visitor::{AttachmentState, Attachments},
    ids::{Cid, MessageId},
    limits::{ATTACHMENTS, ATTACHMENTS_BYTES, DESCRIPTION_BYTES},
    time::{DAY, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};

pub use names::{plain, size};
pub use view::{SHOWN_BYTES, frame, is_shown};

/// What somebody does about files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Chose files in the field of a conversation's composer.
    Pick(Cid),
    /// Takes one away again.
    Remove(Cid, u32),
    /// Sends one as it is, although nothing could be taken out of it.
    Unclean(Cid, u32),
    /// Looks at one that came.
    Show(Cid, MessageId),
    /// Puts it away.
    Hide(MessageId),
    /// Wants it as a file.
    Save(Cid, MessageId),
    /// Stops one that goes out.
    Stop(MessageId),
    /// Sends it on.
    Resume(Cid, MessageId),
}

/// Why a file is not taken, by the module's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It is damaged.
    Broken,
    /// It is several things at once.
    Polyglot,
    /// Of a type that is not known.
    Unknown,
    /// Nothing can be taken out of it; the member may send it as it is.
    Office,
    /// The same, because of a password.
    Protected,
    /// Larger than a file may be.
    TooLarge,
    /// A video that says where it was made.
    Location,
    /// It is another file than it was while it was read.
    Changed,
    /// A fault of ours, or the browser lacks memory.
    Failed,
}

impl Refusal {
    /// By the module's word.
    pub fn of(word: &str) -> Self {
        match word {
            "empty" => Self::Empty,
            "broken" => Self::Broken,
            "polyglot" => Self::Polyglot,
            "unknown" => Self::Unknown,
            "office" => Self::Office,
            "protected" => Self::Protected,
            "too-large" => Self::TooLarge,
            "location" => Self::Location,
            "changed" => Self::Changed,
            _ => Self::Failed,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Empty => |t| &t.file_empty,
            Self::Broken => |t| &t.file_broken,
            Self::Polyglot => |t| &t.file_polyglot,
            Self::Unknown => |t| &t.file_unknown,
            Self::Office => |t| &t.file_office,
            Self::Protected => |t| &t.file_protected,
            Self::TooLarge => |t| &t.file_too_large,
            Self::Location => |t| &t.file_location,
            Self::Changed => |t| &t.file_changed,
            Self::Failed => |t| &t.file_failed,
        }
    }

    /// Whether it may go as it is, if the member says so.
    pub fn may_go(self) -> bool {
        matches!(self, Self::Office | Self::Protected)
    }
}

/// Where a file stands that goes out with the answer being written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preparing {
    /// It is read and cleaned; how far, from 0 to 1.
    At(f64),
    /// It is ready.
    Ready,
    /// It is not taken.
    Refused(Refusal),
}

/// A file of the answer being written.
#[derive(Clone, PartialEq)]
pub struct Picked {
    /// Counts up; the module's own things lie under it.
    pub number: u32,
    /// As it will be called, or as it was called on this device while it is not ready.
    pub name: String,
    /// Bytes, once it is ready.
    pub length: u64,
    /// It is a picture, so that it can be described.
    pub picture: bool,
    /// An address of its picture for this page.
    pub preview: Option<String>,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// Where it stands.
    pub stage: Preparing,
}

/// What the module found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its neutral name.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// It is a picture.
    pub picture: bool,
    /// An address of its picture for this page.
    pub preview: Option<String>,
}

/// A file that is on its way after its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// So many bytes of so many are there.
    At(u64, u64),
    /// Stopped by the member.
    Stopped,
    /// It did not go on, and why.
    Failed(Fault),
}

/// What is done with a file that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is fetched and checked; bytes of bytes.
    Fetching(u64, u64),
    /// It is on the screen: the whole page of its frame.
    Shown(String),
    /// It was handed out as a file.
    Saved,
    /// It cannot be shown here; it may be saved.
    Unshown,
    /// It is not what was sealed.
    Broken,
    /// It could not be fetched.
    Failed(Fault),
}

/// Whether a file that came is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// The relay was not asked yet.
    Unknown,
    /// All of it.
    Whole,
    /// So many of so many bytes.
    Partly(u64, u64),
    /// It stopped long ago.
    Never,
}

/// All files.
#[derive(Clone, Default)]
pub struct Files {
    /// Files of answers being written.
    picked: BTreeMap<Cid, Vec<Picked>>,
    /// What the relay has.
    stored: BTreeMap<MessageId, AttachmentState>,
    /// What is done with those that came.
    looks: BTreeMap<MessageId, Look>,
    /// Those on their way.
    going: BTreeMap<MessageId, Going>,
    /// Conversations with files that the end of a session interrupted; they are read again once it is open.
    interrupted: BTreeSet<Cid>,
    /// The last number given.
    last: u32,
}

impl std::fmt::Debug for Files {
    /// Names and pictures never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({} stored, content hidden)", self.stored.len())
    }
}

impl Files {
    /// Another conversation is open: what came with the one before is put away.
    pub fn leave(&mut self) {
        self.looks.clear();
    }

    /// A file was chosen; answers its number, or none if there are too many.
    pub fn pick(&mut self, cid: Cid, name: &str) -> Option<u32> {
        let picked = self.picked.entry(cid).or_default();
        if picked.len() >= ATTACHMENTS {
            return None;
        }
        self.last = self.last.wrapping_add(1);
        picked.push(Picked {
            number: self.last,
            name: plain(name),
            length: 0,
            picture: false,
            preview: None,
            description: String::new(),
            stage: Preparing::At(0.0),
        });
        Some(self.last)
    }

    /// How many files of the same message come before this one, plus one: what its neutral name counts.
    pub fn place(&self, cid: Cid, number: u32) -> usize {
        self.picked(cid).iter().position(|one| one.number == number).map_or(1, |at| at + 1)
    }

    /// Files of the answer being written.
    pub fn picked(&self, cid: Cid) -> &[Picked] {
        self.picked.get(&cid).map_or(&[], Vec::as_slice)
    }

    fn one(&mut self, cid: Cid, number: u32) -> Option<&mut Picked> {
        self.picked.get_mut(&cid)?.iter_mut().find(|one| one.number == number)
    }

    /// It is read and cleaned.
    pub fn prepares(&mut self, cid: Cid, number: u32, done: f64) {
        if let Some(one) = self.one(cid, number) {
            one.stage = Preparing::At(done.clamp(0.0, 1.0));
        }
    }

    /// It is ready, unless the message would be too large with it. False if nobody waits for it any more.
    pub fn ready(&mut self, cid: Cid, number: u32, found: Found) -> bool {
        let others: u64 =
            self.picked(cid).iter().filter(|one| one.number != number).map(|one| one.length).sum();
        let fits = others.saturating_add(found.length) <= ATTACHMENTS_BYTES;
        let Some(one) = self.one(cid, number) else { return false };
        let Found { name, length, picture, preview } = found;
        (one.name, one.picture, one.preview) = (plain(&name), picture, preview);
        (one.length, one.stage) =
            if fits { (length, Preparing::Ready) } else { (0, Preparing::Refused(Refusal::TooLarge)) };
        true
    }

    /// It is not taken.
    pub fn refuse(&mut self, cid: Cid, number: u32, refusal: Refusal) {
        if let Some(one) = self.one(cid, number) {
            (one.stage, one.length) = (Preparing::Refused(refusal), 0);
        }
    }

    /// What it shows, for those who do not see it; as much as fits.
    pub fn describe(&mut self, cid: Cid, number: u32, text: &str) {
        if let Some(one) = self.one(cid, number) {
            let mut end = text.len().min(DESCRIPTION_BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.get(..end).unwrap_or_default().clone_into(&mut one.description);
        }
    }

    /// It does not go.
    pub fn remove(&mut self, cid: Cid, number: u32) {
        if let Some(picked) = self.picked.get_mut(&cid) {
            picked.retain(|one| one.number != number);
        }
    }

    /// Whether an answer with these files may go now: none is being read, none was refused.
    pub fn is_ready(&self, cid: Cid) -> bool {
        self.picked(cid).iter().all(|one| one.stage == Preparing::Ready)
    }

    /// Its message arrived: they are not of the next one.
    pub fn sent(&mut self, cid: Cid) -> Vec<Picked> {
        self.picked.remove(&cid).unwrap_or_default()
    }

    /// What the relay has of a conversation's files.
    pub fn take(&mut self, attachments: Attachments) {
        for state in attachments.attachments {
            if state.missing.is_empty() {
                self.going.remove(&state.id);
            }
            self.stored.insert(state.id, state);
        }
    }

    /// What the relay has of a file, if it was asked.
    pub fn stored(&self, id: MessageId) -> Option<&AttachmentState> {
        self.stored.get(&id)
    }

    /// Whether a file of a message that was stored at `at` is there now.
    pub fn there(&self, id: MessageId, at: Timestamp, now: Timestamp) -> There {
        let Some(state) = self.stored.get(&id) else { return There::Unknown };
        if state.missing.is_empty() {
            return There::Whole;
        }
        if now > at.plus(DAY) {
            return There::Never;
        }
        let part = einwurf_protocol::limits::PART_BYTES as u64;
        let missing = part.saturating_mul(u64::try_from(state.missing.len()).unwrap_or(u64::MAX));
        There::Partly(state.bytes.saturating_sub(missing), state.bytes)
    }

    /// What is done with a file that came.
    pub fn look(&self, id: MessageId) -> Option<&Look> {
        self.looks.get(&id)
    }

    /// Something is done with a file that came.
    pub fn looks(&mut self, id: MessageId, look: Look) {
        self.looks.insert(id, look);
    }

    /// It is put away.
    pub fn hide(&mut self, id: MessageId) {
        self.looks.remove(&id);
    }

    /// A file on its way.
    pub fn going(&self, id: MessageId) -> Option<Going> {
        self.going.get(&id).copied()
    }

    /// How far it is.
    pub fn goes(&mut self, id: MessageId, going: Going) {
        self.going.insert(id, going);
    }

    /// All of it is there.
    pub fn arrived(&mut self, id: MessageId) {
        self.going.remove(&id);
        if let Some(state) = self.stored.get_mut(&id) {
            state.missing.clear();
        }
    }
}

/// What a failed transfer means, by the module's word for it.
pub fn fault(word: &str) -> Fault {
    match word.strip_prefix("relay:") {
        Some("gone") => Fault::Erased,
        Some("restricted") => Fault::Restricted,
        Some("limit-reached") => Fault::Full,
        Some("unauthorized") => Fault::Refused,
        Some("forbidden") => Fault::Forbidden,
        Some("not-found") => Fault::Conflict,
        Some("internal" | "unavailable") => Fault::Away,
        Some(_) => Fault::Misunderstood,
        None if word == "network" => Fault::Offline,
        None => Fault::Device,
    }
}

#[cfg(test)]
mod tests;
