//! How long a conversation object keeps anything, and when its one alarm has to go off. What is kept in between is
//! decided by [`Facts::decide`].

use einwurf_protocol::{
    limits::COPIES_DAYS,
    precedence::Facts,
    time::{DAY, Timestamp},
};

/// Between a withdrawal and the moment when its bytes leave the raw storage, even if the inbox object or the proof object
/// still could not be told, in seconds.
pub const REWRITE_SECONDS: u64 = 30;

/// When the content of a conversation goes that ended before its date: with the end, or with the hold that counts.
pub fn erased(facts: &Facts) -> Option<Timestamp> {
    let ended = facts.withdrawn?;
    let held = facts.hold.filter(|hold| hold.since <= ended);
    Some(held.map_or(ended, |hold| ended.max(hold.until)))
}

/// What is known of a conversation whose end was noticed: at every time it is over, so that no clock that is set back
/// brings it to life again.
pub const OVER: Facts =
    Facts { withdrawn: None, hold: None, restricted: None, deleted: Timestamp(0), destroyed: Timestamp(0) };

/// Until when staff have deleted their copies of what was erased then.
pub fn copies_until(erased: Timestamp) -> Timestamp {
    erased.plus(COPIES_DAYS * DAY)
}

/// When nothing at all is left, neither content nor tombstone, as things stand. A tombstone stays for as long as copies
/// may be left: until then its visitor has the receipt, and whoever withdrew without hearing of it may ask again.
pub fn end(facts: &Facts) -> Timestamp {
    let over = facts.deleted.min(facts.destroyed);
    if let Some(erased) = erased(facts) {
        return over.max(copies_until(erased));
    }
    let stored = if facts.restricted.is_some() { facts.destroyed } else { over };
    facts.hold.map_or(stored, |hold| stored.max(hold.until))
}

/// When the alarm is due, in milliseconds: the next try to deliver, the rewriting of the storage, the end of a hold or a
/// restriction, or the end of all. After that only what is owed still waits; without it the rest goes at once.
pub fn next_alarm(next_try: Option<u64>, rewrite: Option<Timestamp>, facts: &Facts, now: Timestamp) -> u64 {
    let ms = |time: Timestamp| time.0.saturating_mul(1_000);
    let end = end(facts);
    let dates = if now >= end { [None, None] } else { [facts.decide(now).next, Some(end)] };
    let dates = dates.into_iter().chain([rewrite]).flatten().map(ms);
    next_try.into_iter().chain(dates).min().unwrap_or(ms(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{
        message::Reason,
        precedence::{Hold, Standing},
    };

    const NOW: Timestamp = Timestamp(1_000_000);

    fn facts() -> Facts {
        Facts {
            withdrawn: None,
            hold: None,
            restricted: None,
            deleted: NOW.plus(100),
            destroyed: NOW.plus(500),
        }
    }

    fn hold(since: Timestamp, until: Timestamp) -> Hold {
        Hold { reason: Reason::Claim, since, until }
    }

    #[test]
    fn ret_02_the_end_is_the_moment_at_which_the_decision_is_to_erase() {
        for until in [None, Some(50), Some(100), Some(101), Some(400), Some(900)] {
            for restricted in [None, Some(NOW)] {
                for (deleted, destroyed) in [(100, 500), (500, 500), (500, 100)] {
                    let facts = Facts {
                        hold: until.map(|until| hold(NOW, NOW.plus(until))),
                        restricted,
                        deleted: NOW.plus(deleted),
                        destroyed: NOW.plus(destroyed),
                        ..facts()
                    };
                    let end = end(&facts);
                    assert_eq!(facts.decide(end).standing, Standing::Erase, "{facts:?}");
                    assert_ne!(facts.decide(end.minus(1)).standing, Standing::Erase, "{facts:?}");
                }
            }
        }
    }

    #[test]
    fn ret_02_what_is_left_of_a_withdrawn_conversation_goes_with_its_date_and_not_before_its_copies() {
        let copies = COPIES_DAYS * DAY;
        let left = |deleted, facts: Facts| end(&Facts { deleted: NOW.plus(deleted), ..facts });
        let withdrawn = Facts { withdrawn: Some(NOW), destroyed: NOW.plus(9 * copies), ..facts() };
        for (deleted, lives) in
            [(100, copies), (copies - 1, copies), (copies, copies), (copies + 1, copies + 1)]
        {
            assert_eq!(left(deleted, withdrawn), NOW.plus(lives), "{deleted}");
        }
        // The inbox key is not needed for what is left.
        assert_eq!(left(100, Facts { destroyed: NOW, ..withdrawn }), NOW.plus(copies));
        // A restriction is not kept beyond a withdrawal, and a hold counts only if it was set before.
        assert_eq!(left(100, Facts { restricted: Some(NOW), ..withdrawn }), NOW.plus(copies));
        assert_eq!(
            left(100, Facts { hold: Some(hold(NOW.plus(1), NOW.plus(400))), ..withdrawn }),
            NOW.plus(copies)
        );
        // Of the same second, it came before: after a withdrawal nothing is held.
        let before = |until| Facts { hold: Some(hold(NOW, until)), ..withdrawn };
        assert_eq!(left(100, before(NOW.plus(400))), NOW.plus(400 + copies));
        assert_eq!(left(401 + copies, before(NOW.plus(400))), NOW.plus(401 + copies));
        // It was over before.
        assert_eq!(left(100, before(NOW.minus(1))), NOW.plus(copies));
    }

    #[test]
    fn rgt_03_copies_have_their_days_from_the_moment_when_the_content_goes() {
        assert_eq!(erased(&facts()), None);
        let withdrawn = Facts { withdrawn: Some(NOW), ..facts() };
        assert_eq!(erased(&withdrawn), Some(NOW));
        let held = |since, until| erased(&Facts { hold: Some(hold(since, until)), ..withdrawn });
        assert_eq!(held(NOW.minus(1), NOW.plus(400)), Some(NOW.plus(400)));
        assert_eq!(held(NOW.minus(2), NOW.minus(1)), Some(NOW));
        assert_eq!(held(NOW, NOW.plus(400)), Some(NOW.plus(400)));
        assert_eq!(held(NOW.plus(1), NOW.plus(400)), Some(NOW));
        assert_eq!(copies_until(NOW), NOW.plus(30 * DAY));
    }

    #[test]
    fn ret_02_what_is_over_is_so_whatever_the_clock_says() {
        for now in [0, 1, NOW.0, u64::MAX].map(Timestamp) {
            let decision = OVER.decide(now);
            assert_eq!((decision.standing, decision.open), (Standing::Erase, false), "{now:?}");
            assert!(now >= end(&OVER), "{now:?}");
            let owed = now.0.saturating_mul(1_000).saturating_add(7);
            assert_eq!(next_alarm(Some(owed), None, &OVER, now), owed, "only what is owed still waits");
        }
    }

    #[test]
    fn the_alarm_is_for_whatever_comes_first() {
        let next = |next_try, rewrite, facts: Facts| next_alarm(next_try, rewrite, &facts, NOW);
        let ms = |seconds| NOW.plus(seconds).0 * 1_000;
        assert_eq!(next(None, None, facts()), ms(100));
        assert_eq!(next(Some(ms(99)), None, facts()), ms(99));
        assert_eq!(next(Some(ms(101)), None, facts()), ms(100));
        assert_eq!(next(None, Some(NOW.plus(30)), facts()), ms(30));
        let restricted = Facts { restricted: Some(NOW), ..facts() };
        assert_eq!(next(None, None, restricted), ms(100));
        let held =
            Facts { hold: Some(hold(NOW.minus(2), NOW.plus(40))), withdrawn: Some(NOW.minus(1)), ..facts() };
        assert_eq!(next(None, None, held), ms(40));
        let withdrawn = Facts { withdrawn: Some(NOW.minus(1)), ..facts() };
        assert_eq!(next(None, None, withdrawn), ms(30 * DAY - 1));
        let never = Facts { deleted: Timestamp(u64::MAX), destroyed: Timestamp(u64::MAX), ..facts() };
        assert_eq!(next(None, None, never), u64::MAX);
    }

    #[test]
    fn after_the_end_the_alarm_waits_for_what_is_owed_alone() {
        let ms = |seconds| NOW.plus(seconds).0 * 1_000;
        for deleted in [NOW, NOW.minus(9)] {
            let facts = Facts { deleted, ..facts() };
            let next = |next_try, rewrite| next_alarm(next_try, rewrite, &facts, NOW);
            assert_eq!(next(Some(ms(60)), None), ms(60));
            assert_eq!(next(Some(ms(60)), Some(NOW.plus(30))), ms(30));
            assert_eq!(next(None, None), ms(0));
        }
        let facts = Facts { deleted: NOW.plus(1), ..facts() };
        assert_eq!(next_alarm(Some(ms(60)), None, &facts, NOW), ms(1));
    }
}
