//! The inbox: the list, what is open, what waits. Pure; opening and fetching happen outside and are told to it.

pub mod code;
mod contact;
mod given;
pub mod letter;
pub mod list;
mod trouble;

use crate::state::{fault::Fault, health::Verdict};
use einwurf_protocol::{
    api::staff::{Entry, Erasure, InboxPage},
    ids::Cid,
    time::Timestamp,
};
use letter::{Letter, Terms};

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

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the relay says.
    pub entry: Entry,
    /// What this device found.
    pub content: Content,
    /// How many events were fetched or are being fetched; fewer than the entry's: newer ones wait.
    covers: u64,
    /// The last fetch failed.
    failed: bool,
}

impl Row {
    fn new(entry: Entry) -> Self {
        let mut row = Self { entry: entry.clone(), content: Content::Sealed, covers: 0, failed: false };
        row.renew(entry);
        row
    }

    /// What the relay says now. Whatever is erased there is forgotten here at once.
    fn renew(&mut self, entry: Entry) {
        let Entry { deleted, restricted, hold, .. } = entry;
        self.entry = entry;
        if self.erasure().is_some() {
            (self.content, self.failed) = (Content::Erased, false);
        } else if let Content::Mine(letter) = &mut self.content {
            letter.terms = Terms { deleted, restricted, hold, ..letter.terms };
        }
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

    /// Opened, if it could be.
    pub fn letter(&self) -> Option<&Letter> {
        match &self.content {
            Content::Mine(letter) => Some(letter),
            _ => None,
        }
    }
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
#[derive(Debug, Clone, Default)]
pub struct Desk {
    rows: Vec<Row>,
    after: Option<String>,
    unread: u32,
    /// What the list shows.
    pub filter: Filter,
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

/// A conversation to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its id.
    pub cid: Cid,
    /// Its address.
    pub address: String,
    /// How many events it has.
    pub events: u64,
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
            match self.rows.iter_mut().find(|row| row.entry.cid == entry.cid) {
                Some(row) => row.renew(entry),
                None => self.rows.push(Row::new(entry)),
            }
        }
        self.rows.sort_by_key(|row| std::cmp::Reverse((row.entry.newest, row.entry.cid)));
        if complete {
            self.after = page.after;
        }
        self.unread = page.unread;
        self.loading = Loading::Idle;
        self.fault = None;
    }

    /// Drops rows that should be on the first page and are not: they were erased.
    fn forget(&mut self, first: &InboxPage) {
        let last = first.conversations.last().map(|entry| entry.newest).filter(|_| first.after.is_some());
        let listed = |cid| first.conversations.iter().any(|entry| entry.cid == cid);
        self.rows.retain(|row| {
            let beyond = last.is_some_and(|last| row.entry.newest <= last);
            beyond || listed(row.entry.cid)
        });
        let gone = |cid: &Cid| self.rows.iter().all(|row| row.entry.cid != *cid);
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

    /// The next conversation to fetch: the open one first, then from the top. It counts as under way.
    pub fn want(&mut self) -> Option<Wanted> {
        let open = self.open;
        let stale = |row: &&mut Row| row.covers < row.entry.events && !row.failed && row.erasure().is_none();
        let mut rows = self.rows.iter_mut().filter(stale);
        let first = rows.next()?;
        let row = if Some(first.entry.cid) == open {
            first
        } else {
            rows.find(|row| Some(row.entry.cid) == open).unwrap_or(first)
        };
        row.covers = row.entry.events;
        if !matches!(row.content, Content::Mine(_)) {
            row.content = Content::Opening;
        }
        Some(Wanted { cid: row.entry.cid, address: row.entry.conversation.clone(), events: row.entry.events })
    }

    /// What came of a fetch. What was open stays open when newer events could not be fetched.
    pub fn opened(&mut self, cid: Cid, content: Content) {
        // An answer that was on its way may come after the erasure.
        let row = self.rows.iter_mut().find(|row| row.entry.cid == cid);
        let Some(row) = row.filter(|row| row.erasure().is_none()) else { return };
        row.failed = matches!(content, Content::Away(_));
        if row.failed {
            row.covers = 0;
        }
        if let Content::Mine(letter) = &content {
            row.entry.deleted = letter.terms.deleted;
        }
        if !(row.failed && matches!(row.content, Content::Mine(_))) {
            row.content = content;
        }
    }

    /// A conversation has to be fetched again, since something was done with it.
    pub fn outdate(&mut self, cid: Cid) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.entry.cid == cid) {
            (row.covers, row.failed) = (0, false);
        }
    }

    /// Takes up what a code found.
    pub fn found(&mut self, entry: Entry) {
        match self.rows.iter_mut().find(|row| row.entry.cid == entry.cid) {
            Some(row) => row.renew(entry),
            None => self.rows.push(Row::new(entry)),
        }
        self.rows.sort_by_key(|row| std::cmp::Reverse((row.entry.newest, row.entry.cid)));
    }

    /// Copies of an erased conversation are deleted; answers the address.
    pub fn copies(&mut self, cid: Cid, at: Timestamp) -> Option<String> {
        let row = self.rows.iter_mut().find(|row| row.entry.cid == cid)?;
        row.entry.erasure.as_mut()?.copies_deleted = Some(at);
        Some(row.entry.conversation.clone())
    }

    /// What could not be fetched may be tried once more.
    pub fn retry(&mut self) {
        for row in &mut self.rows {
            row.failed = false;
        }
    }

    /// A row.
    pub fn row(&self, cid: Cid) -> Option<&Row> {
        self.rows.iter().find(|row| row.entry.cid == cid)
    }

    /// The row that is open.
    pub fn reading(&self) -> Option<&Row> {
        self.open.and_then(|cid| self.row(cid))
    }

    /// Opens a conversation; answers how many events are now read, if the relay does not know yet.
    pub fn read(&mut self, cid: Cid) -> Option<Wanted> {
        (self.open, self.selected) = (Some(cid), Some(cid));
        let row = self.rows.iter_mut().find(|row| row.entry.cid == cid)?;
        let unread = row.is_unread();
        row.entry.read = row.entry.events;
        if !unread {
            return None;
        }
        self.unread = self.unread.saturating_sub(1);
        Some(Wanted { cid, address: row.entry.conversation.clone(), events: row.entry.events })
    }

    /// Marks as done or opens again; answers the address. A conversation that leaves the list this way is closed, and
    /// the cursor moves on.
    pub fn mark(&mut self, cid: Cid, done: bool) -> Option<String> {
        let next = self.beside(cid);
        let row = self.rows.iter_mut().find(|row| row.entry.cid == cid)?;
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
