//! Files of two kinds: what makes another program see something else than we do.

use crate::{
    Kind, Refused,
    read::{has, le16, le32, size},
};

/// How far programs look for the kind of a file: PDF readers 1,024 bytes, browsers 1,445. With room.
const HEAD: usize = 4_096;
/// How far PDF readers look for the beginning of a PDF.
const PDF_HEAD: usize = 1_024;

/// What a browser takes for a page, in small letters.
const MARKUP: [&[u8]; 8] =
    [b"<script", b"<html", b"<svg", b"<iframe", b"<!doctype", b"<?php", b"<body", b"<head"];

/// Refuses a PDF that begins behind something else: its readers would not mind.
pub(crate) fn check_begin(bytes: &[u8]) -> Result<(), Refused> {
    let behind = bytes.get(1..PDF_HEAD).or(bytes.get(1..)).unwrap_or_default();
    if contains(behind, b"%PDF-") { Err(Refused::Polyglot) } else { Ok(()) }
}

/// Refuses pages inside anything.
pub(crate) fn check_head(bytes: &[u8], kind: Kind) -> Result<(), Refused> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    // A PDF and a document may speak of pages further down; they begin with their own kind at once.
    let pages = if kind == Kind::Pdf { head.get(..PDF_HEAD).unwrap_or(head) } else { head };
    if kind != Kind::Text && has_markup(pages) {
        return Err(Refused::Polyglot);
    }
    Ok(())
}

/// Refuses an archive that ends in anything but an archive: programs read those from their end.
pub(crate) fn check_archive(bytes: &[u8], kind: Kind) -> Result<(), Refused> {
    let archive = bytes.starts_with(b"PK\x03\x04");
    if !archive && kind != Kind::Text && ends_as_archive(bytes) { Err(Refused::Polyglot) } else { Ok(()) }
}

/// Refuses what lies behind the end of a picture if it is something of another kind. Anything else is dropped by the
/// caller: phones put a short video or a second picture there.
pub(crate) fn check_tail(tail: &[u8]) -> Result<(), Refused> {
    let start = tail.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0).unwrap_or(tail.len());
    let rest = tail.get(start..).unwrap_or_default();
    let magics: [&[u8]; 8] =
        [b"PK\x03\x04", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"#!", b"\xca\xfe\xba\xbe", b"\0asm"];
    let other = magics.iter().any(|magic| rest.starts_with(magic) || tail.starts_with(magic));
    if other || contains(tail, b"%PDF-") || has_markup(tail) { Err(Refused::Polyglot) } else { Ok(()) }
}

/// Whether a tag of a page is in the bytes, in any spelling.
pub(crate) fn has_markup(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(at..).unwrap_or_default();
        if MARKUP.iter().any(|tag| is_tag(rest, tag)) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// Whether `bytes` begin with a tag and something that ends its name, since five letters happen by chance in pixels.
fn is_tag(bytes: &[u8], tag: &[u8]) -> bool {
    let named = bytes.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag));
    let next = bytes.get(tag.len()).copied().unwrap_or(b'>');
    named && (next.is_ascii_whitespace() || next == b'>' || next == b'/')
}

/// Whether `word` is somewhere in the bytes.
pub(crate) fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// Whether a directory of an archive lies at the end, as programs look for it: up to 65,535 bytes of comment may follow.
fn ends_as_archive(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(65_535 + 22);
    let tail = bytes.get(from..).unwrap_or_default();
    tail.windows(4).enumerate().any(|(at, window)| window == b"PK\x05\x06" && is_directory(bytes, from + at))
}

fn is_directory(bytes: &[u8], end: usize) -> bool {
    let Some((count, length)) = le16(bytes, end + 10).zip(le32(bytes, end + 12).and_then(size)) else {
        return false;
    };
    count > 0 && end.checked_sub(length).is_some_and(|start| has(bytes, start, b"PK\x01\x02"))
}
