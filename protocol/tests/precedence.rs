//! What comes first when withdrawal, hold, restriction and dates meet: each row of the table, then whatever happens in
//! whatever order.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW};
use einwurf_protocol::{
    chain::{Chain, JoinError},
    event::{Direction, Header, Kind},
    ids::{MessageId, Thumbprint},
    message::Reason,
    precedence::{Decision, Facts, Hold, Standing},
    time::Timestamp,
};
use proptest::prelude::*;

/// In use, to be deleted at `NOW + 100`, its key to be destroyed at `NOW + 200`.
const PLAIN: Facts = Facts {
    withdrawn: None,
    hold: None,
    restricted: None,
    deleted: Timestamp(NOW.0 + 100),
    destroyed: Timestamp(NOW.0 + 200),
};

#[allow(clippy::unnecessary_wraps, reason = "as the facts have it")]
fn hold(since: u64, until: u64) -> Option<Hold> {
    Some(Hold { reason: Reason::Claim, since: NOW.plus(since), until: NOW.plus(until) })
}

#[allow(clippy::unnecessary_wraps, reason = "as the facts have it")]
fn at(seconds: u64) -> Option<Timestamp> {
    Some(NOW.plus(seconds))
}

fn standing(facts: Facts, now: u64) -> (Standing, bool, Option<Timestamp>) {
    let Decision { standing, open, next, .. } = facts.decide(NOW.plus(now));
    (standing, open, next)
}

#[test]
fn rgt_03_withdrawn_and_not_held_is_erased_at_once() {
    for restricted in [None, at(1)] {
        for now in [10, 99, 100, 200, 5_000] {
            let facts = Facts { withdrawn: at(10), restricted, ..PLAIN };
            assert_eq!(standing(facts, now), (Standing::Erase, false, None));
        }
    }
}

#[test]
fn rgt_03_withdrawn_and_held_before_is_kept_for_the_claim_alone() {
    for restricted in [None, at(1)] {
        let facts = Facts { withdrawn: at(10), hold: hold(9, 300), restricted, ..PLAIN };
        for now in [10, 100, 200, 299] {
            assert_eq!(standing(facts, now), (Standing::Held, false, at(300)));
        }
        for now in [300, 301] {
            assert_eq!(standing(facts, now), (Standing::Erase, false, None));
        }
    }
}

#[test]
fn rgt_03_a_hold_set_at_or_after_the_withdrawal_does_not_count() {
    for (since, expected) in [(9, Standing::Held), (10, Standing::Held), (11, Standing::Erase)] {
        let facts = Facts { withdrawn: at(10), hold: hold(since, 300), ..PLAIN };
        assert_eq!(standing(facts, 20).0, expected, "held since {since}");
    }
}

#[test]
fn ret_01_held_outlasts_the_deletion_date() {
    for restricted in [None, at(1)] {
        let facts = Facts { hold: hold(5, 300), restricted, ..PLAIN };
        for now in [100, 200, 299] {
            assert_eq!(standing(facts, now), (Standing::Held, false, at(300)));
        }
        assert_eq!(standing(facts, 300), (Standing::Erase, false, None));
    }
}

#[test]
fn rgt_06_restricted_outlasts_the_deletion_date_but_not_the_key() {
    let facts = Facts { restricted: at(5), ..PLAIN };
    for now in [100, 199] {
        assert_eq!(standing(facts, now), (Standing::Restricted, false, at(200)));
    }
    assert_eq!(standing(facts, 200), (Standing::Erase, false, None));
}

#[test]
fn ret_01_over_and_nothing_else_is_erased() {
    assert_eq!(standing(PLAIN, 99).0, Standing::InUse);
    for now in [100, 101, 200] {
        assert_eq!(standing(PLAIN, now), (Standing::Erase, false, None));
    }
    let key_first = Facts { destroyed: NOW.plus(50), ..PLAIN };
    assert_eq!(standing(key_first, 49), (Standing::InUse, true, at(50)));
    assert_eq!(standing(key_first, 50), (Standing::Erase, false, None));
}

#[test]
fn rgt_06_restricted_is_stored_alone_but_the_visitor_may_write() {
    for hold in [None, hold(5, 300)] {
        let facts = Facts { restricted: at(5), hold, ..PLAIN };
        assert_eq!(standing(facts, 99), (Standing::Restricted, true, at(100)));
    }
}

#[test]
fn in_use_with_and_without_a_hold() {
    for hold in [None, hold(5, 300), hold(5, 50)] {
        assert_eq!(standing(Facts { hold, ..PLAIN }, 99), (Standing::InUse, true, at(100)));
    }
}

#[test]
fn a_hold_keeps_the_inbox_key_as_long_as_it_counts() {
    let key = |facts: Facts, now| facts.decide(NOW.plus(now)).key;
    assert_eq!(key(PLAIN, 10), NOW.plus(200));
    let held = Facts { hold: hold(5, 300), ..PLAIN };
    assert_eq!(
        (key(held, 10), key(held, 250), key(held, 300)),
        (NOW.plus(300), NOW.plus(300), NOW.plus(200))
    );
    assert_eq!(key(Facts { hold: hold(5, 150), ..PLAIN }, 10), NOW.plus(200), "never shorter");
    assert_eq!(key(Facts { withdrawn: at(4), ..held }, 10), NOW.plus(200), "a late hold keeps nothing");
}

/// What may happen to a conversation, by whoever wants it.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Withdraw,
    Hold(u64),
    Release,
    Restrict,
    Lift,
    /// A new message moves the deletion date.
    Extend(u64),
    /// Staff hand parts over, or answer.
    Act,
    Answer,
    Write,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => Just(Happening::Withdraw),
        2 => (0..400_u64).prop_map(Happening::Hold),
        1 => Just(Happening::Release),
        1 => Just(Happening::Restrict),
        1 => Just(Happening::Lift),
        1 => (0..400_u64).prop_map(Happening::Extend),
        1 => Just(Happening::Act),
        1 => Just(Happening::Answer),
        1 => Just(Happening::Write),
    ]
}

/// Happenings with the seconds that go by before each. Within one second the chain decides, which takes no hold after a
/// withdrawal (`rgt_03_what_was_held_before_is_kept_and_said_and_a_hold_afterwards_is_refused`).
fn history() -> impl Strategy<Value = Vec<(u64, Happening)>> {
    prop::collection::vec((1..60_u64, happening()), 1..40)
}

/// Applies what staff or visitor do, without any check: nothing but the table protects.
fn apply(facts: &mut Facts, what: Happening, now: Timestamp) {
    match what {
        Happening::Withdraw => facts.withdrawn = facts.withdrawn.or(Some(now)),
        Happening::Hold(seconds) => {
            facts.hold = Some(Hold { reason: Reason::Authority, since: now, until: now.plus(seconds) });
        }
        Happening::Release => facts.hold = None,
        Happening::Restrict => facts.restricted = Some(now),
        Happening::Lift => facts.restricted = None,
        Happening::Extend(seconds) => facts.deleted = now.plus(seconds),
        Happening::Act | Happening::Answer | Happening::Write => (),
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    let second = 0..400_u64;
    let maybe = || prop::option::of(0..400_u64).prop_map(|it| it.map(|seconds| NOW.plus(seconds)));
    (maybe(), prop::option::of((second.clone(), second.clone())), maybe(), second.clone(), second).prop_map(
        |(withdrawn, held, restricted, deleted, destroyed)| Facts {
            withdrawn,
            hold: held.and_then(|(since, until)| hold(since, until)),
            restricted,
            deleted: NOW.plus(deleted),
            destroyed: NOW.plus(destroyed),
        },
    )
}

proptest! {
    #[test]
    fn rgt_03_no_path_leads_from_withdrawn_back_to_use(history in history()) {
        let (mut facts, mut now, mut erased) = (PLAIN, NOW, false);
        for (passed, what) in history {
            now = now.plus(passed);
            let held_before = facts.withdrawn.is_none() && facts.hold.is_some_and(|hold| hold.since <= now);
            let withdraws = facts.withdrawn.is_none() && matches!(what, Happening::Withdraw);
            apply(&mut facts, what, now);
            let Decision { standing, open, .. } = facts.decide(now);
            if withdraws {
                prop_assert!(held_before || standing == Standing::Erase);
            }
            if facts.withdrawn.is_some() {
                prop_assert!(matches!(standing, Standing::Held | Standing::Erase), "{:?}", standing);
                prop_assert!(!open);
                // What was to be erased once is never kept again.
                prop_assert!(!erased || standing == Standing::Erase);
                erased = standing == Standing::Erase;
            }
        }
    }

    #[test]
    fn rgt_03_after_a_withdrawal_the_visitor_can_never_write(facts in facts(), now in 0..500_u64) {
        let now = NOW.plus(now);
        let Decision { open, .. } = facts.decide(now);
        let over = now >= facts.deleted.min(facts.destroyed);
        prop_assert_eq!(open, facts.withdrawn.is_none() && !over);
    }

    #[test]
    fn ret_01_until_the_next_change_nothing_changes_by_itself(facts in facts(), now in 0..500_u64, later in 0..500_u64) {
        let now = NOW.plus(now);
        let what = |decision: Decision| (decision.standing, decision.open);
        let decision = facts.decide(now);
        prop_assert!(decision.next.is_none_or(|next| next > now), "a change in the past is never waited for");
        let later = now.plus(later);
        if decision.next.is_none_or(|next| later < next) {
            prop_assert_eq!(what(facts.decide(later)), what(decision));
        }
        if let Some(next) = decision.next {
            prop_assert_ne!(what(facts.decide(next)), what(decision), "an alarm for nothing");
        }
    }

    #[test]
    fn the_inbox_key_is_there_as_long_as_something_is_held(facts in facts(), now in 0..500_u64) {
        let now = NOW.plus(now);
        let Decision { standing, key, .. } = facts.decide(now);
        prop_assert!(key >= facts.destroyed);
        prop_assert!(standing != Standing::Held || key > now);
        prop_assert!(standing != Standing::InUse || key > now);
    }

    /// Whatever staff try, a basis other than consent comes only from an act that the visitor can read, and such an act
    /// never follows a withdrawal: the chain takes none, and the table knows no way back.
    #[test]
    fn con_06_no_path_leads_from_withdrawn_to_another_basis_without_an_earlier_hand_over(history in history()) {
        let (visitor, member) = (Key::new(3), Key::new(4));
        let (mut facts, mut now) = (PLAIN, NOW);
        let mut chain = Chain::new(Thumbprint([1; 32]), visitor.public().cid());
        let mut acts = 0;
        for (passed, what) in std::iter::once((0, Happening::Write)).chain(history) {
            now = now.plus(passed);
            let (direction, kind, key) = match what {
                Happening::Withdraw => (Direction::ToStaff, Kind::Withdrawal, &visitor),
                Happening::Write => (Direction::ToStaff, Kind::Message, &visitor),
                Happening::Answer => (Direction::ToVisitor, Kind::Message, &member),
                Happening::Extend(_) => continue,
                _ => (Direction::ToVisitor, Kind::Act, &member),
            };
            let header = Header {
                cid: chain.cid,
                direction,
                kind,
                message: MessageId([9; 16]),
                ..key.header(chain.head, chain.epochs == 0)
            };
            match chain.join(&key.event(&header)) {
                Ok(joined) => {
                    prop_assert!(facts.withdrawn.is_none(), "{:?} after the withdrawal", what);
                    chain = joined;
                    acts += usize::from(kind == Kind::Act);
                    apply(&mut facts, what, now);
                }
                Err(error) => {
                    prop_assert_eq!(error, JoinError::Ended);
                    prop_assert!(facts.withdrawn.is_some());
                }
            }
            let standing = facts.decide(now).standing;
            if facts.withdrawn.is_some() {
                prop_assert!(standing == Standing::Erase || (standing == Standing::Held && acts > 0));
            }
        }
    }
}
