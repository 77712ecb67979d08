//! Bodies and headers of requests: capped before they are read, parsed once, faults named by their path.

mod place;

use crate::fault::Fault;
use einwurf_protocol::{
    VERSION,
    ids::Secret,
    json::{self, Misread},
    problem::Code,
};
use serde::de::DeserializeOwned;

/// Collects a body chunk by chunk and stops at the cap.
#[derive(Debug)]
pub struct Capped {
    cap: usize,
    announced: bool,
    bytes: Vec<u8>,
}

impl Capped {
    /// A body of at most `cap` bytes; what the client declared is checked at once.
    pub fn new(cap: usize, declared: Option<&str>) -> Result<Self, Fault> {
        let declared = declared.and_then(|length| length.parse::<usize>().ok());
        if declared.is_some_and(|length| length > cap) {
            return Err(Code::TooLarge.into());
        }
        Ok(Self { cap, announced: declared.is_some(), bytes: Vec::new() })
    }

    /// Whether a length was announced, and is none too many: whoever counts on HTTP to end the body there takes it as one.
    pub fn is_announced(&self) -> bool {
        self.announced
    }

    /// The next chunk.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        if chunk.len() > self.cap - self.bytes.len() {
            return Err(Code::TooLarge.into());
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// The whole body.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Strict JSON: unknown fields, trailing bytes and malformed base64 are refused, naming the field.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    json::typed(bytes).map_err(|misread| malformed(bytes, misread))
}

/// Where it is malformed, and how, in fixed words: nothing of what was sent is repeated.
fn malformed(bytes: &[u8], Misread { fault, read }: Misread) -> Fault {
    let (detail, path) = match fault {
        json::Fault::Syntax => ("not JSON", String::new()),
        json::Fault::Early => ("the JSON ends early", String::new()),
        json::Fault::Missing | json::Fault::Form => {
            let path = place::path(bytes, read, fault == json::Fault::Missing);
            ("missing, unknown or not of this protocol's form", path)
        }
    };
    Fault::malformed(if path.is_empty() { "body".to_owned() } else { path }, detail)
}

/// A body that did not come whole.
pub fn cut_off() -> Fault {
    Fault::malformed("body", "the transfer was cut off")
}

/// The format version.
pub fn version(v: u8) -> Result<(), Fault> {
    if v == VERSION { Ok(()) } else { Err(Fault::malformed("v", "unknown version")) }
}

/// The credential of an `Authorization` header. Whatever is wrong with it, the answer is the same.
pub fn bearer(header: Option<&str>) -> Result<Secret, Fault> {
    let (scheme, credential) = header.and_then(|value| value.split_once(' ')).ok_or(Code::Unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Code::Unauthorized.into());
    }
    credential.parse().map_err(|_| Code::Unauthorized.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::api::{
        login::LoginStart,
        staff::Mark,
        visitor::{Append, Open},
    };

    fn field<T: DeserializeOwned + std::fmt::Debug>(json_text: &str) -> String {
        json::<T>(json_text.as_bytes()).unwrap_err().problem().field.unwrap()
    }

    #[test]
    fn a_body_over_the_limit_is_refused_by_its_declared_length() {
        assert!(Capped::new(10, Some("10")).is_ok());
        assert_eq!(Capped::new(10, Some("11")).unwrap_err().problem().status, 413);
    }

    #[test]
    fn a_body_over_the_limit_is_refused_while_it_streams() {
        let mut body = Capped::new(10, None).unwrap();
        body.push(&[0; 6]).unwrap();
        body.push(&[0; 4]).unwrap();
        assert_eq!(body.push(&[0]).unwrap_err().problem().status, 413);
        assert_eq!(body.finish().len(), 10);
    }

    #[test]
    fn only_a_length_that_is_a_number_is_announced() {
        for (declared, announced) in
            [(None, false), (Some(""), false), (Some("-1"), false), (Some("10"), true)]
        {
            assert_eq!(Capped::new(10, declared).unwrap().is_announced(), announced, "{declared:?}");
        }
    }

    #[test]
    fn a_lie_about_the_length_does_not_help() {
        let mut body = Capped::new(10, Some("1")).unwrap();
        assert_eq!(body.push(&[0; 11]).unwrap_err().problem().status, 413);
    }

    #[test]
    fn malformed_json_names_the_body() {
        for bad in ["", "{", "{} {}", "nul", "[]", "[null,null]", "7"] {
            assert_eq!(field::<Mark>(bad), "body", "{bad}");
        }
    }

    #[test]
    fn a_malformed_field_is_named_by_its_path() {
        assert_eq!(field::<Mark>(r#"{"read":"x"}"#), "read");
        assert_eq!(field::<Mark>(r#"{"rea":1}"#), "rea");
        let event = r#"{"v":1,"event":{"header":"AQ==","nonce":"","ciphertext":"","signature":""}}"#;
        assert_eq!(field::<Open>(event), "event.header");
        assert_eq!(field::<LoginStart>(r#"{"account":"a","ke1":"!"}"#), "ke1");
        assert_eq!(field::<LoginStart>("{\n\"ke1\":\"!\",\n\"account\":\"a\"}"), "ke1");
        let declared = |last: &str| {
            let good = r#"{"id":"AAAAAAAAAAAAAAAAAAAAAA","bytes":1}"#;
            field::<Append>(&format!(r#"{{"v":1,"attachments":[{good},{last}],"event":{{}}}}"#))
        };
        assert_eq!(declared(r#"{"id":"AA","bytes":1}"#), "attachments[1].id");
        assert_eq!(declared(r#"{"id":"AAAAAAAAAAAAAAAAAAAAAA","bytes":-1}"#), "attachments[1].bytes");
        assert_eq!(declared(r#"{"id":"AAAAAAAAAAAAAAAAAAAAAA"}"#), "attachments[1]");
        assert_eq!(declared("7"), "attachments[1]");
    }

    #[test]
    fn what_is_missing_or_of_another_kind_is_named_by_where_it_belongs() {
        assert_eq!(field::<LoginStart>("{}"), "body");
        assert_eq!(field::<LoginStart>(r#"{"account":"a"}"#), "body");
        let event = r#"{"v":1,"event":{"header":"AQ","nonce":"AQ","ciphertext":"AQ"}}"#;
        assert_eq!(field::<Open>(event), "event");
        for other in ["7", "[]", "null", "true", r#""x""#] {
            assert_eq!(field::<Open>(&format!(r#"{{"v":1,"event":{other}}}"#)), "event", "{other}");
        }
        for other in ["256", "-1", "1.5", "[1]", "{}", r#""1""#, "null"] {
            assert_eq!(field::<Open>(&format!(r#"{{"v":{other},"event":{{}}}}"#)), "v", "{other}");
        }
        assert_eq!(field::<Open>(r#"{"v":1,"v":1}"#), "v");
    }

    #[test]
    fn the_answer_does_not_repeat_what_was_sent() {
        let problem = json::<Mark>(br#"{"read":"canary"}"#).unwrap_err().problem();
        assert!(!problem.detail.unwrap().contains("canary"));
    }

    #[test]
    fn only_version_one_is_known() {
        assert!(version(1).is_ok());
        for other in [0, 2, 255] {
            assert_eq!(version(other).unwrap_err().problem().field.as_deref(), Some("v"));
        }
    }

    #[test]
    fn every_wrong_credential_gets_the_same_answer() {
        let good = format!("Bearer {}", Secret([3; 32]));
        assert_eq!(bearer(Some(&good)).unwrap(), Secret([3; 32]));
        for bad in [None, Some(""), Some("Bearer"), Some("Bearer x"), Some("Basic AAAA"), Some(&good[..40])] {
            assert_eq!(bearer(bad), Err(Fault::Refused(Code::Unauthorized)));
        }
    }
}
