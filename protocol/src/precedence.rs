//! What comes first when withdrawal, restriction, hold, retention and the destruction of keys meet, as one decision
//! table. The relay asks it before it erases, and the apps before they offer anything.
//!
//! Handed-over parts are not in it: they are kept outside of this system, on another basis, and the visitor was told
//! before a withdrawal; what lies here follows the same rules as everything else.
//!
//! | withdrawn | held | restricted | over | content |
//! |---|---|---|---|---|
//! | yes | no | any | any | erased at once |
//! | yes | yes | any | any | kept for the claim alone, until the hold ends |
//! | no | yes | any | yes | kept for the claim alone, until the hold ends |
//! | no | no | yes | yes | stored alone, until the restriction ends or nobody can open it any more |
//! | no | no | no | yes | erased |
//! | no | any | yes | no | stored alone |
//! | no | any | no | no | in use |
//!
//! *Over*: the deletion date is reached, or the inbox key is destroyed. *Held*: the hold has a reason and an end that is
//! not reached, the visitor was told, and it was set before the withdrawal. A hold keeps the inbox key, too.

use crate::{message::Reason, time::Timestamp};
use serde::{Deserialize, Serialize};

/// A conversation is kept for a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Why.
    pub reason: Reason,
    /// When the relay stored it, together with the event that tells the visitor.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// All that the decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// When consent was withdrawn, or the conversation erased by staff.
    pub withdrawn: Option<Timestamp>,
    /// The hold. One without a notice to the visitor cannot be made.
    pub hold: Option<Hold>,
    /// Since when it is restricted.
    pub restricted: Option<Timestamp>,
    /// The deletion date.
    pub deleted: Timestamp,
    /// When the inbox key of the newest epoch is destroyed, holds aside.
    pub destroyed: Timestamp,
}

/// What holds at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Both sides read and write.
    InUse,
    /// Stored, and nothing else: no answer, no erasure by staff.
    Restricted,
    /// Kept for the claim: read, and nothing else.
    Held,
    /// To be erased now.
    Erase,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What holds now.
    pub standing: Standing,
    /// Whether the visitor may write: never after a withdrawal.
    pub open: bool,
    /// When the decision changes by itself.
    pub next: Option<Timestamp>,
    /// Until when the inbox key is needed; it may be destroyed at [`Facts::destroyed`] if that is later.
    pub key: Timestamp,
}

impl Facts {
    /// The hold, if it counts at `now`.
    fn held(&self, now: Timestamp) -> Option<Hold> {
        // After a withdrawal nothing can be held: of the same second, the hold came first.
        let before = |hold: &Hold| self.withdrawn.is_none_or(|withdrawn| hold.since <= withdrawn);
        self.hold.filter(|hold| now < hold.until && before(hold))
    }

    /// The table.
    pub fn decide(&self, now: Timestamp) -> Decision {
        let end = self.deleted.min(self.destroyed);
        let over = now >= end;
        let held = self.held(now);
        let key = held.map_or(self.destroyed, |hold| hold.until.max(self.destroyed));
        let decision =
            |standing, next| Decision { standing, open: self.withdrawn.is_none() && !over, next, key };
        match (self.withdrawn, held, self.restricted) {
            (Some(_), None, _) => decision(Standing::Erase, None),
            (Some(_), Some(claim), _) => decision(Standing::Held, Some(claim.until)),
            (None, Some(claim), _) if over => decision(Standing::Held, Some(claim.until)),
            (None, None, Some(_)) if over && now < self.destroyed => {
                decision(Standing::Restricted, Some(self.destroyed))
            }
            (None, None, _) if over => decision(Standing::Erase, None),
            (None, _, Some(_)) => decision(Standing::Restricted, Some(end)),
            (None, _, None) => decision(Standing::InUse, Some(end)),
        }
    }
}
