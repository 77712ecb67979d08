//! Bytes: the label that begins every input to a hash, a key derivation or a signature, length prefixes,
//! and base64url without padding (RFC 4648, section 5).

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// Why bytes could not be read. The text is for logs and API callers, never for visitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Not canonical base64url without padding.
    #[error("not base64url without padding")]
    Base64,
    /// Fewer or more bytes than the format has.
    #[error("wrong length")]
    Length,
    /// The label, the version or a tag is unknown.
    #[error("unknown label, version or tag")]
    Unknown,
}

/// Bytes as base64url without padding.
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Bytes in hexadecimal, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Hexadecimal in lower case back to bytes.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let half = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(half(*high)? << 4 | half(*low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}

/// Bytes as standard base64 with padding, for the formats of others: Subresource Integrity, SMTP AUTH.
pub fn to_base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Standard base64 with padding back to bytes; only the canonical form is accepted.
pub fn from_base64(text: &str) -> Result<Vec<u8>, CodecError> {
    Base64::decode_vec(text).map_err(|_| CodecError::Base64)
}

/// Base64url without padding back to bytes; only the canonical form is accepted.
pub fn from_base64url(text: &str) -> Result<Vec<u8>, CodecError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| CodecError::Base64)
}

/// Crockford's base32: no I, L, O, U.
pub const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first sixty bits of a hash for people to compare: twelve characters in groups of four, most significant first.
pub fn readable(hash: &[u8; 32]) -> String {
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let character = |place: u32| {
        let value = (bits >> (59 - 5 * place)) & 31;
        let letter = usize::try_from(value).ok().and_then(|value| CROCKFORD.get(value));
        letter.map_or('?', |letter| char::from(*letter))
    };
    let group = |group: u32| (0..4).map(|place| character(4 * group + place)).collect::<String>();
    [group(0), group(1), group(2)].join("-")
}

/// SHA-256 of `bytes`, which begin with their label.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Builds an input: `u8` length and ASCII label first, then fields in their order. What it holds may be secret.
#[derive(Default, Clone)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Starts with `label`, at most 255 ASCII bytes.
    pub fn labelled(label: &str) -> Self {
        let length = u8::try_from(label.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![length];
        bytes.extend_from_slice(label.as_bytes());
        Self(bytes)
    }

    /// One byte.
    #[must_use]
    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    /// Four bytes, big-endian.
    #[must_use]
    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Eight bytes, big-endian.
    #[must_use]
    pub fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Bytes whose length the format fixes.
    #[must_use]
    pub fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// `u32` length, then the bytes.
    #[must_use]
    pub fn var(self, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(length).fixed(bytes)
    }

    /// The finished input.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// SHA-256 of the finished input.
    pub fn sha256(self) -> [u8; 32] {
        sha256(&self.0)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} bytes, hidden)", self.0.len())
    }
}

/// Reads what [`Writer`] wrote; every read checks the length first.
#[derive(Clone)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Expects `label` at the beginning.
    pub fn labelled(bytes: &'a [u8], label: &str) -> Result<Self, CodecError> {
        let mut reader = Self(bytes);
        let length = usize::from(reader.u8()?);
        if reader.take(length)? == label.as_bytes() { Ok(reader) } else { Err(CodecError::Unknown) }
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(CodecError::Length)?;
        self.0 = rest;
        Ok(head)
    }

    /// What [`Writer::var`] wrote.
    pub fn var(&mut self) -> Result<&'a [u8], CodecError> {
        let length = usize::try_from(self.u32()?).map_err(|_| CodecError::Length)?;
        self.take(length)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        self.take(N)?.try_into().map_err(|_| CodecError::Length)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, CodecError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self) -> Result<u32, CodecError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self) -> Result<u64, CodecError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<(), CodecError> {
        if self.0.is_empty() { Ok(()) } else { Err(CodecError::Length) }
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes left, hidden)", self.0.len())
    }
}

/// A `serde` field that is an object by key, in which no key stands twice: readers that keep the first and readers that
/// keep the last must not differ. `#[serde(deserialize_with = "unique")]`.
pub fn unique<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    struct Unique<K, V>(PhantomData<(K, V)>);

    impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Unique<K, V> {
        type Value = BTreeMap<K, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some((key, value)) = members.next_entry()? {
                if all.insert(key, value).is_some() {
                    return Err(A::Error::custom("a member stands twice"));
                }
            }
            Ok(all)
        }
    }

    deserializer.deserialize_map(Unique(PhantomData))
}

/// A `serde` field of any length as base64url: `#[serde(with = "base64url")]`.
pub mod base64url {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Bytes to text.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_base64url(bytes))
    }

    /// Text to bytes.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        super::from_base64url(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = Writer::labelled("einwurf/1 test").u8(7).u32(8).u64(9).fixed(&[1, 2]).finish();
        let mut reader = Reader::labelled(&bytes, "einwurf/1 test").unwrap();
        assert_eq!((reader.u8(), reader.u32(), reader.u64()), (Ok(7), Ok(8), Ok(9)));
        assert_eq!(reader.array(), Ok([1, 2]));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn a_foreign_label_is_refused() {
        let bytes = Writer::labelled("einwurf/1 test").finish();
        assert_eq!(Reader::labelled(&bytes, "einwurf/2 test").unwrap_err(), CodecError::Unknown);
    }

    #[test]
    fn a_short_and_a_long_input_are_refused() {
        let bytes = Writer::labelled("x").u32(1).finish();
        let mut reader = Reader::labelled(&bytes, "x").unwrap();
        assert_eq!(reader.u64(), Err(CodecError::Length));
        let reader = Reader::labelled(&bytes, "x").unwrap();
        assert_eq!(reader.end(), Err(CodecError::Length));
    }

    #[test]
    fn enc_02_debug_shows_no_bytes() {
        let writer = Writer::labelled("x").fixed(&[0xab; 4]);
        let bytes = writer.clone().finish();
        let shown = format!("{writer:?} {:?}", Reader::labelled(&bytes, "x").unwrap());
        assert_eq!(shown, "Writer(6 bytes, hidden) Reader(4 bytes left, hidden)");
    }

    #[test]
    fn an_object_with_a_member_twice_is_refused() {
        #[derive(Debug, Deserialize)]
        struct Both(#[serde(deserialize_with = "unique")] BTreeMap<String, bool>);
        let good: Both = serde_json::from_str(r#"{"a":true,"b":false}"#).unwrap();
        assert_eq!(good.0.len(), 2);
        for bad in [r#"{"a":true,"a":true}"#, r#"{"a":true,"\u0061":false}"#, r#"[["a",true]]"#, r#"{"a":1}"#]
        {
            assert!(serde_json::from_str::<Both>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_canonical_base64url_is_read() {
        assert_eq!(from_base64url("AQ").unwrap(), [1]);
        for bad in ["AQ==", "AR", "A", "A+/_", " AQ", "AQ\n"] {
            assert_eq!(from_base64url(bad), Err(CodecError::Base64), "{bad:?}");
        }
    }
}
