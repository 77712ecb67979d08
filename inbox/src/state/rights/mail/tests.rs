use super::*;
use crate::testing::NOW;
use serde_json::json;

fn written(bag: &Value) -> String {
    let texts = crate::texts::tests::de();
    let dates = Dates { texts: &texts, offset: |_| 0 };
    mail(bag, &Head { dates, company: "Fensterbau", code: "5BCD-0000-1111", now: NOW })
}

/// Header and encoded body of every part.
fn parts(mail: &str) -> Vec<(String, String)> {
    let (_, body) = mail.split_once("\r\n\r\n").unwrap();
    let body = body.strip_suffix("--=_einwurf_part--\r\n").unwrap();
    let parts = body.split("--=_einwurf_part\r\n").skip(1);
    parts
        .map(|part| {
            let (head, body) = part.split_once("\r\n\r\n").unwrap();
            (head.to_owned(), body.replace("\r\n", ""))
        })
        .collect()
}

fn bag(text: &str, name: &str, file: &Value) -> Value {
    let mut file = file.clone();
    file["name"] = json!(name);
    json!({ "thread": [
        { "seq": 0, "at": NOW, "from": "visitor", "name": "Mara", "text": text, "files": [file] },
        { "seq": 1, "at": NOW, "from": "staff", "name": "Anna", "text": "Gern." },
        { "seq": 2, "at": NOW, "from": "visitor", "erased": true },
    ] })
}

#[test]
fn a_case_is_a_mail_with_every_message_and_every_file() {
    let picture = json!({ "type": "image/jpeg", "content": "data:image/jpeg;base64,/9j/4A==", "description": "Ein Fenster" });
    let mail = written(&bag("Guten Tag", "bild-1.jpg", &picture));
    assert!(mail.contains("\r\nDate: Wed, 12 Aug 2026 12:05:00 +0000\r\n"), "{mail}");
    assert!(mail.contains("\r\nSubject: Einwurf 5BCD-0000-1111\r\n"));
    let parts = parts(&mail);
    assert_eq!(parts.len(), 2);
    let text = einwurf_protocol::codec::from_base64url(
        parts[0].1.replace('+', "-").replace('/', "_").trim_end_matches('='),
    );
    let text = String::from_utf8(text.unwrap()).unwrap();
    for said in ["Mara · ", "Guten Tag", "bild-1.jpg: Ein Fenster", "Anna · Fensterbau · ", "Gern."] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(
        parts[1].0.contains("Content-Type: image/jpeg\r\n")
            && parts[1].0.contains("filename=\"1-bild-1.jpg\"")
    );
    assert_eq!(parts[1].1, "/9j/4A==");
    assert!(mail.lines().all(|line| line.len() <= 78), "RFC 5322 wants short lines");
    assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count());
}

#[test]
fn msg_04_nothing_that_anybody_wrote_becomes_a_header_or_a_part() {
    let evil =
        "x\r\nBcc: victim@example.org\r\n\r\n--=_einwurf_part\r\nContent-Type: text/html\r\n\r\n<script>";
    for file in [
        json!({ "content": format!("data:text/html{evil};base64,AAAA") }),
        json!({ "content": "data:image/png;base64,AAAA\r\nBcc: x" }),
        json!({ "content": "https://evil.example/x.png" }),
        json!({ "content": 7 }),
    ] {
        let mail = written(&bag(evil, evil, &file));
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert_eq!(head.lines().count(), 7, "{head}");
        assert!(
            !mail.contains("Bcc:") && !mail.contains("<script>") && !mail.contains("text/html"),
            "{mail}"
        );
        assert!(parts(&mail).len() <= 2);
    }
    let named = json!({ "type": "image/png", "content": "data:image/png;base64,AAAA" });
    let mail = written(&bag("a", "b\"; x=\"c\u{202e}gnp.exe", &named));
    assert!(mail.contains("filename=\"1-b___x__cgnp.exe\""), "{mail}");
}

#[test]
fn the_dates_of_mails_are_those_of_the_calendar() {
    for (at, written) in [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
    ] {
        assert_eq!(rfc_date(Timestamp(at)), written);
    }
}
