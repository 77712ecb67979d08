//! The notice: the exact consent text shown, one document per register, named by the SHA-256 of its bytes.
//! The first member of the JSON is its label (`typ`), so that the digest can also be checked as Subresource Integrity.

use crate::{
    codec::sha256,
    ids::Digest,
    json,
    limits::{BOXES, CHILD_AGES, NOTICE_BYTES},
    settings::Profile,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Label and version of a notice document.
pub const TYP: &str = "einwurf-notice/1";

pub use crate::registers::Register;

impl Register {
    /// Those that are offered.
    #[cfg(not(feature = "pseudo"))]
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// Those that are offered, and those that only the gallery knows.
    #[cfg(feature = "pseudo")]
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::PSEUDO)
    }

    /// The first of a language (BCP 47), of whatever country: `DE-at` is German.
    pub fn of_language(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|register| register.lang().eq_ignore_ascii_case(language))
    }

    /// The register of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::every().find(|register| register.as_str() == name)
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// On which legal basis messages are taken. The two never mix (CON-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// GDPR 6(1)(a): a tick and a button; withdrawal erases.
    Consent,
    /// GDPR 6(1)(b) or (f): information and a button.
    Request,
}

/// A purpose with its own box (CON-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Reading the message and answering it.
    Answer,
    /// Special categories (GDPR 9).
    Special,
    /// Remembering the conversation on this device.
    Remember,
    /// A content-free mail when an answer is there.
    Notify,
    /// The page that the visitor writes from.
    Context,
    /// An outside expert.
    Guest,
}

impl Purpose {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Special => "special",
            Self::Remember => "remember",
            Self::Notify => "notify",
            Self::Context => "context",
            Self::Guest => "guest",
        }
    }
}

/// One notice. Placeholders `{phone}`, `{email}` stay open: contact ways may change without fresh consent and are
/// filled from the manifest's display section. So do `{page_title}` in the box for [`Purpose::Context`], and in
/// [`Withdrawal`] what only its day can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// [`TYP`], always the first member.
    pub typ: String,
    /// Language and form of address.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
    /// Deployment profile of the relay.
    pub profile: Profile,
    /// The controller's full name.
    pub company: String,
    /// Days until deletion.
    pub days: u32,
    /// Heading of the screen.
    pub title: String,
    /// One sentence before everything else.
    pub lead: String,
    /// Three plain lines.
    pub summary: Vec<String>,
    /// Every fact of CON-01 under its own heading.
    pub facts: Vec<Fact>,
    /// The second layer.
    pub details_label: String,
    /// The second layer's facts.
    pub details: Vec<Fact>,
    /// Privacy policy, legal notice.
    pub links: Vec<Link>,
    /// Boxes, all empty at first.
    pub statements: Vec<Statement>,
    /// How old the visitor is, where children may write. Nothing is chosen at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<AgeChoice>,
    /// Label of the button that agrees.
    pub accept: String,
    /// Label of the equal button that does not.
    pub decline: String,
    /// What ending it says, before and after.
    pub withdrawal: Withdrawal,
}

/// A heading and its sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Key for tests and styling: `controller`, `purpose`, `data`, `recipients`, `transfer`, `retention`, `withdraw`,
    /// `voluntary`, `rights`; second layer `basis`, `processors`, `storage`, `proof`, `portability`, `decisions`,
    /// `encryption`.
    pub field: String,
    /// Heading.
    pub heading: String,
    /// Sentences.
    pub text: String,
}

/// A link that opens in a new window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Label.
    pub label: String,
    /// Absolute `https` URL.
    pub url: String,
}

/// A box and what ticking it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The purpose that it grants.
    pub purpose: Purpose,
    /// What the visitor says.
    pub text: String,
    /// Whether writing needs it.
    pub required: bool,
}

/// Three answers of which one is chosen (KID-01). Nobody is asked for a birth date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeChoice {
    /// The age below which parents decide (GDPR 8), in [`CHILD_AGES`].
    pub age: u8,
    /// What is asked.
    pub question: String,
    /// At least so old.
    pub old_enough: String,
    /// Younger, and parents agree.
    pub parents: String,
    /// Younger, and nobody was asked: nothing is sent.
    pub not_asked: String,
}

/// Withdrawing consent, or in request mode having the conversation deleted (RGT-04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Label of the button that is always there.
    pub label: String,
    /// What will be deleted, when, and what remains. `{proof_until}` stays open.
    pub ask: String,
    /// Label of the button that does it.
    pub yes: String,
    /// Label of the equal button that goes back.
    pub no: String,
    /// The dated confirmation. `{time}` and `{date}` stay open.
    pub done: String,
    /// While the relay does not answer.
    pub pending: String,
}

/// Why a document is not the notice it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// Longer than [`NOTICE_BYTES`].
    #[error("longer than a notice may be")]
    TooLong,
    /// Other bytes than the digest names.
    #[error("the digest does not fit")]
    Digest,
    /// Not a notice document.
    #[error("malformed notice")]
    Form,
}

/// The digest of a notice document.
pub fn digest(document: &[u8]) -> Digest {
    Digest(sha256(document))
}

/// A document that has the digest it should have, parsed.
pub fn read(document: &[u8], expected: &Digest) -> Result<Notice, NoticeError> {
    if document.len() > NOTICE_BYTES {
        return Err(NoticeError::TooLong);
    }
    if digest(document) != *expected {
        return Err(NoticeError::Digest);
    }
    parse(document)
}

/// A well-formed document, whatever its digest: what the relay checks when a site publishes.
pub fn parse(document: &[u8]) -> Result<Notice, NoticeError> {
    if document.len() > NOTICE_BYTES {
        return Err(NoticeError::TooLong);
    }
    let labelled = document.starts_with(format!(r#"{{"typ":"{TYP}","#).as_bytes());
    let notice: Notice = json::from_slice(document).map_err(|_| NoticeError::Form)?;
    if labelled && is_honest(&notice) && notice.typ == TYP { Ok(notice) } else { Err(NoticeError::Form) }
}

/// In consent mode the box to answer is there and needed; in request mode there is none, since the button alone agrees.
/// Besides, only the box for special categories may be needed: where there is no answer without such data. So no grant
/// says more than was ticked, and no other purpose is forced.
fn is_honest(notice: &Notice) -> bool {
    let statements = &notice.statements;
    let boxes = |purpose: Purpose| statements.iter().filter(|statement| statement.purpose == purpose).count();
    boxes(Purpose::Answer) == usize::from(notice.mode == Mode::Consent)
        && statements.len() <= BOXES
        && statements.iter().all(|statement| boxes(statement.purpose) == 1 && may_be(statement))
        && notice.age.as_ref().is_none_or(|choice| CHILD_AGES.contains(&choice.age))
}

fn may_be(statement: &Statement) -> bool {
    match statement.purpose {
        Purpose::Answer => statement.required,
        Purpose::Special => true,
        Purpose::Remember | Purpose::Notify | Purpose::Context | Purpose::Guest => !statement.required,
    }
}
