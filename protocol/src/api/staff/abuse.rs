//! What a site asks of its visitors before it takes a message, and what is going on.

use serde::{Deserialize, Serialize};

/// How much may come before work gets dearer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// Eight times as much as usual: a campaign is running.
    Relaxed,
    /// As much as a busy counter takes.
    #[default]
    Normal,
    /// A quarter of it, and each message takes four times the work: somebody is at it.
    Strict,
}

/// Body of `PUT /v1/inbox/abuse`: 204, with `sign`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Abuse {
    /// No attachments are taken from visitors.
    pub text_only: bool,
    /// How much may come.
    pub strictness: Strictness,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its ticket was invented, too old or of another site.
    Ticket,
    /// It came without work, or with less than was asked for at that moment.
    Work,
    /// More conversations were opened than the site takes.
    Pace,
    /// One visitor wrote more than members can follow, or than anybody fetched.
    Visitor,
    /// What no member fetched had no room any more.
    Unread,
    /// It had files while the site took text only.
    Files,
}

impl Why {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 6] =
        [Self::Ticket, Self::Work, Self::Pace, Self::Visitor, Self::Unread, Self::Files];
}

/// How often something was not taken. Counted are requests, never who sent them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// In the last 24 hours.
    pub day: u64,
    /// In the last seven days.
    pub week: u64,
}

/// Answer to `GET /v1/inbox/abuse`: 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AbuseState {
    /// What is set.
    pub settings: Abuse,
    /// How many times as much work a message takes as at rest.
    pub work: u32,
    /// Conversations that were opened lately and beyond what the site takes in passing; they drain away.
    pub opened: u64,
    /// Seconds that a new conversation would be told to wait; 0 for none.
    pub wait: u64,
    /// Bytes that no member has fetched yet.
    pub unread_bytes: u64,
    /// What was not taken in the last seven days.
    pub refused: Vec<Refused>,
}
