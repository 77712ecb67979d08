//! Files beside a message: picked, made ready by the module that is loaded for them, and sent after their message has
//! arrived ([`sending`]); and the files of a conversation, as far as they are stored and open ([`seen`]). Nothing here
//! reads a file: `effects` has them by number.

mod seen;
mod sending;

use super::{Effect, Event, Focus, Model, Phase, Step};
use einwurf_protocol::{
    api::visitor::AttachmentState,
    consent::Consent,
    ids::MessageId,
    limits::{ATTACHMENTS, ATTACHMENTS_BYTES, DESCRIPTION_BYTES},
    message::{Attachment, Draft, Label},
    notice::Register,
};

pub use seen::{Seen, Sight};
pub use sending::{Bar, Failure};

/// All files that this tab knows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// In the order in which they were picked.
    pub list: Vec<File>,
    /// What keeps "Send" from sending.
    pub fault: Option<Fault>,
    /// Counts with every file that comes or goes.
    pub version: u32,
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
}

/// What the visitor or the world did to a file.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum FileEvent {
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
    Opened(MessageId, Result<String, Failure>),
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
    pub(super) fn ready(&self) -> Vec<u32> {
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
    pub(super) fn outgoing(&self, numbers: &[u32], register: Register) -> Vec<Outgoing> {
        let mut counts = [0_u32; 3];
        let files = numbers.iter().filter_map(|number| self.file(*number));
        files.filter_map(|file| file.outgoing(register, &mut counts)).collect()
    }

    /// A message of files alone says what they are (MSG-01: something stands in it).
    pub(super) fn words(&self, numbers: &[u32], register: Register) -> String {
        let found = || numbers.iter().filter_map(|number| self.file(*number)?.found.as_ref());
        let pictures = found().all(Found::is_picture);
        let words = match (register, pictures, numbers.len()) {
            (Register::En, true, 1) => "photo",
            (Register::En, true, _) => "photos",
            (Register::En, false, 1) => "file",
            (Register::En, false, _) => "files",
            (_, true, 1) => "Foto",
            (_, true, _) => "Fotos",
            (_, false, 1) => "Datei",
            (_, false, _) => "Dateien",
        };
        [&numbers.len().to_string(), " ", words].concat()
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

    fn outgoing(&self, register: Register, counts: &mut [u32; 3]) -> Option<Outgoing> {
        let found = self.found.as_ref()?;
        let kind = usize::from(!found.is_picture()) + usize::from(!found.is_picture() && !found.is_film());
        let count = counts.get_mut(kind)?;
        *count += 1;
        let words =
            if register == Register::En { ["photo", "video", "file"] } else { ["bild", "video", "datei"] };
        let name = format!("{}-{count}.{}", words.get(kind)?, found.ending);
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

impl Model {
    /// Whether files may be picked: only who agreed and may write (PRE-03).
    pub fn may_attach(&self) -> bool {
        matches!(self.phase, Phase::Compose(_) | Phase::Talk(Some(_)))
            && self.over.is_none()
            && self.may_write()
    }

    /// Takes what happened to a file.
    pub(super) fn on_file(&mut self, event: FileEvent) -> Vec<FileEffect> {
        match event {
            FileEvent::Picked(taken) => self.picked(taken),
            FileEvent::Prepared(number, result) => self.files.prepared(number, result),
            FileEvent::Original(number, original) => self.files.anew(number, original, false),
            FileEvent::Unclean(number) => self.files.anew(number, false, true),
            FileEvent::Describe(number, text) => self.files.describe(number, &text),
            FileEvent::Aim(number, aim) => self.files.aim(number, aim),
            FileEvent::Mark(number) => self.files.mark(number),
            FileEvent::Remove(number) => self.files.remove(number),
            other => self.on_sent_file(other),
        }
    }

    /// What is picked where nothing may be written is let go, unread.
    fn picked(&mut self, taken: Vec<(u32, String)>) -> Vec<FileEffect> {
        if !self.may_attach() {
            return taken.into_iter().map(|(number, _)| FileEffect::Drop(number)).collect();
        }
        taken.into_iter().filter_map(|(number, own)| self.files.pick(number, own)).collect()
    }

    /// After every step: what waits for the message that it belonged to is picked again when there is none any more, what
    /// is not known is asked, what broke rests; after the end there are no files.
    pub(super) fn settle_files(&mut self, news: bool) -> Vec<Effect> {
        if self.phase.is_final() || matches!(self.phase, Phase::Leaving(_)) {
            return self.drop_files();
        }
        let owned = self.owned_files();
        let free = |file: &&File| file.stage == Stage::Queued && !owned.contains(&file.number);
        let free: Vec<_> = self.files.list.iter().filter(free).map(|file| file.number).collect();
        self.files.unqueue(&free);
        let asks = (news && self.wonders()).then_some(Effect::File(FileEffect::Ask));
        let looks = self.files.fresh.take().map(|id| Effect::Focus(Focus::Opened(id)));
        self.rest().into_iter().chain(asks).chain(looks).collect()
    }

    /// Files of messages that are on their way.
    fn owned_files(&self) -> Vec<u32> {
        match &self.phase {
            Phase::Sealing(delivery)
            | Phase::Sending(delivery)
            | Phase::Waiting(delivery, _)
            | Phase::Refreshing(delivery) => delivery.files.clone(),
            _ => Vec::new(),
        }
    }

    fn drop_files(&mut self) -> Vec<Effect> {
        let files = std::mem::take(&mut self.files);
        let busy = files.list.iter().any(File::is_owed).then_some(FileEffect::Busy(false));
        let dropped = files.list.iter().map(|file| FileEffect::Drop(file.number));
        let closed = files.seen.into_iter().filter_map(|seen| match seen.sight {
            Sight::Open(url) => Some(FileEffect::Close(url)),
            _ => None,
        });
        busy.into_iter().chain(dropped).chain(closed).map(Effect::File).collect()
    }

    /// Language and form of address.
    pub(super) fn register(&self) -> Register {
        self.site.notice.notice().register
    }

    /// "Send" while a file cannot go along: said at the files.
    pub(super) fn hindered(&mut self, consent: &Consent) -> Option<Step> {
        self.files.fault = self.files.hinders();
        self.files.fault.map(|_| (Phase::compose(consent.clone()), vec![Effect::Focus(Focus::File)]))
    }

    /// The draft; without a text it says which files there are.
    pub(super) fn worded(&self, files: &[u32]) -> Draft {
        let mut draft = self.draft.clone();
        if draft.text.trim().is_empty() && !files.is_empty() {
            draft.text = self.files.words(files, self.register());
        }
        draft
    }

    /// A file could not be sealed: nothing was sent.
    pub(super) fn unsealed(&mut self, consent: Consent, number: u32, refusal: Refusal) -> Step {
        self.files.refuse(number, refusal);
        self.files.fault = Some(Fault::Refused);
        (Phase::compose(consent), vec![Effect::Focus(Focus::File)])
    }

    /// The message has arrived: its files follow, and the conversation is read, which names them.
    pub(super) fn follow_up(&mut self, files: &[u32]) -> Vec<Effect> {
        let look = (!files.is_empty()).then_some(Effect::Look);
        self.files.arrived(files).into_iter().map(Effect::File).chain(look).collect()
    }
}

impl Files {
    fn pick(&mut self, number: u32, own: String) -> Option<FileEffect> {
        self.changed();
        self.fault = None;
        let room = self.picked().count() < ATTACHMENTS;
        let stage = if room { Stage::Preparing } else { Stage::Refused(Refusal::TooMany) };
        self.list.push(File::new(number, own, stage));
        room.then_some(FileEffect::Prepare { number, original: false, unclean: false })
    }

    /// What comes back of a file that was taken out meanwhile is let go.
    fn prepared(&mut self, number: u32, result: Result<Found, Refusal>) -> Vec<FileEffect> {
        let others: u64 = self
            .picked()
            .filter(|file| file.number != number)
            .filter_map(|file| Some(file.found.as_ref()?.length))
            .sum();
        let Some(file) = self.file_mut(number).filter(|file| file.stage == Stage::Preparing) else {
            return Vec::new();
        };
        (file.stage, file.found) = match result {
            Ok(found) if others.saturating_add(found.length) > ATTACHMENTS_BYTES => {
                (Stage::Refused(Refusal::TooLarge), None)
            }
            Ok(found) => (Stage::Ready, Some(found)),
            Err(refusal) => (Stage::Refused(refusal), None),
        };
        file.touch();
        self.fault = None;
        Vec::new()
    }

    fn refuse(&mut self, number: u32, refusal: Refusal) {
        if let Some(file) = self.file_mut(number) {
            (file.stage, file.found) = (Stage::Refused(refusal), None);
            file.touch();
        }
    }

    fn anew(&mut self, number: u32, original: bool, unclean: bool) -> Vec<FileEffect> {
        let Some(file) = self.file_mut(number).filter(|file| file.is_picked()) else { return Vec::new() };
        let may = match file.stage {
            Stage::Refused(Refusal::Failed | Refusal::Changed) => !unclean,
            Stage::Refused(refusal) => unclean && refusal.may_go_unclean(),
            stage => !unclean && stage == Stage::Ready,
        };
        if !may {
            return Vec::new();
        }
        (file.found, file.aim) = (None, None);
        file.set(Stage::Preparing);
        vec![FileEffect::Prepare { number, original, unclean }]
    }

    /// As much of it as fits.
    fn describe(&mut self, number: u32, text: &str) -> Vec<FileEffect> {
        if let Some(file) = self.file_mut(number) {
            text.get(..text.floor_char_boundary(DESCRIPTION_BYTES))
                .unwrap_or_default()
                .clone_into(&mut file.description);
        }
        Vec::new()
    }

    fn aim(&mut self, number: u32, aim: Option<(u8, u8)>) -> Vec<FileEffect> {
        let marks = |file: &&mut File| file.found.as_ref().is_some_and(|found| found.marks);
        if let Some(file) = self.file_mut(number).filter(marks) {
            let begins = file.aim.is_some() != aim.is_some();
            file.aim = aim.map(|(x, y)| (x.min(100), y.min(100)));
            if begins {
                file.touch();
            }
        }
        Vec::new()
    }

    fn mark(&mut self, number: u32) -> Vec<FileEffect> {
        let Some(file) = self.file_mut(number).filter(|file| file.stage == Stage::Ready) else {
            return Vec::new();
        };
        let Some(aim) = file.aim.take() else { return Vec::new() };
        file.set(Stage::Preparing);
        vec![FileEffect::Mark(number, aim)]
    }

    fn remove(&mut self, number: u32) -> Vec<FileEffect> {
        let before = self.list.len();
        self.list.retain(|file| file.number != number || !file.is_picked());
        self.fault = None;
        self.changed();
        if self.list.len() < before { vec![FileEffect::Drop(number)] } else { Vec::new() }
    }
}

impl From<FileEvent> for Event {
    fn from(event: FileEvent) -> Self {
        Self::File(event)
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
