//! What came out: data that [`crate::say`] puts into sentences, and that other programs read as JSON.

use einwurf_protocol::{
    consent::By,
    ids::{Cid, Digest, Thumbprint},
    notice::{Mode, Purpose, Register},
    record::Ended,
    time::Timestamp,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Whether everything holds.
    pub(crate) holds: bool,
    /// The site key that the file names.
    pub(crate) site: Thumbprint,
    /// Who vouches for the log key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trust: Option<Trust>,
    /// Why nothing of it can be believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<Fault>,
    /// One by one.
    pub(crate) conversations: Vec<Conversation>,
    /// The newest daily head of an export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) head: Option<Head>,
}

impl Report {
    /// For other programs.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Who vouches for the log key.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Trust {
    /// Thumbprint of the log key.
    pub(crate) log_key: Thumbprint,
    /// The site key that signed the manifest which names it; none if only the file says so.
    pub(crate) signer: Option<Thumbprint>,
    /// Whether whoever checks pinned that site key.
    pub(crate) pinned: bool,
}

/// What does not hold: the first of its conversation.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fault {
    /// Which step.
    pub(crate) step: Step,
    /// Index in the list of that step, from 0, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<usize>,
    /// For those who know the protocol.
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(step: Step, index: Option<usize>, detail: impl std::fmt::Display) -> Self {
        Self { step, index, detail: detail.to_string() }
    }
}

/// Steps of `docs/protocol.md` section 7.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    /// The manifest does not verify, or is of another site.
    Manifest,
    /// It does not go back to the pinned key.
    Pin,
    /// An event was changed, dropped, added or moved.
    Event,
    /// A grant does not hold.
    Grant,
    /// The log was changed, or grants and records do not belong together.
    Record,
    /// The withdrawal that a record names is not there.
    Withdrawal,
    /// The text that was agreed to is not there, or another.
    Notice,
    /// The choices are others than those agreed to.
    Choices,
    /// A message was stored before anything was agreed to.
    Consent,
    /// The daily head is not by the log key.
    Head,
}

impl Step {
    /// The name in JSON and in the texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Pin => "pin",
            Self::Event => "event",
            Self::Grant => "grant",
            Self::Record => "record",
            Self::Withdrawal => "withdrawal",
            Self::Notice => "notice",
            Self::Choices => "choices",
            Self::Consent => "consent",
            Self::Head => "head",
        }
    }
}

/// One conversation, as far as it could be checked.
#[derive(Debug, Serialize)]
pub(crate) struct Conversation {
    /// Recomputed from the key that signed the grants; of a proof that does not hold, as the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cid: Option<Cid>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// What was agreed to, in order.
    pub(crate) agreed: Vec<Agreed>,
    /// What was agreed to besides, which only visitor and staff know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) choices: Option<Choices>,
    /// The visitor's messages and the consent that covers each.
    pub(crate) messages: Vec<Message>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<End>,
    /// What does not hold; everything above is then only what the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<Fault>,
}

impl Conversation {
    /// One of which nothing is proven yet.
    pub(crate) fn of(cid: Option<Cid>) -> Self {
        Self {
            cid,
            code: cid.map(|cid| cid.code()),
            agreed: Vec::new(),
            choices: None,
            messages: Vec::new(),
            end: None,
            fault: None,
        }
    }
}

/// A grant with its record and its notice.
#[derive(Debug, Serialize)]
pub(crate) struct Agreed {
    /// When the relay stored it.
    pub(crate) at: Timestamp,
    /// Names the grant.
    pub(crate) grant: Digest,
    /// Names the notice.
    pub(crate) notice: Digest,
    pub(crate) register: Register,
    pub(crate) mode: Mode,
    /// What was granted, box by box.
    pub(crate) grants: BTreeMap<Purpose, bool>,
    /// The program that showed the notice.
    pub(crate) build: Digest,
    /// Its version, if the manifest in the file names that program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Heading, company and days of the notice; none if an export lacks the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<Text>,
}

/// What a notice is called.
#[derive(Debug, Serialize)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) company: String,
    pub(crate) days: u32,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Choices {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) special: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<By>,
}

/// A message by the visitor.
#[derive(Debug, Serialize)]
pub(crate) struct Message {
    /// Position in the conversation.
    pub(crate) seq: u64,
    /// When the relay stored it.
    pub(crate) at: Timestamp,
    /// Index in [`Conversation::agreed`] of what covers it.
    pub(crate) covered: usize,
    /// Whether its content is gone.
    pub(crate) erased: bool,
}

/// How consent ended.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub(crate) enum End {
    /// By the visitor's own signature, and recorded.
    Withdrawn { at: Timestamp },
    /// The same, not recorded yet.
    Withdrawing { at: Timestamp },
    /// By the relay's word alone.
    Ended { why: Ended, at: Timestamp },
}

/// A daily head.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    pub(crate) day: String,
    pub(crate) count: u64,
    pub(crate) root: Digest,
    /// Whether the records in the file, as far as they are not newer, are those that it covers. They are not if some were
    /// deleted since, at the end of their period.
    pub(crate) agrees: bool,
}
