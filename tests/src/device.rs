//! A staff device: the key that its browser would not hand out, and proofs of it (RFC 9449).

use crate::{clock::now, random};
use einwurf_protocol::{
    api::header,
    es256::PublicKey,
    ids::{MessageId, Signature, Thumbprint},
    jws,
    possession::{Possession, Request},
};
use p256::ecdsa::{SigningKey, signature::Signer as _};

/// A device.
#[derive(Clone)]
pub struct Device(SigningKey);

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// With a fresh key.
    pub fn new() -> Self {
        // Practically every 32 bytes are a scalar of the group.
        Self(
            std::iter::repeat_with(random::bytes::<32>)
                .find_map(|bytes| SigningKey::from_slice(&bytes).ok())
                .unwrap_or_else(|| unreachable!()),
        )
    }

    /// With a key that was kept.
    pub fn of(secret: &[u8]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        let mut xy = [0; 64];
        xy.copy_from_slice(point.as_bytes().split_at(1).1);
        PublicKey::from_bytes(xy)
    }

    /// The private key, for a program that asks in its place.
    pub fn secret(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// What the relay knows it by.
    pub fn id(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    /// Any proof.
    pub fn sign(&self, proof: &Possession) -> String {
        self.jws(jws::POSSESSION, &serde_json::to_vec(proof).unwrap_or_default())
    }

    /// Any document of our form by this key.
    pub fn jws(&self, typ: &str, payload: &[u8]) -> String {
        let input = jws::signing_input(&self.public(), typ, payload);
        let signature: p256::ecdsa::Signature = self.0.sign(input.as_bytes());
        jws::assemble(&input, &Signature(signature.to_bytes().into()))
    }

    /// The header for a request.
    pub fn proof(&self, method: &str, url: &str, token: Option<&str>) -> (&'static str, String) {
        let request = Request { method, url, token };
        (header::POSSESSION, self.sign(&Possession::of(&request, MessageId(random::bytes()), now())))
    }
}
