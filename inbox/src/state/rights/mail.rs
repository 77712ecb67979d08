//! A conversation as a mail file (RFC 5322, RFC 2045), for the company's own systems. Headers are made of the code and of
//! dates; everything that anybody wrote stands in encoded parts, where it can be no header.

use crate::{
    state::{
        dates::{Civil, Dates},
        files::plain,
    },
    texts::fill,
};
use einwurf_protocol::{codec::to_base64, time::Timestamp};
use serde_json::Value;

/// RFC 2045: encoded lines are at most this long.
const LINE: usize = 76;
/// Does not occur in an encoded part, which has no underscore.
const BOUNDARY: &str = "=_einwurf_part";

/// What a mail is written with.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Texts and dates of the conversation's language.
    pub dates: Dates<'a>,
    /// The company.
    pub company: &'a str,
    /// What people call the conversation.
    pub code: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// The mail of a bag (`docs/protocol.md` section 16.5), with every file that the bag has the content of.
pub fn mail(bag: &Value, head: &Head<'_>) -> String {
    let items = bag.get("thread").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut mail = headers(head);
    let text = items.iter().map(|item| said(item, head)).collect::<Vec<_>>().join("\r\n\r\n");
    part(&mut mail, "text/plain; charset=utf-8", None, &to_base64(text.as_bytes()));
    let files = items.iter().filter_map(|item| item.get("files")?.as_array()).flatten();
    let whole = files.filter_map(|file| Some((text_of(file, "name"), content(file)?)));
    for (number, (name, (kind, content))) in whole.enumerate() {
        part(&mut mail, kind, Some(&format!("{}-{}", number + 1, ascii(name))), content);
    }
    mail.push_str(&["--", BOUNDARY, "--\r\n"].concat());
    mail
}

fn headers(head: &Head<'_>) -> String {
    let date = rfc_date(head.now);
    let code = ascii(head.code);
    [
        "From: Einwurf <einwurf@localhost.invalid>\r\n",
        "To: undisclosed-recipients:;\r\n",
        &format!("Date: {date}\r\n"),
        &format!("Subject: Einwurf {code}\r\n"),
        &format!("Message-ID: <{code}.{}@einwurf.invalid>\r\n", head.now.0),
        "MIME-Version: 1.0\r\n",
        &format!("Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\r\n\r\n"),
    ]
    .concat()
}

fn part(mail: &mut String, kind: &str, name: Option<&str>, encoded: &str) {
    let disposition =
        name.map_or_else(|| "inline".to_owned(), |name| format!("attachment; filename=\"{name}\""));
    let head = format!(
        "--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: {disposition}\r\n\r\n"
    );
    mail.push_str(&head);
    // Base64 is ASCII: every byte is a letter.
    for line in encoded.as_bytes().chunks(LINE) {
        mail.push_str(std::str::from_utf8(line).unwrap_or_default());
        mail.push_str("\r\n");
    }
}

/// One message as people read it.
fn said(item: &Value, head: &Head<'_>) -> String {
    let Head { dates, company, .. } = head;
    let at = Timestamp(item.get("at").and_then(Value::as_u64).unwrap_or_default());
    let name = text_of(item, "name");
    let by_visitor = text_of(item, "from") == "visitor";
    let who = match (by_visitor, name) {
        (true, "") => dates.texts.read_from_visitor.clone(),
        (true, name) => name.to_owned(),
        (false, "") => dates.texts.read_from_staff.clone(),
        (false, name) => fill(&dates.texts.read_from_member, &[("name", name), ("company", company)]),
    };
    let text = if item.get("erased").is_some() { &dates.texts.read_erased } else { text_of(item, "text") };
    let mut lines = vec![format!("{who} · {}", dates.moment(at)), text.to_owned()];
    if let Some(told) = item.get("told").and_then(Value::as_str) {
        lines.push(format!("[{}] {told}", dates.texts.read_told));
    }
    let files = item.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    lines.extend(files.iter().map(|file| {
        let words = file.get("description").and_then(Value::as_str);
        words.map_or_else(
            || plain(text_of(file, "name")),
            |words| format!("{}: {words}", plain(text_of(file, "name"))),
        )
    }));
    lines.join("\n").replace('\r', "").replace('\n', "\r\n")
}

fn text_of<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Type and content of a file's `data:` address; what is not of that form is left out.
fn content(file: &Value) -> Option<(&str, &str)> {
    let (kind, content) = file.get("content")?.as_str()?.strip_prefix("data:")?.split_once(";base64,")?;
    let is_token = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '+' | '-' | '/');
    let encoded = |one: char| one.is_ascii_alphanumeric() || matches!(one, '+' | '/' | '=');
    let kind = if !kind.is_empty() && kind.chars().all(is_token) { kind } else { "application/octet-stream" };
    content.chars().all(encoded).then_some((kind, content))
}

/// A name that can end no header and no quotation.
fn ascii(name: &str) -> String {
    let plain = plain(name);
    let kept = plain
        .chars()
        .map(|one| if one.is_ascii_alphanumeric() || matches!(one, '.' | '-') { one } else { '_' });
    kept.collect()
}

/// RFC 5322, in UTC.
fn rfc_date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let civil = Civil::of(at, |_| 0);
    let day = DAYS.get(civil.weekday()).copied().unwrap_or_default();
    let month = civil.month.checked_sub(1).and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    let Civil { day: date, year, hour, minute, .. } = civil;
    format!("{day}, {date:02} {month} {year} {hour:02}:{minute:02}:{:02} +0000", at.0 % 60)
}

#[cfg(test)]
mod tests;
