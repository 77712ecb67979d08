//! One look at everything that changed since the last: from the oldest change to the newest.

use super::{
    item::{Item, Reached},
    journal::Journal,
    letter::Letters,
    read::{gather, read},
    sink::Sink,
    watch::Bell,
};
use crate::desk::{Desk, Stop};
use einwurf_protocol::{api::staff::Entry, limits::POSSESSION_SECONDS};

/// What a round needs.
pub(crate) struct Round<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) journal: &'a mut Journal,
    pub(crate) sink: &'a Sink,
    pub(crate) letters: &'a Letters,
    /// Answers and acts of members, too.
    pub(crate) all: bool,
    /// Rings when the program is to end.
    pub(crate) bell: &'a Bell,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) taken: usize,
    /// Conversations that were left, each with its reason.
    pub(crate) left: Vec<Stop>,
}

impl Tally {
    /// Whether something was left that is looked at again though the relay says nothing of it.
    pub(crate) fn waits(&self) -> bool {
        self.left.iter().any(Stop::is_again)
    }
}

impl Round<'_> {
    /// Every conversation by itself: one that cannot be taken holds up no other.
    pub(crate) fn run(mut self) -> Result<Tally, Stop> {
        let entries = self.desk.list(self.journal.mark())?;
        let mut tally = Tally::default();
        let mut mark = entries.first().map_or(self.journal.mark(), |entry| entry.newest);
        for entry in entries.iter().rev() {
            if self.bell.has_rung() {
                return Ok(tally);
            }
            match self.conversation(entry, &mut tally.taken) {
                Ok(()) => {}
                // Another login, another time or another sink is needed: nothing else can go on either.
                Err(stop) if stop.is_general() => return Err(stop),
                Err(stop) => {
                    if stop.is_again() {
                        mark = mark.min(entry.newest);
                    }
                    tally.left.push(stop);
                }
            }
        }
        // A relay that names a time to come would hide whatever comes until then.
        let mark = mark.min(crate::now().minus(POSSESSION_SECONDS));
        self.journal.set_mark(mark.max(self.journal.mark()))?;
        Ok(tally)
    }

    fn conversation(&mut self, entry: &Entry, taken: &mut usize) -> Result<(), Stop> {
        if let Some(item) = Item::erased(entry) {
            if !self.journal.knows_end(entry.cid) {
                self.sink.put(self.journal, self.letters, &item, None)?;
                *taken += 1;
            }
            return Ok(());
        }
        let before = self.journal.reached(entry.cid);
        if before.is_some_and(|reached| reached.next >= entry.events) {
            return Ok(());
        }
        let code = entry.cid.code();
        if entry.restricted.is_some() {
            return Err(Stop::left("restricted").with("code", code));
        }
        let clean = read(self.desk, entry)?;
        if before.is_some_and(|taken| !clean.continues(&taken)) {
            return Err(Stop::trust("another-past").with("code", code));
        }
        let from = before.map_or(0, |reached| reached.next);
        let mut skipped = None;
        for event in clean.thread.entries.iter().filter(|event| event.seq >= from) {
            let reached = clean.reached(event.seq).ok_or(Stop::trust("forged").with("code", &code))?;
            match gather(self.desk, entry, event, |item| self.all || item.is_for_all())? {
                None => skipped = Some(reached),
                Some(item) => {
                    self.sink.put(self.journal, self.letters, &item, Some(reached))?;
                    (skipped, *taken) = (None, *taken + 1);
                }
            }
            if self.bell.has_rung() {
                break;
            }
        }
        self.settle(skipped)
    }

    /// Events behind the last item that are nothing to hand over.
    fn settle(&mut self, skipped: Option<Reached>) -> Result<(), Stop> {
        skipped.map_or(Ok(()), |reached| self.journal.skip(reached))
    }
}
