//! Proof of possession (RFC 9449, `DPoP`): a staff session is bound to a key that its device cannot hand out, so that a
//! stolen token alone opens nothing (`docs/protocol.md` section 15.3).

use crate::{codec::to_base64url, ids::MessageId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Payload of a JWS of type [`crate::jws::POSSESSION`] by the device's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Possession {
    /// Drawn for this request.
    pub jti: MessageId,
    /// Method.
    pub htm: String,
    /// Address without query and fragment.
    pub htu: String,
    /// When it was made, by the relay's clock as far as the device knows it.
    pub iat: Timestamp,
    /// SHA-256 of the token in base64url; only beside a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
}

/// What the proof must be about.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Method.
    pub method: &'a str,
    /// Address without query and fragment.
    pub url: &'a str,
    /// The token beside it, as it stands in the header.
    pub token: Option<&'a str>,
}

/// `ath` of a token.
pub fn token_hash(token: &str) -> String {
    to_base64url(&crate::codec::sha256(token.as_bytes()))
}

impl Possession {
    /// For a request at this time.
    pub fn of(request: &Request<'_>, jti: MessageId, now: Timestamp) -> Self {
        Self {
            jti,
            htm: request.method.to_owned(),
            htu: request.url.to_owned(),
            iat: now,
            ath: request.token.map(token_hash),
        }
    }

    /// Whether it is about `request` and was made within `tolerance` seconds of `now`.
    pub fn fits(&self, request: &Request<'_>, now: Timestamp, tolerance: u64) -> bool {
        self.htm == request.method
            && self.htu == request.url
            && self.ath == request.token.map(token_hash)
            && self.iat.0.abs_diff(now.0) <= tolerance
    }
}
