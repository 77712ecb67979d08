//! From keystrokes to a message: what is trimmed, capped and refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

use einwurf_protocol::{
    api::login::NewSite,
    ids::Secret,
    limits::{EMAIL_BYTES, NAME_BYTES, PHONE_BYTES, TEXT_BYTES},
    message::{Draft, DraftError, Message, Payload, Wish, is_email},
    problem::{Code, Problem},
};

fn draft(change: impl FnOnce(&mut Draft)) -> Result<Message, DraftError> {
    let mut draft = Draft { text: "Guten Tag".into(), ..Draft::default() };
    change(&mut draft);
    draft.check()
}

#[test]
fn msg_01_only_the_text_is_mandatory() {
    let message = draft(|_| ()).unwrap();
    assert_eq!(message.text(), "Guten Tag");
    assert_eq!((message.name(), message.email(), message.phone(), message.wish()), (None, None, None, None));
    assert_eq!(draft(|d| d.text = " \n\t ".into()), Err(DraftError::TextEmpty));
}

#[test]
fn white_space_around_is_trimmed_and_inside_kept() {
    let message = draft(|d| (d.text, d.name) = ("\n a\n\nb ".into(), "  Ada  ".into())).unwrap();
    assert_eq!((message.text(), message.name()), ("a\n\nb", Some("Ada")));
}

type Set = fn(&mut Draft, String);
type Field<'a> = (usize, DraftError, Set, &'a dyn Fn(usize) -> String);

#[test]
fn every_field_one_below_at_and_one_above_its_limit() {
    let x = |length: usize| "x".repeat(length);
    let mail = |length: usize| {
        let host = format!("{}.{}.{}.de", "h".repeat(63), "h".repeat(63), "h".repeat(56));
        format!("{}@{host}", "m".repeat(length - host.len() - 1))
    };
    let fields: [Field<'_>; 4] = [
        (TEXT_BYTES, DraftError::TextTooLong, |d, v| d.text = v, &x),
        (NAME_BYTES, DraftError::NameTooLong, |d, v| d.name = v, &x),
        (EMAIL_BYTES, DraftError::Email, |d, v| d.email = v, &mail),
        (PHONE_BYTES, DraftError::Phone, |d, v| d.phone = v, &|length| "1".repeat(length)),
    ];
    for (limit, error, set, value) in fields {
        for (length, expected) in [(limit - 1, Ok(())), (limit, Ok(())), (limit + 1, Err(error))] {
            assert_eq!(draft(|d| set(d, value(length))).map(drop), expected, "{error:?} at {length}");
        }
    }
}

#[test]
fn an_answer_by_mail_or_phone_needs_the_address_or_number() {
    assert_eq!(draft(|d| d.wish = Some(Wish::Email)), Err(DraftError::WishNeedsEmail));
    assert_eq!(draft(|d| d.wish = Some(Wish::Phone)), Err(DraftError::WishNeedsPhone));
    assert!(draft(|d| (d.wish, d.email) = (Some(Wish::Email), "a@b.example".into())).is_ok());
    assert!(draft(|d| (d.wish, d.phone) = (Some(Wish::Phone), "+49 (30) 12-3/4".into())).is_ok());
    assert_eq!(draft(|d| d.wish = Some(Wish::Notice)), Err(DraftError::WishNeedsEmail));
    assert!(draft(|d| (d.wish, d.email) = (Some(Wish::Notice), "a@b.example".into())).is_ok());
    assert!(draft(|d| d.wish = Some(Wish::Here)).is_ok());
}

#[test]
fn addresses_that_could_smuggle_something_are_refused() {
    for bad in [
        "a",
        "@b.example",
        "a@",
        "a@b",
        "a@b..example",
        "a@-b.example",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
        "ä@b.example",
        "\"a b\"@c.example",
        "a@b@c.example",
    ] {
        assert!(!is_email(bad), "{bad:?}");
    }
    for bad in ["call me", "+", "123\r\n", "１２３"] {
        assert_eq!(
            draft(|d| d.phone = bad.into()).map(drop),
            if bad == "123\r\n" { Ok(()) } else { Err(DraftError::Phone) },
            "{bad:?}"
        );
    }
}

#[test]
fn a_sealed_payload_is_checked_again_when_it_is_read() {
    let payload = Payload::of(draft(|d| d.name = "Ada".into()).unwrap());
    let json = serde_json::to_string(&payload).unwrap();
    assert_eq!(serde_json::from_str::<Payload>(&json).unwrap(), payload);
    for bad in [
        json.replace("Guten Tag", "   "),
        json.replace("\"v\":1", "\"v\":1,\"x\":2"),
        json.replace("\"name\":\"Ada\"", "\"email\":\"x\""),
    ] {
        assert_ne!(bad, json);
        assert!(serde_json::from_str::<Payload>(&bad).is_err(), "{bad}");
    }
}

#[test]
fn enc_01_content_never_reaches_a_log() {
    let given = Draft { text: "canary".into(), name: "canary".into(), ..Draft::default() };
    let message = given.check().unwrap();
    let page = Some("canary".to_owned().try_into().unwrap());
    let payload = Payload { page, certificate: Some("canary".into()), ..Payload::of(message.clone()) };
    let logs = format!("{given:?} {message:?} {payload:?} {:?}", payload.page);
    assert!(!logs.contains("canary"), "{logs}");
}

#[test]
fn enc_02_a_set_up_link_never_reaches_a_log() {
    let site =
        NewSite { site: "address".into(), setup: Secret([7; 32]), link: "https://r.example/#canary".into() };
    assert_eq!(format!("{site:?}"), "NewSite(address, secret hidden)");
}

#[test]
fn every_problem_code_is_stable_json() {
    for code in Code::ALL {
        let problem = serde_json::to_value(Problem::new(*code)).unwrap();
        assert_eq!(problem["code"], code.as_str());
        assert_eq!(problem["type"], format!("urn:einwurf:problem:{}", code.as_str()));
        assert!((400..600).contains(&code.status()));
    }
}
