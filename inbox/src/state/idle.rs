//! The automatic lock (STF-04), and the word before it: nobody is cut off without a warning (A11-03).

use einwurf_protocol::time::Timestamp;

/// Without a key press, a touch or a click for this long, the app locks.
pub const IDLE_SECONDS: u64 = 900;
/// So long before it locks, it says so. WCAG 2.2.1 asks for twenty seconds; who reads slowly needs more.
pub const LOCK_WARNING_SECONDS: u64 = 120;
/// So long before a session ends, it says so.
pub const SESSION_WARNING_SECONDS: u64 = 600;

/// What ends soon, if nobody does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soon {
    /// The app locks.
    Lock,
    /// The session ends; whether the password makes it go on.
    Session(bool),
}

/// What has to be said now. The end of the session cannot be put off by a key, so that it comes first.
pub fn soon(idle: Idle, (expires, renewable): (Timestamp, bool), now: Timestamp) -> Option<Soon> {
    if now.plus(SESSION_WARNING_SECONDS) >= expires {
        return Some(Soon::Session(renewable));
    }
    (now.0.abs_diff(idle.last.0) >= IDLE_SECONDS.saturating_sub(LOCK_WARNING_SECONDS)).then_some(Soon::Lock)
}

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

    #[test]
    fn a11_03_a_lock_and_the_end_of_a_session_are_told_before_and_not_a_second_earlier() {
        let idle = Idle::since(Timestamp(10_000));
        let far = (Timestamp(50_000), true);
        for (now, told) in [(10_779, None), (10_780, Some(Soon::Lock)), (10_781, Some(Soon::Lock))] {
            assert_eq!(soon(idle, far, Timestamp(now)), told, "{now}");
        }
        // A key makes it go on.
        assert_eq!(soon(Idle::since(Timestamp(10_781)), far, Timestamp(10_781)), None);
        for (now, told) in [(49_399, false), (49_400, true), (49_401, true)] {
            let awake = Idle::since(Timestamp(now));
            assert_eq!(soon(awake, far, Timestamp(now)), told.then_some(Soon::Session(true)), "{now}");
        }
        assert_eq!(soon(idle, (Timestamp(10_900), false), Timestamp(10_890)), Some(Soon::Session(false)));
    }
}
