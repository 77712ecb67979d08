//! A file as it was picked or received, and as it may go out.

use einwurf_clean as clean;
use wasm_bindgen::prelude::wasm_bindgen;

/// The bytes of a file, as they come.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Raw {
    bytes: Vec<u8>,
    length: usize,
}

#[wasm_bindgen]
impl Raw {
    /// Makes room for a file of this length, so that it never lies in memory twice.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Result<Self, String> {
        if length > clean::MAX_BYTES {
            return Err(clean::Refused::TooLarge.code().to_owned());
        }
        Ok(Self { bytes: Vec::with_capacity(length), length })
    }

    /// The next bytes. More than announced: the file changed while it was read.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), String> {
        if bytes.len() > self.length.saturating_sub(self.bytes.len()) {
            return Err(CHANGED.to_owned());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// What it is, by content alone.
    pub fn kind(&self) -> Result<Kind, String> {
        self.whole()?;
        clean::kind(&self.bytes).map(Kind).map_err(word)
    }

    /// Without metadata; with `as_it_is`, what cannot be cleaned goes as it is, because the person decided so.
    pub fn clean(self, as_it_is: bool) -> Result<Clean, String> {
        self.whole()?;
        let clean = if as_it_is { clean::as_it_is } else { clean::clean };
        clean(self.bytes).map(Clean).map_err(word)
    }
}

const CHANGED: &str = "changed";

impl Raw {
    fn whole(&self) -> Result<(), String> {
        if self.bytes.len() == self.length { Ok(()) } else { Err(CHANGED.to_owned()) }
    }
}

fn word(refused: clean::Refused) -> String {
    refused.code().to_owned()
}

/// What a file is.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Kind(clean::Kind);

#[wasm_bindgen]
impl Kind {
    /// Ending of a neutral name, without the dot; it also names the kind.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.0.ending().to_owned()
    }

    /// Media type.
    #[wasm_bindgen(getter, js_name = mediaType)]
    pub fn media_type(&self) -> String {
        self.0.media_type().to_owned()
    }

    /// Whether it is a picture.
    #[wasm_bindgen(getter)]
    pub fn picture(&self) -> bool {
        self.0.is_picture()
    }

    /// Whether it is a video.
    #[wasm_bindgen(getter)]
    pub fn video(&self) -> bool {
        self.0.is_video()
    }
}

/// A file that may go out.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Clean(clean::Cleaned);

#[wasm_bindgen]
impl Clean {
    /// What it is.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> Kind {
        Kind(self.0.kind)
    }

    /// Its length in bytes.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.bytes.len()
    }

    /// Some of its bytes; fewer or none at its end.
    pub fn slice(&self, from: usize, length: usize) -> Vec<u8> {
        let rest = self.0.bytes.get(from..).unwrap_or_default();
        rest.get(..length).unwrap_or(rest).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

    fn raw(bytes: &[u8]) -> Raw {
        let mut raw = Raw::new(bytes.len()).unwrap();
        bytes.chunks(7).for_each(|piece| raw.push(piece).unwrap());
        raw
    }

    #[test]
    fn what_came_in_pieces_is_known_and_goes_out_in_slices() {
        assert_eq!(raw(GIF).kind().unwrap().kind(), "gif");
        let clean = raw(GIF).clean(false).unwrap();
        assert!(clean.kind().picture() && !clean.kind().video());
        assert_eq!(clean.kind().media_type(), "image/gif");
        let slices = [clean.slice(0, 20), clean.slice(20, 1_000), clean.slice(clean.length(), 5)].concat();
        assert_eq!(slices, GIF);
    }

    #[test]
    fn msg_03_a_file_that_changes_while_it_is_read_does_not_go_out() {
        let mut longer = Raw::new(3).unwrap();
        assert_eq!(longer.push(b"four"), Err("changed".to_owned()));
        let mut shorter = Raw::new(5).unwrap();
        shorter.push(b"four").unwrap();
        assert_eq!(shorter.kind().err().as_deref(), Some("changed"));
        assert_eq!(shorter.clean(false).err().as_deref(), Some("changed"));
    }

    #[test]
    fn msg_04_what_is_refused_is_named() {
        assert_eq!(raw(b"").kind().err().as_deref(), Some("empty"));
        assert_eq!(raw(b"<svg onload=alert(1)>").kind().err().as_deref(), Some("unknown"));
        assert_eq!(raw(&GIF[..20]).clean(false).err().as_deref(), Some("broken"));
    }

    #[test]
    fn the_longest_file_is_25_megabytes() {
        for (length, fits) in
            [(clean::MAX_BYTES - 1, true), (clean::MAX_BYTES, true), (clean::MAX_BYTES + 1, false)]
        {
            assert_eq!(Raw::new(length).is_ok(), fits, "{length}");
        }
        assert_eq!(clean::MAX_BYTES as u64, einwurf_protocol::limits::ATTACHMENTS_BYTES);
    }

    #[cfg(not(feature = "pdf"))]
    #[test]
    fn msg_03_without_the_part_for_pdf_none_goes_out() {
        let pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
        for as_it_is in [false, true] {
            assert!(raw(pdf).clean(as_it_is).is_err());
        }
    }
}
