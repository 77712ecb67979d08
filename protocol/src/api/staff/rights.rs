//! Requests by visitors about their rights, what members did, and the proofs of consent.

use crate::{
    api::visitor::Remains,
    es256::PublicKey,
    ids::{Cid, MessageId, Thumbprint},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What a visitor asks of the controller (GDPR 15 to 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Article 15.
    Access,
    /// Article 16.
    Rectification,
    /// Article 17.
    Erasure,
    /// Article 18.
    Restriction,
    /// Article 20.
    Portability,
    /// Article 21.
    Objection,
}

/// Body of `POST /v1/inbox/rights` (header [`crate::api::header::CONVERSATION`]): 201 with [`RightsRequest`]. The same id
/// again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// Format version, 1.
    pub v: u8,
    /// Drawn by the member's app.
    pub id: MessageId,
    /// What is asked for.
    pub right: Right,
    /// When it came in, not in the future; the month of GDPR 12(3) begins here.
    pub received: Timestamp,
}

/// Body of `POST /v1/inbox/rights/close`: 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CloseRequest {
    /// Which.
    pub id: MessageId,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done as asked.
    Done,
    /// Refused with reasons (GDPR 12(4)).
    Refused,
    /// Taken back by the visitor.
    Withdrawn,
}

/// A request, as the relay keeps it: without content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RightsRequest {
    /// Drawn by the member's app.
    pub id: MessageId,
    /// The conversation; [`Cid::code`] is what people call it.
    pub cid: Cid,
    /// What is asked for.
    pub right: Right,
    /// When it came in.
    pub received: Timestamp,
    /// [`Timestamp::month_later`].
    pub due: Timestamp,
    /// When and how it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// A closed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome,
}

/// Answer to `GET /v1/inbox/rights`: open ones by due date, then closed ones, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RightsRequests {
    /// Requests.
    pub requests: Vec<RightsRequest>,
}

/// Answer to `GET /v1/inbox/log` (`audit`), newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogPage {
    /// What members did.
    pub entries: Vec<LogEntry>,
    /// For the header [`crate::api::header::AFTER`] of the next page; none on the last.
    pub after: Option<String>,
}

/// What a member did with a conversation, without content (BDSG 22(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub member: Thumbprint,
    /// With which conversation.
    pub cid: Cid,
    /// What.
    pub deed: Deed,
}

/// What is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Read it.
    Open,
    /// Took a copy out.
    Export,
    /// Erased all of it.
    Erase,
    /// Erased messages.
    EraseParts,
    /// Handed parts over to a business matter.
    Handover,
    /// Set a hold.
    Hold,
    /// Ended a hold.
    Release,
    /// Restricted it.
    Restrict,
    /// Ended the restriction.
    Lift,
    /// Asked the visitor something.
    Ask,
    /// Said that copies are deleted.
    Copies,
    /// Took down a request.
    Request,
    /// Closed a request.
    Close,
}

/// Body of `POST /v1/inbox/exported` (header [`crate::api::header::CONVERSATION`]): 204. The app says so before it hands out
/// a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exported {
    /// Format version, 1.
    pub v: u8,
}

/// Answer to `GET /v1/inbox/proof` (header [`crate::api::header::CONVERSATION`]; of one conversation) and
/// `GET /v1/inbox/proofs` (`audit`; of all, by pages, in ascending order of conversations).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// The site's log key.
    pub log_key: PublicKey,
    /// Proofs.
    pub proofs: Vec<Proof>,
    /// The newest daily head (compact JWS of type [`crate::jws::HEAD`]), if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// For the header [`crate::api::header::AFTER`] of the next page; none on the last.
    pub after: Option<String>,
}

/// The proof of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The conversation.
    pub cid: Cid,
    /// Grants in order, compact JWS each.
    pub grants: Vec<String>,
    /// Records in order, compact JWS each.
    pub records: Vec<String>,
    /// What is left of the withdrawal event, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Remains>,
    /// Until when it is kept.
    pub until: Timestamp,
}
