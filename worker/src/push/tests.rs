use super::*;

const MIDDLE: u32 = u32::MAX / 2;
const NOW: u64 = 1_000_000_000;
const NEW: Waiting = Waiting { queued: NOW, attempts: 0 };

fn answer(status: u16) -> Answer {
    Answer { status: Some(status), not_before: None }
}

#[test]
fn a_device_is_told_at_once_and_again_only_after_ten_minutes_or_once_it_has_looked() {
    assert_eq!(due(NOW, None, false), Some(NOW));
    for (told, told_again) in [(NOW, false), (NOW - EVERY_MS + 1, false), (NOW - EVERY_MS, true)] {
        assert_eq!(due(NOW, Some(told), false), told_again.then_some(NOW), "{told}");
    }
    assert_eq!(due(NOW, Some(NOW + 1), false), Some(NOW), "a clock that was ahead silences nobody");
}

#[test]
fn whoever_has_the_inbox_open_is_told_only_if_nobody_looks_at_it() {
    assert_eq!(due(NOW, None, true), Some(NOW + 30_000));
    assert_eq!(due(NOW, Some(NOW), true), None);
}

#[test]
fn a_connection_without_a_sign_of_life_is_nobodys() {
    // An app gives one every twenty seconds; one of them may be lost.
    for (ago, held) in [(0, true), (20_000, true), (40_000, true), (44_999, true), (45_000, false)] {
        assert_eq!(is_held(NOW - ago, NOW), held, "{ago}");
    }
    assert!(!is_held(NOW + 1, NOW), "a clock that was ahead holds nothing up");
}

#[test]
fn a_status_has_one_end() {
    for (status, next) in [
        (200, Next::Told),
        (201, Next::Told),
        (299, Next::Told),
        (400, Next::Ended),
        (401, Next::Ended),
        (403, Next::Ended),
        (404, Next::Ended),
        (407, Next::Ended),
        (409, Next::Ended),
        (410, Next::Ended),
        (413, Next::Ended),
        (428, Next::Ended),
        (430, Next::Ended),
        (499, Next::Ended),
    ] {
        assert_eq!(after(NEW, answer(status), NOW, MIDDLE), next, "{status}");
    }
    for status in [0, 199, 300, 307, 399, 408, 429, 500, 503, 599, 600] {
        let Next::Again(due) = after(NEW, answer(status), NOW, MIDDLE) else { panic!("{status}") };
        assert_eq!((due - NOW).div_ceil(1_000), 5, "{status}");
    }
    assert!(matches!(after(NEW, Answer::default(), NOW, MIDDLE), Next::Again(_)), "nobody answered");
}

#[test]
fn a_service_that_wants_peace_gets_it() {
    let busy = |not_before| Answer { status: Some(429), not_before: Some(not_before) };
    assert_eq!(after(NEW, busy(NOW + 90_000), NOW, MIDDLE), Next::Again(NOW + 90_000));
    let Next::Again(due) = after(NEW, busy(NOW + 1), NOW, MIDDLE) else { panic!() };
    assert!(due > NOW + 4_000, "less than our own wait does not hurry us");
    // Longer than a push is worth anything.
    assert_eq!(after(NEW, busy(NOW + OLD_MS - 1), NOW, MIDDLE), Next::Again(NOW + OLD_MS - 1));
    for late in [OLD_MS, OLD_MS + 1, u64::MAX - NOW] {
        assert_eq!(after(NEW, busy(NOW + late), NOW, MIDDLE), Next::Over);
    }
}

#[test]
fn a_push_is_given_up_after_a_day() {
    let (mut now, mut waiting) = (NOW, NEW);
    while let Next::Again(due) = after(waiting, answer(503), now, MIDDLE) {
        assert!(due < NOW + OLD_MS);
        (now, waiting.attempts) = (due, waiting.attempts + 1);
    }
    assert!((10..20).contains(&waiting.attempts), "{}", waiting.attempts);
}
