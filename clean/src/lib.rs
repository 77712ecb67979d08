//! What a file is, and how it looks without what it tells about its author: where and when a picture was taken, with
//! which device, who wrote a document and with what (requirements MSG-02, MSG-03, MSG-04, MSG-06).
//!
//! Two doors: [`kind`] says what the bytes are, by content alone; [`clean`] gives them back without metadata. What
//! cannot be cleaned is refused, never passed on as it is; only [`as_it_is`] does that, when the person decided so.
//!
//! Every format is an allowlist: what is not known to draw pixels, make sound or lay out a page does not stay.
//! Pixels, sound and text themselves are never touched or decoded. What this crate leaves out: shrinking pictures and
//! reading files (module `attach`), the size of a message (protocol).
//!
//! Pure: no IO, clock, randomness. Time and memory are bounded by the length of the input; nothing is inflated but
//! colour profiles, up to a limit, and what `lopdf` reads of a PDF.

mod exif;
mod foreign;
mod gif;
mod heif;
mod icc;
mod isobmff;
mod jpeg;
mod kind;
#[cfg(feature = "pdf")]
mod pdf;
mod pieces;
mod png;
mod read;
mod text;
mod video;
mod webp;
mod zip;

pub use kind::Kind;

use pieces::Plan;

/// The most bytes that are looked at: the attachments of one message together (docs/protocol.md section 5).
pub const MAX_BYTES: usize = 25_000_000;
/// The most pixels of a picture: today's largest phone cameras, with room. More would only serve to fill memory.
pub const MAX_PIXELS: u64 = 220_000_000;

/// A file without metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Cleaned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cleaned({:?}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// Why a file is not passed on, sorted by what the person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Choose another file: this one has no content.
    #[error("nothing in it")]
    Empty,
    /// Make it smaller.
    #[error("more bytes, pixels or parts than allowed")]
    TooLarge,
    /// Save it again: its content does not hold together, or ends too early.
    #[error("damaged")]
    Broken,
    /// Send it as a picture or PDF: its type is not accepted.
    #[error("of a kind that is not accepted")]
    Unknown,
    /// Save it again: it could be read as two kinds, which only serves to get past checks.
    #[error("of two kinds at once")]
    Polyglot,
    /// Export it without place: it holds something that may tell where it was made and cannot be taken out.
    #[error("may hold a place that cannot be taken out")]
    Located,
    /// Save it without password, or decide to send it as it is: encrypted, so nothing can be taken out.
    #[error("encrypted")]
    Protected,
    /// Save it as PDF, or decide to send it as it is: an office document holds names and history in many places.
    #[error("an office document")]
    Office,
}

impl Refused {
    /// The word for callers in other languages.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
            Self::Polyglot => "polyglot",
            Self::Located => "location",
            Self::Protected => "protected",
            Self::Office => "office",
        }
    }

    /// Whether the person may decide to send it uncleaned (MSG-03).
    pub fn may_go_as_it_is(self) -> bool {
        matches!(self, Self::Protected | Self::Office)
    }
}

/// What the bytes are, by content alone. Pictures and videos are walked to their end, so that a file of two kinds is
/// refused here; whether a PDF or office document can be cleaned, only [`clean`] says.
pub fn kind(bytes: &[u8]) -> Result<Kind, Refused> {
    let kind = known(bytes)?;
    plan(bytes, kind)?;
    Ok(kind)
}

/// The bytes without metadata. Cleaning what is clean changes nothing.
pub fn clean(bytes: Vec<u8>) -> Result<Cleaned, Refused> {
    let kind = known(&bytes)?;
    let bytes = match kind {
        Kind::Pdf => clean_pdf(bytes)?,
        kind if kind.is_office() => return Err(Refused::Office),
        kind => match plan(&bytes, kind)? {
            Some(plan) => plan.apply(bytes),
            None => bytes,
        },
    };
    Ok(Cleaned { kind, bytes })
}

/// An office document or an encrypted file as it is, because the person decided so. Everything else is cleaned.
pub fn as_it_is(bytes: Vec<u8>) -> Result<Cleaned, Refused> {
    let kind = known(&bytes)?;
    if kind.is_office() {
        return Ok(Cleaned { kind, bytes });
    }
    if kind == Kind::Pdf && is_protected(&bytes) {
        return Ok(Cleaned { kind, bytes });
    }
    clean(bytes)
}

/// The kind by the first bytes, with what is refused whatever comes after them.
fn known(bytes: &[u8]) -> Result<Kind, Refused> {
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooLarge);
    }
    foreign::check_begin(bytes)?;
    let kind = kind::recognise(bytes)?;
    foreign::check_head(bytes, kind)?;
    foreign::check_archive(bytes, kind)?;
    Ok(kind)
}

/// What stays of a picture or video; nothing for kinds that are not cleaned piece by piece.
fn plan(bytes: &[u8], kind: Kind) -> Result<Option<Plan>, Refused> {
    match kind {
        Kind::Jpeg => jpeg::plan(bytes, jpeg::Turn::Keep).map(Some),
        Kind::Png => png::plan(bytes).map(Some),
        Kind::WebP => webp::plan(bytes).map(Some),
        Kind::Gif => gif::plan(bytes).map(Some),
        Kind::Heic | Kind::Avif => heif::plan(bytes).map(Some),
        Kind::Mp4 | Kind::Mov => video::plan(bytes).map(Some),
        _ => Ok(None),
    }
}

#[cfg(feature = "pdf")]
use pdf::{clean as clean_pdf, is_protected};

/// Built without `pdf`: nothing goes out unclean.
#[cfg(not(feature = "pdf"))]
fn clean_pdf(_: Vec<u8>) -> Result<Vec<u8>, Refused> {
    Err(Refused::Unknown)
}

/// Built without `pdf`: not known, so not sent as it is.
#[cfg(not(feature = "pdf"))]
fn is_protected(_: &[u8]) -> bool {
    false
}
