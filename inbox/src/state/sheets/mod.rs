//! What staff note among themselves (`docs/protocol.md` section 21): every change is a small operation that is made again
//! on whatever a colleague left meanwhile, so that two who change one sheet at once both keep what they did.

mod kept;
mod ops;
pub mod team;

pub use kept::{Attempt, Full, Kept, Shared};
pub use ops::Op;

use einwurf_protocol::{
    api::staff::StoredSheet,
    ids::Cid,
    sheet::{Sheet, TeamSheet},
};
use std::collections::BTreeMap;

/// All sheets of a site, as far as this device has them.
#[derive(Default)]
pub struct Sheets {
    open: BTreeMap<Cid, Kept<Sheet>>,
    /// Of conversations that are not in the list yet: without their id nothing opens them. By address.
    closed: BTreeMap<String, StoredSheet>,
    /// The team's own.
    pub team: Kept<TeamSheet>,
    after: u64,
    complete: bool,
    pulling: bool,
    again: bool,
}

impl std::fmt::Debug for Sheets {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheets({} open, {} closed)", self.open.len(), self.closed.len())
    }
}

impl Sheets {
    /// Up to which version this device has them.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// Whether all that the relay had were here once.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// A look at the relay begins; false while another is under way, which then looks once more.
    pub fn begin_pull(&mut self) -> bool {
        self.again = self.pulling;
        !std::mem::replace(&mut self.pulling, true)
    }

    /// It ended; whether to look once more.
    pub fn end_pull(&mut self) -> bool {
        self.pulling = false;
        std::mem::take(&mut self.again)
    }

    /// Takes up a page as it came. The team's own is left to be opened and comes back.
    pub fn take(&mut self, page: Vec<StoredSheet>, after: u64, more: bool) -> Option<StoredSheet> {
        let mut team = None;
        for stored in page {
            match stored.conversation.clone() {
                None => team = Some(stored),
                Some(address) => {
                    let newer = self.closed.get(&address).is_none_or(|known| known.version < stored.version);
                    if newer {
                        self.closed.insert(address, stored);
                    }
                }
            }
        }
        self.after = self.after.max(after);
        self.complete |= !more;
        team
    }

    /// A closed sheet of a conversation whose id is known now.
    pub fn claim(&mut self, address: &str) -> Option<StoredSheet> {
        self.closed.remove(address)
    }

    /// Whether any sheet waits for its conversation.
    pub fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// A sheet that was opened; one of another conversation is none.
    pub fn opened(&mut self, cid: Cid, stored: &StoredSheet, sheet: Sheet) {
        if sheet.v == einwurf_protocol::VERSION && sheet.cid == cid {
            self.kept(cid).take(stored.version, stored.inbox_key, sheet);
        }
    }

    /// What is kept of a conversation, made if there is nothing yet.
    pub fn kept(&mut self, cid: Cid) -> &mut Kept<Sheet> {
        self.open.entry(cid).or_insert_with(|| Kept::of(blank(cid)))
    }

    /// What is kept of a conversation.
    pub fn look(&self, cid: Cid) -> Option<&Kept<Sheet>> {
        self.open.get(&cid)
    }

    /// The sheet as it is with all that was changed here.
    pub fn sheet(&self, cid: Cid) -> Option<&Sheet> {
        self.open.get(&cid).map(Kept::view)
    }

    /// The conversation is gone, and its sheet with it.
    pub fn forget(&mut self, cid: Cid) {
        self.open.remove(&cid);
    }

    /// Conversations with changes that the relay does not have.
    pub fn unsent(&self) -> Vec<Cid> {
        self.open.iter().filter(|(_, kept)| kept.is_waiting()).map(|(cid, _)| *cid).collect()
    }
}

/// Nothing noted yet.
fn blank(cid: Cid) -> Sheet {
    Sheet {
        v: einwurf_protocol::VERSION,
        cid,
        changes: 0,
        waiting: false,
        hidden: false,
        assigned: None,
        topic: None,
        labels: Vec::new(),
        notes: Vec::new(),
        identified: None,
    }
}

#[cfg(test)]
mod tests;
