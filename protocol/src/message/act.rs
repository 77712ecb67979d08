//! What a member does with a conversation and tells the visitor (`docs/protocol.md` section 11).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a member does with a conversation and tells the visitor. Positions are [`crate::event::Header::seq`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// These parts became a business matter and are kept elsewhere (GDPR 13(3)); all others are erased here.
    Handover {
        /// Positions of the messages that were handed over.
        parts: Vec<u64>,
        /// On what basis they are kept.
        basis: Basis,
        /// Until when.
        until: Timestamp,
    },
    /// The conversation is kept for a claim (GDPR 17(3)(e)).
    Hold {
        /// Why.
        reason: Reason,
        /// Until when.
        until: Timestamp,
    },
    /// The hold ended before its date.
    #[serde(deserialize_with = "nothing_more")]
    Release,
    /// The conversation is stored and not used otherwise (GDPR 18).
    #[serde(deserialize_with = "nothing_more")]
    Restrict,
    /// The restriction ended. This act tells visitors in the same step; GDPR 18(3) wants them told before, which is for
    /// the member to do, and the inbox says so.
    #[serde(deserialize_with = "nothing_more")]
    Lift,
    /// These messages were erased.
    Erase {
        /// Their positions.
        parts: Vec<u64>,
    },
    /// The visitor is asked for consent to special categories (GDPR 9(2)(a)). Never leaves the ciphertext.
    #[serde(deserialize_with = "nothing_more")]
    Ask,
}

/// Of an act without members `serde` would ignore every member, and a note could come along unseen.
fn nothing_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

/// On what basis handed-over parts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// GDPR 6(1)(b): a contract, or steps before one.
    Contract,
    /// GDPR 6(1)(c): a duty by law to keep it.
    Law,
}

/// Why a conversation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Establishment, exercise or defence of legal claims.
    Claim,
    /// An authority or a court asked for it.
    Authority,
}
