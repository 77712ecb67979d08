//! What must hold for every input of what this program reads and writes, one function for each: for `tests/decoders`, as its
//! own properties are. A property that does not hold is an assertion that fails.

#![allow(clippy::missing_panics_doc, reason = "each says what must hold, and fails if it does not")]

use crate::{
    check::check,
    desk::relay,
    doctor, file,
    pull::{DOMAIN, properties as pulled},
    reply, say,
    texts::{Language, printable},
};

/// What somebody calls a receipt or an export of proofs: a report that can be read, or a sentence.
pub fn proof(bytes: &[u8]) {
    let said = match file::parse(bytes) {
        Err(error) => say::unreadable(Language::En, &error.to_string()),
        Ok(file) => {
            let report = check(&file, &[]);
            let json = report.to_json();
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "a report that is no JSON");
            say::report(Language::De, &report)
        }
    };
    is_plain(&said);
}

/// A mail that answers one of ours: what is sent of it is new, has one conversation, and is sent once.
pub fn answer(bytes: &[u8]) {
    let Ok(read) = reply::mail::read(bytes) else { return };
    assert!(
        !read.text.trim().is_empty() && !read.text.lines().any(|line| line.starts_with('>')),
        "a quotation"
    );
    assert!(!read.text.contains('\r'));
    let lower = bytes.to_ascii_lowercase();
    let domain = DOMAIN.as_bytes();
    // Ids may be written in an encoded form; what is plain is named plainly.
    let encoded = lower.windows(2).any(|two| two == b"=?" || two == b"\r\n" || two == b"\n ");
    assert!(encoded || lower.windows(domain.len()).any(|at| at == domain), "answers nothing");
    let again = reply::mail::read(bytes).ok();
    assert!(again.is_some_and(|again| (again.cid, again.id, again.text) == (read.cid, read.id, read.text)));
}

/// What a visitor writes comes out of a mail, of an mbox and of JSON as it went in, and is nothing else there.
pub fn letter(bytes: &[u8]) {
    pulled::letter(bytes);
}

/// What lies in a login's folder: each form is read as it was written, and nothing that asks for too much is done.
pub fn kept(bytes: &[u8]) {
    pulled::kept(bytes);
    crate::desk::properties::kept(bytes);
}

/// What somebody types: a relay is asked over TLS, a conversation is named by what fits a header.
pub fn typed(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(origin) = relay::origin(text) {
        let here =
            ["http://localhost", "http://127.", "http://[::1]"].iter().any(|it| origin.starts_with(it));
        assert!(here || origin.starts_with("https://"), "{origin} without TLS");
        assert!(origin.is_ascii() && !origin.contains(['@', '?', '#', ' ']), "{origin}");
        assert_eq!(relay::origin(&origin).as_deref(), Some(origin.as_str()));
    }
    if let Ok(code) = reply::code(text) {
        assert!(code.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        assert_eq!(reply::code(&code).ok(), Some(code));
    }
    is_plain(&printable(text));
}

/// A page that `einwurf doctor` looks at: whatever it is, its findings have a place in it and can be said.
pub fn page(bytes: &[u8]) {
    doctor::properties::page(&String::from_utf8_lossy(bytes));
}

/// Nothing in it moves the cursor, or turns the direction of what stands around it.
pub(crate) fn is_plain(said: &str) {
    let turns = |letter| matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let odd = |letter: char| letter != '\n' && letter.is_control() || turns(letter);
    assert!(!said.contains(odd), "{said:?}");
}
