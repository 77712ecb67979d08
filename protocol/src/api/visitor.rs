//! What a visitor's browser sends and receives.

use crate::{event::Envelope, ids::Digest, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Answer to `POST /v1/tickets`. No body is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// For the header [`super::header::TICKET`]; opaque.
    pub ticket: String,
    /// The address that the conversation will have; opaque.
    pub conversation: String,
    /// When the ticket ends.
    pub expires: Timestamp,
}

/// Body of `POST /v1/conversations`, with ticket and token in headers. 201 with [`Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Format version, 1.
    pub v: u8,
    /// JWS of type [`crate::jws::GRANT`]. Missing: 403 `consent-required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// Event 0.
    pub event: Envelope,
}

/// Body of `POST /v1/events`, with address and token in headers. 201 with [`Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Append {
    /// Format version, 1.
    pub v: u8,
    /// The next event.
    pub event: Envelope,
    /// Fresh consent, after the notice changed: JWS of type [`crate::jws::GRANT`] by the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
}

/// The event is stored durably. A retry with the same bytes gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Answer to `GET /v1/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// In order, from the position asked for.
    pub events: Vec<StoredEvent>,
    /// When the conversation will be deleted.
    pub deleted: Timestamp,
}

/// An event as the relay keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredEvent {
    /// The event.
    pub event: Envelope,
    /// When the relay stored it.
    pub at: Timestamp,
}

/// Answer to `GET /v1/relay`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
