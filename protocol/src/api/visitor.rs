//! What a visitor's browser sends and receives.

use crate::{
    api::staff::StoredGrant,
    event::{Envelope, EnvelopeError, Event},
    ids::{Digest, MessageId, Signature},
    precedence::Hold,
    time::Timestamp,
    work::Challenge,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Answer to `POST /v1/tickets`. No body is sent; with the address of a conversation that is not open yet, the ticket is
/// for the same address again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// For the header [`super::header::TICKET`]; opaque.
    pub ticket: String,
    /// The address that the conversation will have; opaque.
    pub conversation: String,
    /// When the ticket ends.
    pub expires: Timestamp,
    /// What to solve before the message is sent, if it is a short one: for the header [`super::header::WORK`].
    pub work: Challenge,
    /// Set if the site takes no attachments at the moment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub text_only: bool,
}

/// Body of `POST /v1/conversations`, with ticket and token in headers. 201 with [`Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Format version, 1.
    pub v: u8,
    /// JWS of type [`crate::jws::GRANT`]. Missing: 403 `consent-required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// Event 0.
    pub event: Envelope,
    /// Attachments that will follow, in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Declared>,
}

/// An attachment that belongs to an event, as far as the relay knows it. Its parts are taken once the event is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Drawn by the author.
    pub id: MessageId,
    /// Length of its ciphertext (`docs/protocol.md` section 12.1).
    pub bytes: u64,
}

/// Answer to `GET /v1/attachments` and `GET /v1/inbox/attachments`, in the order of their events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// Those of erased events are not among them.
    pub attachments: Vec<AttachmentState>,
}

/// How much of an attachment is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AttachmentState {
    /// Its id.
    pub id: MessageId,
    /// Position of its event.
    pub seq: u64,
    /// Length of its ciphertext.
    pub bytes: u64,
    /// Numbers of the parts that are not stored yet, ascending; none: it is complete.
    pub missing: Vec<u32>,
}

/// Body of `POST /v1/events`, with address and token in headers. 201 with [`Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Append {
    /// Format version, 1.
    pub v: u8,
    /// The next event.
    pub event: Envelope,
    /// Fresh consent, after the notice changed: JWS of type [`crate::jws::GRANT`] by the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// Attachments that will follow, in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Declared>,
}

/// The event is stored durably. A retry with the same bytes gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Its position.
    pub seq: u64,
    /// Its digest.
    pub digest: Digest,
    /// When the relay stored it.
    pub at: Timestamp,
    /// When the conversation will be deleted if nothing more is written.
    pub deleted: Timestamp,
}

/// Answer to `GET /v1/events`. 410 `gone` once consent was withdrawn or the conversation was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Grants in order, with the time of the relay.
    pub grants: Vec<StoredGrant>,
    /// In order, from the position asked for.
    pub events: Vec<StoredEvent>,
    /// When the conversation will be deleted.
    pub deleted: Timestamp,
    /// Since when it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<Timestamp>,
    /// What it is held for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// Answer to `GET /v1/receipt`: the proof of consent, as long as the conversation or its tombstone is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Grants in order, compact JWS each. Those that are on their way to the proof are not among them yet.
    pub grants: Vec<String>,
    /// Records in order, compact JWS of type [`crate::jws::RECORD`] each.
    pub records: Vec<String>,
    /// What is left of the events: enough to follow the chain.
    pub events: Vec<StoredEvent>,
    /// When consent was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
    /// When staff erased the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
    /// What it is held for: then the content is kept although consent was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// When the conversation, or what is left of it, will be deleted.
    pub deleted: Timestamp,
    /// Until when the proof is kept.
    pub proof_until: Timestamp,
}

/// An event as the relay keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(try_from = "Members", into = "Members")]
pub struct StoredEvent {
    /// The event, or what is left of it.
    pub kept: Kept,
    /// When the relay stored it.
    pub at: Timestamp,
}

/// An event, or what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole(Envelope),
    /// Enough to follow the chain.
    Erased(Remains),
}

/// What is left of an erased event (`docs/protocol.md` section 13.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Remains {
    /// [`crate::event::Header::encode`].
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub header: Vec<u8>,
    /// Digest of nonce and ciphertext, from which and the header the event's digest follows.
    pub content: Digest,
    /// By the author over the event's digest.
    pub signature: Signature,
}

/// On the wire: exactly one of `event` and `erased`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Members {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<Envelope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) erased: Option<Remains>,
    pub(crate) at: Timestamp,
}

impl TryFrom<Members> for StoredEvent {
    type Error = &'static str;
    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let kept = match (members.event, members.erased) {
            (Some(event), None) => Kept::Whole(event),
            (None, Some(remains)) => Kept::Erased(remains),
            _ => return Err("exactly one of event and erased"),
        };
        Ok(Self { kept, at: members.at })
    }
}

impl From<StoredEvent> for Members {
    fn from(StoredEvent { kept, at }: StoredEvent) -> Self {
        match kept {
            Kept::Whole(event) => Self { event: Some(event), erased: None, at },
            Kept::Erased(remains) => Self { event: None, erased: Some(remains), at },
        }
    }
}

impl StoredEvent {
    /// The event, with an empty ciphertext if it is erased.
    pub fn read(&self) -> Result<Event, EnvelopeError> {
        match &self.kept {
            Kept::Whole(envelope) => Event::read(envelope.clone()),
            Kept::Erased(remains) => Event::of_remains(remains),
        }
    }
}

/// Answer to `GET /v1/relay`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelayInfo {
    /// Version of the relay.
    pub version: String,
    /// Deployment profile.
    pub profile: crate::settings::Profile,
    /// Who runs it.
    pub host_name: String,
    /// Country where it runs.
    pub country: crate::settings::Team,
}

/// Answer to `GET /v1/data` (GDPR 15): everything that the relay holds of a conversation beside its events, grants and
/// records, by store and column. Binary values are base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// What `GET /v1/events` answers.
    pub conversation: Events,
    /// What `GET /v1/receipt` answers.
    pub receipt: Receipt,
    /// Every other stored value, by `store.table.column`; several rows in their order.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub stored: BTreeMap<String, Vec<String>>,
}
