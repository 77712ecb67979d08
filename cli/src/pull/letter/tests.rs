//! Mails of hostile and of ordinary visitors.

use super::*;
use crate::texts::Language;
use einwurf_protocol::ids::Cid;
use mail_parser::{Message, MessageParser, MimeHeaders as _};

fn letters() -> Letters {
    Letters { texts: Texts::of_desk(Language::En), to: None, reply_to: Some("answers@firma.example".into()) }
}

fn item(seq: u64, said: Said) -> Item {
    Item {
        cid: Cid([7; 32]),
        seq: Some(seq),
        at: Timestamp(1_800_000_000),
        what: What::Message(Box::new(said)),
    }
}

fn file(name: &str, media_type: &str) -> File {
    File { name: name.into(), media_type: media_type.into(), description: None, content: b"content".to_vec() }
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

#[test]
fn a_conversation_is_one_thread_with_ids_that_stay() {
    let said = || Said { text: "Grüße, wann haben Sie offen?".into(), ..Said::default() };
    let (first, second) =
        (letters().mail(&item(0, said())).unwrap(), letters().mail(&item(4, said())).unwrap());
    let (first, second) = (parsed(&first), parsed(&second));
    assert_eq!(second.in_reply_to().as_text(), first.message_id());
    assert_eq!(second.references().as_text(), first.message_id());
    assert_ne!(first.message_id(), second.message_id());
    assert_eq!(first.body_text(0).as_deref().map(str::trim), Some("Grüße, wann haben Sie offen?"));
    let reply_to = first.reply_to().and_then(|to| to.first()).and_then(|to| to.address());
    assert_eq!(reply_to, Some("answers@firma.example"));
}

#[test]
fn enc_01_nothing_that_a_visitor_writes_becomes_a_header_or_a_part() {
    let evil = "Anna\" <boss@firma.example>\r\nBcc: all@firma.example\r\n\r\n<script>";
    let said = Said {
        text: "Hallo\r\n.\r\nFrom nobody\r\n--boundary--".into(),
        name: Some(evil.into()),
        topic: Some(evil.into()),
        page: Some("\u{202e}txt\nX-Evil: 1".into()),
        files: vec![
            file("../../etc/passwd\r\nX-Evil: 2", "text/html\r\nX-Evil: 3"),
            file("..", "message/rfc822"),
            file("a", "MESSAGE/rfc822"),
            file("b", "MultiPart/mixed"),
        ],
        ..Said::default()
    };
    let bytes = letters().mail(&item(0, said)).unwrap();
    let mail = parsed(&bytes);
    for name in ["Bcc", "X-Evil"] {
        assert!(mail.header(name).is_none(), "{name}");
    }
    let from: Vec<_> = mail.from().unwrap().iter().collect();
    assert_eq!(from.len(), 1);
    assert!(from[0].address().unwrap().ends_with("@einwurf.invalid"));
    assert_eq!(mail.subject().map(str::lines).map(Iterator::count), Some(1));
    let files: Vec<_> = mail.attachments().map(|part| part.attachment_name().unwrap().to_owned()).collect();
    assert_eq!(files, ["_.._etc_passwd X-Evil_ 2", "file", "a", "b"]);
    for part in mail.attachments() {
        let kind = part.content_type().unwrap();
        assert_eq!((kind.ctype(), kind.subtype()), ("application", Some("octet-stream")));
    }
    assert!(mail.parts.iter().all(|part| part.headers.iter().all(|one| !one.name().starts_with("X-Evil"))));
}

#[test]
fn what_is_no_text_on_the_way_arrives_as_it_was() {
    let odd = "a\0b\rc\u{1b}[31md\r\ne\n.\nFrom f\n\u{85}g";
    let content = b"a\0b\rc\nFrom d\r\n.\r\n";
    let table = File { content: content.to_vec(), ..file("t.csv", "text/csv") };
    let said = Said { text: odd.into(), files: vec![table], ..Said::default() };
    let bytes = letters().mail(&item(0, said)).unwrap();
    assert!(bytes.is_ascii() && !bytes.contains(&0) && !bytes.contains(&0x1b));
    let whole = |line: &[u8]| !line.contains(&b'\r') && line.len() <= 998;
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| whole(line.strip_suffix(b"\r").unwrap_or(line))));
    let mail = parsed(&bytes);
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), odd.replace("\r\n", "\n"));
    assert_eq!(mail.attachments().next().unwrap().contents(), content);
}

#[test]
fn names_of_files_stay_in_their_folder_and_are_never_empty() {
    for (name, expected) in [
        ("foto.jpg", "foto.jpg"),
        ("a/b\\c:d", "a_b_c_d"),
        (".htaccess", "htaccess"),
        ("con\u{202e}gpj.exe", "con_gpj.exe"),
        ("", "file"),
        (" . ", "file"),
    ] {
        assert_eq!(file_name(name), expected, "{name}");
    }
    for (length, cut) in [(HEADER - 1, HEADER - 1), (HEADER, HEADER), (HEADER + 1, HEADER)] {
        assert_eq!(line(&"ä".repeat(length)).chars().count(), cut);
    }
}

#[test]
fn what_asks_to_delete_copies_is_a_mail_of_its_own_in_the_thread() {
    let what = What::Erased { by: Eraser::Visitor, copies_until: Timestamp(1_800_000_000) };
    let item = Item { cid: Cid([7; 32]), seq: None, at: Timestamp(1_800_000_000), what };
    let bytes = letters().mail(&item).unwrap();
    let mail = parsed(&bytes);
    assert!(mail.message_id().unwrap().ends_with(".erased@einwurf.invalid"));
    assert!(mail.body_text(0).unwrap().contains("2027-01-15"));
    assert_eq!(item.json()["type"], "erased");
}
