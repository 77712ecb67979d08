//! Choices: what of a consent only the visitor and staff may know, and how a grant binds it without saying it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::Key;
use einwurf_protocol::{
    codec::sha256,
    consent::{Age, By, Choices, Consent, GrantError, NotAgreed, ShownNotice, Ticks, verify_grant},
    ids::{Digest, Secret, Thumbprint},
    jws,
    limits::BOXES,
    notice,
    notice::Purpose,
};

const SITE: Thumbprint = Thumbprint([1; 32]);
const BUILD: Digest = Digest([7; 32]);
const SALT: Secret = Secret([5; 32]);
/// As many boxes as a notice may have beside the one to answer (DP-03).
const OPTIONAL: [Purpose; BOXES - 1] =
    [Purpose::Special, Purpose::Remember, Purpose::Notify, Purpose::Context];
const OTHERS: [Purpose; BOXES - 1] = [Purpose::Special, Purpose::Guest, Purpose::Notify, Purpose::Context];

fn shown(mode: &str, boxes: &[Purpose], age: bool) -> ShownNotice {
    let statement = |purpose: &Purpose, required: bool| serde_json::json!({ "purpose": purpose, "text": "T", "required": required });
    let answer = (mode == "consent").then(|| statement(&Purpose::Answer, true));
    let statements: Vec<_> = answer.into_iter().chain(boxes.iter().map(|it| statement(it, false))).collect();
    let age = if age {
        r#","age":{"age":16,"question":"Q","old_enough":"O","parents":"P","not_asked":"N"}"#
    } else {
        ""
    };
    let document = format!(
        r#"{{"typ":"einwurf-notice/1","register":"en","mode":"{mode}","profile":"self-hosted","company":"C","days":90,"title":"T","lead":"L","summary":[],"facts":[],"details_label":"D","details":[],"links":[],"statements":{}{age},"accept":"A","decline":"D","withdrawal":{{"label":"L","ask":"A","yes":"Y","no":"N","done":"D","pending":"P"}}}}"#,
        serde_json::Value::from(statements)
    );
    ShownNotice::read(document.as_bytes(), notice::digest(document.as_bytes())).unwrap()
}

fn aged(age: Option<Age>) -> Ticks {
    let mut ticks = Ticks::default();
    ticks.age = age;
    ticks
}

fn ticks(boxes: &[Purpose], age: Option<Age>) -> Ticks {
    let mut ticks = aged(age);
    ticks.set(Purpose::Answer, true);
    for purpose in boxes {
        ticks.set(*purpose, true);
    }
    ticks
}

fn agreed(boxes: &[Purpose], age: Option<Age>) -> Consent {
    shown("consent", &OPTIONAL, age.is_some()).agree(&ticks(boxes, age)).unwrap()
}

fn combinations() -> impl Iterator<Item = (Option<bool>, Option<By>)> {
    let by = [None, Some(By::Visitor), Some(By::Parent)];
    [None, Some(false), Some(true)].into_iter().flat_map(move |special| by.map(|by| (special, by)))
}

#[test]
fn con_03_every_choice_of_boxes_is_granted_as_it_was_ticked_and_none_is_needed() {
    for (mode, offered) in [("consent", OPTIONAL), ("request", OPTIONAL), ("consent", OTHERS)] {
        for chosen in 0..1_usize << offered.len() {
            let ticked = |at: &usize| chosen >> at & 1 == 1;
            let boxes: Vec<_> = (0..offered.len()).filter(ticked).map(|at| offered[at]).collect();
            let consent = shown(mode, &offered, false).agree(&ticks(&boxes, None)).unwrap();
            let (grant, choices) = (consent.grant(SITE, BUILD, &SALT), consent.choices(&SALT).unwrap());
            for purpose in offered {
                let ticked = boxes.contains(&purpose);
                assert_eq!(consent.grants(purpose), ticked, "{mode} {boxes:?}");
                let said = grant.grants.get(&purpose).copied().or(choices.special);
                assert_eq!(said, Some(ticked), "{mode} {boxes:?} {purpose:?}");
            }
            assert_eq!(grant.choices, Some(choices.digest()));
        }
    }
}

#[test]
fn con_03_the_digest_of_choices_is_what_the_protocol_says() {
    for (special, by) in combinations() {
        let said = [
            special.map_or(0, |ticked| 1 + u8::from(ticked)),
            match by {
                None => 0,
                Some(By::Visitor) => 1,
                Some(By::Parent) => 2,
            },
        ];
        let input = [&[17][..], b"einwurf/1 choices", &[5; 32], &said].concat();
        assert_eq!(Choices { salt: SALT, special, by }.digest(), Digest(sha256(&input)));
    }
}

#[test]
fn con_03_no_two_choices_share_a_digest_and_the_salt_hides_them() {
    let digest = |salt| move |(special, by)| Choices { salt, special, by }.digest();
    let mut all: Vec<_> =
        combinations().map(digest(SALT)).chain(combinations().map(digest(Secret([6; 32])))).collect();
    all.sort_by_key(|digest| digest.0);
    all.dedup();
    assert_eq!(all.len(), 18, "three by three, under two salts");
}

#[test]
fn kid_01_without_an_answer_to_the_age_or_without_the_parents_nothing_is_agreed() {
    let shown = shown("consent", &OPTIONAL, true);
    assert_eq!(shown.agree(&ticks(&OPTIONAL, None)), Err(NotAgreed::Age));
    assert_eq!(shown.agree(&ticks(&OPTIONAL, Some(Age::NotAsked))), Err(NotAgreed::NotAsked));
    // The question of age comes before the boxes.
    assert_eq!(shown.agree(&aged(Some(Age::NotAsked))), Err(NotAgreed::NotAsked));
    assert_eq!(shown.agree(&aged(Some(Age::Parents))), Err(NotAgreed::Box));
}

#[test]
fn kid_01_who_consents_stands_in_the_choices_and_not_in_the_grant() {
    for (age, by, name) in [(Age::OldEnough, By::Visitor, "self"), (Age::Parents, By::Parent, "parent")] {
        let consent = agreed(&[], Some(age));
        let choices = consent.choices(&SALT).unwrap();
        assert_eq!((consent.by(), choices.by), (Some(by), Some(by)));
        assert_eq!(serde_json::to_value(choices).unwrap()["by"], name);
        let grant = serde_json::to_string(&consent.grant(SITE, BUILD, &SALT)).unwrap();
        assert!(!grant.contains("parent") && !grant.contains("self") && !grant.contains("by\""), "{grant}");
    }
    let (own, parents) = (agreed(&[], Some(Age::OldEnough)), agreed(&[], Some(Age::Parents)));
    assert_ne!(own.grant(SITE, BUILD, &SALT).choices, parents.grant(SITE, BUILD, &SALT).choices);
}

#[test]
fn kid_01_an_answer_to_a_question_that_was_not_asked_is_not_recorded() {
    let consent = shown("consent", &[], false).agree(&ticks(&[], Some(Age::Parents))).unwrap();
    assert_eq!((consent.by(), consent.choices(&SALT)), (None, None));
    assert_eq!(consent.grant(SITE, BUILD, &SALT).choices, None);
}

#[test]
fn rec_02_special_categories_never_stand_in_a_grant() {
    let visitor = Key::new(3);
    for boxes in [&[][..], &[Purpose::Special]] {
        let grant = agreed(boxes, None).grant(SITE, BUILD, &SALT);
        let json = serde_json::to_value(&grant).unwrap();
        assert!(!json.to_string().contains("special"), "{json}");
        for told in [true, false] {
            let mut telling = json.clone();
            telling["grants"]["special"] = told.into();
            let compact = visitor.jws(jws::GRANT, &telling);
            assert_eq!(verify_grant(&compact, &SITE, &visitor.public()), Err(GrantError::Content));
        }
    }
}

#[test]
fn con_03_a_consent_comes_back_from_its_grant_and_the_choices_sealed_beside_it() {
    for age in [None, Some(Age::OldEnough), Some(Age::Parents)] {
        for boxes in [&[][..], &[Purpose::Special], &[Purpose::Remember, Purpose::Context]] {
            let consent = agreed(boxes, age);
            let grant = consent.grant(SITE, BUILD, &SALT);
            assert_eq!(Consent::of(&grant, consent.choices(&SALT).as_ref()), consent);
            assert_eq!(grant.build, BUILD);
        }
    }
    let alone = Consent::of(&agreed(&[Purpose::Special], None).grant(SITE, BUILD, &SALT), None);
    assert!(!alone.grants(Purpose::Special), "a grant alone says nothing of special categories");
}

#[test]
fn rec_02_choices_with_an_unknown_or_odd_member_are_refused() {
    let good =
        serde_json::to_value(Choices { salt: SALT, special: Some(true), by: Some(By::Parent) }).unwrap();
    assert!(serde_json::from_value::<Choices>(good.clone()).is_ok());
    for (member, value) in
        [("age", 15.into()), ("by", "Parent".into()), ("special", 1.into()), ("salt", "AAAA".into())]
    {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(serde_json::from_value::<Choices>(bad).is_err(), "{member}");
    }
}

#[test]
fn enc_02_debug_does_not_show_choices() {
    let choices = Choices { salt: SALT, special: Some(true), by: Some(By::Parent) };
    assert_eq!(format!("{choices:?}"), "Choices(hidden)");
}
