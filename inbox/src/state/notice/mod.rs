//! What a site says to its visitors: which questions lead to which basis, what keeps it from being published, how the
//! notice reads then, and what is new in it. Used by the set-up and, later, by the website's pages.

pub mod advice;
pub mod compare;
pub mod editing;
pub mod faults;
pub mod findings;
pub mod preview;
pub mod restate;
pub mod terms;
