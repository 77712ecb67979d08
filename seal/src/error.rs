//! Why a step of sealing or a key could not be had. Texts are for logs, never for people, and never hold content.

use einwurf_protocol::{chain::JoinError, event::EnvelopeError};

/// First what the author can change, then what the relay or the site got wrong, then keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The message with all its fields is longer than an event may be.
    #[error("too long for one event")]
    TooLong,
    /// An envelope is not an event.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// An event does not join the chain; [`JoinError::Full`]: no event joins any more.
    #[error(transparent)]
    Chain(#[from] JoinError),
    /// An event opens an epoch that this conversation did not open.
    #[error("an epoch with foreign keys")]
    Epoch,
    /// By its author, but it does not open, or no certificate holds for whoever wrote it.
    #[error("the content does not open")]
    Content,
    /// Not a bundle of this version.
    #[error("not a bundle")]
    Bundle,
    /// The inbox key is not an X-Wing key, or its id is another's.
    #[error("not an inbox key")]
    InboxKey,
    /// A roster entry has no usable sealing key.
    #[error("not a member's sealing key")]
    MemberKey,
    /// The wrapped keys belong to another member or another export key, or were changed.
    #[error("the wrapped keys do not open")]
    Wrapped,
    /// The sealed key is for another member or site, names another key, or was changed.
    #[error("the sealed key does not open")]
    SealedKey,
    /// No days until deletion, or more than a site may have.
    #[error("a retention that no site may have")]
    Retention,
    /// A look that no app understands.
    #[error("a theme that apps do not understand")]
    Theme,
    /// A recovery code of another length.
    #[error("a recovery code has 36 letters and digits")]
    RecoveryLength,
    /// A character that no recovery code has.
    #[error("a character that no recovery code has")]
    RecoveryCharacter,
    /// The last group does not fit the others: mistyped.
    #[error("the recovery code is mistyped")]
    RecoveryChecksum,
}
