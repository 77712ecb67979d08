//! What a notice must be for a browser to show it and for a relay to publish it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

use einwurf_protocol::{
    limits::BOXES,
    notice::{self, Mode, Notice, NoticeError, Purpose, Statement},
};

fn document(mode: Mode, statements: &[(Purpose, bool)], age: Option<u8>) -> Vec<u8> {
    let age = age.map(|age| {
        serde_json::json!({ "age": age, "question": "Q", "old_enough": "O", "parents": "P", "not_asked": "N" })
    });
    let statement = |(purpose, required): &(Purpose, bool)| serde_json::json!({ "purpose": purpose, "text": "Yes", "required": required });
    let notice: Notice = serde_json::from_value(serde_json::json!({
        "typ": "einwurf-notice/1", "register": "en", "mode": mode, "profile": "self-hosted", "company": "C",
        "days": 90, "title": "T", "lead": "L", "summary": [], "facts": [], "details_label": "D", "details": [],
        "links": [], "statements": statements.iter().map(statement).collect::<Vec<_>>(), "age": age,
        "accept": "A", "decline": "D",
        "withdrawal": { "label": "L", "ask": "A", "yes": "Y", "no": "N", "done": "D", "pending": "P" }
    }))
    .unwrap();
    serde_json::to_vec(&notice).unwrap()
}

fn holds(mode: Mode, statements: &[(Purpose, bool)]) -> bool {
    match notice::parse(&document(mode, statements, None)) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error, NoticeError::Form);
            false
        }
    }
}

#[test]
fn con_03_only_the_box_to_answer_and_the_special_one_may_be_needed() {
    use Purpose::{Answer, Context, Guest, Notify, Remember, Special};
    for purpose in [Special, Remember, Notify, Context, Guest] {
        for required in [false, true] {
            let may = !required || purpose == Special;
            assert_eq!(
                holds(Mode::Consent, &[(Answer, true), (purpose, required)]),
                may,
                "{purpose:?} {required}"
            );
            assert_eq!(holds(Mode::Request, &[(purpose, required)]), may, "{purpose:?} {required}");
        }
    }
}

#[test]
fn con_06_each_mode_has_its_own_way_of_agreeing() {
    use Purpose::{Answer, Special};
    assert!(holds(Mode::Consent, &[(Answer, true)]));
    assert!(holds(Mode::Request, &[]));
    assert!(!holds(Mode::Consent, &[]));
    assert!(!holds(Mode::Consent, &[(Answer, false)]));
    assert!(!holds(Mode::Consent, &[(Special, true)]));
    assert!(!holds(Mode::Consent, &[(Answer, true), (Answer, true)]));
    assert!(!holds(Mode::Request, &[(Answer, true)]));
    assert!(!holds(Mode::Request, &[(Answer, false)]));
    assert!(!holds(Mode::Request, &[(Special, true), (Special, false)]));
}

#[test]
fn dp_03_boxes_one_below_at_and_one_above_their_limit() {
    use Purpose::{Answer, Context, Guest, Notify, Remember, Special};
    let all = [
        (Answer, true),
        (Special, true),
        (Remember, false),
        (Notify, false),
        (Context, false),
        (Guest, false),
    ];
    for (count, ok) in [(BOXES - 1, true), (BOXES, true), (BOXES + 1, false)] {
        assert_eq!(holds(Mode::Consent, &all[..count]), ok, "{count}");
    }
    assert!(holds(Mode::Request, &all[1..]));
}

#[test]
fn kid_01_a_notice_asks_for_no_other_age_than_the_law_knows() {
    for (age, ok) in [
        (None, true),
        (Some(0), false),
        (Some(12), false),
        (Some(13), true),
        (Some(16), true),
        (Some(17), false),
    ] {
        let parsed = notice::parse(&document(Mode::Consent, &[(Purpose::Answer, true)], age));
        assert_eq!(parsed.is_ok(), ok, "{age:?}");
    }
}

#[test]
fn kid_01_a_notice_without_the_question_of_age_does_not_carry_the_member() {
    let without = String::from_utf8(document(Mode::Request, &[], None)).unwrap();
    assert!(!without.contains("\"age\""));
    let null = without.replacen("\"accept\"", "\"age\":null,\"accept\"", 1);
    assert_eq!(notice::parse(null.as_bytes()).unwrap().age, None);
}

#[test]
fn rgt_04_a_notice_that_does_not_say_what_a_withdrawal_does_is_none() {
    let whole = String::from_utf8(document(Mode::Request, &[], None)).unwrap();
    for member in ["label", "ask", "yes", "no", "done", "pending"] {
        let mut value: serde_json::Value = serde_json::from_str(&whole).unwrap();
        value["withdrawal"].as_object_mut().unwrap().remove(member).unwrap();
        let rest = value["withdrawal"].to_string();
        let start = whole.find("\"withdrawal\":").unwrap();
        let less = [&whole[..start], "\"withdrawal\":", &rest, "}"].concat();
        assert_eq!(notice::parse(less.as_bytes()), Err(NoticeError::Form), "{member}");
    }
    assert!(notice::parse(whole.as_bytes()).is_ok());
}

#[test]
fn names_of_purposes_are_those_on_the_wire() {
    use Purpose::{Answer, Context, Guest, Notify, Remember, Special};
    for purpose in [Answer, Special, Remember, Notify, Context, Guest] {
        assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.as_str());
        let statement = Statement { purpose, text: String::new(), required: false };
        assert_eq!(serde_json::to_value(statement).unwrap()["purpose"], purpose.as_str());
    }
}
