//! What a team does with conversations: whose each is, what waits, labels, notes; with one or with many at once, and
//! always with a way back.

use super::{Desk, wave::Wave};
use crate::state::sheets::{Full, Op, Shared as _};
use einwurf_protocol::{
    api::staff::StoredSheet,
    ids::{Cid, MessageId, Thumbprint},
    limits::NOTE_BYTES,
    message::Label,
    sheet::{Note, Sheet},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Labels that are suggested.
const SUGGESTED: usize = 50;

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Staff have to do something.
    Open,
    /// Somebody else has to.
    Waiting,
    /// Nobody has to.
    Done,
}

impl Status {
    /// All, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Open, Self::Waiting, Self::Done];
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Chose where it stands.
    Status(Cid, Status),
    /// Chose who takes care of it.
    Assign(Cid, Option<Thumbprint>),
    /// Takes it, or gives it back.
    Take(Cid),
    /// Chose what it is about, by its place in the team's topics.
    Topic(Cid, Option<usize>),
    /// Typed a label.
    Label(Cid),
    /// Takes a label away, by its place.
    Unlabel(Cid, usize),
    /// Wrote a note.
    Note(Cid),
    /// Takes a note away.
    Unnote(Cid, MessageId),
    /// Nobody needs to see it, or somebody does.
    Hide(Cid, bool),
    /// Begins or ends picking several.
    Picking(bool),
    /// Picks one, or not any more.
    Pick(Cid),
    /// Picks all that the page shows.
    PickAll,
    /// Marks all that are picked as done.
    ManyDone,
    /// Chose who takes care of all that are picked.
    ManyAssign(Option<Thumbprint>),
    /// Gives all that are picked the label that is typed.
    ManyLabel,
    /// Hides all that are picked, or shows them again.
    ManyHide(bool),
    /// Searches everything.
    Hunt,
    /// Enough.
    StopHunt,
    /// Opens or closes the page about a wave.
    Wave(bool),
    /// Counts the wave.
    CountWave,
    /// Hides the wave.
    HideWave,
    /// Scrolls back to newer rows.
    Up,
}

/// What was done, to be taken back.
#[derive(Debug, Clone)]
pub enum Done {
    /// A change of a sheet, by what takes it back.
    Op(Cid, Op),
    /// A mark at the relay, by what it was before.
    Mark(Cid, bool),
}

/// What is typed and picked.
#[derive(Default)]
pub struct Work {
    notes: BTreeMap<Cid, String>,
    /// The label that is typed.
    pub label: String,
    /// What is picked; none while nobody picks.
    pub picked: Option<BTreeSet<Cid>>,
    /// A wave that is to be hidden.
    pub wave: Option<Wave>,
    /// What was done last, in order.
    pub last: Vec<Done>,
}

impl std::fmt::Debug for Work {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Work(sealed from logs)")
    }
}

impl Work {
    /// The note that is being written.
    pub fn note(&self, cid: Cid) -> &str {
        self.notes.get(&cid).map_or("", String::as_str)
    }

    /// Somebody types one.
    pub fn write(&mut self, cid: Cid, text: String) {
        if text.is_empty() {
            self.notes.remove(&cid);
        } else {
            self.notes.insert(cid, text);
        }
    }

    /// Whether it is longer than a note may be.
    pub fn is_long(&self, cid: Cid) -> bool {
        self.note(cid).trim().len() > NOTE_BYTES
    }

    /// The label that is typed, if it is one.
    pub fn typed_label(&self) -> Option<Label> {
        let text = self.label.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text).and_then(|text| Label::try_from(text).ok())
    }
}

impl Desk {
    /// Where a conversation stands.
    pub fn status(&self, cid: Cid) -> Status {
        let done = self.row(cid).is_some_and(super::Row::is_done);
        match self.sheets.sheet(cid) {
            _ if done => Status::Done,
            Some(sheet) if sheet.waiting => Status::Waiting,
            _ => Status::Open,
        }
    }

    /// A member's name; none of somebody who is not there any more.
    pub fn name(&self, who: Thumbprint) -> Option<&str> {
        self.members.iter().find(|(id, _)| *id == who).map(|(_, name)| name.as_str())
    }

    /// Sheets that came before their conversations were known.
    pub fn claim_sheets(&mut self) -> Vec<(Cid, StoredSheet)> {
        let sheets = &mut self.sheets;
        let claim = |row: &super::Row| Some((row.entry.cid, sheets.claim(&row.entry.conversation)?));
        self.rows.iter().filter_map(claim).collect()
    }

    /// Makes a change; answers whether anything is different now. The way back is kept.
    pub fn change(&mut self, cid: Cid, op: Op) -> Result<bool, Full> {
        let back = self.sheets.kept(cid).change(op)?;
        let changed = back.is_some();
        self.work.last.extend(back.map(|back| Done::Op(cid, back)));
        Ok(changed)
    }

    /// Something new begins, and only that can be taken back.
    pub fn begin(&mut self) {
        self.work.last.clear();
    }

    /// The note that is typed becomes a change; none if there is nothing to keep.
    pub fn note(&self, cid: Cid, id: MessageId, at: Timestamp) -> Option<Op> {
        let text = self.work.note(cid).trim();
        let by = self.me?;
        let fits = !text.is_empty() && !self.work.is_long(cid);
        fits.then(|| Op::Note(Note { id, at, by, text: text.to_owned() }))
    }

    /// Picks one, or not any more.
    pub fn pick(&mut self, cid: Cid) {
        if let Some(picked) = &mut self.work.picked
            && !picked.remove(&cid)
        {
            picked.insert(cid);
        }
    }

    /// Picks all that the filters leave of what is loaded, or nothing if all of it is picked.
    pub fn pick_all(&mut self) {
        let all: BTreeSet<_> = self.visible().map(|row| row.entry.cid).collect();
        if let Some(picked) = &mut self.work.picked {
            *picked = if *picked == all { BTreeSet::new() } else { all };
        }
    }

    /// What is picked and in the list, erased ones left out: nothing is changed that nobody sees.
    pub fn picked(&self) -> Vec<Cid> {
        let Some(picked) = self.work.picked.as_ref().filter(|picked| !picked.is_empty()) else {
            return Vec::new();
        };
        let there = self.visible().filter(|row| row.erasure().is_none()).map(|row| row.entry.cid);
        there.filter(|cid| picked.contains(cid)).collect()
    }

    /// Labels that are used, the team's first.
    pub fn labels(&self) -> Vec<Label> {
        let mut found = self.sheets.team.view().labels.clone();
        for sheet in self.rows.iter().filter_map(|row| self.sheets.sheet(row.entry.cid)) {
            for label in &sheet.labels {
                if found.len() < SUGGESTED && !found.contains(label) {
                    found.push(label.clone());
                }
            }
        }
        found.truncate(SUGGESTED);
        found
    }

    /// Nobody has worked with it yet.
    pub(super) fn is_untouched(&self, cid: Cid) -> bool {
        let bare = |sheet: &Sheet| {
            sheet.assigned.is_none() && sheet.labels.is_empty() && sheet.notes.is_empty() && !sheet.hidden
        };
        self.sheets.sheet(cid).is_none_or(bare)
    }

    /// Whether the relay has other changes of a sheet than this device has seen.
    pub fn is_sheet_older(&self, cid: Cid) -> bool {
        self.sheets.look(cid).is_some_and(super::super::sheets::Kept::is_older)
    }

    /// How often the sheet of a conversation was changed, as far as this device knows.
    pub fn changes(&self, cid: Cid) -> u64 {
        self.sheets.sheet(cid).map_or(0, einwurf_protocol::sheet::Sheet::changes)
    }
}
