//! A canary is a text that must not appear anywhere. It is looked for as it is and in every coding that a careless
//! program might give it: base64 in both alphabets and all three alignments, hex, UTF-16, JSON is the text itself.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use memchr::memmem;
use std::path::Path;

/// A text to look for, in all its codings.
#[derive(Debug, Clone)]
pub struct Canary {
    text: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A fresh random text of letters and digits that begins with `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self::of(&format!("{prefix}{}", hex::encode(crate::random::bytes::<9>())))
    }

    /// A given text; at least eight bytes, else it would be found by chance.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut forms = vec![
            ("plain", bytes.to_vec()),
            ("hex", hex::encode(bytes).into_bytes()),
            ("upper-case hex", hex::encode_upper(bytes).into_bytes()),
            ("UTF-16 LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("UTF-16 BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ];
        for before in 0..3 {
            forms.push(("base64", aligned(bytes, before, Base64Unpadded::encode_string)));
            forms.push(("base64url", aligned(bytes, before, Base64UrlUnpadded::encode_string)));
        }
        Self { text: text.to_owned(), forms }
    }

    /// Bytes that are no text, such as a secret; at least eight.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let forms = vec![("raw", bytes.to_vec()), ("hex", hex::encode(bytes).into_bytes())];
        Self { text: hex::encode(bytes), forms }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// In which coding `bytes` hold it.
    pub fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        self.forms.iter().find(|(_, form)| memmem::find(bytes, form).is_some()).map(|(name, _)| *name)
    }

    /// Files below `folder` that hold it, with the coding.
    pub fn found_below(&self, folder: &Path) -> Vec<String> {
        let files = crate::folder::files(folder);
        let hits = files.iter().filter_map(|(path, bytes)| Some((path, self.found_in(bytes)?)));
        hits.map(|(path, form)| format!("{form} in {}", path.display())).collect()
    }
}

/// Base64 of `bytes` after `before` unknown bytes: only the characters that depend on nothing else.
fn aligned(bytes: &[u8], before: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let mut all = vec![0; before];
    all.extend_from_slice(bytes);
    let whole = all.len() / 3 * 4;
    let skip = (before * 8).div_ceil(6);
    encode(&all).into_bytes().into_iter().take(whole).skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_in_every_coding_and_at_every_place() {
        let canary = Canary::new("Kanarie");
        for before in ["", "x", "xy", "xyz"] {
            let text = format!("{before}{}y", canary.text());
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for coded in [
                text.clone().into_bytes(),
                Base64Unpadded::encode_string(text.as_bytes()).into_bytes(),
                Base64UrlUnpadded::encode_string(text.as_bytes()).into_bytes(),
                hex::encode(&text).into_bytes(),
                hex::encode_upper(&text).into_bytes(),
                utf16,
            ] {
                assert!(canary.found_in(&coded).is_some(), "{before:?}: {}", String::from_utf8_lossy(&coded));
            }
        }
        assert_eq!(canary.found_in(Canary::new("Kanarie").text().as_bytes()), None);
    }
}
