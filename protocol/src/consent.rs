//! Consent as types: a [`ShownNotice`] is what the visitor saw, [`ShownNotice::agree`] turns a tick and a button into a
//! [`Consent`], and only a [`Consent`] makes a [`Consented`] message. Sealing takes nothing else, so that an
//! unconsented message does not compile.

use crate::{
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    jws::{self, JwsError, Verified},
    notice::{self, Mode, Notice, NoticeError, Purpose, Register},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A notice whose bytes were checked against the digest in the manifest, and which is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownNotice {
    digest: Digest,
    notice: Notice,
}

/// Which boxes the visitor ticked. Empty at first, always (CON-02).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks(BTreeMap<Purpose, bool>);

impl Ticks {
    /// Sets one box.
    pub fn set(&mut self, purpose: Purpose, ticked: bool) {
        self.0.insert(purpose, ticked);
    }

    /// Whether a box is ticked.
    pub fn has(&self, purpose: Purpose) -> bool {
        self.0.get(&purpose).copied().unwrap_or(false)
    }
}

/// A required box is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a required box is empty")]
pub struct NotTicked;

/// What was agreed to, on which notice. Made by [`ShownNotice::agree`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    notice: Digest,
    register: Register,
    mode: Mode,
    grants: BTreeMap<Purpose, bool>,
}

/// Something that its author consented to have processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consented<T> {
    inner: T,
    consent: Consent,
}

impl ShownNotice {
    /// Checks the document against the digest that the manifest names.
    pub fn read(document: &[u8], digest: Digest) -> Result<Self, NoticeError> {
        notice::read(document, &digest).map(|notice| Self { digest, notice })
    }

    /// The notice.
    pub fn notice(&self) -> &Notice {
        &self.notice
    }

    /// Its digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The visitor pressed the button that agrees.
    pub fn agree(&self, ticks: &Ticks) -> Result<Consent, NotTicked> {
        let statements = &self.notice.statements;
        if statements.iter().any(|statement| statement.required && !ticks.has(statement.purpose)) {
            return Err(NotTicked);
        }
        let mut grants = BTreeMap::new();
        for statement in statements {
            grants.insert(statement.purpose, ticks.has(statement.purpose));
        }
        grants.insert(Purpose::Answer, true);
        Ok(Consent { notice: self.digest, register: self.notice.register, mode: self.notice.mode, grants })
    }
}

impl Consent {
    /// Marks `inner` as consented to.
    pub fn cover<T>(&self, inner: T) -> Consented<T> {
        Consented { inner, consent: self.clone() }
    }

    /// Whether a purpose was granted.
    pub fn grants(&self, purpose: Purpose) -> bool {
        self.grants.get(&purpose).copied().unwrap_or(false)
    }

    /// Digest of the notice shown.
    pub fn notice(&self) -> Digest {
        self.notice
    }

    /// What the conversation key signs.
    pub fn grant(&self, site: Thumbprint) -> Grant {
        Grant {
            v: crate::VERSION,
            site,
            notice: self.notice,
            register: self.register,
            mode: self.mode,
            grants: self.grants.clone(),
            how: if self.mode == Mode::Consent { How::TickAndButton } else { How::Button },
        }
    }
}

impl<T> Consented<T> {
    /// What was consented to.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// On what.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }
}

/// Payload of a JWS of type [`jws::GRANT`], signed by the conversation key. The relay adds time and chain position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Digest of the notice shown.
    pub notice: Digest,
    /// Language and form of address of the notice.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
    /// One entry per box shown, `answer` always.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub grants: BTreeMap<Purpose, bool>,
    /// What the visitor did.
    pub how: How,
}

/// What the visitor did to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// A tick and a labelled button.
    #[serde(rename = "tick+button")]
    TickAndButton,
    /// A labelled button, in request mode.
    #[serde(rename = "button")]
    Button,
}

/// Why a grant does not hold. The order is the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Not a signed grant.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// For another site, of another version, or without the grant to answer.
    #[error("not a grant for this site")]
    Content,
    /// By another key than the conversation's.
    #[error("signed by another conversation's key")]
    Key,
}

/// A grant that every JSON reader reads alike: our parser would also take lists for objects.
fn parse_grant(payload: &[u8]) -> Option<Grant> {
    let grant: Grant = serde_json::from_slice(payload).ok()?;
    let said: serde_json::Value = serde_json::from_slice(payload).ok()?;
    (serde_json::to_value(&grant).ok()? == said).then_some(grant)
}

/// A grant by the conversation key `key` for `site` (REC-01). Whether its notice is current is the relay's question.
pub fn verify_grant(compact: &str, site: &Thumbprint, key: &PublicKey) -> Result<Grant, GrantError> {
    let Verified { key: signer, payload } = jws::verify(compact, jws::GRANT)?;
    if signer != *key {
        return Err(GrantError::Key);
    }
    read_grant(&payload, site)
}

/// The payload of a grant whose signature was checked, for `site`.
pub fn read_grant(payload: &[u8], site: &Thumbprint) -> Result<Grant, GrantError> {
    let grant = parse_grant(payload).ok_or(JwsError::Payload)?;
    let answers = grant.grants.get(&Purpose::Answer).copied().unwrap_or(false);
    let how = if grant.mode == Mode::Consent { How::TickAndButton } else { How::Button };
    if grant.v != crate::VERSION || grant.site != *site || !answers || grant.how != how {
        return Err(GrantError::Content);
    }
    Ok(grant)
}
