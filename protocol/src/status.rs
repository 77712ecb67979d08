//! When somebody is there: said by a member, shown to visitors before they write, with the automatic answer for the rest
//! of the time (`docs/protocol.md` section 22).

use crate::{
    ids::Thumbprint,
    jws::{self, JwsError},
    limits::{AUTOMATIC_BYTES, STATUS_DAYS, STATUS_SPANS, TOPICS},
    manifest::{Former, Revocation},
    message::Label,
    notice::Register,
    roster::{CertificateError, MemberCertificate},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Payload of a JWS of type [`jws::STATUS`], signed by a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// The member's certificate (compact JWS).
    pub certificate: String,
    /// When it was signed.
    pub iat: Timestamp,
    /// Until when it says anything; at most [`STATUS_DAYS`] after `iat`.
    pub exp: Timestamp,
    /// When somebody is there, in order, without overlap; at most [`STATUS_SPANS`].
    pub open: Vec<Span>,
    /// What visitors may choose that their message is about; it travels sealed. At most [`TOPICS`].
    pub topics: Vec<Label>,
    /// What a visitor is told who writes while nobody is there.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub automatic: BTreeMap<Register, String>,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// From then on.
    pub from: Timestamp,
    /// Not any more.
    pub until: Timestamp,
}

/// What a status says of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Somebody is there until then.
    Open(Timestamp),
    /// Nobody; somebody will be from then on.
    Closed(Timestamp),
    /// Nothing is said of it.
    Unknown,
}

/// Why a status is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Not a status by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Not by a member of the site at that time.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Of another version or site, by another key than the certificate's.
    #[error("not this member's status")]
    Member,
    /// Spans that overlap, are empty, too many or too far ahead; too many topics; an automatic answer that is empty or too
    /// long.
    #[error("spans or automatic answer are not as they have to be")]
    Content,
}

impl Status {
    /// A status by a member of `site`, signed at its own time.
    pub fn verify(
        compact: &str,
        sites: (&Thumbprint, &[Former]),
        revoked: &[Revocation],
    ) -> Result<Self, StatusError> {
        let verified = jws::verify_read::<Self>(compact, jws::STATUS)?;
        let status = verified.payload;
        let certificate = MemberCertificate::verify(&status.certificate, sites, status.iat, revoked)?;
        if status.v != crate::VERSION || status.site != certificate.site || certificate.key != verified.key {
            return Err(StatusError::Member);
        }
        if status.is_sound() { Ok(status) } else { Err(StatusError::Content) }
    }

    fn is_sound(&self) -> bool {
        let mut at = Timestamp(0);
        let in_order = self.open.iter().all(|span| {
            let follows = at <= span.from && span.from < span.until;
            at = span.until;
            follows
        });
        let fits = |text: &String| !text.trim().is_empty() && text.len() <= AUTOMATIC_BYTES;
        in_order
            && at <= self.exp
            && self.exp <= self.iat.plus(STATUS_DAYS * DAY)
            && self.open.len() <= STATUS_SPANS
            && self.topics.len() <= TOPICS
            && self.automatic.values().all(fits)
    }

    /// Whether somebody is there.
    pub fn at(&self, now: Timestamp) -> Presence {
        if now >= self.exp {
            return Presence::Unknown;
        }
        match self.open.iter().find(|span| now < span.until) {
            Some(span) if span.from <= now => Presence::Open(span.until),
            Some(span) => Presence::Closed(span.from),
            None => Presence::Unknown,
        }
    }
}
