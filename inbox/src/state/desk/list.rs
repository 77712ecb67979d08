//! Which rows the list shows, and where its cursor goes.

use super::{Desk, Filter, Row, code};
use einwurf_protocol::ids::Cid;

/// Id of a row's element in the page.
pub fn row_id(cid: Cid) -> String {
    format!("row-{cid}")
}

impl Desk {
    /// The rows that filter and search leave, newest first.
    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        let query = self.query.trim().to_lowercase();
        // Whoever types a code means that conversation, done or not.
        let code = code::read(&query);
        let named = move |row: &Row| code.as_deref() == Some(row.entry.cid.code().as_str());
        self.rows.iter().filter(move |row| named(row) || (self.passes(row) && finds(row, &query)))
    }

    fn passes(&self, row: &Row) -> bool {
        match self.filter {
            Filter::All => true,
            Filter::Open => !row.is_done(),
            Filter::Done => row.is_done(),
        }
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

    /// Moves the cursor; at an end it stays.
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
        }
    }
}

/// Searches what is open on this device; a sealed row is found by an empty search only.
fn finds(row: &Row, query: &str) -> bool {
    query.is_empty() || row.letter().is_some_and(|letter| letter.contains(query))
}
