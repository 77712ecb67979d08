//! What is fetched next, and how much of what was opened stays at hand: the list keeps a line of each conversation, and
//! letters are put away beyond a number, so that a site with tens of thousands of conversations fits into a tab.

use super::{Content, Desk, Row, snippet::snippet};
use einwurf_protocol::ids::{Cid, Digest};

/// Opened letters that stay at hand.
pub(super) const AT_HAND: usize = 200;

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

impl Wanted {
    pub(super) fn of(row: &Row) -> Self {
        Self { cid: row.entry.cid, address: row.entry.conversation.clone(), events: row.entry.events }
    }
}

impl Desk {
    /// The next conversation to fetch: the open one first, then what the list shows from the top, then what is hunted
    /// through. It counts as under way.
    pub fn want(&mut self) -> Option<Wanted> {
        let cid = self.next_wanted()?;
        let row = self.at(cid)?;
        row.covers = row.entry.events;
        if !matches!(row.content, Content::Mine(_)) {
            row.content = Content::Opening;
        }
        Some(Wanted::of(row))
    }

    fn next_wanted(&self) -> Option<Cid> {
        if let Some(row) = self.reading().filter(|row| row.is_stale(true)) {
            return Some(row.entry.cid);
        }
        let shown = self.shown().find(|row| row.is_stale(false)).map(|row| row.entry.cid);
        shown.or_else(|| self.next_hunted())
    }

    /// Under the rows that no filter shows yet since their content is not known.
    fn next_hunted(&self) -> Option<Cid> {
        if !self.hunt.is_running() {
            return None;
        }
        let opens = self.hunt.looks_inside();
        let unknown = |row: &&Row| {
            let looked = row.hunted == self.hunt.number || row.brief().is_some() && !self.hunt.has_words();
            opens && !looked && !row.failed && row.erasure().is_none() && row.content != Content::Opening
        };
        self.rows.iter().find(unknown).map(|row| row.entry.cid)
    }

    /// What came of a fetch. What was open stays open when newer events could not be fetched.
    pub fn opened(&mut self, cid: Cid, content: Content) {
        let (number, words) = (self.hunt.number, self.hunt.words.clone());
        // An answer that was on its way may come after the erasure.
        let Some(row) = self.at(cid).filter(|row| row.erasure().is_none()) else { return };
        row.failed = matches!(content, Content::Away(_));
        if row.failed {
            row.covers = 0;
        } else {
            row.hunted = number;
            row.snippet = None;
        }
        if let Content::Mine(letter) = &content {
            row.entry.deleted = letter.terms.deleted;
            row.snippet = snippet(letter, &words);
        }
        if !(row.failed && matches!(row.content, Content::Mine(_))) {
            let mine = matches!(content, Content::Mine(_));
            row.show(content);
            if mine {
                self.hold(cid);
            }
        }
    }

    /// The key that the newest epoch of a conversation is sealed under.
    pub fn sealed_under(&mut self, cid: Cid, inbox_key: Option<Digest>) {
        if let Some(row) = self.at(cid) {
            row.inbox_key = inbox_key.or(row.inbox_key);
        }
    }

    /// The letter is at hand; the one that was opened first and is not being read is put away beyond the number.
    fn hold(&mut self, cid: Cid) {
        if !self.recent.contains(&cid) {
            self.recent.push_back(cid);
        }
        while self.recent.len() > AT_HAND {
            let Some(oldest) = self.recent.pop_front() else { return };
            if self.open == Some(oldest) {
                self.recent.push_back(oldest);
            } else if let Some(row) = self.at(oldest) {
                row.put_away();
            }
        }
    }

    /// A conversation has to be fetched again, since something was done with it.
    pub fn outdate(&mut self, cid: Cid) {
        if let Some(row) = self.at(cid) {
            (row.covers, row.failed) = (0, false);
        }
    }

    /// Keys came that were not here before: what did not open may open now.
    pub fn reopen(&mut self) {
        for row in &mut self.rows {
            match &row.content {
                Content::NotMine => (row.content, row.covers, row.failed) = (Content::Sealed, 0, false),
                // What is open of it stays on the screen until the rest is there.
                Content::Mine(letter) if !letter.troubles.is_empty() => row.covers = 0,
                Content::Sealed if row.brief().is_some_and(|brief| brief.troubled) => row.covers = 0,
                _ => {}
            }
        }
    }

    /// What could not be fetched may be tried once more.
    pub fn retry(&mut self) {
        for row in &mut self.rows {
            row.failed = false;
        }
    }
}
