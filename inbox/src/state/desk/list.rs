//! Which rows the list shows, and where its cursor goes.

use super::{Desk, Filter, Row, code};
use crate::state::sheets::team::{is_mine, routes_to};
use einwurf_protocol::{ids::Cid, message::Label, sheet::Sheet};

/// Rows that stand in the page at most: scrolling on takes them away at the other end.
pub const ROWS: usize = 300;
/// Rows that one step of scrolling brings.
pub const STEP: usize = 100;

/// Id of a row's element in the page.
pub fn row_id(cid: Cid) -> String {
    format!("row-{cid}")
}

/// A narrower look at the list, beside open and done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Narrow {
    /// All that is not hidden.
    #[default]
    All,
    /// What the member takes care of, alone or standing in.
    Mine,
    /// What nobody takes care of.
    Nobodys,
    /// What nobody has read.
    Unread,
    /// What waits for somebody else.
    Waiting,
    /// What has files.
    Files,
    /// What nobody needs to see.
    Hidden,
    /// What has this label.
    Label(Label),
    /// What is about this.
    Topic(Label),
}

impl Narrow {
    /// Those without a name of their own, in the order of the page.
    pub const PLAIN: [Self; 7] =
        [Self::All, Self::Mine, Self::Nobodys, Self::Unread, Self::Waiting, Self::Files, Self::Hidden];

    /// Whether the content of a conversation says whether it is one.
    pub fn looks_inside(&self) -> bool {
        matches!(self, Self::Mine | Self::Files | Self::Topic(_))
    }
}

impl Desk {
    /// The rows that filter and search leave, newest first.
    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        let query = self.query.trim().to_lowercase();
        // Whoever types a code means that conversation, done or not.
        let code = code::read(&query);
        let named = move |row: &Row| code.as_deref() == Some(row.entry.cid.code().as_str());
        self.rows.iter().filter(move |row| {
            (self.passes(row) && self.finds(row, &query)) || (!query.is_empty() && named(row))
        })
    }

    /// Those of them that stand in the page.
    pub fn shown(&self) -> impl Iterator<Item = &Row> {
        self.visible().skip(self.from).take(self.window())
    }

    fn window(&self) -> usize {
        self.window.clamp(STEP, ROWS)
    }

    /// Whether rows above the page's first one are left out.
    pub fn has_above(&self) -> bool {
        self.from > 0
    }

    /// Whether loaded rows below the page's last one are left out.
    pub fn has_below(&self) -> bool {
        self.visible().nth(self.from + self.window()).is_some()
    }

    /// Whether scrolling on brings anything now.
    pub fn scrolls(&self) -> bool {
        self.loading == super::Loading::Idle
            && self.fault.is_none()
            && (self.has_below() || self.after().is_some())
    }

    /// Scrolls on over what is loaded; false if a further page has to come first.
    pub fn scroll_down(&mut self) -> bool {
        if !self.has_below() {
            return false;
        }
        if self.window() < ROWS {
            self.window = self.window() + STEP;
        } else {
            self.from += STEP;
        }
        true
    }

    /// Scrolls back.
    pub fn scroll_up(&mut self) {
        self.from = self.from.saturating_sub(STEP);
    }

    fn passes(&self, row: &Row) -> bool {
        let sheet = self.sheets.sheet(row.entry.cid);
        // Whoever writes again is heard: the relay has opened it again then.
        let hidden = row.is_done() && sheet.is_some_and(|sheet| sheet.hidden);
        if self.narrow == Narrow::Hidden {
            return hidden;
        }
        let filtered = match self.filter {
            Filter::All => true,
            Filter::Open => !row.is_done(),
            Filter::Done => row.is_done(),
        };
        filtered && !hidden && self.is_narrow(row, sheet)
    }

    fn is_narrow(&self, row: &Row, sheet: Option<&Sheet>) -> bool {
        let has = |test: fn(&Sheet) -> bool| sheet.is_some_and(test);
        match &self.narrow {
            Narrow::All | Narrow::Hidden => true,
            Narrow::Mine => self.is_mine(row, sheet),
            Narrow::Nobodys => !has(|sheet| sheet.assigned.is_some()) && row.erasure().is_none(),
            Narrow::Unread => row.is_unread(),
            Narrow::Waiting => has(|sheet| sheet.waiting),
            Narrow::Files => row.brief().is_some_and(|brief| brief.files),
            Narrow::Label(label) => sheet.is_some_and(|sheet| sheet.labels.contains(label)),
            Narrow::Topic(topic) => self.topic(row).is_some_and(|own| *own == **topic),
        }
    }

    /// Whose it is comes first; what is nobody's goes to the members of its topic.
    fn is_mine(&self, row: &Row, sheet: Option<&Sheet>) -> bool {
        let (Some(me), Some(now)) = (self.me, self.now) else { return false };
        let team = self.sheets.team.view();
        match sheet.and_then(|sheet| sheet.assigned) {
            Some(who) => is_mine(team, me, who, now),
            None => self.topic(row).is_some_and(|topic| routes_to(team, me, topic, now)),
        }
    }

    /// What a conversation is about: what a member said, else what the visitor chose.
    pub fn topic<'a>(&'a self, row: &'a Row) -> Option<&'a str> {
        let said = self.sheets.sheet(row.entry.cid).and_then(|sheet| sheet.topic.as_deref());
        said.or_else(|| row.brief().and_then(|brief| brief.topic.as_deref()))
    }

    /// Searches what is open on this device, and what a hunt found.
    fn finds(&self, row: &Row, query: &str) -> bool {
        if query.is_empty() {
            return true;
        }
        if self.notes_have(row.entry.cid, query) {
            return true;
        }
        let hunted = || self.hunt.words == query && row.hunted == self.hunt.number && row.snippet.is_some();
        row.letter().map_or_else(hunted, |letter| letter.contains(query))
    }

    fn notes_have(&self, cid: Cid, query: &str) -> bool {
        let has = |sheet: &Sheet| sheet.notes.iter().any(|note| note.text.to_lowercase().contains(query));
        self.sheets.sheet(cid).is_some_and(has)
    }

    /// The line of a row: the place that a search found, else the newest message.
    pub fn line<'a>(&self, row: &'a Row) -> Option<std::borrow::Cow<'a, str>> {
        let query = self.query.trim().to_lowercase();
        let found = row.letter().and_then(|letter| super::snippet::snippet(letter, &query));
        if let Some(found) = found {
            return Some(found.into());
        }
        let hunted = !query.is_empty() && self.hunt.words == query && row.hunted == self.hunt.number;
        let snippet = row.snippet.as_deref().filter(|_| hunted);
        snippet.or_else(|| row.brief().map(|brief| brief.line.as_str())).map(Into::into)
    }

    /// Whether the list shows this conversation.
    pub fn shows(&self, cid: Cid) -> bool {
        self.visible().any(|row| row.entry.cid == cid)
    }

    /// The row after this one in the list, else the one before.
    pub(super) fn beside(&self, cid: Cid) -> Option<Cid> {
        let ids: Vec<_> = self.visible().map(|row| row.entry.cid).collect();
        let index = ids.iter().position(|one| *one == cid)?;
        ids.get(index + 1).or_else(|| ids.get(index.checked_sub(1)?)).copied()
    }

    /// Moves the cursor; at an end it stays. The page follows it.
    pub fn step(&mut self, forward: bool) {
        let ids: Vec<_> = self.visible().map(|row| row.entry.cid).collect();
        let at = self.selected.and_then(|cid| ids.iter().position(|one| *one == cid));
        let to = match at {
            None => 0,
            Some(at) if forward => at + 1,
            Some(at) => at.saturating_sub(1),
        };
        if let Some(cid) = ids.get(to) {
            self.selected = Some(*cid);
            if to >= self.from + self.window() {
                self.scroll_down();
            } else if to < self.from {
                self.scroll_up();
            }
        }
    }
}
