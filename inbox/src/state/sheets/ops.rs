//! What somebody does to the sheet of a conversation.

use super::Shared;
use einwurf_protocol::{
    ids::{MessageId, Thumbprint},
    limits::{LABELS, NOTES, SHEET_BYTES},
    message::Label,
    sheet::{Identified, Note, Sheet},
};

/// A change. Made twice, it changes nothing the second time.
#[derive(Clone, PartialEq, Eq)]
pub enum Op {
    /// The answer of somebody else is waited for, or not any more.
    Waiting(bool),
    /// Nobody needs to see it, or somebody does.
    Hidden(bool),
    /// Somebody takes care of it, or nobody.
    Assign(Option<Thumbprint>),
    /// What it is about; none: what the visitor chose.
    Topic(Option<Label>),
    /// A label more.
    Label(Label),
    /// A label less.
    Unlabel(Label),
    /// A note more.
    Note(Note),
    /// A note less.
    Unnote(MessageId),
    /// Somebody made sure who the visitor is, or takes it back.
    Identify(Option<Identified>),
}

impl std::fmt::Debug for Op {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Op(sealed from logs)")
    }
}

impl Shared for Sheet {
    type Op = Op;
    const LIMIT: usize = SHEET_BYTES;

    fn changes(&self) -> u64 {
        self.changes
    }

    fn count(&mut self, changes: u64) {
        self.changes = changes;
    }

    fn apply(&mut self, op: &Op) -> Option<Op> {
        match op {
            Op::Waiting(waiting) => swap(&mut self.waiting, *waiting).map(Op::Waiting),
            Op::Hidden(hidden) => swap(&mut self.hidden, *hidden).map(Op::Hidden),
            Op::Assign(who) => swap(&mut self.assigned, *who).map(Op::Assign),
            Op::Topic(topic) => swap(&mut self.topic, topic.clone()).map(Op::Topic),
            Op::Identify(how) => swap(&mut self.identified, how.clone()).map(Op::Identify),
            Op::Label(label) => {
                let fits = !self.labels.contains(label) && self.labels.len() < LABELS;
                fits.then(|| self.labels.push(label.clone()))?;
                Some(Op::Unlabel(label.clone()))
            }
            Op::Unlabel(label) => {
                let at = self.labels.iter().position(|known| known == label)?;
                Some(Op::Label(self.labels.remove(at)))
            }
            Op::Note(note) => {
                let fits = self.notes.iter().all(|known| known.id != note.id) && self.notes.len() < NOTES;
                fits.then(|| self.notes.push(note.clone()))?;
                self.notes.sort_by_key(|note| note.at);
                Some(Op::Unnote(note.id))
            }
            Op::Unnote(id) => {
                let at = self.notes.iter().position(|note| note.id == *id)?;
                Some(Op::Note(self.notes.remove(at)))
            }
        }
    }
}

fn swap<T: PartialEq>(place: &mut T, new: T) -> Option<T> {
    (*place != new).then(|| std::mem::replace(place, new))
}
