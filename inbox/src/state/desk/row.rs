//! A conversation in the list.

use super::{
    Content,
    letter::{Letter, Terms},
};
use einwurf_protocol::{
    api::staff::{Entry, Erasure},
    ids::Digest,
    message::Wish,
};

/// What the list shows of an opened conversation. It stays when the letter itself is put away.
#[derive(Clone, PartialEq, Eq)]
pub struct Brief {
    /// Name, or address.
    pub name: Option<String>,
    /// The beginning of the newest message.
    pub line: String,
    /// How the answer should come.
    pub wish: Option<Wish>,
    /// Something in it does not fit.
    pub troubled: bool,
    /// It has files.
    pub files: bool,
    /// What the visitor chose that it is about.
    pub topic: Option<String>,
}

impl Brief {
    fn of(letter: &Letter) -> Self {
        Self {
            name: letter.contact.name.clone().or_else(|| letter.contact.email.clone()),
            line: letter.line(),
            wish: letter.contact.wish,
            troubled: !letter.troubles.is_empty(),
            files: letter.items.iter().any(|item| !item.files.is_empty()),
            topic: letter.topic.clone(),
        }
    }
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the relay says.
    pub entry: Entry,
    /// What this device found.
    pub content: Content,
    /// How many events were fetched or are being fetched; fewer than the entry's: newer ones wait.
    pub(super) covers: u64,
    /// The last fetch failed.
    pub(super) failed: bool,
    /// Which hunt looked into it last.
    pub(super) hunted: u32,
    /// What that found.
    pub(super) snippet: Option<String>,
    /// The key of its newest epoch.
    pub(super) inbox_key: Option<Digest>,
    brief: Option<Box<Brief>>,
}

impl std::fmt::Debug for Brief {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Brief(sealed from logs)")
    }
}

impl Row {
    pub(super) fn new(entry: Entry) -> Self {
        let mut row = Self {
            entry: entry.clone(),
            content: Content::Sealed,
            covers: 0,
            failed: false,
            hunted: 0,
            snippet: None,
            inbox_key: None,
            brief: None,
        };
        row.renew(entry);
        row
    }

    /// What the relay says now. Whatever is erased there is forgotten here at once.
    pub(super) fn renew(&mut self, entry: Entry) {
        let Entry { deleted, restricted, hold, .. } = entry;
        self.entry = entry;
        if self.erasure().is_some() {
            (self.content, self.failed) = (Content::Erased, false);
            (self.brief, self.snippet) = (None, None);
        } else if let Content::Mine(letter) = &mut self.content {
            letter.terms = Terms { deleted, restricted, hold, ..letter.terms };
        }
    }

    /// What came of opening it.
    pub(super) fn show(&mut self, content: Content) {
        self.brief = match &content {
            Content::Mine(letter) => Some(Box::new(Brief::of(letter))),
            _ => None,
        };
        self.content = content;
    }

    /// Puts the letter away; what the list shows of it stays.
    pub(super) fn put_away(&mut self) {
        if matches!(self.content, Content::Mine(_)) {
            self.content = Content::Sealed;
        }
    }

    /// Whether it was never opened, or newer events wait. A letter that was put away is fetched only to be read.
    pub(super) fn is_stale(&self, read: bool) -> bool {
        let behind = self.covers < self.entry.events || (read && self.content == Content::Sealed);
        behind && !self.failed && self.erasure().is_none()
    }

    /// What is left of it, if it was erased and is not held for a claim.
    pub fn erasure(&self) -> Option<Erasure> {
        self.entry.erasure.filter(|_| self.entry.hold.is_none())
    }

    /// Whether somebody still has to read it.
    pub fn is_unread(&self) -> bool {
        self.erasure().is_none() && self.entry.read < self.entry.events
    }

    /// Whether nobody has to do anything with it: an erased one is done when its copies are.
    pub fn is_done(&self) -> bool {
        self.erasure().map_or(self.entry.done, |erasure| erasure.copies_deleted.is_some())
    }

    /// Opened, if it is at hand.
    pub fn letter(&self) -> Option<&Letter> {
        match &self.content {
            Content::Mine(letter) => Some(letter),
            _ => None,
        }
    }

    /// What the list shows of it, if it was ever opened here.
    pub fn brief(&self) -> Option<&Brief> {
        self.brief.as_deref()
    }

    /// Under which inbox key its newest epoch is sealed, if it was opened here.
    pub fn inbox_key(&self) -> Option<Digest> {
        self.inbox_key
    }
}
