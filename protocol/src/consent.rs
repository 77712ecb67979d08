//! Consent as types: a [`ShownNotice`] is what the visitor saw, [`ShownNotice::agree`] turns a tick and a button into a
//! [`Consent`], and only a [`Consent`] makes a [`Consented`] message. Sealing takes nothing else, so that an
//! unconsented message does not compile.

use crate::{
    codec::Writer,
    es256::PublicKey,
    ids::{Digest, Secret, Thumbprint},
    json,
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

/// What the visitor chose on the screen. Empty at first, always (CON-02).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks {
    boxes: BTreeMap<Purpose, bool>,
    /// The answer to the question of age, where children may write.
    pub age: Option<Age>,
}

/// Where children may write (KID-01). No birth date is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Old enough to consent.
    OldEnough,
    /// Younger, and the parents agree.
    Parents,
    /// Younger, and has not asked yet: nothing is sent.
    NotAsked,
}

impl Ticks {
    /// Sets one box.
    pub fn set(&mut self, purpose: Purpose, ticked: bool) {
        self.boxes.insert(purpose, ticked);
    }

    /// Whether a box is ticked.
    pub fn has(&self, purpose: Purpose) -> bool {
        self.boxes.get(&purpose).copied().unwrap_or(false)
    }
}

/// Why the button alone is no consent yet. The order is the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAgreed {
    /// The question of age has no answer.
    #[error("the question of age has no answer")]
    Age,
    /// Too young, without the parents.
    #[error("the parents have not been asked")]
    NotAsked,
    /// A required box is empty.
    #[error("a required box is empty")]
    Box,
}

/// Who consents: as in consent records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The visitor.
    #[serde(rename = "self")]
    Visitor,
    /// The visitor's parents, as the visitor says.
    Parent,
}

/// What of a consent only the visitor and staff may know, since it tells of health, belief or childhood: sealed into
/// every message, and in the grant by its digest, so that the proof covers it and the relay cannot read it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// 32 random bytes of the conversation, so that the few possible choices cannot be tried.
    pub salt: Secret,
    /// The box for special categories; none if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<bool>,
    /// Who consents; none if children are not admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
}

impl Choices {
    /// What the grant says of them.
    pub fn digest(&self) -> Digest {
        let special = self.special.map_or(0, |ticked| 1 + u8::from(ticked));
        let by = match self.by {
            None => 0,
            Some(By::Visitor) => 1,
            Some(By::Parent) => 2,
        };
        Digest(Writer::labelled("einwurf/1 choices").fixed(&self.salt.0).u8(special).u8(by).sha256())
    }
}

impl std::fmt::Debug for Choices {
    /// Special categories never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Choices(hidden)")
    }
}

/// What was agreed to, on which notice. Made by [`ShownNotice::agree`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    notice: Digest,
    register: Register,
    mode: Mode,
    grants: BTreeMap<Purpose, bool>,
    by: Option<By>,
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
    pub fn agree(&self, ticks: &Ticks) -> Result<Consent, NotAgreed> {
        let by = match (&self.notice.age, ticks.age) {
            (None, _) => None,
            (Some(_), None) => return Err(NotAgreed::Age),
            (Some(_), Some(Age::NotAsked)) => return Err(NotAgreed::NotAsked),
            (Some(_), Some(Age::OldEnough)) => Some(By::Visitor),
            (Some(_), Some(Age::Parents)) => Some(By::Parent),
        };
        let statements = &self.notice.statements;
        if statements.iter().any(|statement| statement.required && !ticks.has(statement.purpose)) {
            return Err(NotAgreed::Box);
        }
        let mut grants = BTreeMap::new();
        for statement in statements {
            grants.insert(statement.purpose, ticks.has(statement.purpose));
        }
        grants.insert(Purpose::Answer, true);
        Ok(Consent {
            notice: self.digest,
            register: self.notice.register,
            mode: self.notice.mode,
            grants,
            by,
        })
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

    /// Who consents, where children may write.
    pub fn by(&self) -> Option<By> {
        self.by
    }

    /// The same consent as a grant of this conversation's key gave, with the choices sealed beside it: for a
    /// conversation that goes on after the tab was loaded again.
    pub fn of(grant: &Grant, choices: Option<&Choices>) -> Self {
        let Grant { notice, register, mode, mut grants, .. } = grant.clone();
        if let Some(special) = choices.and_then(|choices| choices.special) {
            grants.insert(Purpose::Special, special);
        }
        Self { notice, register, mode, grants, by: choices.and_then(|choices| choices.by) }
    }

    /// What is sealed; none if the notice asks for nothing of the kind.
    pub fn choices(&self, salt: &Secret) -> Option<Choices> {
        let special = self.grants.get(&Purpose::Special).copied();
        (special.is_some() || self.by.is_some()).then_some(Choices { salt: *salt, special, by: self.by })
    }

    /// What the conversation key signs: for a site, by the program of this digest.
    pub fn grant(&self, site: Thumbprint, build: Digest, salt: &Secret) -> Grant {
        let mut grants = self.grants.clone();
        grants.remove(&Purpose::Special);
        Grant {
            v: crate::VERSION,
            site,
            notice: self.notice,
            register: self.register,
            mode: self.mode,
            grants,
            choices: self.choices(salt).map(|choices| choices.digest()),
            how: if self.mode == Mode::Consent { How::TickAndButton } else { How::Button },
            build,
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
    /// One entry per box shown, `answer` always, `special` never.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub grants: BTreeMap<Purpose, bool>,
    /// Digest of the [`Choices`] that are sealed; none if the notice asks for nothing of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Digest>,
    /// What the visitor did.
    pub how: How,
    /// The program that showed the notice: [`crate::manifest::Code::digest`].
    pub build: Digest,
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

/// A grant that every JSON reader reads alike: no member stands twice, and none is there without a value.
fn parse_grant(payload: &[u8]) -> Option<Grant> {
    let grant = json::typed(payload).ok()?;
    (!json::parse(payload).ok()?.has_null()).then_some(grant)
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
    let tells = grant.grants.contains_key(&Purpose::Special);
    if grant.v != crate::VERSION || grant.site != *site || !answers || tells || grant.how != how {
        return Err(GrantError::Content);
    }
    Ok(grant)
}
