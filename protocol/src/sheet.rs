//! What staff note among themselves: sealed to the readers, so that the relay knows of a sheet only that it changed
//! (`docs/protocol.md` section 21). Two members who change one at once meet at the relay: the second reads again and
//! changes what the first left.

use crate::{
    ids::{Cid, MessageId, Thumbprint},
    message::Label,
    notice::Register,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sheet of a conversation. Whether it is done, the relay knows ([`crate::api::staff::Mark`]), since nobody is
/// reminded of what is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Format version, 1.
    pub v: u8,
    /// Of which conversation.
    pub cid: Cid,
    /// How often it was changed: a relay that shows an older one is noticed.
    pub changes: u64,
    /// The answer of somebody else is waited for.
    #[serde(default)]
    pub waiting: bool,
    /// Nobody needs to see it.
    #[serde(default)]
    pub hidden: bool,
    /// Who takes care of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Thumbprint>,
    /// What it is about, if a member said so; otherwise what the visitor chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Label>,
    /// In the order in which they were given; at most [`crate::limits::LABELS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// In the order in which they were written; at most [`crate::limits::NOTES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Somebody called the visitor back at a number that the company knew before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified: Option<Identified>,
}

/// A note. Visitors never see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Drawn by its author.
    pub id: MessageId,
    /// When, by its author's clock.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Thumbprint,
    /// At most [`crate::limits::NOTE_BYTES`].
    pub text: String,
}

/// Who made sure whom they write with, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identified {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Thumbprint,
    /// In the member's words: which number was called.
    pub how: Label,
}

/// The team's own sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamSheet {
    /// Format version, 1.
    pub v: u8,
    /// How often it was changed.
    pub changes: u64,
    /// Replies that are used again and again; at most [`crate::limits::CANNED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canned: Vec<Canned>,
    /// What visitors may choose, and who takes care of it; at most [`crate::limits::TOPICS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
    /// Labels that were used, for suggestions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// Who is away and who takes care meanwhile; at most [`crate::limits::DATES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stand_ins: Vec<StandIn>,
    /// When somebody is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// What a visitor is told who writes while nobody is there.
    #[serde(default, deserialize_with = "crate::codec::unique")]
    pub automatic: BTreeMap<Register, String>,
}

/// A reply with placeholders: `{name}` of the visitor, `{member}`, `{company}`, `{code}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    /// By which it is found.
    pub title: Label,
    /// At most [`crate::limits::CANNED_BYTES`].
    pub text: String,
}

/// A topic and who takes care of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// As visitors read it.
    pub name: Label,
    /// Who takes care; none: whoever is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Thumbprint>,
}

/// Somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// Who is away.
    pub of: Thumbprint,
    /// Who takes care meanwhile.
    pub by: Thumbprint,
    /// From this day on.
    pub from: Timestamp,
    /// Up to this time.
    pub until: Timestamp,
}

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// IANA time zone, as `Europe/Berlin`.
    pub zone: String,
    /// Monday to Sunday: stretches of the day in minutes since midnight, `[from, until]`, in order.
    pub week: [Vec<[u16; 2]>; 7],
    /// Days on which nobody is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Holiday>,
}

/// A day on which nobody is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which, in days since 1970-01-01, in the zone of the hours.
    pub day: u64,
    /// Its name, for whoever edits the list.
    pub name: Label,
}
