//! What a member does with a conversation and tells the visitor (`docs/protocol.md` section 11).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a member does with a conversation and tells the visitor. Positions are [`crate::event::Header::seq`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(tag = "act", rename_all = "kebab-case", try_from = "Said")]
#[cfg_attr(feature = "openapi", schemars(!try_from, deny_unknown_fields))]
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
    Release,
    /// The conversation is stored and not used otherwise (GDPR 18).
    Restrict,
    /// The restriction ended. This act tells visitors in the same step; GDPR 18(3) wants them told before, which is for
    /// the member to do, and the inbox says so.
    Lift,
    /// These messages were erased.
    Erase {
        /// Their positions.
        parts: Vec<u64>,
    },
    /// The visitor is asked for consent to special categories (GDPR 9(2)(a)). Never leaves the ciphertext.
    Ask,
}

/// An act as it is written: its name beside its members. Reading it by this and not by `serde`'s tags, nothing is kept
/// between, and a member that the act does not have is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    act: Name,
    #[serde(default, deserialize_with = "there")]
    parts: Option<Vec<u64>>,
    #[serde(default, deserialize_with = "there")]
    basis: Option<Basis>,
    #[serde(default, deserialize_with = "there")]
    reason: Option<Reason>,
    #[serde(default, deserialize_with = "there")]
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Name {
    Handover,
    Hold,
    Release,
    Restrict,
    Lift,
    Erase,
    Ask,
}

/// A member that is there has a value; `null` is none.
fn there<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl TryFrom<Said> for Act {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, Self::Error> {
        let Said { act, parts, basis, reason, until } = said;
        Ok(match (act, parts, basis, reason, until) {
            (Name::Handover, Some(parts), Some(basis), None, Some(until)) => {
                Self::Handover { parts, basis, until }
            }
            (Name::Hold, None, None, Some(reason), Some(until)) => Self::Hold { reason, until },
            (Name::Erase, Some(parts), None, None, None) => Self::Erase { parts },
            (Name::Release, None, None, None, None) => Self::Release,
            (Name::Restrict, None, None, None, None) => Self::Restrict,
            (Name::Lift, None, None, None, None) => Self::Lift,
            (Name::Ask, None, None, None, None) => Self::Ask,
            _ => return Err("other members than the act has"),
        })
    }
}

/// On what basis handed-over parts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// GDPR 6(1)(b): a contract, or steps before one.
    Contract,
    /// GDPR 6(1)(c): a duty by law to keep it.
    Law,
}

/// Why a conversation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Establishment, exercise or defence of legal claims.
    Claim,
    /// An authority or a court asked for it.
    Authority,
}
