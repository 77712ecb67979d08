//! Office documents: which one it is. They are looked at only as far as that needs, and nothing is inflated.

use crate::{
    Kind, Refused, foreign,
    read::{has, le16, le32, size},
};

/// The most entries of a document's archive.
const MAX_ENTRIES: usize = 10_000;
/// The most bytes that an archive may claim to inflate to: whoever opens it needs them.
const MAX_INFLATED: u64 = 500_000_000;

/// An entry of an archive's directory.
struct Entry<'a> {
    name: &'a [u8],
    inflated: u32,
}

/// The kind of an office document that is an archive.
pub(crate) fn office(bytes: &[u8]) -> Result<Kind, Refused> {
    let entries = directory(bytes)?;
    if entries.iter().map(|entry| u64::from(entry.inflated)).sum::<u64>() > MAX_INFLATED {
        return Err(Refused::TooLarge);
    }
    let names = || entries.iter().map(|entry| entry.name);
    if names().any(|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin")) {
        return Err(Refused::Unknown); // programs do not travel as documents
    }
    if names().any(|name| name == b"[Content_Types].xml") {
        let folders: [(&[u8], Kind); 3] =
            [(b"word/", Kind::Docx), (b"xl/", Kind::Xlsx), (b"ppt/", Kind::Pptx)];
        let found = folders.into_iter().find(|(folder, _)| names().any(|name| name.starts_with(folder)));
        return found.map(|(_, kind)| kind).ok_or(Refused::Unknown);
    }
    open_document(bytes).ok_or(Refused::Unknown)
}

/// `OpenDocument` says what it is in its first entry, stored as it is (part 2, section 3.3).
fn open_document(bytes: &[u8]) -> Option<Kind> {
    let length = size(le32(bytes, 18)?)?;
    let name = usize::from(le16(bytes, 26)?);
    let extra = usize::from(le16(bytes, 28)?);
    let stored = le16(bytes, 8)? == 0;
    if !stored || bytes.get(30..30 + name)? != b"mimetype" {
        return None;
    }
    let start = 30 + name + extra;
    match bytes.get(start..start.checked_add(length)?)? {
        b"application/vnd.oasis.opendocument.text" => Some(Kind::Odt),
        b"application/vnd.oasis.opendocument.spreadsheet" => Some(Kind::Ods),
        b"application/vnd.oasis.opendocument.presentation" => Some(Kind::Odp),
        _ => None,
    }
}

/// The directory at the end of an archive (APPNOTE 4.3.12, 4.3.16), which must be where it says and reach its end.
fn directory(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Refused> {
    let from = bytes.len().saturating_sub(65_535 + 22);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or(Refused::Broken)? + from;
    let count = usize::from(le16(bytes, end + 10).ok_or(Refused::Broken)?);
    let start = le32(bytes, end + 16).and_then(size).ok_or(Refused::Broken)?;
    let comment = usize::from(le16(bytes, end + 20).ok_or(Refused::Broken)?);
    if count > MAX_ENTRIES {
        return Err(Refused::TooLarge);
    }
    if end + 22 + comment != bytes.len() {
        return Err(Refused::Polyglot);
    }
    let mut at = start;
    (0..count).map(|_| entry(bytes, &mut at).ok_or(Refused::Broken)).collect()
}

fn entry<'a>(bytes: &'a [u8], at: &mut usize) -> Option<Entry<'a>> {
    if !has(bytes, *at, b"PK\x01\x02") {
        return None;
    }
    let field = |offset| le16(bytes, at.checked_add(offset)?).map(usize::from);
    let (name, extra, comment) = (field(28)?, field(30)?, field(32)?);
    let start = at.checked_add(46)?;
    let entry = Entry { name: bytes.get(start..start + name)?, inflated: le32(bytes, at.checked_add(24)?)? };
    *at = start + name + extra + comment;
    Some(entry)
}

/// The kind of a document of office programs until 2003, by the names of its streams ([MS-CFB]; UTF-16).
pub(crate) fn old_office(bytes: &[u8]) -> Result<Kind, Refused> {
    let named = |name: &str| {
        foreign::contains(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
    };
    if named("EncryptedPackage") {
        return Err(Refused::Protected);
    }
    if named("_VBA_PROJECT") {
        return Err(Refused::Unknown);
    }
    let streams = [("WordDocument", Kind::Doc), ("PowerPoint Document", Kind::Ppt), ("Workbook", Kind::Xls)];
    streams.into_iter().find(|(name, _)| named(name)).map(|(_, kind)| kind).ok_or(Refused::Unknown)
}
