//! The automatic lock (STF-04).

use einwurf_protocol::time::Timestamp;

/// Without a key press, a touch or a click for this long, the app locks.
pub const IDLE_SECONDS: u64 = 900;

/// When somebody last did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    last: Timestamp,
}

impl Idle {
    /// Somebody did something now.
    pub fn since(now: Timestamp) -> Self {
        Self { last: now }
    }

    /// Whether it is time to lock. A clock that was set back does not keep the app open.
    pub fn is_over(self, now: Timestamp) -> bool {
        now.0.abs_diff(self.last.0) >= IDLE_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stf_04_locks_after_fifteen_minutes_and_not_a_second_before() {
        let idle = Idle::since(Timestamp(10_000));
        for (now, over) in [(10_000, false), (10_899, false), (10_900, true), (99_999, true), (9_000, true)] {
            assert_eq!(idle.is_over(Timestamp(now)), over, "{now}");
        }
    }
}
