//! The browser's JSON reader against `serde_json`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::Key;
use einwurf_protocol::{
    api::{
        staff::StoredGrant,
        visitor::{Accepted, AttachmentState, Attachments, Events, Kept, Receipt, StoredEvent, Ticket},
    },
    chain::START,
    consent::{By, Choices},
    ids::{Digest, MessageId, Secret},
    json::{Malformed, Read, Value, from_slice, parse},
    manifest::Manifest,
    message::{Attachment, Label, Reason},
    notice::{Mode, Notice, Purpose, Register},
    precedence::Hold,
    problem::{Code, Problem},
    roster::MemberCertificate,
    settings::Profile,
    status::{Span, Status},
    theme::Theme,
    time::Timestamp,
    work::{Challenge, Parameters},
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, fmt::Debug};

fn challenge() -> Challenge {
    let parameters = Parameters::new(14, Timestamp(2), [5; 32]);
    Challenge { parameters, signature: "ab".repeat(32) }
}

fn read<T: Read>(json: &str) -> Result<T, Malformed> {
    from_slice(json.as_bytes())
}

fn both<T: Read + Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    for json in [serde_json::to_string(value).unwrap(), serde_json::to_string_pretty(value).unwrap()] {
        assert_eq!(read::<T>(&json).as_ref(), Ok(value), "{json}");
    }
}

/// What ours reads, `serde_json` reads too, and the same.
fn laxer_nowhere<T: Read + DeserializeOwned + PartialEq + Debug>(json: &[u8]) {
    if let Ok(ours) = from_slice::<T>(json) {
        assert_eq!(ours, serde_json::from_slice::<T>(json).unwrap(), "{}", String::from_utf8_lossy(json));
    }
}

fn same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::Number(a), serde_json::Value::Number(b)) => Some(*a) == b.as_u64(),
        (Value::Text(a), serde_json::Value::String(b)) => a == b,
        (Value::List(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), serde_json::Value::Object(b)) => {
            let mut a = a.clone();
            b.iter().all(|(name, b)| a.take(name).is_ok_and(|a: Value| same(&a, b))) && a.end().is_ok()
        }
        _ => false,
    }
}

fn syntax_laxer_nowhere(json: &[u8]) {
    if let Ok(ours) = parse(json) {
        let theirs = serde_json::from_slice(json).unwrap();
        assert!(same(&ours, &theirs), "{}", String::from_utf8_lossy(json));
    }
}

fn notice() -> Notice {
    serde_json::from_value(serde_json::json!({
        "typ": "einwurf-notice/1", "register": "en", "mode": "consent", "profile": "self-hosted", "company": "C",
        "days": 90, "title": "T", "lead": "L", "summary": ["a", "b", "c"],
        "facts": [{ "field": "purpose", "heading": "H", "text": "ü \"quoted\" \u{1F4EE}" }],
        "details_label": "D", "details": [], "links": [{ "label": "P", "url": "https://a.example" }],
        "statements": [{ "purpose": "answer", "text": "S", "required": true }], 
        "age": { "age": 16, "question": "Q", "old_enough": "O", "parents": "P", "not_asked": "N" },
        "accept": "A", "decline": "B",
        "withdrawal": { "label": "L", "ask": "A", "yes": "Y", "no": "N", "done": "D", "pending": "P" }
    }))
    .unwrap()
}

#[test]
fn every_type_is_read_both_ways() {
    let key = Key::new(1);
    let mut manifest = common::manifest(&key);
    both(&manifest);
    for accent_dark in [None, Some("#5cc2bc".to_owned())] {
        let (scheme, font) = ("dark".to_owned(), "Open Sans, sans-serif".to_owned());
        manifest.display.theme = Some(Theme { scheme, radius: 4, font, accent_dark });
        both(&manifest);
    }
    both(&notice());
    for text_only in [false, true] {
        let (ticket, conversation, expires) = ("t".into(), "c".into(), Timestamp(1));
        both(&Ticket { ticket, conversation, expires, work: challenge(), text_only });
    }
    both(&Accepted { seq: 1, digest: Digest([2; 32]), at: Timestamp(3), deleted: Timestamp(u64::MAX) });
    let (site, exp) = (key.public().thumbprint(), Timestamp(9));
    let nbf = Timestamp(5);
    both(&MemberCertificate { v: 1, site, name: "Erika".into(), key: key.public(), nbf, exp });
    both(&MessageId([7; 16]));
    both(&Code::ALL.to_vec());
    both(&Register::ALL.to_vec());
    both(&vec![Mode::Consent, Mode::Request]);
    both(&vec![Profile::SelfHosted, Profile::CloudflareOwnProxy, Profile::CloudflareDirect]);
    both(&vec![Purpose::Answer, Purpose::Special, Purpose::Remember]);
    both(&vec![Purpose::Notify, Purpose::Context, Purpose::Guest]);
    for by in [None, Some(By::Visitor), Some(By::Parent)] {
        for special in [None, Some(false), Some(true)] {
            both(&Choices { salt: Secret([5; 32]), special, by });
        }
    }
}

#[test]
fn what_a_visitor_reads_of_files_and_hours_is_read_both_ways() {
    let label = |text: &str| Label::try_from(text.to_owned()).unwrap();
    let states = [vec![], vec![0, 25]].map(|missing| {
        let state = AttachmentState { id: MessageId([1; 16]), seq: 2, bytes: 3, missing };
        both(&state);
        state
    });
    both(&Attachments { attachments: states.to_vec() });
    for description in [None, Some("Ein Riss".to_owned())] {
        both(&Attachment {
            id: MessageId([1; 16]),
            key: vec![2; 32],
            length: 3,
            name: label("bild-1.jpg"),
            media_type: label("image/jpeg"),
            description,
            digest: Digest([4; 32]),
        });
    }
    both(&Status {
        v: 1,
        site: Key::new(1).public().thumbprint(),
        certificate: "a.b.c".into(),
        iat: Timestamp(1),
        exp: Timestamp(9),
        open: vec![Span { from: Timestamp(2), until: Timestamp(3) }],
        topics: vec![label("Angebot")],
        automatic: BTreeMap::from([(Register::En, "Back on Monday.".to_owned())]),
    });
}

#[test]
fn what_a_visitor_reads_of_a_conversation_is_read_both_ways() {
    let key = Key::new(1);
    let event = key.event(&key.header(START, true));
    let whole = StoredEvent { kept: Kept::Whole(event.envelope.clone()), at: Timestamp(1) };
    let erased = StoredEvent { kept: Kept::Erased(event.remains()), at: Timestamp(2) };
    both(&whole);
    both(&erased);
    let events = vec![whole, erased];
    let grants = vec![StoredGrant { grant: "a.b.c".into(), at: Timestamp(1) }];
    for reason in [Reason::Claim, Reason::Authority] {
        let hold = Hold { reason, since: Timestamp(1), until: Timestamp(2) };
        both(&hold);
        for (restricted, hold) in [(None, None), (Some(Timestamp(3)), Some(hold))] {
            let (grants, events) = (grants.clone(), events.clone());
            both(&Events { grants, events, deleted: Timestamp(4), restricted, hold });
        }
    }
    for (withdrawn, erased) in [(None, None), (Some(Timestamp(5)), None), (None, Some(Timestamp(6)))] {
        both(&Receipt {
            grants: vec!["a.b.c".into()],
            records: vec!["d.e.f".into()],
            events: events.clone(),
            withdrawn,
            erased,
            hold: erased.map(|since| Hold { reason: Reason::Claim, since, until: Timestamp(9) }),
            deleted: Timestamp(7),
            proof_until: Timestamp(8),
        });
    }
    let without_age = Notice { age: None, ..notice() };
    both(&without_age);
}

#[test]
fn a_problem_is_read_with_its_events_and_with_members_unknown_here() {
    let key = Key::new(2);
    let events = vec![key.event(&key.header(START, true)).envelope];
    both(&Problem::from(Code::ChainConflict).events(events));
    both(&Problem::malformed("event.header", "not base64url"));
    let mut json = serde_json::to_value(Problem::new(Code::Gone)).unwrap();
    json["more"] = serde_json::json!({ "a": [1, null, true, { "b": "\"}" }] });
    assert_eq!(read::<Problem>(&json.to_string()).unwrap(), Problem::new(Code::Gone));
}

#[test]
fn what_is_not_of_the_type_is_refused() {
    let work = format!(r#""work":{}"#, serde_json::to_string(&challenge()).unwrap());
    let with = |rest: &str| rest.replace("WORK", &work);
    assert!(read::<Ticket>(&with(r#"{"ticket":"t","conversation":"c","expires":1,WORK}"#)).is_ok());
    for bad in [
        "",
        "{",
        "{}",
        "[]",
        "null",
        "1",
        r#"["t","c",1]"#,
        r#"{"ticket":"t","conversation":"c",WORK}"#,
        r#"{"ticket":"t","conversation":"c","expires":1}"#,
        r#"{"ticket":"t","conversation":"c","expires":1,"work":{}}"#,
        r#"{"ticket":"t","conversation":"c","expires":1,WORK,"text_only":null}"#,
        r#"{"ticket":"t","conversation":"c","expires":1,WORK,"more":1}"#,
        r#"{"ticket":"t","ticket":"t","conversation":"c","expires":1,WORK}"#,
        r#"{"ticket":"t","\u0074icket":"t","conversation":"c","expires":1,WORK}"#,
        r#"{"ticket":null,"conversation":"c","expires":1,WORK}"#,
        r#"{"ticket":1,"conversation":"c","expires":1,WORK}"#,
        r#"{"ticket":"t","conversation":"c","expires":"1",WORK}"#,
        r#"{"ticket":"t","conversation":"c","expires":-1,WORK}"#,
    ] {
        assert_eq!(read::<Ticket>(&with(bad)), Err(Malformed), "{bad}");
    }
    assert_eq!(read::<u8>("256"), Err(Malformed));
    assert_eq!(read::<Purpose>("\"Answer\""), Err(Malformed));
    assert_eq!(read::<Digest>("\"AQ\""), Err(Malformed));
    assert_eq!(read::<BTreeMap<String, bool>>(r#"{"a":true,"a":true}"#), Err(Malformed));
}

#[test]
fn what_is_not_json_is_refused() {
    for bad in [
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" 1}",
        "{\"a\":1 \"c\":2}",
        "{a:1}",
        "[1,]",
        "[,]",
        "[1 2]",
        "[1",
        "]",
        "tru",
        "True",
        "01",
        "1.0",
        "1e0",
        "-1",
        "+1",
        "99999999999999999999",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"a\nb\"",
        "\"\u{1f}\"",
        "'a'",
        "\u{feff}1",
        "\u{a0}1",
    ] {
        assert_eq!(parse(bad.as_bytes()), Err(Malformed), "{bad}");
    }
    assert_eq!(parse(b"\"\xff\""), Err(Malformed));
    let escaped = r#" "\u00e4\ud83d\udcee\/\b\f\n\r\t\\\"" "#;
    assert_eq!(read::<String>(escaped).unwrap(), "ä\u{1F4EE}/\u{8}\u{c}\n\r\t\\\"");
}

#[test]
fn depth_is_limited() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(deep(33).as_bytes()).is_ok());
    assert_eq!(parse(deep(34).as_bytes()), Err(Malformed));
    assert_eq!(parse("[".repeat(1_000_000).as_bytes()), Err(Malformed));
}

proptest! {
    #[test]
    fn any_object_is_read_back(map: BTreeMap<String, Vec<u64>>) {
        both(&map);
    }

    #[test]
    fn any_text_is_read_back(text: String) {
        both(&text);
    }

    #[test]
    fn any_bytes_are_read_no_laxer(bytes: Vec<u8>) {
        syntax_laxer_nowhere(&bytes);
    }

    #[test]
    fn almost_json_is_read_no_laxer(text in r#"[\[\]{}":,0-9abctruefalsn\\ .+-]{0,24}"#) {
        syntax_laxer_nowhere(text.as_bytes());
    }

    #[test]
    fn a_changed_byte_is_read_no_laxer(place: prop::sample::Index, byte: u8) {
        let mut json = serde_json::to_vec(&notice()).unwrap();
        let place = place.index(json.len());
        json[place] = byte;
        syntax_laxer_nowhere(&json);
        laxer_nowhere::<Notice>(&json);
        let accepted = br#"{"seq":1,"digest":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","at":2,"deleted":3}"#;
        let mut json = accepted.to_vec();
        let place = place % json.len();
        json[place] = byte;
        laxer_nowhere::<Accepted>(&json);
    }
}

#[test]
fn a_changed_byte_in_a_manifest_is_read_no_laxer() {
    let json = serde_json::to_vec(&common::manifest(&Key::new(1))).unwrap();
    for place in (0..json.len()).step_by(7) {
        for byte in [b'"', b'0', b'A', b'}', b' ', b'\\'] {
            let mut json = json.clone();
            json[place] = byte;
            laxer_nowhere::<Manifest>(&json);
        }
    }
}
