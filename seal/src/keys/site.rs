//! The site key: signs manifests, rosters and member certificates.

use crate::signer::Signer;
use einwurf_protocol::{
    es256::PublicKey,
    ids::Thumbprint,
    jws,
    manifest::Manifest,
    roster::{MemberCertificate, Roster},
};
use hpke::rand_core::CryptoRng;
use std::fmt;

/// The ES256 private key of a site, held by members who may `sign`. Zeroized on drop.
#[derive(Clone)]
pub struct SiteKey(pub(crate) Signer);

impl SiteKey {
    /// A fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Signer::generate(rng))
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        self.0.public()
    }

    /// What the snippet pins.
    pub fn thumbprint(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    /// Compact JWS of type [`jws::MANIFEST`].
    pub fn sign_manifest(&self, manifest: &Manifest) -> String {
        self.0.sign_json(jws::MANIFEST, manifest)
    }

    /// Compact JWS of type [`jws::ROSTER`].
    pub fn sign_roster(&self, roster: &Roster) -> String {
        self.0.sign_json(jws::ROSTER, roster)
    }

    /// Compact JWS of type [`jws::MEMBER`].
    pub fn sign_certificate(&self, certificate: &MemberCertificate) -> String {
        self.0.sign_json(jws::MEMBER, certificate)
    }
}

impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SiteKey({}, key hidden)", self.thumbprint())
    }
}
