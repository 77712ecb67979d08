//! Consent: nothing but a tick and the button makes it, and a grant holds for one conversation and one site.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::Key;
use einwurf_protocol::{
    consent::{GrantError, How, NotAgreed, ShownNotice, Ticks, verify_grant},
    ids::{Digest, Secret, Thumbprint},
    jws::{self, JwsError},
    limits::NOTICE_BYTES,
    notice::{self, Mode, NoticeError, Purpose},
};

const SITE: Thumbprint = Thumbprint([1; 32]);
const BUILD: Digest = Digest([7; 32]);
const SALT: Secret = Secret([5; 32]);

/// With a box to answer in consent mode, and one to remember.
fn document(mode: &str, required: bool, filling: usize) -> Vec<u8> {
    let answer = r#"{"purpose":"answer","text":"Yes","required":true},"#;
    let answer = if mode == "consent" { answer } else { "" };
    let answer = answer.replace("true", if required { "true" } else { "false" });
    let remember = mode == "request" && required;
    format!(
        r#"{{"typ":"einwurf-notice/1","register":"en","mode":"{mode}","profile":"self-hosted","company":"C","days":90,
        "title":"T","lead":"{}","summary":[],"facts":[],"details_label":"D","details":[],"links":[],"statements":[
        {answer}{{"purpose":"remember","text":"R","required":{remember}}}],
        "accept":"Agree and write","decline":"Do not agree","withdrawal":{{"label":"L","ask":"A","yes":"Y","no":"N",
        "done":"D","pending":"P"}}}}"#,
        "x".repeat(filling)
    )
    .replace("\n        ", "")
    .into_bytes()
}

fn shown() -> ShownNotice {
    let document = document("consent", true, 0);
    ShownNotice::read(&document, notice::digest(&document)).unwrap()
}

fn ticked() -> Ticks {
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks
}

#[test]
fn con_02_the_button_without_a_tick_is_no_consent() {
    assert_eq!(shown().agree(&Ticks::default()), Err(NotAgreed::Box));
    let mut unticked = ticked();
    unticked.set(Purpose::Answer, false);
    assert_eq!(shown().agree(&unticked), Err(NotAgreed::Box));
}

#[test]
fn con_03_an_optional_box_is_granted_only_when_ticked() {
    let without = shown().agree(&ticked()).unwrap();
    assert!(without.grants(Purpose::Answer) && !without.grants(Purpose::Remember));
    let mut ticks = ticked();
    ticks.set(Purpose::Remember, true);
    assert!(shown().agree(&ticks).unwrap().grants(Purpose::Remember));
}

#[test]
fn con_03_a_box_that_was_not_shown_grants_nothing() {
    let mut ticks = ticked();
    ticks.set(Purpose::Special, true);
    assert!(!shown().agree(&ticks).unwrap().grants(Purpose::Special));
}

#[test]
fn rec_03_other_bytes_than_the_digest_names_are_not_shown() {
    let document = document("consent", true, 0);
    let mut changed = document.clone();
    *changed.last_mut().unwrap() = b' ';
    assert_eq!(ShownNotice::read(&changed, notice::digest(&document)), Err(NoticeError::Digest));
}

#[test]
fn con_06_a_mode_without_its_way_of_agreeing_is_no_notice() {
    for (mode, required, ok) in [
        ("consent", true, true),
        ("request", false, true),
        ("consent", false, false),
        ("request", true, false),
    ] {
        assert_eq!(notice::parse(&document(mode, required, 0)).is_ok(), ok, "{mode} {required}");
    }
}

#[test]
fn con_03_only_the_box_to_answer_may_be_required() {
    let given = String::from_utf8(document("consent", true, 0)).unwrap();
    let (answer, remember) = (
        r#"{"purpose":"answer","text":"Yes","required":true}"#,
        r#"{"purpose":"remember","text":"R","required":false}"#,
    );
    let forced = remember.replace("false", "true");
    let with = |boxes: &[&str]| given.replace(&format!("{answer},{remember}"), &boxes.join(","));
    assert_eq!(notice::parse(with(&[answer]).as_bytes()).map(drop), Ok(()));
    for bad in [&[answer, &forced][..], &[&forced], &[answer, answer], &[answer, remember, remember], &[]] {
        assert_eq!(notice::parse(with(bad).as_bytes()), Err(NoticeError::Form), "{bad:?}");
    }
}

#[test]
fn con_06_the_button_alone_grants_no_box() {
    let document = document("request", false, 0);
    let document = String::from_utf8(document).unwrap();
    assert!(!document.contains(r#""purpose":"answer""#));
    let shown = ShownNotice::read(document.as_bytes(), notice::digest(document.as_bytes())).unwrap();
    let consent = shown.agree(&Ticks::default()).unwrap();
    assert!(consent.grants(Purpose::Answer) && !consent.grants(Purpose::Remember));
    assert_eq!(consent.grant(SITE, BUILD, &SALT).how, How::Button);
    let with_box = document
        .replace(r#""statements":["#, r#""statements":[{"purpose":"answer","text":"Yes","required":false},"#);
    assert_eq!(notice::parse(with_box.as_bytes()), Err(NoticeError::Form));
}

#[test]
fn a_notice_one_byte_below_at_and_one_above_its_limit() {
    let fixed = document("consent", true, 0).len();
    for (length, expected) in
        [(NOTICE_BYTES - 1, Ok(())), (NOTICE_BYTES, Ok(())), (NOTICE_BYTES + 1, Err(NoticeError::TooLong))]
    {
        assert_eq!(notice::parse(&document("consent", true, length - fixed)).map(drop), expected);
    }
}

#[test]
fn a_document_without_its_label_in_front_is_refused() {
    let document = String::from_utf8(document("consent", true, 0)).unwrap();
    let moved = document.replacen(
        r#"{"typ":"einwurf-notice/1","register":"en""#,
        r#"{"register":"en","typ":"einwurf-notice/1""#,
        1,
    );
    assert_eq!(notice::parse(moved.as_bytes()), Err(NoticeError::Form));
    let foreign = document.replacen("einwurf-notice/1", "einwurf-notice/2", 1);
    assert_eq!(notice::parse(foreign.as_bytes()), Err(NoticeError::Form));
}

#[test]
fn rec_04_a_grant_holds_for_its_conversation_and_site_only() {
    let visitor = Key::new(3);
    let grant = shown().agree(&ticked()).unwrap().grant(SITE, BUILD, &SALT);
    assert_eq!((grant.mode, grant.how), (Mode::Consent, How::TickAndButton));
    let compact = visitor.jws(jws::GRANT, &grant);
    assert_eq!(verify_grant(&compact, &SITE, &visitor.public()).unwrap(), grant);
    assert_eq!(verify_grant(&compact, &SITE, &Key::new(4).public()), Err(GrantError::Key));
    assert_eq!(verify_grant(&compact, &Thumbprint([2; 32]), &visitor.public()), Err(GrantError::Content));
    let manifest = visitor.jws(jws::MANIFEST, &grant);
    assert_eq!(verify_grant(&manifest, &SITE, &visitor.public()), Err(GrantError::Jws(JwsError::Header)));
}

#[test]
fn rec_02_a_grant_with_an_unknown_field_is_refused() {
    let visitor = Key::new(3);
    let grant = shown().agree(&ticked()).unwrap().grant(SITE, BUILD, &SALT);
    let mut value = serde_json::to_value(&grant).unwrap();
    value["ip"] = "203.0.113.7".into();
    let compact = visitor.jws(jws::GRANT, &value);
    assert_eq!(verify_grant(&compact, &SITE, &visitor.public()), Err(GrantError::Jws(JwsError::Payload)));
}

#[test]
fn rec_02_a_grant_that_readers_could_read_differently_is_refused() {
    let visitor = Key::new(3);
    let grant = shown().agree(&ticked()).unwrap().grant(SITE, BUILD, &SALT);
    let json = serde_json::to_string(&grant).unwrap();
    let (site, notice) = (grant.site, grant.notice);
    for bad in [
        json.replace(r#""answer":true"#, r#""answer":false,"answer":true"#),
        json.replace(r#""answer":true"#, r#""answer":true,"answer":true"#),
        json.replace(r#""v":1"#, r#""v":1,"v":1"#),
        json.replace(r#""v":1"#, r#""v":1.0"#),
        json.replace(r#""v":1"#, r#""v":18446744073709551617"#),
        json.replace(r#""mode":"consent""#, r#""mode":{"consent":null}"#),
        format!(r#"[1,"{site}","{notice}","en","consent",{{"answer":true}},"tick+button"]"#),
    ] {
        assert_ne!(bad, json);
        let compact = visitor.raw(jws::GRANT, bad.as_bytes());
        let result = verify_grant(&compact, &SITE, &visitor.public());
        assert_eq!(result, Err(GrantError::Jws(JwsError::Payload)), "{bad}");
    }
    let reordered = json.replacen(r#"{"v":1,"#, "{", 1).replacen(r#""site""#, r#" "v" : 1 ,"site""#, 1);
    let compact = visitor.raw(jws::GRANT, reordered.as_bytes());
    assert_eq!(verify_grant(&compact, &SITE, &visitor.public()), Ok(grant));
}

#[test]
fn con_02_a_grant_that_does_not_grant_an_answer_is_none() {
    let visitor = Key::new(3);
    let given = shown().agree(&ticked()).unwrap().grant(SITE, BUILD, &SALT);
    let mut refused = given.clone();
    refused.grants.insert(Purpose::Answer, false);
    let mut untick = given.clone();
    untick.how = How::Button;
    let mut version = given;
    version.v = 2;
    for bad in [refused, untick, version] {
        let compact = visitor.jws(jws::GRANT, &bad);
        assert_eq!(verify_grant(&compact, &SITE, &visitor.public()), Err(GrantError::Content));
    }
    assert_ne!(shown().digest(), Digest([0; 32]));
}
