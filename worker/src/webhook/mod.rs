//! Webhooks after Standard Webhooks: where one may point, how it is signed, what it is sent, what becomes of a delivery.
//! What is sent is what the relay has: numbers, times, and messages that nobody reads on the way.

pub mod payload;
pub mod place;
pub mod sign;

use crate::backoff;
use einwurf_protocol::api::webhooks::Outcome;

/// A server that does not answer within this time is tried again later, in milliseconds.
pub const PATIENCE_MS: u32 = 10_000;
/// However long it failed, a webhook is asked again after an hour: what waits for it goes out soon after it is back.
const PAUSE_LEVEL: u32 = 6;
/// After so many failures in a row a server was away. One delivery that it does not like cannot look like that as long as
/// it takes others.
const FAILURES_FORGIVEN: u32 = 3;

/// How a try ended, by the status of its answer.
pub fn outcome(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered,
        300..=399 => Outcome::Redirect,
        410 => Outcome::Gone,
        400..=499 => Outcome::Refused,
        _ => Outcome::Failing,
    }
}

/// A delivery that waits, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Since when: when it was queued, or asked for again.
    pub queued: u64,
    /// Tries that failed.
    pub attempts: u32,
    /// Tries at its webhook that failed in a row, of any delivery.
    pub failures: u32,
}

/// What becomes of a delivery and of its webhook after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It was taken. What waits longer because its server was away is tried at once.
    Delivered {
        /// Whether the server was away for long.
        back: bool,
    },
    /// Another try of this delivery, and until then a pause for the others, in milliseconds. One that its server does not
    /// like does not hold up the others for long: its own wait grows with its own tries.
    Retry {
        /// When it is tried again.
        due: u64,
        /// When any delivery is.
        pause: u64,
    },
    /// Given up after five days.
    Failed {
        /// When another delivery is tried.
        pause: u64,
    },
    /// The server says that it is gone for good: the webhook is off, and what waits for it failed.
    Off,
}

/// After a try at `now` (milliseconds); `draw` is any random number.
pub fn after(waiting: Waiting, outcome: Outcome, now: u64, draw: u32) -> Next {
    let Waiting { queued, attempts, failures } = waiting;
    match outcome {
        Outcome::Delivered => Next::Delivered { back: failures >= FAILURES_FORGIVEN },
        Outcome::Gone => Next::Off,
        _ => {
            let level = failures.saturating_add(1).min(PAUSE_LEVEL);
            let pause = now.saturating_add(backoff::wait(level, draw));
            match backoff::next(queued, attempts.saturating_add(1), now, draw) {
                Some(due) => Next::Retry { due, pause },
                None => Next::Failed { pause },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u32 = u32::MAX / 2;
    const NEW: Waiting = Waiting { queued: 0, attempts: 0, failures: 0 };

    #[test]
    fn a_status_has_one_class() {
        for (status, class) in [
            (200, Outcome::Delivered),
            (299, Outcome::Delivered),
            (300, Outcome::Redirect),
            (399, Outcome::Redirect),
            (400, Outcome::Refused),
            (409, Outcome::Refused),
            (410, Outcome::Gone),
            (411, Outcome::Refused),
            (499, Outcome::Refused),
            (500, Outcome::Failing),
            (600, Outcome::Failing),
            (0, Outcome::Failing),
        ] {
            assert_eq!(outcome(status), class, "{status}");
        }
    }

    #[test]
    fn whatever_is_not_taken_is_tried_again_for_five_days() {
        let failing =
            [Outcome::Redirect, Outcome::Refused, Outcome::Failing, Outcome::TimedOut, Outcome::Unreachable];
        for outcome in failing {
            let Next::Retry { due, pause } = after(NEW, outcome, 0, MIDDLE) else { panic!("{outcome:?}") };
            assert_eq!((due.div_ceil(1_000), pause.div_ceil(1_000)), (5, 5));
            let end = backoff::end(0);
            assert!(matches!(after(NEW, outcome, end - 1, MIDDLE), Next::Retry { due, .. } if due == end));
            assert!(matches!(after(NEW, outcome, end, MIDDLE), Next::Failed { .. }));
        }
    }

    #[test]
    fn a_server_that_is_away_is_asked_once_an_hour() {
        let away = Waiting { attempts: 40, failures: u32::MAX, ..NEW };
        let Next::Retry { due, pause } = after(away, Outcome::Unreachable, 0, MIDDLE) else { panic!() };
        assert_eq!((due.div_ceil(1_000), pause.div_ceil(1_000)), (14_400, 3_600));
    }

    #[test]
    fn what_waits_for_a_server_that_is_back_is_not_brought_forward_for_a_single_failure() {
        for (failures, back) in
            [(0, false), (FAILURES_FORGIVEN - 1, false), (FAILURES_FORGIVEN, true), (u32::MAX, true)]
        {
            let waiting = Waiting { failures, ..NEW };
            assert_eq!(after(waiting, Outcome::Delivered, 0, 0), Next::Delivered { back }, "{failures}");
        }
    }

    #[test]
    fn a_server_that_is_gone_is_left_alone() {
        assert_eq!(after(NEW, Outcome::Gone, 0, 0), Next::Off);
    }
}
