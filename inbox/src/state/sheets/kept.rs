//! One sheet on this device: what the relay has, what was changed here since, and both together.

use einwurf_protocol::{ids::Digest, padding};
use serde::Serialize;

/// Nonce and tag around the padded sheet.
const AROUND: usize = 24 + 16;
/// The length before the content.
const PREFIX: usize = 4;
/// Times that a colleague may be quicker before a change waits for the next look,
const TRIES: u8 = 8;
/// and before it is given up: what the relay has then cannot be opened here.
const TRIES_MOST: u8 = 24;

/// A sheet that several people change at once.
pub trait Shared: Clone + PartialEq + Serialize {
    /// A change.
    type Op: Clone;
    /// As many bytes may its ciphertext have.
    const LIMIT: usize;
    /// How often it was changed.
    fn changes(&self) -> u64;
    /// Counts a change.
    fn count(&mut self, changes: u64);
    /// Makes a change, again if it must be; answers the one that takes it back, none if nothing is different.
    fn apply(&mut self, op: &Self::Op) -> Option<Self::Op>;
}

/// There is no room for it on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// What goes to the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt<S> {
    /// The version that it changes.
    pub base: u64,
    /// The key that the former one was sealed under.
    pub inbox_key: Option<Digest>,
    /// The changed sheet.
    pub sheet: S,
    changes: usize,
}

/// A sheet on this device.
pub struct Kept<S: Shared> {
    version: u64,
    inbox_key: Option<Digest>,
    stored: S,
    view: S,
    pending: Vec<S::Op>,
    sending: bool,
    lost: u8,
    older: bool,
}

impl<S: Shared> Kept<S> {
    /// Of a sheet that the relay does not have.
    pub fn of(blank: S) -> Self {
        Self {
            version: 0,
            inbox_key: None,
            view: blank.clone(),
            stored: blank,
            pending: Vec::new(),
            sending: false,
            lost: 0,
            older: false,
        }
    }

    /// As it is with all that was changed here.
    pub fn view(&self) -> &S {
        &self.view
    }

    /// The relay showed one that was changed less often than one before: somebody may have gone back to an older one.
    pub fn is_older(&self) -> bool {
        self.older
    }

    /// Whether there are changes that the relay does not have and nobody is sending.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty() && !self.sending
    }

    /// Which key it is sealed under.
    pub fn inbox_key(&self) -> Option<Digest> {
        self.inbox_key
    }

    /// The relay's version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What the relay has now. What was changed here is made again on it.
    pub fn take(&mut self, version: u64, inbox_key: Digest, sheet: S) {
        if version <= self.version {
            return;
        }
        (self.version, self.inbox_key) = (version, Some(inbox_key));
        if sheet.changes() < self.stored.changes() {
            // What this device has seen counts; the next change says so to everybody.
            self.older = true;
        } else {
            (self.stored, self.older) = (sheet, false);
        }
        self.redo();
    }

    fn redo(&mut self) {
        self.view = self.stored.clone();
        for op in &self.pending {
            self.view.apply(op);
        }
    }

    /// Somebody here changes it; answers what takes it back.
    pub fn change(&mut self, op: S::Op) -> Result<Option<S::Op>, Full> {
        let mut changed = self.view.clone();
        let back = changed.apply(&op);
        if back.is_some() {
            if size(&changed) > S::LIMIT {
                return Err(Full);
            }
            self.view = changed;
            self.pending.push(op);
        }
        Ok(back)
    }

    /// What to send now; none while something is on its way or nothing is to be sent. `anyway`: although nothing changed.
    pub fn attempt(&mut self, anyway: bool) -> Option<Attempt<S>> {
        if self.sending || (self.pending.is_empty() && !anyway) {
            return None;
        }
        self.sending = true;
        let mut sheet = self.view.clone();
        sheet.count(self.stored.changes().saturating_add(1));
        Some(Attempt { base: self.version, inbox_key: self.inbox_key, sheet, changes: self.pending.len() })
    }

    /// The relay has it.
    pub fn stored(&mut self, version: u64, inbox_key: Digest, attempt: Attempt<S>) {
        (self.sending, self.lost) = (false, 0);
        self.pending.drain(..attempt.changes.min(self.pending.len()));
        if version > self.version {
            (self.version, self.inbox_key, self.older) = (version, Some(inbox_key), false);
            self.stored = attempt.sheet;
        }
        self.redo();
    }

    /// A colleague was quicker. Whether it is worth another try now, after what the colleague left was fetched.
    pub fn overtaken(&mut self) -> bool {
        self.sending = false;
        self.lost = self.lost.saturating_add(1);
        if self.lost >= TRIES_MOST {
            self.refused();
            return false;
        }
        !self.lost.is_multiple_of(TRIES)
    }

    /// It did not get there and waits for the next look.
    pub fn postponed(&mut self) {
        self.sending = false;
    }

    /// The relay will never take it: what was changed here is taken back.
    pub fn refused(&mut self) {
        (self.sending, self.lost) = (false, 0);
        self.pending.clear();
        self.redo();
    }
}

/// Bytes of its ciphertext.
fn size(sheet: &impl Serialize) -> usize {
    let length = serde_json::to_vec(sheet).map_or(usize::MAX / 2, |json| json.len());
    padding::class(length.saturating_add(PREFIX)).saturating_add(AROUND)
}
