//! What a staff device sends and receives, with a session.

use crate::{
    api::visitor::{Declared, StoredEvent},
    event::Envelope,
    ids::{Cid, Digest},
    message::Act,
    notice::Register,
    precedence::Hold,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

mod abuse;
mod mail;
mod rights;

pub use abuse::{Abuse, AbuseState, Refused, Strictness, Why};
pub use mail::{
    AddressWish, Arrives, MailCause, MailHealth, MailReader, MailReaders, MailSettings, MailWish, Quiet,
    Security, Sender,
};
pub use rights::{
    CloseRequest, Closed, Deed, Exported, LogEntry, LogPage, OpenRequest, Outcome, Proof, Proofs, Right,
    RightsRequest, RightsRequests,
};

/// Answer to `GET /v1/inbox`, newest first, at most [`crate::limits::PAGE`] entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InboxPage {
    /// Conversations.
    pub conversations: Vec<Entry>,
    /// For the header [`super::header::AFTER`] of the next page; none on the last.
    pub after: Option<String>,
    /// How many conversations have unread events.
    pub unread: u32,
}

/// A conversation in the list. All that the relay knows about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Address, for the header [`super::header::CONVERSATION`].
    pub conversation: String,
    /// Its id.
    pub cid: Cid,
    /// When the first event was stored.
    pub opened: Timestamp,
    /// When the newest event was stored.
    pub newest: Timestamp,
    /// How many events it has.
    pub events: u64,
    /// How many of them a member has read.
    pub read: u64,
    /// Whether it is marked as done.
    pub done: bool,
    /// When a member answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// Since when it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<Timestamp>,
    /// What it is held for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Set in what is left of an erased conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Erasure>,
}

/// A conversation was erased before its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// When.
    pub at: Timestamp,
    /// Who had it erased.
    pub by: Eraser,
    /// Until when staff have to delete what they copied.
    pub copies_until: Timestamp,
    /// When a member said that it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies_deleted: Option<Timestamp>,
}

/// Who had a conversation erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Eraser {
    /// The visitor, by withdrawing.
    Visitor,
    /// A member.
    Staff,
}

/// Answer to `GET /v1/inbox/conversation`; 410 `gone` for an erased one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Grants in order, compact JWS each, with the time of the relay.
    pub grants: Vec<StoredGrant>,
    /// Events from the first.
    pub events: Vec<StoredEvent>,
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// Since when it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<Timestamp>,
    /// What it is held for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// A grant as the relay keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StoredGrant {
    /// Compact JWS.
    pub grant: String,
    /// When the relay stored it.
    pub at: Timestamp,
}

/// Body of `POST /v1/inbox/mark`: 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Events read so far; never counts down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// Done or open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
}

/// Body of `POST /v1/inbox/acts` (`read`; header [`super::header::CONVERSATION`]): 201 with
/// [`super::visitor::Accepted`], in one step with what the act does. 409 `chain-conflict`, 410 `gone`, 423 `restricted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostAct {
    /// Format version, 1.
    pub v: u8,
    /// An event of kind [`crate::event::Kind::Act`] by the member, sealed for the visitor.
    pub event: Envelope,
    /// The member's certificate (compact JWS): the relay checks that the event is by a member.
    pub certificate: String,
    /// What the relay has to do. None for [`Act::Ask`], which is between the member and the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
}

/// Body of `POST /v1/inbox/answers` (`read`; header [`super::header::CONVERSATION`]): 201 with
/// [`super::visitor::Accepted`]. 409 `chain-conflict`, 410 `gone`, 423 `restricted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostAnswer {
    /// Format version, 1.
    pub v: u8,
    /// An event of kind [`crate::event::Kind::Message`] by the member, sealed for the visitor.
    pub event: Envelope,
    /// The member's certificate (compact JWS): the relay checks that the event is by a member.
    pub certificate: String,
    /// Attachments that will follow, in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Declared>,
}

/// Answer to `GET /v1/inbox/sheets`: those that changed after [`super::header::AFTER`], in the order of their versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sheets {
    /// At most [`crate::limits::SHEETS_PAGE`].
    pub sheets: Vec<StoredSheet>,
    /// The newest version among them, for the next request; what was asked with if there are none.
    pub after: u64,
    /// Whether there are more now.
    pub more: bool,
}

/// What staff note among themselves, sealed to the readers (`docs/protocol.md` section 21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StoredSheet {
    /// Address of the conversation; none: the team's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Drawn by the relay, larger than every one before of any sheet of the site.
    pub version: u64,
    /// Which inbox key it is sealed under.
    pub inbox_key: Digest,
    /// Nonce and ciphertext.
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub sealed: Vec<u8>,
}

/// Body of `PUT /v1/inbox/sheets` (`read`; header [`super::header::CONVERSATION`], without it the team's own): 200 with
/// [`SheetStored`], 409 `conflict` if `base` is not the stored version: whoever changes reads again and changes that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PutSheet {
    /// Format version, 1.
    pub v: u8,
    /// The version that was changed; 0: there was none.
    pub base: u64,
    /// Which inbox key it is sealed under.
    pub inbox_key: Digest,
    /// Nonce and ciphertext, at most [`crate::limits::SHEET_BYTES`], the team's [`crate::limits::TEAM_SHEET_BYTES`].
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub sealed: Vec<u8>,
}

/// A sheet is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SheetStored {
    /// Its version from now on.
    pub version: u64,
}

/// Body of `PUT /v1/inbox/status` (`read`): 204. None: nothing is said any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PutStatus {
    /// Format version, 1.
    pub v: u8,
    /// JWS of type [`crate::jws::STATUS`] by the member whose session it is.
    pub status: Option<String>,
}

/// Body of `POST /v1/inbox/notify` (`read`; header [`super::header::CONVERSATION`]): one content-free mail now. 204 once
/// a mail server took it, 502 `mail-failed`, 410, 423. The address is nowhere stored, and at most one mail an hour goes
/// out for a conversation: 429 `limit-reached`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Format version, 1.
    pub v: u8,
    /// The visitor's address, opened from a message.
    pub email: String,
    /// Language of the mail.
    pub register: Register,
}

impl std::fmt::Debug for Notify {
    /// An address never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Notify({}, address hidden)", self.register)
    }
}

/// What a staff connection is told. Nothing of it is content: the app fetches what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "changed", deny_unknown_fields)]
pub enum Changed {
    /// A conversation: an event, a part, a mark, an erasure.
    Conversation {
        /// Its address.
        conversation: String,
    },
    /// A sheet.
    Sheets,
    /// Stock, roster, people.
    Site,
}

/// Answer to `GET /v1/inbox/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Relay mails.
    pub mail: MailHealth,
    /// Until when the stock of manifests lasts.
    pub stock_until: Timestamp,
    /// The inbox key in force.
    pub inbox_key: Digest,
    /// When the newest message was stored, if any.
    pub newest: Option<Timestamp>,
    /// Webhooks that fail, for those who may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhooks: Option<WebhookHealth>,
}

/// Webhooks that do not take what they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookHealth {
    /// How many.
    pub failing: u32,
    /// Since when the first of them does.
    pub since: Timestamp,
}
