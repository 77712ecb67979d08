//! The relay's mails: how they fare, to whom they go, from where.

use crate::{notice::Register, time::Timestamp};
use serde::{Deserialize, Serialize};

/// State of the relay mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum MailHealth {
    /// No sender is configured.
    Off,
    /// Nothing waits.
    Idle {
        /// When the last mail went out, if any.
        sent: Option<Timestamp>,
    },
    /// Mails wait for their next try.
    Waiting {
        /// How many.
        mails: u32,
        /// Since when.
        since: Timestamp,
        /// Next try.
        next: Timestamp,
        /// What they wait for.
        cause: MailCause,
        /// What the mail server answered, control characters removed.
        reason: String,
    },
    /// A mail failed for good.
    Failed {
        /// When.
        at: Timestamp,
        /// What the mail server answered, control characters removed.
        reason: String,
        /// Who did not get it.
        recipients: Vec<String>,
    },
}

/// What mails wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MailCause {
    /// The mail server, which cannot be reached.
    Server,
    /// Other settings: the mail server does not let the account in, or not securely.
    Account,
    /// The server takes mail, but not these yet.
    Mails,
}

/// `GET` and `PUT /v1/inbox/mail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Who gets the relay mail, at most [`crate::limits::MAIL_RECIPIENTS`].
    pub recipients: Vec<String>,
    /// Register of the mail.
    pub register: Register,
    /// The site's own sender; none: the operator's.
    pub sender: Option<Sender>,
    /// Who gets the signed daily heads: usually the data protection officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<String>,
    /// Who else is told of what nobody read for long: those who may sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<String>,
    /// When mails that messages wait arrive at recipients that are no member's address; at once, if it is not said. Members
    /// say it themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<AddressWish>,
}

/// When mails that messages wait arrive at an address that nobody logs in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddressWish {
    /// One of the recipients.
    pub address: String,
    /// When.
    pub wish: MailWish,
}

/// An SMTP submission account (RFC 6409).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// Account name.
    pub user: String,
    /// Password; never sent back: `GET` answers with none, `PUT` with none keeps the stored one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Address of the sender.
    pub from: String,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sender({}:{}, credentials hidden)", self.host, self.port)
    }
}

/// How an SMTP connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Implicit TLS (RFC 8314), usually port 465.
    Tls,
    /// STARTTLS, required, usually port 587.
    Starttls,
    /// Plaintext; refused unless the operator allows it and the host is loopback.
    Plaintext,
}

/// What somebody wants of the mails that say that messages wait. Mails that warn come anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MailWish {
    /// How they arrive.
    pub arrives: Arrives,
    /// When none does: what falls into it comes at its end, as one mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
}

/// How mails arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "how", deny_unknown_fields)]
pub enum Arrives {
    /// Within seconds.
    AtOnce,
    /// One for all that came within a time.
    Digest {
        /// How long, [`crate::limits::DIGEST_MINUTES`].
        minutes: u16,
    },
    /// Not at all.
    Never,
}

/// Hours of the day without mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Their first minute, counted from midnight.
    pub from: u16,
    /// The first minute after them. Before `from`: they last over midnight.
    pub until: u16,
    /// Where, as the time zone database calls it: `Europe/Berlin`.
    pub zone: String,
}

/// Answer to `GET /v1/inbox/mail/readers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MailReaders {
    /// The own address, if the session has an account that is one.
    pub own: Option<String>,
    /// Who gets mails that messages wait: everybody for those who may sign, for others themselves.
    pub readers: Vec<MailReader>,
}

/// Somebody who gets mails that messages wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MailReader {
    /// The address.
    pub address: String,
    /// What they want; none: whatever the settings say, at once.
    pub wish: Option<MailWish>,
    /// Whether it is a member's address: who else answers for one says so in the mail settings.
    pub member: bool,
}
