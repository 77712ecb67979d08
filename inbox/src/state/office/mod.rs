//! What the team shares, as it is edited: canned replies, topics, hours, holidays, stand-ins, automatic answers. What
//! colleagues change meanwhile stays, since only the differences are stored.

mod draft;

pub use draft::{Draft, Place, Unfit};

use super::{
    admin::Said,
    dates::Offset,
    sheets::team::{TeamOp, blank, differences},
};
use einwurf_protocol::{ids::Thumbprint, sheet::TeamSheet};

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// One more of a list.
    Add(List),
    /// One less.
    Drop(List, usize),
    /// A member takes care of a topic, or not any more.
    Member(usize, Thumbprint, bool),
    /// There are hours, or nothing is said of them.
    Open(bool),
    /// Store it.
    Save,
}

/// A list on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Canned replies.
    Canned,
    /// Topics.
    Topics,
    /// Holidays.
    Closed,
    /// Stand-ins.
    StandIns,
}

/// The page.
pub struct Office {
    base: TeamSheet,
    clean: Draft,
    /// What is typed.
    pub draft: Draft,
    /// The first thing that is not in order.
    pub unfit: Option<Unfit>,
    /// What is said of it.
    pub said: Said,
}

impl Default for Office {
    fn default() -> Self {
        Self::of(&blank(), |_| 0)
    }
}

impl Office {
    /// The page for what the team has.
    pub fn of(team: &TeamSheet, offset: Offset) -> Self {
        let draft = Draft::of(team, offset);
        Self { base: team.clone(), clean: draft.clone(), draft, unfit: None, said: Said::Nothing }
    }

    /// Whether something is typed that is not stored.
    pub fn is_dirty(&self) -> bool {
        self.draft != self.clean
    }

    /// The differences to store, or the first thing that is not in order.
    pub fn changes(&self, offset: Offset) -> Result<Vec<TeamOp>, Unfit> {
        Ok(differences(&self.base, &self.draft.read(&self.base, offset)?))
    }
}

#[cfg(test)]
mod tests;
