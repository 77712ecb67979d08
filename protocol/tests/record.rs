//! Consent records: whoever changes, drops, moves or adds one is found out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW};
use einwurf_protocol::{
    ids::{Cid, Digest, Thumbprint},
    jws::{self, JwsError},
    record::{Ended, Head, Record, RecordError, What, grant_digest, record_digest, root, verify_records},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const SITE: Thumbprint = Thumbprint([1; 32]);
const CID: Cid = Cid([2; 32]);
const GRANTED: What = What::Grant(Digest([3; 32]));
const AGAIN: What = What::Grant(Digest([4; 32]));
const WITHDRAWN: What = What::Withdrawal(Digest([5; 32]));

fn log() -> Key {
    Key::new(90)
}

/// Records of these, an hour apart, each rightly after the one before, but for what `change` does to it.
fn changed(whats: &[What], change: impl Fn(usize, &mut Record)) -> Vec<String> {
    let mut prev = Digest([0; 32]);
    let record = |(index, what): (usize, &What)| {
        let at = NOW.plus(3_600 * index as u64);
        let mut record = Record { site: SITE, cid: CID, what: *what, at, seq: index as u64, prev };
        change(index, &mut record);
        let compact = log().jws(jws::RECORD, &record);
        prev = record_digest(&compact);
        compact
    };
    whats.iter().enumerate().map(record).collect()
}

fn records(whats: &[What]) -> Vec<String> {
    changed(whats, |_, _| ())
}

fn verify(compacts: &[String]) -> Result<Vec<Record>, RecordError> {
    verify_records(compacts.iter().map(String::as_str), &log().public(), (&SITE, &CID))
}

#[test]
fn rec_06_a_log_holds_from_the_first_consent_to_its_end() {
    for end in [WITHDRAWN, What::Ended(Ended::Expired), What::Ended(Ended::Invalidated)] {
        let read = verify(&records(&[GRANTED, AGAIN, end])).unwrap();
        assert_eq!(read.iter().map(|record| record.what).collect::<Vec<_>>(), [GRANTED, AGAIN, end]);
        assert_eq!(read[2].at, NOW.plus(7_200));
    }
    assert_eq!(verify(&records(&[GRANTED])).map(|read| read.len()), Ok(1));
}

#[test]
fn rec_06_a_dropped_record_is_found_except_at_the_end() {
    let whole = records(&[GRANTED, AGAIN, AGAIN, WITHDRAWN]);
    for dropped in 0..3 {
        let mut less = whole.clone();
        less.remove(dropped);
        assert_eq!(verify(&less), Err(RecordError::Chain(dropped)), "without {dropped}");
    }
    assert_eq!(verify(&[]), Err(RecordError::Missing));
}

#[test]
fn rec_06_reordered_or_repeated_records_are_found() {
    let whole = records(&[GRANTED, AGAIN, AGAIN]);
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        let mut swapped = whole.clone();
        swapped.swap(a, b);
        assert_eq!(verify(&swapped), Err(RecordError::Chain(a)));
    }
    let mut twice = whole.clone();
    twice.insert(1, whole[0].clone());
    assert_eq!(verify(&twice), Err(RecordError::Chain(1)));
}

#[test]
fn rec_06_a_record_by_another_key_is_found() {
    let mut forged = records(&[GRANTED, AGAIN]);
    let payload = jws::verify_json::<Record>(&forged[1], jws::RECORD).unwrap().payload;
    forged[1] = Key::new(91).jws(jws::RECORD, &payload);
    assert_eq!(verify(&forged), Err(RecordError::Signer(1)));
    forged[1] = log().jws(jws::GRANT, &payload);
    assert_eq!(verify(&forged), Err(RecordError::Jws(1, JwsError::Header)));
}

#[test]
fn rec_06_a_record_of_another_site_or_conversation_is_found() {
    let site = changed(&[GRANTED, AGAIN], |index, record| record.site.0[0] ^= u8::try_from(index).unwrap());
    assert_eq!(verify(&site), Err(RecordError::Conversation(1)));
    let cid = changed(&[GRANTED, AGAIN], |index, record| record.cid.0[0] ^= u8::try_from(index).unwrap());
    assert_eq!(verify(&cid), Err(RecordError::Conversation(1)));
}

#[test]
fn rec_06_nothing_follows_after_the_end() {
    for end in [WITHDRAWN, What::Ended(Ended::Expired), What::Ended(Ended::Invalidated)] {
        for after in [AGAIN, WITHDRAWN, What::Ended(Ended::Expired)] {
            assert_eq!(verify(&records(&[GRANTED, end, after])), Err(RecordError::Ended(2)));
        }
    }
}

#[test]
fn rec_06_a_log_begins_with_a_consent() {
    for first in [WITHDRAWN, What::Ended(Ended::Expired)] {
        assert_eq!(verify(&records(&[first])), Err(RecordError::Chain(0)));
    }
}

#[test]
fn rec_06_time_may_stand_still_but_not_go_back() {
    let with = |at| {
        verify(&changed(&[GRANTED, AGAIN], |_, record| record.at = if record.seq == 0 { NOW } else { at }))
    };
    assert!(with(NOW).is_ok());
    assert_eq!(with(NOW.minus(1)), Err(RecordError::Chain(1)));
}

#[test]
fn rec_06_a_wrong_position_or_predecessor_is_found() {
    for index in 0..2 {
        let seq = changed(&[GRANTED, AGAIN], |at, record| record.seq += u64::from(at == index));
        assert_eq!(verify(&seq), Err(RecordError::Chain(index)));
        let prev = changed(&[GRANTED, AGAIN], |at, record| record.prev.0[0] ^= u8::from(at == index));
        assert_eq!(verify(&prev), Err(RecordError::Chain(index)));
    }
}

#[test]
fn rec_02_a_record_is_of_one_thing_and_of_known_members_only() {
    let good = serde_json::to_value(Record {
        site: SITE,
        cid: CID,
        what: GRANTED,
        at: NOW,
        seq: 0,
        prev: Digest([0; 32]),
    })
    .unwrap();
    assert_eq!(
        good.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["at", "cid", "grant", "prev", "seq", "site", "v"]
    );
    let read = |value: &Value| serde_json::from_value::<Record>(value.clone());
    assert!(read(&good).is_ok());
    let digest = good["grant"].clone();
    let mut changes: Vec<(&str, Value)> = vec![
        ("withdrawal", digest),
        ("ended", "expired".into()),
        ("ip", "203.0.113.7".into()),
        ("v", 2.into()),
        ("at", "2026".into()),
        ("at", json!(1.0)),
    ];
    changes.extend(["v", "site", "cid", "grant", "at", "seq", "prev"].map(|member| (member, Value::Null)));
    for (member, value) in changes {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(read(&bad).is_err(), "{bad}");
        bad.as_object_mut().unwrap().retain(|name, _| name != member);
        assert_eq!(read(&bad).is_ok(), good.get(member).is_none(), "without {member}");
    }
    let mut reason = good;
    reason.as_object_mut().unwrap().remove("grant");
    for (ended, ok) in [("expired", true), ("invalidated", true), ("Expired", false), ("refused", false)] {
        reason["ended"] = ended.into();
        assert_eq!(read(&reason).is_ok(), ok, "{ended}");
    }
}

#[test]
fn rec_06_a_head_covers_every_conversation_in_its_order() {
    let [a, b] = [Digest([1; 32]), Digest([2; 32])];
    let roots = [root([]), root([a]), root([b]), root([a, b]), root([b, a]), root([a, a])];
    for (index, one) in roots.iter().enumerate() {
        assert!(roots.iter().skip(index + 1).all(|other| other != one));
    }
    let head = Head { v: 1, site: SITE, day: NOW.date().to_string(), count: 2, root: roots[3], at: NOW };
    let compact = log().jws(jws::HEAD, &head);
    assert_eq!(jws::verify_json::<Head>(&compact, jws::HEAD).unwrap().payload, head);
    assert!(jws::verify_json::<Head>(&compact, jws::RECORD).is_err());
    let mut more = serde_json::to_value(&head).unwrap();
    more["more"] = 1.into();
    assert!(jws::verify_json::<Head>(&log().jws(jws::HEAD, &more), jws::HEAD).is_err());
}

#[test]
fn digests_of_grants_and_records_are_never_each_others() {
    assert_ne!(grant_digest("a.b.c"), record_digest("a.b.c"));
    assert_ne!(grant_digest("a.b.c"), grant_digest("a.b.d"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rec_06_one_changed_character_in_one_record_is_found(
        which in 0..3_usize, place in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.-]",
    ) {
        let mut log = records(&[GRANTED, AGAIN, WITHDRAWN]);
        let place = place.index(log[which].len());
        prop_assume!(log[which][place..=place] != other);
        log[which].replace_range(place..=place, &other);
        prop_assert!(verify(&log).is_err());
    }
}
