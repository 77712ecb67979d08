//! The file: a page or bare JSON, a visitor's receipt or an export by staff.

use einwurf_protocol::{
    api::{staff::Proof, visitor::StoredEvent},
    consent::Choices,
    es256::PublicKey,
    ids::Thumbprint,
};
use serde::Deserialize;

/// The longest file that is read.
pub(crate) const BYTES: usize = 67_108_864;
/// Where the proof stands in a page, to the byte.
const BEGIN: &str = r#"<script type="application/json" id="einwurf-proof">"#;
const END: &str = "</script>";

/// What a file holds.
#[derive(Debug)]
pub(crate) enum File {
    /// Of one conversation, by its visitor.
    Receipt(Box<Receipt>),
    /// Of many, by staff.
    Export(Box<Export>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    #[serde(rename = "typ")]
    _typ: String,
    pub(crate) site: Thumbprint,
    #[serde(default)]
    pub(crate) manifest: Option<String>,
    pub(crate) notices: Vec<String>,
    pub(crate) grants: Vec<String>,
    pub(crate) records: Vec<String>,
    #[serde(default)]
    pub(crate) choices: Option<Choices>,
    pub(crate) events: Vec<StoredEvent>,
    /// For people; proves nothing.
    #[serde(default, rename = "data")]
    _data: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Export {
    #[serde(rename = "typ")]
    _typ: String,
    pub(crate) site: Thumbprint,
    #[serde(default)]
    pub(crate) manifest: Option<String>,
    pub(crate) notices: Vec<String>,
    pub(crate) log_key: PublicKey,
    pub(crate) proofs: Vec<Proof>,
    #[serde(default)]
    pub(crate) head: Option<String>,
}

/// Only the type, to know which of the two it is.
#[derive(Deserialize)]
struct Typed {
    typ: String,
}

/// Why a file is no proof at all. People see the sentence behind one of their own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("longer than {BYTES} bytes")]
    TooLong,
    #[error("not UTF-8")]
    Encoding,
    #[error("a page without exactly one proof in it")]
    Page,
    #[error("typ is neither einwurf-receipt/1 nor einwurf-proofs/1")]
    Type,
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// Reads a page or bare JSON.
pub(crate) fn parse(bytes: &[u8]) -> Result<File, FileError> {
    if bytes.len() > BYTES {
        return Err(FileError::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| FileError::Encoding)?;
    let json = if text.trim_start().starts_with('{') { text } else { embedded(text)? };
    match serde_json::from_str::<Typed>(json)?.typ.as_str() {
        "einwurf-receipt/1" => Ok(File::Receipt(serde_json::from_str(json)?)),
        "einwurf-proofs/1" => Ok(File::Export(serde_json::from_str(json)?)),
        _ => Err(FileError::Type),
    }
}

/// Exactly one: of two, a person could be shown the one and a program the other.
fn embedded(page: &str) -> Result<&str, FileError> {
    let (_, rest) = page.split_once(BEGIN).ok_or(FileError::Page)?;
    let (json, rest) = rest.split_once(END).ok_or(FileError::Page)?;
    if rest.contains(BEGIN) { Err(FileError::Page) } else { Ok(json) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &str = r#"{"typ":"einwurf-proofs/1","site":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","notices":[],"log_key":{"kty":"EC","crv":"P-256","x":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","y":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"},"proofs":[]}"#;

    fn told(text: &str) -> String {
        parse(text.as_bytes()).map_or_else(|error| error.to_string(), |_| "read".to_owned())
    }

    #[test]
    fn a_page_has_exactly_one_proof() {
        let script = format!("{BEGIN}{EXPORT}{END}");
        assert_eq!(told(EXPORT), "read");
        assert_eq!(told(&format!("\n {EXPORT}\n")), "read");
        assert_eq!(told(&format!("<!doctype html><p>Text</p>{script}<p>")), "read");
        for bad in [
            String::new(),
            "<!doctype html>".to_owned(),
            format!("<p>{script}{script}"),
            format!("<p>{BEGIN}{EXPORT}"),
            format!("<p>{}", script.replace("id=", "ID=")),
        ] {
            assert_eq!(told(&bad), FileError::Page.to_string(), "{bad}");
        }
    }

    #[test]
    fn another_type_or_an_unknown_member_is_refused() {
        assert_eq!(told(&EXPORT.replace("proofs/1", "proofs/2")), FileError::Type.to_string());
        assert!(told(&EXPORT.replace("\"proofs\":[]", "\"proofs\":[],\"more\":1")).contains("unknown field"));
        assert!(told(&EXPORT.replace("\"notices\":[],", "")).contains("missing field"));
        assert!(told(&EXPORT.replace("einwurf-proofs/1", "einwurf-receipt/1")).contains("unknown field"));
    }

    #[test]
    fn a_file_one_below_at_and_one_above_its_limit() {
        for (length, expected) in [
            (BYTES - 1, "read".to_owned()),
            (BYTES, "read".to_owned()),
            (BYTES + 1, FileError::TooLong.to_string()),
        ] {
            let padded = format!("{EXPORT}{}", " ".repeat(length - EXPORT.len()));
            assert_eq!(told(&padded), expected, "{length}");
        }
    }
}
