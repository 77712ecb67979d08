//! Forms of what types write by hand: identifiers, bytes, names.

use crate::{
    ids::{Cid, Digest, MessageId, Secret, Signature, Thumbprint},
    notice::Register,
    problem::Code,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// Bytes of any length as base64url without padding.
#[derive(Debug)]
pub struct Base64url;

impl JsonSchema for Base64url {
    fn schema_name() -> Cow<'static, str> {
        "Base64url".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]*$",
            "description": "Bytes as base64url without padding (RFC 4648, section 5), in its canonical form."
        })
    }
}

/// A string of base64url that stands for exactly so many bytes. The last character of another length has bits that no byte
/// is made of: they are zero.
fn fixed(bytes: usize) -> String {
    let (whole, last) = (bytes / 3 * 4, bytes % 3);
    let last = match last {
        0 => "",
        1 => "[A-Za-z0-9_-][AQgw]",
        _ => "[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]",
    };
    format!("^[A-Za-z0-9_-]{{{whole}}}{last}$")
}

macro_rules! identifiers {
    ($($name:ident: $says:literal;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": fixed($name::LENGTH), "description": $says })
            }
        }
    )*};
}

identifiers! {
    Thumbprint: "RFC 7638 thumbprint (SHA-256) of a P-256 public key, 32 bytes in base64url.";
    Cid: "Id of a conversation, 32 bytes in base64url.";
    Digest: "SHA-256, 32 bytes in base64url.";
    MessageId: "Drawn by whoever sends; makes a retry recognisable. 16 bytes in base64url.";
    Secret: "Proves who opened a conversation or logged in. 32 bytes in base64url.";
    Signature: "ES256, r then s, 64 bytes in base64url.";
}

fn names<'a>(says: &str, names: impl Iterator<Item = &'a str>) -> Schema {
    json_schema!({ "type": "string", "enum": names.collect::<Vec<_>>(), "description": says })
}

impl JsonSchema for Register {
    fn schema_name() -> Cow<'static, str> {
        "Register".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        names("Language and form of address.", Self::ALL.iter().map(|one| one.as_str()))
    }
}

impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        names("Stable code of a problem.", Self::ALL.iter().map(|one| one.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn a_fixed_length_ends_with_the_bits_that_are_left() {
        assert_eq!(fixed(24), "^[A-Za-z0-9_-]{32}$");
        assert_eq!(fixed(16), "^[A-Za-z0-9_-]{20}[A-Za-z0-9_-][AQgw]$");
        assert_eq!(fixed(32), "^[A-Za-z0-9_-]{40}[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]$");
    }
}
