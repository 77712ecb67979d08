//! Searching what is not at hand: page by page through the whole inbox, newest first, until somebody stops it. The relay
//! cannot search, since it cannot read; so this device fetches and opens.

use super::{Desk, Narrow};

/// A search through everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hunt {
    /// Counts hunts, so that what an earlier one found does not count.
    pub(super) number: u32,
    /// Lower-case words that are looked for; none: only the filter counts.
    pub(super) words: String,
    state: State,
    opens: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Running,
    Done,
}

impl Hunt {
    /// Whether it is under way.
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// Whether it came to the end.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    pub(super) fn looks_inside(&self) -> bool {
        self.opens
    }

    pub(super) fn has_words(&self) -> bool {
        !self.words.is_empty()
    }
}

impl Desk {
    /// Somebody types another search; what was found for the former one does not count any more.
    pub fn search(&mut self, query: String) {
        self.query = query;
        self.finding = super::Finding::Idle;
        self.leave_hunt();
    }

    /// Another filter.
    pub fn narrow(&mut self, narrow: Narrow) {
        self.narrow = narrow;
        self.leave_hunt();
    }

    fn leave_hunt(&mut self) {
        self.hunt = Hunt { number: self.hunt.number.wrapping_add(1), ..Hunt::default() };
        self.from = 0;
    }

    /// Searches everything for what is typed and filtered. What is at hand is not fetched again.
    pub fn begin_hunt(&mut self) {
        let words = self.query.trim().to_lowercase();
        let opens = !words.is_empty() || self.narrow.looks_inside();
        self.hunt = Hunt { number: self.hunt.number.wrapping_add(1), words, state: State::Running, opens };
        let (number, words) = (self.hunt.number, self.hunt.words.clone());
        for row in &mut self.rows {
            if let Some(letter) = row.letter() {
                row.snippet = super::snippet::snippet(letter, &words);
                row.hunted = number;
            }
        }
    }

    /// Enough; what was found stays.
    pub fn stop_hunt(&mut self) {
        if self.hunt.is_running() {
            self.hunt.state = State::Idle;
        }
    }

    /// Everything was looked at.
    pub fn end_hunt(&mut self) {
        if self.hunt.is_running() {
            self.hunt.state = State::Done;
        }
    }

    /// How many conversations were looked at.
    pub fn hunted(&self) -> usize {
        let inside = self.hunt.has_words();
        self.rows.iter().filter(|row| !inside || row.hunted == self.hunt.number).count()
    }

    /// Whether what is typed or filtered may have more behind what is loaded.
    pub fn may_hunt(&self) -> bool {
        let asks = !self.query.trim().is_empty() || self.narrow != Narrow::All;
        let inside = !self.query.trim().is_empty() || self.narrow.looks_inside();
        let closed = |row: &super::Row| row.brief().is_none() && row.content == super::Content::Sealed;
        let unseen = || inside && self.rows.iter().any(closed);
        asks && !self.hunt.is_done() && (self.after().is_some() || unseen())
    }
}
