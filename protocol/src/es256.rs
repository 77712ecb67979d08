//! ES256 public keys and the check of their signatures: the one signature algorithm of the system.
//! Private keys live in `einwurf-seal` and in the relay's proof object.

use crate::{
    codec::{CodecError, Writer, from_base64url, sha256, to_base64url},
    ids::{Cid, Signature, Thumbprint},
};
use p256::{
    AffinePoint,
    ecdsa::{self, VerifyingKey, signature::Verifier as _},
    elliptic_curve::point::AffineCoordinates as _,
};
use serde::{Deserialize, Serialize};

/// A P-256 public key as JWK (RFC 7518, 6.2), exactly the members `kty`, `crv`, `x`, `y`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

/// A P-256 public key: x then y, 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(try_from = "Jwk", into = "Jwk")]
pub struct PublicKey([u8; 64]);

impl PublicKey {
    /// From x then y. Whether the point lies on the curve is checked when it verifies.
    pub fn from_bytes(xy: [u8; 64]) -> Self {
        Self(xy)
    }

    /// x then y.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    fn coordinates(&self) -> (String, String) {
        let (x, y) = self.0.split_at(32);
        (to_base64url(x), to_base64url(y))
    }

    /// The header of a compact JWS by this key. There is no other header: verifiers compare bytes.
    pub fn jws_header(&self, typ: &str) -> String {
        let (x, y) = self.coordinates();
        format!(r#"{{"alg":"ES256","typ":"{typ}","jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}}}"#)
    }

    /// RFC 7638: SHA-256 of the JWK with its members in lexicographic order.
    pub fn thumbprint(&self) -> Thumbprint {
        let (x, y) = self.coordinates();
        Thumbprint(sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes()))
    }

    /// The id of the conversation whose key this is.
    pub fn cid(&self) -> Cid {
        Cid(Writer::labelled("einwurf/1 conversation").fixed(&self.0).sha256())
    }

    /// Whether `signature` is this key's over `message` (SHA-256 inside).
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        // Not from SEC 1 bytes: that would bring the code for compressed points, 2 KB of what visitors download.
        let (x, y) = self.0.split_at(32);
        let (Ok(x), Ok(y)) = (x.try_into(), y.try_into()) else { return false };
        let point = Option::from(AffinePoint::from_coordinates(x, y));
        let Some(Ok(key)) = point.map(VerifyingKey::from_affine) else { return false };
        ecdsa::Signature::from_slice(&signature.0)
            .is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        let (x, y) = key.coordinates();
        Self { kty: "EC".into(), crv: "P-256".into(), x, y }
    }
}

impl TryFrom<Jwk> for PublicKey {
    type Error = CodecError;
    fn try_from(jwk: Jwk) -> Result<Self, CodecError> {
        if jwk.kty != "EC" || jwk.crv != "P-256" {
            return Err(CodecError::Unknown);
        }
        let mut xy = from_base64url(&jwk.x)?;
        if xy.len() != 32 {
            return Err(CodecError::Length);
        }
        xy.extend(from_base64url(&jwk.y)?);
        xy.try_into().map(Self).map_err(|_| CodecError::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        // Key of RFC 7517, A.1; thumbprint computed with an independent implementation (Python's hashlib).
        let key: PublicKey = serde_json::from_str(
            r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#,
        )
        .unwrap();
        assert_eq!(key.thumbprint().to_string(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    #[test]
    fn another_curve_a_private_member_or_a_short_coordinate_is_refused() {
        let x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
        for bad in [
            format!(r#"{{"kty":"EC","crv":"P-384","x":"{x}","y":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}","d":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"AQ","y":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"AQ"}}"#),
        ] {
            assert!(serde_json::from_str::<PublicKey>(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_point_off_the_curve_verifies_nothing() {
        assert!(!PublicKey::from_bytes([1; 64]).verifies(b"text", &Signature([1; 64])));
    }
}
