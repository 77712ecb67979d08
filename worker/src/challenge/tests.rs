use super::*;
use crate::testing::NOW;
use altcha::{SolveChallengeOptions, VerifySolutionOptions};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

const SITE: ObjectId = ObjectId([1; 32]);
const CONVERSATION: ObjectId = ObjectId([2; 32]);

fn key() -> AddressKey {
    AddressKey::new([7; 32])
}

fn account() -> AccountHash {
    AccountHash::of("meike@fensterbau.example")
}

fn login() -> Purpose {
    Purpose::Login(SITE, account())
}

fn end() -> Timestamp {
    NOW.plus(120)
}

/// With the fewest iterations, so that tests do not work long.
fn solved(purpose: Purpose) -> Work {
    purpose.challenge(&key(), 9, end(), [9; 32]).solve(0, u64::MAX).unwrap()
}

fn holds_at(purpose: Purpose, key: &AddressKey, now: Timestamp, work: &Work) -> Option<u8> {
    let derive = async |derivation: Derivation| Some(derivation.key().to_vec());
    let mut asked = pin!(worked(purpose, key, now, work, derive));
    match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(bits) => bits,
        Poll::Pending => unreachable!("nothing waits"),
    }
}

fn holds(purpose: Purpose, work: &Work) -> Option<u8> {
    holds_at(purpose, &key(), NOW, work)
}

#[test]
fn every_try_makes_the_next_one_dearer_up_to_the_most() {
    assert_eq!([0, 1, 5, 6, 7, 255, 256, u64::MAX].map(bits), [15, 16, 20, 21, 21, 21, 21, 21]);
}

#[test]
fn work_holds_until_its_end() {
    let work = solved(login());
    assert_eq!(holds(login(), &work), Some(9));
    assert_eq!(holds_at(login(), &key(), end().minus(1), &work), Some(9));
    assert_eq!(holds_at(login(), &key(), end(), &work), None);
}

#[test]
fn work_for_one_purpose_is_worth_nothing_for_another() {
    let (one, two) = (MessageId([3; 16]), MessageId([4; 16]));
    let purposes = [
        login(),
        Purpose::Login(CONVERSATION, account()),
        Purpose::Login(SITE, AccountHash::of("jonas@fensterbau.example")),
        Purpose::Opening(SITE, CONVERSATION),
        Purpose::Opening(CONVERSATION, SITE),
        Purpose::Message(CONVERSATION, one),
        Purpose::Message(CONVERSATION, two),
        Purpose::Message(SITE, one),
    ];
    for done in purposes {
        let work = solved(done);
        for asked in purposes {
            assert_eq!(holds(asked, &work).is_some(), done == asked, "{done:?} for {asked:?}");
        }
        assert_eq!(holds_at(done, &AddressKey::new([8; 32]), NOW, &work), None, "another relay");
    }
}

#[test]
fn nobody_makes_their_own_challenge_or_changes_one() {
    let good = solved(login());
    let changes: [fn(&mut Parameters); 7] = [
        |parameters| parameters.algorithm = "SHA-256".into(),
        |parameters| parameters.cost = 2,
        |parameters| parameters.expires_at = parameters.expires_at.plus(1),
        |parameters| parameters.key_length = 16,
        |parameters| parameters.key_prefix = String::new(),
        |parameters| {
            parameters.nonce.replace_range(..1, if parameters.nonce.starts_with('0') { "1" } else { "0" });
        },
        |parameters| {
            parameters.salt.replace_range(..1, if parameters.salt.starts_with('0') { "1" } else { "0" });
        },
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut challenge = good.challenge.clone();
        change(&mut challenge.parameters);
        let forged = challenge.solve(0, u64::MAX).unwrap_or(Work { challenge, ..good.clone() });
        assert_eq!(holds(login(), &forged), None, "{place}");
    }
    for signature in ["", "00", &good.challenge.signature[2..], &good.challenge.signature.to_uppercase()] {
        let challenge = Challenge { signature: signature.to_owned(), ..good.challenge.clone() };
        assert_eq!(holds(login(), &Work { challenge, ..good.clone() }), None, "{signature}");
    }
}

#[test]
fn a_number_that_does_not_solve_it_is_worth_nothing() {
    let good = solved(login());
    let key_of = |counter| {
        Work {
            solution: einwurf_protocol::work::Solution { counter, ..good.solution.clone() },
            ..good.clone()
        }
        .derivation()
        .unwrap()
        .key()
    };
    let lazy = (0..1_000).find(|counter| key_of(*counter)[0] != 0).unwrap();
    let solution = einwurf_protocol::work::Solution { counter: lazy, derived_key: hex(&key_of(lazy)) };
    assert_eq!(holds(login(), &Work { solution, ..good.clone() }), None, "derived, and not small enough");
    let solution = einwurf_protocol::work::Solution { derived_key: hex(&[0; 32]), ..good.solution.clone() };
    assert_eq!(holds(login(), &Work { solution, ..good.clone() }), None, "small enough, and not derived");
}

#[test]
fn a_solution_travels_as_json_in_base64_and_what_is_longer_is_not_read() {
    let work = solved(login());
    let header = |text: &str| einwurf_protocol::codec::to_base64(text.as_bytes());
    let text = serde_json::to_string(&work).unwrap();
    assert_eq!(work_of(&header(&text)), Some(work));
    let padded = |length: usize| header(&format!("{text:<length$}"));
    assert!(work_of(&padded(WORK_BYTES - 1)).is_some() && work_of(&padded(WORK_BYTES)).is_some());
    assert!(work_of(&padded(WORK_BYTES + 1)).is_none());
    for bad in ["", "-", "e30=", &text] {
        assert_eq!(work_of(bad), None, "{bad}");
    }
}

/// The same challenge for the official library.
fn theirs(challenge: &Challenge) -> altcha::Challenge {
    serde_json::from_str(&serde_json::to_string(challenge).unwrap()).unwrap()
}

#[test]
fn met_02_the_official_library_solves_and_checks_what_this_relay_asks() {
    // The library checks by the clock of this machine.
    let purpose = Purpose::Opening(SITE, CONVERSATION);
    let challenge = purpose.challenge(&key(), 11, Timestamp(4_000_000_000), [5; 32]);
    let their = theirs(&challenge);
    let solution = altcha::solve_challenge(SolveChallengeOptions::new(&their)).unwrap().unwrap();
    let secret = purpose.secret(&key());
    let verdict = altcha::verify_solution(VerifySolutionOptions::new(&their, &solution, &secret)).unwrap();
    assert!(verdict.verified, "our signature, their solution, checked by them");
    let payload = altcha::Payload { challenge: their, solution: altcha::Solution { time: None, ..solution } };
    let header = einwurf_protocol::codec::to_base64(serde_json::to_string(&payload).unwrap().as_bytes());
    assert_eq!(holds(purpose, &work_of(&header).unwrap()), Some(11), "checked by us");
    let work = challenge.solve(0, u64::MAX).unwrap();
    let ours = serde_json::from_str(&serde_json::to_string(&work.solution).unwrap()).unwrap();
    let verdict =
        altcha::verify_solution(VerifySolutionOptions::new(&theirs(&challenge), &ours, &secret)).unwrap();
    assert!(verdict.verified, "solved by us, checked by them");
    let verdict =
        altcha::verify_solution(VerifySolutionOptions::new(&theirs(&challenge), &ours, "other")).unwrap();
    assert!(!verdict.verified);
}

#[test]
fn a_recovery_is_known_again_by_its_name_only_here() {
    let begun = Recovery::begin(&key(), SITE, NOW, [3; 8]);
    assert_eq!(begun.expires, NOW.plus(120));
    assert_eq!(Recovery::of(&key(), SITE, begun.login), begun);
    let elsewhere = Recovery::of(&key(), ObjectId([2; 32]), begun.login);
    assert_ne!(elsewhere.challenge, begun.challenge);
    // Its end is part of its name: a later end is another challenge.
    let mut later = begun.login;
    later.0[0] = 1;
    assert_ne!(Recovery::of(&key(), SITE, later).challenge, begun.challenge);
    assert_ne!(Recovery::begin(&key(), SITE, NOW, [4; 8]).challenge, begun.challenge);
}
