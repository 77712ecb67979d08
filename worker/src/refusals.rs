//! How often a site did not take something, and why: what its members see of a flood. Counted in memory wherever it is
//! refused, brought to the inbox object with a question that is asked anyway, and written there at most once a minute: no
//! refusal costs a call or a write of its own, so that a flood costs the disk nothing. Nothing of a sender is counted
//! (MET-02).

use crate::load::{Coming, Demand, holds};
use einwurf_protocol::{api::staff::Why, limits::SITE_UNREAD_BYTES};

/// Kinds of refusals.
const KINDS: usize = Why::ALL.len();

/// What is counted is written at most so often, in milliseconds.
pub const KEEP_MS: u64 = 60_000;

/// What was counted and is not written yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refusals([u32; KINDS]);

impl Refusals {
    /// One more.
    pub fn add(&mut self, why: Why) {
        if let Some(count) = self.0.get_mut(why as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// What another part of the relay counted.
    pub fn join(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count = count.saturating_add(more);
        }
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// By kind; what did not happen is left away.
    pub fn each(&self) -> impl Iterator<Item = (Why, u32)> {
        Why::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }

    /// On its way to the inbox object: `0,12,0,0,0,1`.
    pub fn header(&self) -> String {
        self.0.map(|count| count.to_string()).join(",")
    }

    /// As it arrived; whatever is no number counts nothing.
    pub fn read(header: &str) -> Self {
        let mut read = Self::default();
        for (count, text) in read.0.iter_mut().zip(header.split(',')) {
            *count = text.parse().unwrap_or_default();
        }
        read
    }
}

/// Whether it is time to write.
pub fn is_due(counted: &Refusals, kept: u64, now: u64) -> bool {
    !counted.is_empty() && !holds(kept, KEEP_MS, now)
}

/// Why a site demands something for what comes, having so many bytes that nobody fetched. None where it is no refusal: a
/// follow-up is told what to work for when it comes.
pub fn why(demand: Demand, unread: u64, coming: Coming) -> Option<Why> {
    match demand {
        Demand::TextOnly => Some(Why::Files),
        Demand::Work(_) => coming.opens.then_some(Why::Work),
        Demand::Wait(_) if unread.saturating_add(coming.bytes) > SITE_UNREAD_BYTES => Some(Why::Unread),
        Demand::Wait(_) => Some(Why::Pace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(kinds: &[Why]) -> Refusals {
        let mut counted = Refusals::default();
        for why in kinds {
            counted.add(*why);
        }
        counted
    }

    #[test]
    fn every_kind_has_its_own_place_and_comes_through_a_header() {
        for why in Why::ALL {
            let one = counted(&[why, why]);
            assert_eq!(one.each().collect::<Vec<_>>(), [(why, 2)]);
            assert_eq!(Refusals::read(&one.header()), one);
        }
        assert_eq!(counted(&[Why::Work, Why::Files]).header(), "0,1,0,0,0,1");
    }

    #[test]
    fn what_several_parts_counted_is_added_and_never_wraps() {
        let mut all = counted(&[Why::Pace]);
        all.join(counted(&[Why::Pace, Why::Ticket]));
        assert_eq!(all.each().collect::<Vec<_>>(), [(Why::Ticket, 1), (Why::Pace, 2)]);
        let mut full = Refusals([u32::MAX; KINDS]);
        full.add(Why::Work);
        full.join(full);
        assert_eq!(full, Refusals([u32::MAX; KINDS]));
    }

    #[test]
    fn a_demand_is_told_by_what_it_is_for() {
        let coming = Coming { opens: true, bytes: 1_000, files: false, bits: 0 };
        for (demand, unread, expected) in [
            (Demand::TextOnly, 0, Why::Files),
            (Demand::Work(14), SITE_UNREAD_BYTES, Why::Work),
            (Demand::Wait(7), SITE_UNREAD_BYTES - 1_000, Why::Pace),
            (Demand::Wait(7), SITE_UNREAD_BYTES - 999, Why::Unread),
        ] {
            assert_eq!(why(demand, unread, coming), Some(expected), "{demand:?}");
        }
        let follow_up = Coming { opens: false, ..coming };
        assert_eq!(why(Demand::Work(15), 0, follow_up), None);
        assert_eq!(why(Demand::Wait(7), u64::MAX, follow_up), Some(Why::Unread));
    }

    #[test]
    fn a_header_that_is_none_counts_nothing() {
        for header in ["", ",,,,,", "-1,x,1.5, 2", "4294967296"] {
            assert!(Refusals::read(header).is_empty(), "{header}");
        }
        let longer = Refusals::read("1,2,3,4,5,6,7,8");
        assert_eq!(longer.header(), "1,2,3,4,5,6");
    }

    #[test]
    fn a_flood_is_written_once_a_minute_and_a_clock_set_back_holds_nothing_up() {
        let some = counted(&[Why::Work]);
        let at = 1_000_000;
        for (now, due) in [(at, false), (at + KEEP_MS - 1, false), (at + KEEP_MS, true), (at - 1, true)] {
            assert_eq!(is_due(&some, at, now), due, "{now}");
        }
        assert!(!is_due(&Refusals::default(), 0, at));
        assert!(is_due(&some, 0, at), "the first one at once");
    }
}
