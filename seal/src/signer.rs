//! ES256 private keys. Signatures are deterministic (RFC 6979), so that no bad generator can leak a key.

use einwurf_protocol::{es256::PublicKey, ids::Signature, jws};
use hpke::rand_core::CryptoRng;
use p256::ecdsa::{self, SigningKey, signature::Signer as _};
use serde::Serialize;
use std::fmt;
use zeroize::Zeroizing;

/// An ES256 private key; zeroized on drop by `p256`.
#[derive(Clone)]
pub(crate) struct Signer(SigningKey);

impl Signer {
    /// Draws candidates until one is a scalar of the group; all but one of 2^32 are.
    pub(crate) fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut candidate = Zeroizing::new([0; 32]);
        loop {
            rng.fill_bytes(candidate.as_mut());
            if let Some(signer) = Self::from_bytes(&candidate) {
                return signer;
            }
        }
    }

    /// From the scalar, big-endian; `None` for zero and for numbers not below the group's order.
    pub(crate) fn from_bytes(scalar: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(scalar).ok().map(Self)
    }

    pub(crate) fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        let mut xy = [0; 64];
        xy.copy_from_slice(point.as_bytes().split_at(1).1);
        PublicKey::from_bytes(xy)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        let signature: ecdsa::Signature = self.0.sign(message);
        Signature(signature.to_bytes().into())
    }

    /// A compact JWS over `payload` as JSON.
    pub(crate) fn sign_json(&self, typ: &str, payload: &impl Serialize) -> String {
        let input = jws::signing_input(&self.public(), typ, &json(payload));
        jws::assemble(&input, &self.sign(input.as_bytes()))
    }
}

impl Signer {
    /// The scalar, for wrapping and for bundles.
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, key hidden)", self.public().thumbprint())
    }
}

/// `serde_json` fails only on map keys that are not strings; our types have none, and a signed nothing would not hold.
/// Without `expect`, which would bring the texts of all errors into the visitor's browser.
fn json(payload: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(payload).unwrap_or_default()
}
