//! What must hold for every message that is handed on ([`crate::properties`]).

use super::{
    item::{File, Item, Said, What},
    journal,
    letter::{Letters, file_name},
    sink::mbox,
};
use crate::texts::{Language, Texts};
use einwurf_protocol::{codec::from_base64, ids::Cid, time::Timestamp};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};

/// Headers that a mail of ours has, each once.
const HEADERS: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Einwurf-Conversation",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "In-Reply-To",
    "References",
];
/// RFC 5322, section 2.1.1.
const LINE: usize = 998;

/// As many texts as there are pieces between bytes that no text has; the last one is a file.
fn item(bytes: &[u8]) -> Option<Item> {
    let mut pieces = bytes.splitn(9, |byte| *byte == 0xff);
    let mut next = || pieces.next().map(|piece| std::str::from_utf8(piece).map(str::to_owned));
    let mut text = || next().transpose().ok().map(Option::unwrap_or_default);
    let (words, name, email, phone) = (text()?, text()?, text()?, text()?);
    let (page, topic, file, media_type) = (text()?, text()?, text()?, text()?);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let content = pieces.next().map(<[u8]>::to_vec);
    let files = content.map(|content| File { name: file, media_type, description: None, content });
    let said = Said {
        text: words,
        name: some(name),
        email: some(email),
        phone: some(phone),
        page: some(page),
        topic: some(topic),
        files: files.into_iter().collect(),
        ..Said::default()
    };
    let seq = Some(u64::from(bytes.len().is_multiple_of(2)));
    Some(Item { cid: Cid([7; 32]), seq, at: Timestamp(1_800_000_000), what: What::Message(Box::new(said)) })
}

pub(crate) fn letter(bytes: &[u8]) {
    let Some(item) = item(bytes) else { return };
    let letters = Letters { texts: Texts::of_desk(Language::En), to: None, reply_to: None };
    let Ok(mail) = letters.mail(&item) else { return };
    lines(&mail);
    same(&mail, &item, &letters.body(&item));
    in_mbox(&mail, &item, &letters.body(&item));
    let json = serde_json::to_vec(&item.json()).unwrap_or_default();
    let read: Option<serde_json::Value> = serde_json::from_slice(&json).ok();
    let text = read.as_ref().and_then(|read| read.get("text")?.as_str());
    assert_eq!(text, item.said().map(|said| said.text.as_str()));
}

/// Every mail server takes it: lines that are lines, and not too long.
fn lines(mail: &[u8]) {
    for line in mail.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= LINE, "a line of {} bytes", line.len());
        assert!(!line.contains(&b'\r') && !line.contains(&0), "a line end within a line");
        assert!(line.is_ascii(), "eight bits");
    }
}

/// As a mail program reads it.
fn same(mail: &[u8], item: &Item, body: &str) {
    let read = MessageParser::default().parse(mail);
    assert!(read.is_some(), "no mail");
    let Some(read) = read else { return };
    let mut names: Vec<&str> = read
        .parts
        .first()
        .map(|root| root.headers.iter().map(mail_parser::Header::name).collect())
        .unwrap_or_default();
    assert!(names.iter().all(|name| HEADERS.contains(name)), "{names:?}");
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a header twice");
    assert_eq!(read.message_id(), Some(Letters::id(item).as_str()));
    assert_eq!(read.from().map(|from| from.iter().count()), Some(1));
    assert!(
        read.from()
            .and_then(|from| from.first()?.address())
            .is_some_and(|it| it.ends_with("@einwurf.invalid"))
    );
    is_said(&read, item, body);
}

fn is_said(read: &Message<'_>, item: &Item, body: &str) {
    let text = read.body_text(0).map(|text| text.replace("\r\n", "\n"));
    assert_eq!(text.as_deref().map(str::trim_end), Some(plain(body).trim_end()), "another text");
    let files = item.said().map(|said| said.files.as_slice()).unwrap_or_default();
    assert_eq!(read.attachments().count(), files.len(), "files that are none, or none that are");
    for (part, file) in read.attachments().zip(files) {
        assert_eq!(unpacked(read, part), Some(file.content.clone()), "another file");
        assert_eq!(part.attachment_name(), Some(file_name(&file.name).as_str()));
        let kind = part.content_type().map(|kind| kind.ctype().to_ascii_lowercase());
        assert!(kind.is_some_and(|kind| kind != "message" && kind != "multipart"), "a mail within the mail");
    }
}

/// The bytes of a file, which a reader of texts would change.
fn unpacked(read: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let from = usize::try_from(part.raw_body_offset()).ok()?;
    let packed = read.raw_message().get(from..usize::try_from(part.raw_end_offset()).ok()?)?;
    let packed: String = std::str::from_utf8(packed).ok()?.split_whitespace().collect();
    from_base64(&packed).ok()
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Two of them after each other are two, and each as it was.
fn in_mbox(mail: &[u8], item: &Item, body: &str) {
    let one = mbox(item, mail);
    let two = messages(&[one.as_slice(), one.as_slice()].concat());
    assert_eq!(two.len(), 2, "other than two messages");
    for message in two {
        same(&message, item, body);
    }
}

/// As a reader of `mboxrd` finds them.
fn messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
        let is_from = line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
        match found.last_mut() {
            _ if is_from && quoted == 0 => found.push(Vec::new()),
            Some(message) => message.extend_from_slice(line.get(usize::from(is_from)..).unwrap_or_default()),
            None => assert!(line.is_empty(), "something before the first message"),
        }
    }
    found
}

/// A line of the journal is written as it was read.
pub(crate) fn kept(bytes: &[u8]) {
    journal::properties::line(bytes);
}
