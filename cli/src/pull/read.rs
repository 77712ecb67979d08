//! A conversation as the relay shows it, verified and opened as the inbox does. One with any flaw is handed on in no part:
//! somebody has to look at it in the inbox.

use super::item::{File, Item, Reached, Said};
use crate::desk::{Desk, Stop, relay::Call};
use einwurf_protocol::{
    api::{
        header, path,
        staff::{Conversation, Entry},
        visitor::{Attachments, StoredEvent},
    },
    event::Kind,
    limits::{ATTACHMENTS, ATTACHMENTS_BYTES, PART_BYTES},
    message::Attachment,
};
use einwurf_seal::{
    Opened, Thread,
    file::{FileOpener, sealed_bytes},
    open_conversation,
};

/// Files follow their message; for so long they are waited for, in seconds.
const FILES_SECONDS: u64 = 3_600;

/// A conversation without a flaw.
pub(crate) struct Clean {
    pub(crate) conversation: Conversation,
    pub(crate) thread: Thread,
}

/// Fetches and verifies.
pub(crate) fn read(desk: &Desk, entry: &Entry) -> Result<Clean, Stop> {
    let code = entry.cid.code();
    let told = |stop: Stop| stop.with("code", &code);
    let conversation: Conversation = desk.ask(Call::get(path::INBOX_CONVERSATION).about(entry))?.json()?;
    let thread = match open_conversation(&desk.staff.reading(), &conversation) {
        Opened::Mine(thread) if thread.cid == entry.cid => thread,
        Opened::NotMine => return Err(told(Stop::left("not-mine"))),
        Opened::Mine(_) | Opened::Broken(_) => return Err(told(Stop::trust("forged"))),
    };
    if thread.faults.is_empty() && !is_robbed(&thread) {
        Ok(Clean { conversation, thread })
    } else {
        Err(told(Stop::trust("forged")))
    }
}

/// Whether the relay erased a message that no member did, and no visitor by withdrawing.
fn is_robbed(thread: &Thread) -> bool {
    let erased = thread.erased();
    let withdrawn = thread.entries.iter().any(|entry| entry.kind == Kind::Withdrawal);
    let mut messages = thread.entries.iter().filter(|entry| entry.kind == Kind::Message);
    !withdrawn && messages.any(|entry| entry.payload.is_none() != erased.contains(&entry.seq))
}

impl Clean {
    /// Where the conversation stands after the event at this place.
    pub(crate) fn reached(&self, seq: u64) -> Option<Reached> {
        let event = self.event(seq)?.read().ok()?;
        let fits = event.header.seq == seq;
        let reached = Reached { cid: self.thread.cid, next: seq.checked_add(1)?, head: event.digest };
        fits.then_some(reached)
    }

    fn event(&self, seq: u64) -> Option<&StoredEvent> {
        self.conversation.events.get(usize::try_from(seq).ok()?)
    }

    /// Whether it is what was taken, gone on: a relay cannot show another past later.
    pub(crate) fn continues(&self, taken: &Reached) -> bool {
        taken.next.checked_sub(1).and_then(|seq| self.reached(seq)) == Some(*taken)
    }
}

/// The event's item with its files; none if nothing of it is handed on. An error if files are still on their way.
pub(crate) fn gather(
    desk: &Desk,
    entry: &Entry,
    event: &einwurf_seal::Entry,
    wanted: impl FnOnce(&Item) -> bool,
) -> Result<Option<Item>, Stop> {
    let Some(mut item) = Item::of(entry.cid, event).filter(wanted) else { return Ok(None) };
    let files = event.payload.as_ref().map(|payload| payload.attachments.as_slice()).unwrap_or_default();
    if let Some(said) = item.said_mut().filter(|_| !files.is_empty()) {
        let waits = crate::now() < event.at.plus(FILES_SECONDS);
        fetch(desk, entry, files, said)?;
        if waits && said.missing > 0 {
            return Err(Stop::left("files").with("code", entry.cid.code()));
        }
    }
    Ok(Some(item))
}

/// Fetches and opens files; counts those that are not there or do not open.
fn fetch(desk: &Desk, entry: &Entry, files: &[Attachment], said: &mut Said) -> Result<(), Stop> {
    let list: Attachments = desk.ask(Call::get(path::INBOX_ATTACHMENTS).about(entry))?.json()?;
    let mut room = ATTACHMENTS_BYTES;
    for file in files.iter().take(ATTACHMENTS) {
        let state = list.attachments.iter().find(|state| state.id == file.id && state.missing.is_empty());
        let opened = match (state, room.checked_sub(file.length)) {
            (Some(state), Some(rest)) => {
                room = rest;
                // A relay that names another length would have parts fetched without end.
                if sealed_bytes(file.length) == Ok(state.bytes) {
                    open(desk, entry, file, state.bytes)?
                } else {
                    None
                }
            }
            _ => None,
        };
        match opened {
            None => said.missing += 1,
            Some(content) => said.files.push(File {
                name: file.name.to_string(),
                media_type: file.media_type.to_string(),
                description: file.description.clone(),
                content,
            }),
        }
    }
    said.missing += files.len().saturating_sub(ATTACHMENTS);
    Ok(())
}

fn open(desk: &Desk, entry: &Entry, file: &Attachment, bytes: u64) -> Result<Option<Vec<u8>>, Stop> {
    let Ok(mut opener) = FileOpener::new(&entry.cid, file) else { return Ok(None) };
    let mut content = Vec::new();
    let part = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    for number in 0..bytes.div_ceil(part) {
        let call = Call::get(path::INBOX_ATTACHMENT)
            .about(entry)
            .header(header::ATTACHMENT, &file.id.to_string())
            .header(header::PART, &number.to_string());
        if opener.update(&desk.ask(call)?.0, &mut content).is_err() {
            return Ok(None);
        }
    }
    Ok(opener.finish().is_ok().then_some(content))
}
