//! The private half of an inbox key.

use crate::{epoch::KemPrivate, keys::random};
use einwurf_protocol::{
    ids::Digest,
    manifest::{InboxKey, inbox_key_id},
    time::Timestamp,
};
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable as _, Kem as _, Serializable as _, kem::XWing};
use std::fmt;
use zeroize::Zeroizing;

/// An X-Wing private key: what opens every conversation of its month. Zeroized on drop by `hpke`; boxed, so that moving
/// it leaves no copy behind.
#[derive(Clone)]
pub struct InboxSecret {
    private: Box<KemPrivate>,
    id: Digest,
}

impl InboxSecret {
    /// A fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(&random(rng))
    }

    /// SHA-256 of the public key, as the manifest names it.
    pub fn id(&self) -> Digest {
        self.id
    }

    /// The public key, 1216 bytes.
    pub fn public(&self) -> Vec<u8> {
        XWing::sk_to_pk(&self.private).to_bytes().to_vec()
    }

    /// The entry for the manifest.
    pub fn entry(&self, destroyed: Timestamp) -> InboxKey {
        InboxKey { id: self.id, public: self.public(), destroyed }
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        let private = Box::new(private(seed));
        let id = inbox_key_id(&XWing::sk_to_pk(&private).to_bytes());
        Self { private, id }
    }

    pub(crate) fn private(&self) -> &KemPrivate {
        &self.private
    }

    pub(crate) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.private.to_bytes().into())
    }
}

/// Every 32 bytes are an X-Wing private key.
#[expect(clippy::expect_used, reason = "hpke refuses only seeds of another length")]
pub(crate) fn private(seed: &[u8; 32]) -> KemPrivate {
    KemPrivate::from_bytes(seed).expect("32 bytes")
}

impl fmt::Debug for InboxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InboxSecret({}, key hidden)", self.id)
    }
}
