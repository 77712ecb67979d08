//! Files of the conversation: what of them is stored, and what is open on the screen.

use super::{Failure, FileEffect, FileEvent, Files};
use crate::state::Model;
use einwurf_protocol::{api::visitor::AttachmentState, ids::MessageId, message::Attachment};

/// A file of the conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: MessageId,
    /// What is known of it.
    pub sight: Sight,
    /// Counts with everything that changes.
    pub version: u32,
}

/// What is known of a file of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Parts are missing.
    Missing,
    /// All of it is stored.
    Stored,
    /// Being fetched.
    Fetching,
    /// It did not come, or is not what was sealed.
    Failed(Failure),
    /// Open.
    Open(Opened),
}

/// A file that was fetched, checked and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Where the browser has it, in this frame alone.
    pub url: String,
    /// To be saved under.
    pub name: String,
    /// Its content is a picture.
    pub picture: bool,
}

impl Files {
    /// What is known of a file; none before the relay said.
    pub fn sight(&self, id: MessageId) -> Option<&Sight> {
        self.seen.iter().find(|seen| seen.id == id).map(|seen| &seen.sight)
    }

    /// Another number whenever it is to be shown in another way.
    pub fn turn(&self, id: MessageId) -> u32 {
        let known = self.seen.iter().find(|seen| seen.id == id).map_or(0, |seen| seen.version);
        known * 2 + u32::from(self.is_on_its_way(id))
    }

    fn see(&mut self, id: MessageId, sight: Sight) {
        match self.seen.iter_mut().find(|seen| seen.id == id) {
            Some(seen) => (seen.sight, seen.version) = (sight, seen.version.wrapping_add(1)),
            None => self.seen.push(Seen { id, sight, version: 1 }),
        }
    }

    /// One of this tab is stored as a whole.
    pub(super) fn stored(&mut self, id: Option<MessageId>) {
        if let Some(id) = id {
            self.see(id, Sight::Stored);
        }
    }

    /// What is open stays open; what was stored is not taken back.
    fn learn(&mut self, states: &[AttachmentState]) {
        for state in states {
            let sight = if state.missing.is_empty() { Sight::Stored } else { Sight::Missing };
            let known = self.sight(state.id);
            if matches!(known, None | Some(Sight::Missing)) && known != Some(&sight) {
                self.see(state.id, sight);
            }
        }
    }
}

impl Model {
    /// Finds a file of the conversation.
    fn attachment(&self, id: MessageId) -> Option<&Attachment> {
        let thread = &self.talk.as_ref()?.thread;
        thread.iter().flat_map(|shown| &shown.attachments).find(|attachment| attachment.id == id)
    }

    /// Whether the conversation has files that are not known to be stored.
    pub(in crate::state) fn wonders(&self) -> bool {
        let known =
            |attachment: &Attachment| !matches!(self.files.sight(attachment.id), None | Some(Sight::Missing));
        let thread = self.talk.as_ref().map_or(&[][..], |talk| &talk.thread);
        thread.iter().flat_map(|shown| &shown.attachments).any(|attachment| !known(attachment))
    }

    pub(super) fn on_seen(&mut self, event: FileEvent) -> Vec<FileEffect> {
        match event {
            FileEvent::Stored(Some(states)) => self.files.learn(&states),
            FileEvent::Open(id) => return self.open(id).into_iter().collect(),
            FileEvent::Opened(id, result) => return self.opened_file(id, result),
            _ => {}
        }
        Vec::new()
    }

    fn open(&mut self, id: MessageId) -> Option<FileEffect> {
        if matches!(self.files.sight(id), Some(Sight::Fetching | Sight::Open(_))) {
            return None;
        }
        let attachment = self.attachment(id)?.clone();
        self.files.see(id, Sight::Fetching);
        Some(FileEffect::Open(Box::new(attachment)))
    }

    /// What was fetched for nobody is let go.
    fn opened_file(&mut self, id: MessageId, result: Result<Opened, Failure>) -> Vec<FileEffect> {
        let waited = self.files.sight(id) == Some(&Sight::Fetching);
        match (waited, result) {
            (true, Ok(opened)) => {
                self.files.fresh = Some(id);
                self.files.see(id, Sight::Open(opened));
            }
            (true, Err(Failure::Unfinished)) => self.files.see(id, Sight::Missing),
            (true, Err(failure)) => self.files.see(id, Sight::Failed(failure)),
            (false, Ok(opened)) => return vec![FileEffect::Close(opened.url)],
            (false, Err(_)) => {}
        }
        Vec::new()
    }
}
