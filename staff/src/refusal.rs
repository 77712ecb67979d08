//! Why a device does not go on with what the relay showed.

/// A refusal. The text is for logs; people are told in their own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The member's keys do not open: another password's, or another site's.
    #[error("the member's keys do not open")]
    Keys,
    /// The signed documents do not fit the site's key: the relay may be cheating.
    #[error("the signed documents do not fit the site's key")]
    Chain,
    /// The member has no certificate, so no visitor could tell who it was.
    #[error("the member has no certificate")]
    NoCertificate,
    /// This login did not bring the keys that are needed now.
    #[error("this login did not bring the keys that are needed now")]
    OldKeys,
}
