//! Fixed-size identifiers. On the wire each is base64url without padding.

use crate::codec::{CodecError, Writer, from_base64url, readable, to_base64url};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{borrow::Cow, fmt, str::FromStr};

macro_rules! identifier {
    (@debug $name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
    (@debug $name:ident hidden) => {
        impl fmt::Debug for $name {
            /// A secret never reaches a log; `Display` is for the header that carries it.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $length:literal $(, $hidden:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; $length]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $length;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_base64url(&self.0))
            }
        }

        identifier!(@debug $name $($hidden)?);

        impl FromStr for $name {
            type Err = CodecError;
            fn from_str(text: &str) -> Result<Self, CodecError> {
                from_base64url(text)?.try_into().map(Self).map_err(|_| CodecError::Length)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

identifier!(
    /// RFC 7638 thumbprint (SHA-256) of a P-256 public key: names sites, members and authors.
    Thumbprint, 32
);
identifier!(
    /// Conversation id: SHA-256 of the conversation's public key, labelled `einwurf/1 conversation`.
    Cid, 32
);
identifier!(
    /// SHA-256 of an event, a notice, a roster or an inbox key.
    Digest, 32
);
identifier!(
    /// Drawn at random by the author of an event; makes a retry recognisable.
    MessageId, 16
);
identifier!(
    /// 32 random bytes that prove who opened a conversation or logged in. The relay stores only their SHA-256.
    Secret, 32, hidden
);
identifier!(
    /// An ES256 signature, r then s (RFC 7518, section 3.4).
    Signature, 64
);

impl Cid {
    /// The code that a person names on the phone or in a letter: sixty bits in three groups of four characters.
    pub fn code(&self) -> String {
        readable(&self.0)
    }
}

/// What a relay stores of a secret that it accepts as credential.
pub fn token_hash(secret: &Secret) -> [u8; 32] {
    Writer::labelled("einwurf/1 token").fixed(&secret.0).sha256()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_json() {
        let id = MessageId([7; 16]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"BwcHBwcHBwcHBwcHBwcHBw\"");
        assert_eq!(serde_json::from_str::<MessageId>(&json).unwrap(), id);
    }

    #[test]
    fn enc_02_debug_shows_ids_but_no_secret() {
        assert_eq!(format!("{:?}", MessageId([0; 16])), "MessageId(AAAAAAAAAAAAAAAAAAAAAA)");
        assert_eq!(format!("{:?}", Secret([0; 32])), "Secret(hidden)");
    }

    #[test]
    fn one_byte_less_or_more_is_refused() {
        for length in [15, 17] {
            assert_eq!(to_base64url(&vec![7; length]).parse::<MessageId>(), Err(CodecError::Length));
        }
    }
}
