//! The roster: the signed list of members, the only source of keys that inbox keys may be sealed to; and the
//! certificate by which a visitor sees which member wrote.

use crate::{
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    jws::{self, JwsError},
    limits::{CERTIFICATE_SECONDS, CLOCK_SKEW_SECONDS, MEMBERS, NAME_BYTES},
    manifest::{Former, Revocation},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Payload of a JWS of type [`jws::ROSTER`], signed by the site key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Grows with each change; devices remember the highest.
    pub serial: u64,
    /// Who has keys, the recovery code included.
    pub members: Vec<Member>,
}

/// A person with keys, or the recovery code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Thumbprint of `signing`.
    pub id: Thumbprint,
    /// A person or the recovery code.
    pub kind: MemberKind,
    /// Shown name.
    pub name: String,
    /// What the member may do.
    pub may: Vec<Capability>,
    /// ES256 key.
    pub signing: PublicKey,
    /// X-Wing key, 1216 bytes.
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub sealing: Vec<u8>,
}

/// What a roster entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MemberKind {
    /// Somebody with an account.
    Person,
    /// The printed recovery code.
    Recovery,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Holds the site key.
    Sign,
    /// Holds inbox keys.
    Read,
    /// Sees the log.
    Audit,
}

/// Payload of a JWS of type [`jws::MEMBER`], signed by the site key; travels inside staff ciphertexts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCertificate {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// The name that visitors see.
    pub name: String,
    /// The member's ES256 key.
    pub key: PublicKey,
    /// Not valid before: certificates are signed ahead with the stock.
    pub nbf: Timestamp,
    /// Not valid after; at most [`CERTIFICATE_SECONDS`] after `nbf`.
    pub exp: Timestamp,
}

/// Why a member certificate is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not a certificate by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Not by this site's key, of another version, or longer than one may be.
    #[error("not this site's certificate")]
    Site,
    /// Not yet, or no longer valid when the event was stored.
    #[error("not valid at that time")]
    Time,
    /// The manifest revokes it.
    #[error("revoked")]
    Revoked,
}

impl MemberCertificate {
    /// A certificate by `site`, or by one of the `former` keys that was followed later, for an event stored `at`, of a
    /// member who was not `revoked` by then.
    pub fn verify(
        compact: &str,
        (site, former): (&Thumbprint, &[Former]),
        at: Timestamp,
        revoked: &[Revocation],
    ) -> Result<Self, CertificateError> {
        let verified = jws::verify_read::<Self>(compact, jws::MEMBER)?;
        let (signer, certificate) = (verified.key.thumbprint(), verified.payload);
        let longest = certificate.nbf.plus(CERTIFICATE_SECONDS);
        let until = former.iter().find(|key| key.site == signer).map(|key| key.until);
        let known = signer == *site || until.is_some_and(|until| at <= until.plus(CLOCK_SKEW_SECONDS));
        let ours = known && certificate.site == signer && certificate.v == crate::VERSION;
        if !ours || certificate.exp > longest || certificate.name.len() > NAME_BYTES {
            return Err(CertificateError::Site);
        }
        if at < certificate.nbf.minus(CLOCK_SKEW_SECONDS) || at > certificate.exp.plus(CLOCK_SKEW_SECONDS) {
            return Err(CertificateError::Time);
        }
        let member = certificate.key.thumbprint();
        if revoked.iter().any(|entry| entry.member == member && at >= entry.since) {
            return Err(CertificateError::Revoked);
        }
        Ok(certificate)
    }
}

/// Why a roster is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Not a roster by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Not by this site's key, or of another version.
    #[error("not this site's roster")]
    Site,
    /// Not the one that the manifest names, or older than one already known.
    #[error("another roster than expected")]
    Other,
    /// An entry's id is not the thumbprint of its key, an entry stands twice, its name is longer than [`NAME_BYTES`],
    /// or there are more than [`MEMBERS`].
    #[error("a member's id does not fit the key, or too many or too long entries")]
    Member,
}

/// SHA-256 of the compact JWS, labelled `einwurf/1 roster`: what the manifest names.
pub fn digest(compact: &str) -> Digest {
    Digest(crate::codec::Writer::labelled("einwurf/1 roster").var(compact.as_bytes()).sha256())
}

impl Roster {
    /// A roster by `site`, with a serial not below `lowest`.
    pub fn verify(compact: &str, site: &Thumbprint, lowest: u64) -> Result<Self, RosterError> {
        let raw = jws::verify_json::<Self>(compact, jws::ROSTER)?;
        let roster = raw.payload;
        if raw.key.thumbprint() != *site || roster.site != *site || roster.v != crate::VERSION {
            return Err(RosterError::Site);
        }
        if roster.serial < lowest {
            return Err(RosterError::Other);
        }
        if roster.has_sound_members() { Ok(roster) } else { Err(RosterError::Member) }
    }

    fn has_sound_members(&self) -> bool {
        let mut ids = BTreeSet::new();
        let sound =
            |member: &Member| member.signing.thumbprint() == member.id && member.name.len() <= NAME_BYTES;
        self.members.len() <= MEMBERS
            && self.members.iter().all(|member| ids.insert(member.id) && sound(member))
    }

    /// Members who hold inbox keys.
    pub fn readers(&self) -> impl Iterator<Item = &Member> {
        self.who_may(Capability::Read)
    }

    /// Members who hold the site key.
    pub fn signers(&self) -> impl Iterator<Item = &Member> {
        self.who_may(Capability::Sign)
    }

    fn who_may(&self, capability: Capability) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.may.contains(&capability))
    }

    /// The entry of a member.
    pub fn member(&self, id: &Thumbprint) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }

    /// How many persons hold inbox keys: what visitors are told.
    pub fn reading_persons(&self) -> u32 {
        u32::try_from(self.readers().filter(|member| member.is_person()).count()).unwrap_or(u32::MAX)
    }

    /// Whether the site can go on: a person who may sign, a person who may read, and, should the one who signs be lost,
    /// a second one or a recovery code.
    pub fn can_go_on(&self) -> bool {
        let signers = self.signers().filter(|member| member.is_person()).count();
        let spare = signers > 1 || self.signers().any(|member| member.kind == MemberKind::Recovery);
        signers > 0 && spare && self.reading_persons() > 0
    }
}

impl Member {
    /// Somebody with an account.
    pub fn is_person(&self) -> bool {
        self.kind == MemberKind::Person
    }

    /// Whether the member has a capability.
    pub fn may(&self, capability: Capability) -> bool {
        self.may.contains(&capability)
    }
}
