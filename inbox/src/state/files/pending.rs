//! What is not sent yet, and what the end of a session leaves of it.

use super::{Files, Picked};
use einwurf_protocol::ids::Cid;
use std::collections::BTreeSet;

impl Files {
    /// Whether anything waits or is on its way: closing the page would lose it.
    pub fn is_pending(&self) -> bool {
        let waits = self.picked.values().any(|picked| !picked.is_empty()) || !self.interrupted.is_empty();
        waits || !self.going.is_empty()
    }

    /// The session is over: nothing stays but which conversations had files that did not arrive.
    pub fn suspend(&mut self, interrupted: BTreeSet<Cid>) {
        *self = Self { interrupted, last: self.last, ..Self::default() };
    }

    /// Whether files were interrupted.
    pub fn is_interrupted(&self) -> bool {
        !self.interrupted.is_empty()
    }

    /// Whether files of this conversation were.
    pub fn is_interrupted_in(&self, cid: Cid) -> bool {
        self.interrupted.contains(&cid)
    }

    /// Every file of an answer being written.
    pub fn all_picked(&self) -> impl Iterator<Item = (Cid, &Picked)> {
        self.picked.iter().flat_map(|(cid, picked)| picked.iter().map(move |one| (*cid, one)))
    }

    /// The files of this conversation are read again.
    pub fn take_up(&mut self, cid: Cid) {
        self.interrupted.remove(&cid);
    }
}
