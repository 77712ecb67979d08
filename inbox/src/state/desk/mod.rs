//! The inbox: the list, what is open, what waits. Pure; opening and fetching happen outside and are told to it.

pub mod code;
mod contact;
mod fetch;
mod given;
mod hunt;
pub mod letter;
pub mod list;
mod row;
mod snippet;
mod trouble;
pub mod wave;
pub mod work;

use crate::state::{fault::Fault, health::Verdict, sheets::Sheets};
use einwurf_protocol::{
    api::staff::{Entry, InboxPage},
    ids::{Cid, Thumbprint},
    time::Timestamp,
};
use letter::Letter;
use std::collections::{BTreeMap, VecDeque};

pub use fetch::Wanted;
pub use hunt::Hunt;
pub use list::Narrow;
pub use row::Row;

/// What the list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    /// What still waits for an answer.
    #[default]
    Open,
    /// What is done.
    Done,
    /// Both.
    All,
}

impl Filter {
    /// All, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::All];
}

/// What is known of a conversation's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Not fetched yet.
    Sealed,
    /// On its way.
    Opening,
    /// Sealed to keys that this device does not hold.
    NotMine,
    /// Ours, but nothing of it can be trusted and read.
    Broken,
    /// Could not be fetched.
    Away(Fault),
    /// Open.
    Mine(Box<Letter>),
    /// Erased before its date; there is nothing to fetch.
    Erased,
}

/// Whether the list is being fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Loading {
    /// The first page was never here.
    #[default]
    First,
    /// Nothing is under way.
    Idle,
    /// A further page is on its way.
    More,
}

/// Looking for a conversation by its code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Finding {
    /// Nothing is looked for.
    #[default]
    Idle,
    /// The relay is asked.
    Looking,
    /// There is none with this code.
    Nothing,
    /// It could not be asked.
    Failed(Fault),
}

/// The first line of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Conversations with something unread, all of the site's.
    pub unread: u32,
    /// Conversations that are not done, of those loaded.
    pub open: usize,
    /// The one that waits longest, of those loaded, and since when.
    pub oldest: Option<(Cid, Timestamp)>,
}

/// Everything behind the inbox page.
#[derive(Debug, Default)]
pub struct Desk {
    rows: Vec<Row>,
    /// Where each is in `rows`.
    places: BTreeMap<Cid, usize>,
    /// Letters at hand, the one that was opened first in front.
    recent: VecDeque<Cid>,
    /// First row in the page, and how many.
    from: usize,
    window: usize,
    after: Option<String>,
    unread: u32,
    /// What the list shows.
    pub filter: Filter,
    /// A narrower look at it.
    pub narrow: Narrow,
    /// A search through everything.
    pub hunt: Hunt,
    /// What staff note among themselves.
    pub sheets: Sheets,
    /// Who is logged in.
    pub me: Option<Thumbprint>,
    /// Who may read, by name.
    pub members: Vec<(Thumbprint, String)>,
    /// The time, as of the last look at the relay.
    pub now: Option<Timestamp>,
    /// What is done with conversations beside reading.
    pub work: work::Work,
    /// What is searched for.
    pub query: String,
    /// The list's cursor.
    pub selected: Option<Cid>,
    /// The conversation that is open.
    pub open: Option<Cid>,
    /// What is under way.
    pub loading: Loading,
    /// Is everything running?
    pub health: Option<Verdict>,
    /// The list could not be fetched.
    pub fault: Option<Fault>,
    /// Looking for a code.
    pub finding: Finding,
}

impl Desk {
    /// Takes up the first page, or a further one. What was opened stays open unless newer events came; what the relay
    /// no longer has in the stretch of this page is gone.
    pub fn take(&mut self, page: InboxPage, further: bool) {
        let complete = self.loading == Loading::First || further || self.after.is_none();
        if !further {
            self.forget(&page);
        }
        for entry in page.conversations {
            self.put(entry);
        }
        self.order();
        if complete {
            self.after = page.after;
        }
        self.unread = page.unread;
        self.loading = Loading::Idle;
        self.fault = None;
    }

    fn put(&mut self, entry: Entry) {
        if entry.erasure.is_some() {
            self.sheets.forget(entry.cid);
        }
        if let Some(row) = self.at(entry.cid) {
            row.renew(entry);
        } else {
            self.places.insert(entry.cid, self.rows.len());
            self.rows.push(Row::new(entry));
        }
    }

    /// Newest first, and where each is.
    fn order(&mut self) {
        self.rows.sort_by_key(|row| std::cmp::Reverse((row.entry.newest, row.entry.cid)));
        self.places = self.rows.iter().enumerate().map(|(at, row)| (row.entry.cid, at)).collect();
    }

    fn at(&mut self, cid: Cid) -> Option<&mut Row> {
        self.places.get(&cid).and_then(|at| self.rows.get_mut(*at))
    }

    /// Drops rows that should be on the first page and are not: they were erased.
    fn forget(&mut self, first: &InboxPage) {
        let last = first.conversations.last().map(|entry| entry.newest).filter(|_| first.after.is_some());
        let listed = |cid| first.conversations.iter().any(|entry| entry.cid == cid);
        let sheets = &mut self.sheets;
        self.rows.retain(|row| {
            let stays = last.is_some_and(|last| row.entry.newest <= last) || listed(row.entry.cid);
            if !stays {
                sheets.forget(row.entry.cid);
            }
            stays
        });
        self.order();
        let gone = |cid: &Cid| !self.places.contains_key(cid);
        let (open, selected) = (self.open.filter(|cid| !gone(cid)), self.selected.filter(|cid| !gone(cid)));
        (self.open, self.selected) = (open, selected);
    }

    /// The list could not be fetched; what is there stays.
    pub fn fail(&mut self, fault: Fault) {
        self.loading = Loading::Idle;
        self.fault = Some(fault);
    }

    /// For the next page; none on the last.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Takes up what a code found.
    pub fn found(&mut self, entry: Entry) {
        self.put(entry);
        self.order();
    }

    /// Copies of an erased conversation are deleted; answers the address.
    pub fn copies(&mut self, cid: Cid, at: Timestamp) -> Option<String> {
        let row = self.at(cid)?;
        row.entry.erasure.as_mut()?.copies_deleted = Some(at);
        Some(row.entry.conversation.clone())
    }

    /// A row.
    pub fn row(&self, cid: Cid) -> Option<&Row> {
        self.places.get(&cid).and_then(|at| self.rows.get(*at))
    }

    /// The row that is open.
    pub fn reading(&self) -> Option<&Row> {
        self.open.and_then(|cid| self.row(cid))
    }

    /// Opens a conversation; answers how many events are now read, if the relay does not know yet.
    pub fn read(&mut self, cid: Cid) -> Option<Wanted> {
        (self.open, self.selected) = (Some(cid), Some(cid));
        let row = self.at(cid)?;
        let unread = row.is_unread();
        row.entry.read = row.entry.events;
        let wanted = Wanted::of(row);
        if !unread {
            return None;
        }
        self.unread = self.unread.saturating_sub(1);
        Some(wanted)
    }

    /// Marks as done or opens again; answers the address. A conversation that leaves the list this way is closed, and
    /// the cursor moves on.
    pub fn mark(&mut self, cid: Cid, done: bool) -> Option<String> {
        let next = self.beside(cid);
        let row = self.at(cid)?;
        row.entry.done = done;
        let address = row.entry.conversation.clone();
        if !self.shows(cid) {
            self.selected = next;
            if self.open == Some(cid) {
                self.open = None;
            }
        }
        Some(address)
    }

    /// What waits?
    pub fn waiting(&self) -> Waiting {
        let open = || self.rows.iter().filter(|row| !row.is_done());
        let oldest = open().map(|row| (row.entry.cid, row.entry.newest)).min_by_key(|(_, newest)| *newest);
        Waiting { unread: self.unread, open: open().count(), oldest }
    }

    /// Whether any conversation is loaded at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests;
