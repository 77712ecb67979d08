//! A member's keys, and how they are wrapped for the relay to keep.

use crate::{
    SealError, cipher,
    epoch::KemPrivate,
    keys::{derive, inbox::private, random, recovery::RecoveryCode},
    signer::Signer,
};
use einwurf_protocol::{
    api::login::{Wrapped, recovery_input},
    codec::{Reader, Writer},
    event::NONCE_BYTES,
    ids::{Digest, Signature, Thumbprint},
    jws,
    roster::{Capability, Member, MemberKind},
    status::Status,
};
use hpke::rand_core::CryptoRng;
use hpke::{Kem as _, Serializable as _, kem::XWing};
use std::fmt;
use zeroize::Zeroizing;

const LABEL: &str = "einwurf/1 member keys";
const RECOVERY_SIGNING: &str = "einwurf/1 recovery signing key";
const RECOVERY_SEALING: &str = "einwurf/1 recovery sealing key";

/// A member's ES256 key, which signs, and X-Wing key, which the site's keys are sealed to. Zeroized on drop.
#[derive(Clone)]
pub struct MemberKeys {
    pub(crate) signing: Signer,
    pub(crate) sealing: KemPrivate,
}

impl MemberKeys {
    /// Fresh keys.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { signing: Signer::generate(rng), sealing: private(&random(rng)) }
    }

    /// The keys that a recovery code stands for: HKDF-SHA256 of its bits, one label each. The signing key is the first
    /// candidate, counted from 0, that is a scalar of the group.
    pub fn from_recovery(code: &RecoveryCode) -> Self {
        let candidate = |count: u8| derive(code.bits(), Writer::labelled(RECOVERY_SIGNING).u8(count));
        let signing = (0..=u8::MAX).find_map(|count| Signer::from_bytes(&candidate(count)));
        let Some(signing) = signing else { unreachable!("a chance of 2^-8192") };
        Self { signing, sealing: private(&derive(code.bits(), Writer::labelled(RECOVERY_SEALING))) }
    }

    /// Thumbprint of the signing key.
    pub fn id(&self) -> Thumbprint {
        self.signing.public().thumbprint()
    }

    /// Logs in with a recovery code's keys: signs the relay's challenge for the site of this address.
    pub fn sign_recovery(&self, site: &str, challenge: &Digest) -> Signature {
        self.signing.sign(&recovery_input(site, challenge))
    }

    /// When somebody is there, as compact JWS of type [`jws::STATUS`] (`docs/protocol.md` section 22).
    pub fn sign_status(&self, status: &Status) -> String {
        self.signing.sign_json(jws::STATUS, status)
    }

    /// The entry for the roster.
    pub fn member(&self, name: &str, kind: MemberKind, may: &[Capability]) -> Member {
        Member {
            id: self.id(),
            kind,
            name: name.to_owned(),
            may: may.to_vec(),
            signing: self.signing.public(),
            sealing: XWing::sk_to_pk(&self.sealing).to_bytes().to_vec(),
        }
    }

    /// Both keys under one that only the member's credential and the site give: [`wrapping_key`].
    pub fn wrap(&self, secret: &[u8], rng: &mut impl CryptoRng) -> Wrapped {
        self.wrap_as(self.id(), secret, rng)
    }

    pub(crate) fn wrap_as(&self, member: Thumbprint, secret: &[u8], rng: &mut impl CryptoRng) -> Wrapped {
        let nonce = *random::<NONCE_BYTES>(rng);
        let seed = Zeroizing::new(self.sealing.to_bytes());
        let plaintext = Writer::labelled(LABEL).fixed(self.signing.to_bytes().as_ref()).fixed(&seed);
        let plaintext = Zeroizing::new(plaintext.finish());
        let sealed = cipher::encrypt(&wrap_key(secret), &nonce, &associated(&member), &plaintext);
        let Some(ciphertext) = sealed else { unreachable!("the plaintext is 86 bytes") };
        Wrapped { member, nonce: nonce.to_vec(), ciphertext }
    }

    /// The keys in `wrapped`, if `secret` and every bit of it fit.
    pub fn unwrap(wrapped: &Wrapped, secret: &[u8]) -> Result<Self, SealError> {
        let associated = associated(&wrapped.member);
        let key = wrap_key(secret);
        let plaintext = cipher::decrypt(&key, &wrapped.nonce, &associated, &wrapped.ciphertext);
        let keys = plaintext.as_deref().and_then(|plaintext| Self::read(plaintext));
        keys.filter(|keys| keys.id() == wrapped.member).ok_or(SealError::Wrapped)
    }

    fn read(plaintext: &[u8]) -> Option<Self> {
        let mut reader = Reader::labelled(plaintext, LABEL).ok()?;
        let scalar = Zeroizing::new(reader.array().ok()?);
        let seed = Zeroizing::new(reader.array().ok()?);
        reader.end().ok()?;
        Some(Self { signing: Signer::from_bytes(&scalar)?, sealing: private(&seed) })
    }
}

/// What wraps a member's keys: it takes the password's export key and the site together, so that they open for the site
/// they were made for and for no other that a relay might put in its place.
pub fn wrapping_key(export_key: &[u8], site: &Thumbprint) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Writer::labelled("einwurf/1 member wrap").var(export_key).fixed(&site.0).sha256())
}

fn wrap_key(secret: &[u8]) -> Zeroizing<[u8; 32]> {
    derive(secret, Writer::labelled(LABEL))
}

fn associated(member: &Thumbprint) -> Vec<u8> {
    Writer::labelled(LABEL).fixed(&member.0).finish()
}

impl fmt::Debug for MemberKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberKeys({}, keys hidden)", self.id())
    }
}

#[cfg(test)]
#[cfg(feature = "seal")]
impl MemberKeys {
    pub(crate) fn sealing_public(&self) -> Vec<u8> {
        XWing::sk_to_pk(&self.sealing).to_bytes().to_vec()
    }
    pub(crate) fn sealing_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.sealing.to_bytes().into())
    }
}
