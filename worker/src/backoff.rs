//! How long what could not be delivered waits before the next try, for mails and for calls to other servers: seconds at
//! first, since most faults are short, then hours, for five days (RFC 5321, 4.5.4.1). Time and chance are arguments.

use einwurf_protocol::limits::QUEUE_DAYS;

/// After so many milliseconds something is given up. Visitors read this number in the notice.
pub const GIVE_UP_MS: u64 = QUEUE_DAYS * 86_400_000;
/// Waits after the first failures, in milliseconds. The last one stays.
const WAITS_MS: [u64; 8] = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000];
/// A wait is up to a fifth shorter or longer, so that the mails of many sites do not come back to one server together.
const JITTER: u64 = 5;

/// How long to wait after `failed` tries in a row, in milliseconds. `draw` is any random number.
pub fn wait(failed: u32, draw: u32) -> u64 {
    let index = usize::try_from(failed.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS_MS.len() - 1);
    let wait = WAITS_MS.get(index).copied().unwrap_or(GIVE_UP_MS);
    let span = wait / JITTER;
    // From a fifth less to a fifth more: `draw` as a part of its own range.
    wait - span + (2 * span).saturating_mul(draw.into()) / u64::from(u32::MAX)
}

/// The latest that anything can wait for which failed by now, in milliseconds. What waits longer was put off by a clock that
/// has gone back since.
pub fn latest(now: u64) -> u64 {
    now.saturating_add(wait(u32::MAX, u32::MAX))
}

/// When to try again what began to wait at `began`, after `failed` tries, the last of them at `now`: never after its end,
/// for which there is a last try. None: it is given up. All in milliseconds.
pub fn next(began: u64, failed: u32, now: u64, draw: u32) -> Option<u64> {
    let end = end(began);
    (now < end).then(|| now.saturating_add(wait(failed, draw)).min(end))
}

/// When something that began to wait then is given up, in milliseconds.
pub fn end(began: u64) -> u64 {
    began.saturating_add(GIVE_UP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u32 = u32::MAX / 2;

    #[test]
    fn waits_grow_from_seconds_to_four_hours() {
        let waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, u32::MAX].map(|failed| wait(failed, MIDDLE).div_ceil(1_000));
        assert_eq!(waits, [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400]);
        assert_eq!(wait(0, MIDDLE), wait(1, MIDDLE), "what never failed waits as after the first time");
    }

    #[test]
    fn chance_moves_a_wait_by_a_fifth_and_no_further() {
        for (failed, wait_ms) in (1..).zip(WAITS_MS) {
            assert_eq!(wait(failed, 0), wait_ms - wait_ms / 5);
            assert_eq!(wait(failed, u32::MAX), wait_ms + wait_ms / 5);
            let draws = [0, 1, u32::MAX / 3, MIDDLE, u32::MAX - 1, u32::MAX].map(|draw| wait(failed, draw));
            assert!(draws.is_sorted() && draws[0] < draws[2] && draws[2] < draws[3], "{draws:?}");
        }
        assert!(
            wait(1, u32::MAX) < wait(2, 0),
            "the second wait is longer than the first, whatever was drawn"
        );
    }

    #[test]
    fn nothing_is_tried_after_its_end_and_once_at_it() {
        assert_eq!(next(1_000, 1, 1_000, u32::MAX), Some(7_000));
        let end = end(1_000);
        assert_eq!(end, 1_000 + 5 * 86_400_000);
        assert!(next(1_000, 8, end - 2 * 14_400_000, MIDDLE).is_some_and(|due| due < end));
        for (now, due) in [(end - 1, Some(end)), (end, None), (end + 1, None)] {
            assert_eq!(next(1_000, 8, now, MIDDLE), due, "{now}");
        }
    }

    #[test]
    fn five_days_are_between_thirty_and_fifty_tries() {
        for draw in [0, MIDDLE, u32::MAX] {
            let (mut now, mut tries) = (0, 1);
            while let Some(due) = next(0, tries, now, draw) {
                (now, tries) = (due, tries + 1);
            }
            assert!((30..50).contains(&tries), "{tries}");
            assert_eq!(now, GIVE_UP_MS, "the last one is at the end");
        }
    }

    #[test]
    fn a_clock_at_the_end_of_time_does_not_overflow() {
        assert_eq!(next(u64::MAX, 1, u64::MAX, 0), None);
        assert_eq!(next(u64::MAX - 1, 9, u64::MAX - 2, u32::MAX), Some(u64::MAX));
    }
}
