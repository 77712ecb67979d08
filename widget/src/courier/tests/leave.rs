//! Withdrawing: what there is to withdraw, and whose word counts.

use super::*;
use einwurf_protocol::{message::Reason, precedence::Hold, time::Timestamp};

#[test]
fn rgt_03_before_anything_was_posted_a_withdrawal_asks_nobody() {
    let dropped = Leave::Done(Ending::Done(End::Dropped));
    assert_eq!(courier().leave(&mut rng()), dropped);
    let mut written = courier();
    sealed(&mut written, FIRST, 0, false);
    ticketed(&mut written);
    assert_eq!(written.leave(&mut rng()), dropped);
}

/// The withdrawal that a courier posts.
pub(super) fn withdrawal(courier: &mut Courier) -> Event {
    let Leave::Ask(request) = courier.leave(&mut rng()) else { panic!("no withdrawal") };
    let body: Append = serde_json::from_str(&request.body.unwrap()).unwrap();
    assert!(body.grant.is_none());
    Event::read(body.event).unwrap()
}

#[test]
fn rgt_03_a_withdrawal_joins_the_chain_and_counts_only_when_the_relay_acknowledged_these_bytes() {
    let mut courier = open(&mut Relay::default());
    let event = withdrawal(&mut courier);
    assert_eq!((event.header.kind, event.header.seq), (einwurf_protocol::event::Kind::Withdrawal, 1));
    assert_eq!(withdrawal(&mut courier), event, "a retry sends the same bytes");
    let mut accepted = Accepted { seq: 1, digest: Digest([9; 32]), at: NOW, deleted: NOW };
    assert_eq!(courier.left(&reply(201, serde_json::to_vec(&accepted))), Some(Ending::Lost), "other bytes");
    accepted.digest = event.digest;
    assert_eq!(
        courier.left(&reply(201, serde_json::to_vec(&accepted))),
        Some(Ending::Done(End::Withdrawn(NOW)))
    );
    assert_eq!(courier.bundle(3), None, "nothing of it is kept any more");
    courier.forget();
    assert!(courier.asks(path::RECEIPT).is_some(), "its receipt can still be had");
    assert_eq!(courier.seal(&order(FIRST, 0, false), &mut rng()), Err(SealFault::Broken));
}

#[test]
fn rgt_03_what_may_lie_there_is_read_first() {
    let mut relay = Relay::default();
    let (mut courier, _) = posted(&mut relay);
    assert!(matches!(courier.leave(&mut rng()), Leave::Look(..)), "its answer never came");
    let look = relay.look(&mut courier);
    assert_eq!(courier.found(&look), None);
    assert_eq!(withdrawal(&mut courier).header.seq, 1);

    let (mut unknown, _) = posted(&mut Relay::default());
    assert_eq!(unknown.found(&Look::Nothing), Some(Ending::Done(End::Dropped)));
    assert_eq!(unknown.found(&Look::Lost), Some(Ending::Lost));
    assert_eq!(unknown.found(&Look::Untrusted), Some(Ending::Lost), "a relay that cheats ends nothing");
}

#[test]
fn rgt_03_a_withdrawal_whose_answer_was_lost_is_found_in_the_receipt() {
    let mut courier = open(&mut Relay::default());
    withdrawal(&mut courier);
    assert_eq!(courier.left(&problem(Code::Gone)), None);
    let Leave::Ask(request) = courier.leave(&mut rng()) else { panic!() };
    assert_eq!(request.path, path::RECEIPT);
    let receipt = |withdrawn, hold| Receipt {
        grants: vec![],
        records: vec![],
        events: vec![],
        withdrawn,
        erased: None,
        hold,
        deleted: DELETED,
        proof_until: DELETED,
    };
    assert_eq!(
        courier.left(&reply(200, serde_json::to_vec(&receipt(None, None)))),
        Some(Ending::Done(End::Gone)),
        "erased by staff"
    );
    assert_eq!(
        courier.left(&reply(200, serde_json::to_vec(&receipt(Some(NOW), None)))),
        Some(Ending::Done(End::Withdrawn(NOW)))
    );
    let hold = Some(Hold { reason: Reason::Claim, since: Timestamp(1), until: DELETED });
    assert_eq!(
        courier.left(&reply(200, serde_json::to_vec(&receipt(Some(NOW), hold)))),
        Some(Ending::Done(End::Held(NOW, DELETED))),
        "not said to be erased"
    );
}

#[test]
fn rgt_03_a_relay_that_is_away_or_refuses_leaves_the_withdrawal_to_be_tried_again() {
    let mut courier = open(&mut Relay::default());
    let event = withdrawal(&mut courier);
    for code in [Code::Unavailable, Code::Internal, Code::LimitReached, Code::Malformed] {
        assert_eq!(courier.left(&problem(code)), Some(Ending::Lost), "{code:?}");
    }
    assert_eq!(withdrawal(&mut courier), event);
    assert_eq!(courier.left(&problem(Code::Unauthorized)), Some(Ending::Done(End::Past)));
}

#[test]
fn rgt_03_a_withdrawal_that_was_carried_out_is_over_even_where_nothing_is_left_of_it() {
    let mut courier = reloaded(&open(&mut Relay::default()));
    assert!(matches!(courier.leave(&mut rng()), Leave::Look(..)));
    assert_eq!(courier.found(&Look::Nothing), Some(Ending::Done(End::Past)));
}

#[test]
fn rgt_04_what_came_in_between_is_read_before_the_withdrawal_joins_it() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    let first = withdrawal(&mut courier);
    // The list of what is missing is empty: it ends before something that was erased.
    assert_eq!(courier.left(&problem(Code::ChainConflict)), None);
    assert!(matches!(courier.leave(&mut rng()), Leave::Look(..)));
    let look = relay.look(&mut courier);
    assert_eq!(courier.found(&look), None);
    let second = withdrawal(&mut courier);
    assert_ne!(second.digest, first.digest, "another one");
}
