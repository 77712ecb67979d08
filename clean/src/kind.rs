//! Kinds of files that are accepted, and how they are told apart by their first bytes.

use crate::{Refused, isobmff, read::has, text, zip};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Picture of a camera (ISO/IEC 10918-1).
    Jpeg,
    /// Picture of a screen (RFC 2083 and its third edition).
    Png,
    /// Picture (RFC 9649).
    WebP,
    /// Picture, perhaps moving (`GIF89a`).
    Gif,
    /// Picture of a phone (ISO/IEC 23008-12).
    Heic,
    /// Picture (AV1 Image File Format).
    Avif,
    /// Video (ISO/IEC 14496-14).
    Mp4,
    /// Video (`QuickTime`).
    Mov,
    /// Document (ISO 32000).
    Pdf,
    /// Plain text in UTF-8.
    Text,
    /// Text document, OOXML.
    Docx,
    /// Table, OOXML.
    Xlsx,
    /// Slides, OOXML.
    Pptx,
    /// Text document, `OpenDocument`.
    Odt,
    /// Table, `OpenDocument`.
    Ods,
    /// Slides, `OpenDocument`.
    Odp,
    /// Text document of Word until 2003.
    Doc,
    /// Table of Excel until 2003.
    Xls,
    /// Slides of `PowerPoint` until 2003.
    Ppt,
    /// Rich Text Format.
    Rtf,
}

impl Kind {
    /// Ending of a neutral name, without the dot.
    pub fn ending(self) -> &'static str {
        self.names().0
    }

    /// Media type, as found by content.
    pub fn media_type(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Jpeg => ("jpg", "image/jpeg"),
            Self::Png => ("png", "image/png"),
            Self::WebP => ("webp", "image/webp"),
            Self::Gif => ("gif", "image/gif"),
            Self::Heic => ("heic", "image/heic"),
            Self::Avif => ("avif", "image/avif"),
            Self::Mp4 => ("mp4", "video/mp4"),
            Self::Mov => ("mov", "video/quicktime"),
            Self::Pdf => ("pdf", "application/pdf"),
            Self::Text => ("txt", "text/plain"),
            Self::Docx => ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Self::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Self::Pptx => {
                ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")
            }
            Self::Odt => ("odt", "application/vnd.oasis.opendocument.text"),
            Self::Ods => ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
            Self::Odp => ("odp", "application/vnd.oasis.opendocument.presentation"),
            Self::Doc => ("doc", "application/msword"),
            Self::Xls => ("xls", "application/vnd.ms-excel"),
            Self::Ppt => ("ppt", "application/vnd.ms-powerpoint"),
            Self::Rtf => ("rtf", "application/rtf"),
        }
    }

    /// Whether it is a picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP | Self::Gif | Self::Heic | Self::Avif)
    }

    /// Whether it is a video.
    pub fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov)
    }

    /// Whether it is an office document: not cleaned here, sent as it is only if the person decides so.
    pub fn is_office(self) -> bool {
        use Kind::{Doc, Docx, Odp, Ods, Odt, Ppt, Pptx, Rtf, Xls, Xlsx};
        matches!(self, Docx | Xlsx | Pptx | Odt | Ods | Odp | Doc | Xls | Ppt | Rtf)
    }
}

/// The kind by the first bytes; no byte may come before them.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Kind, Refused> {
    let simple: [(&[u8], Kind); 6] = [
        (b"\xff\xd8\xff", Kind::Jpeg),
        (b"\x89PNG\r\n\x1a\n", Kind::Png),
        (b"GIF87a", Kind::Gif),
        (b"GIF89a", Kind::Gif),
        (b"%PDF-", Kind::Pdf),
        (b"{\\rtf", Kind::Rtf),
    ];
    if let Some((_, kind)) = simple.into_iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Ok(kind);
    }
    if bytes.starts_with(b"RIFF") && has(bytes, 8, b"WEBP") {
        return Ok(Kind::WebP);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return zip::office(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return zip::old_office(bytes);
    }
    if let Some(kind) = isobmff::brand(bytes) {
        return kind;
    }
    text::check(bytes).map(|()| Kind::Text)
}
