//! Compact JWS (RFC 7515) by ES256, in the one form that we make and accept: the header is byte for byte
//! [`PublicKey::jws_header`], so that no verifier can read it differently from another.

use crate::{
    codec::{from_base64url, to_base64url},
    es256::PublicKey,
    ids::Signature,
    json::{self, Malformed, Object, Read},
    limits::{JWS_BYTES, ROSTER_BYTES},
};
use serde::de::DeserializeOwned;

/// `typ` of a site's manifest.
pub const MANIFEST: &str = "einwurf-manifest+jwt";
/// `typ` of a roster.
pub const ROSTER: &str = "einwurf-roster+jwt";
/// `typ` of a member certificate.
pub const MEMBER: &str = "einwurf-member+jwt";
/// `typ` of a visitor's grant.
pub const GRANT: &str = "einwurf-grant+jwt";
/// `typ` of the relay's countersignature on a consent record.
pub const RECORD: &str = "einwurf-record+jwt";
/// `typ` of the relay's signature over all records of a day.
pub const HEAD: &str = "einwurf-head+jwt";

/// `typ` of a status: when somebody is there.
pub const STATUS: &str = "einwurf-status+jwt";
/// `typ` of a release of this software, signed by the project.
pub const RELEASE: &str = "einwurf-release+jwt";
/// `typ` of a proof of possession (RFC 9449).
pub const POSSESSION: &str = "dpop+jwt";

/// Why a JWS is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than [`JWS_BYTES`], a roster than [`ROSTER_BYTES`].
    #[error("longer than a JWS may be")]
    TooLong,
    /// Not three base64url parts.
    #[error("not a compact JWS")]
    Form,
    /// The header is not exactly ours, or of another type.
    #[error("the header is not exactly alg, typ, jwk of this type")]
    Header,
    /// The signature does not belong to the key in the header.
    #[error("the signature does not fit")]
    Signature,
    /// The signature fits, but the payload is not of this type.
    #[error("the signed payload is malformed")]
    Payload,
}

/// A payload whose signature was checked, with the key that made it. Whose key that is remains to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    /// The key named in the header.
    pub key: PublicKey,
    /// What it signed.
    pub payload: T,
}

/// What is signed: `header.payload` of the compact form.
pub fn signing_input(key: &PublicKey, typ: &str, payload: &[u8]) -> String {
    format!("{}.{}", to_base64url(key.jws_header(typ).as_bytes()), to_base64url(payload))
}

/// The compact form of a signed input.
pub fn assemble(signing_input: &str, signature: &Signature) -> String {
    format!("{signing_input}.{signature}")
}

/// A compact JWS of our form whose signature nobody has checked yet. Nothing of its payload may be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified<'a> {
    /// The key named in the header.
    pub key: PublicKey,
    /// The payload's bytes.
    pub payload: Vec<u8>,
    /// What was signed.
    pub input: &'a str,
    /// By the key over `input`, or so it claims.
    pub signature: Signature,
}

/// Checks form, header and type, for a caller that checks the signature in another way than [`PublicKey::verifies`].
pub fn read<'a>(compact: &'a str, typ: &str) -> Result<Unverified<'a>, JwsError> {
    if compact.len() > if typ == ROSTER { ROSTER_BYTES } else { JWS_BYTES } {
        return Err(JwsError::TooLong);
    }
    let (input, signature) = compact.rsplit_once('.').ok_or(JwsError::Form)?;
    let (header, payload) = input.split_once('.').ok_or(JwsError::Form)?;
    let signature: Signature = signature.parse().map_err(|_| JwsError::Form)?;
    let header = from_base64url(header).map_err(|_| JwsError::Form)?;
    let payload = from_base64url(payload).map_err(|_| JwsError::Form)?;
    let key = named_key(&header).map_err(|_| JwsError::Header)?;
    if header != key.jws_header(typ).as_bytes() {
        return Err(JwsError::Header);
    }
    Ok(Unverified { key, payload, input, signature })
}

/// Checks form, header, type and signature, in this order, before anything of the payload is read.
pub fn verify(compact: &str, typ: &str) -> Result<Verified<Vec<u8>>, JwsError> {
    let Unverified { key, payload, input, signature } = read(compact, typ)?;
    if !key.verifies(input.as_bytes(), &signature) {
        return Err(JwsError::Signature);
    }
    Ok(Verified { key, payload })
}

fn named_key(header: &[u8]) -> Result<PublicKey, Malformed> {
    json::from_slice::<Object>(header)?.take("jwk")
}

/// [`verify`], then the payload by the browser's reader.
pub fn verify_read<T: Read>(compact: &str, typ: &str) -> Result<Verified<T>, JwsError> {
    let Verified { key, payload } = verify(compact, typ)?;
    let payload = json::from_slice(&payload).map_err(|_| JwsError::Payload)?;
    Ok(Verified { key, payload })
}

/// [`verify`], then the payload as JSON, which each reader reads alike.
pub fn verify_json<T: DeserializeOwned>(compact: &str, typ: &str) -> Result<Verified<T>, JwsError> {
    let Verified { key, payload } = verify(compact, typ)?;
    let payload = json::typed(&payload).map_err(|_| JwsError::Payload)?;
    Ok(Verified { key, payload })
}
