//! Sealing and opening: what a visitor's browser does to a message (feature `seal`) and what staff devices do to read
//! it and to hold their keys (feature `open`); what both do to files (feature `file`). `docs/protocol.md` has the formats
//! in prose.
//!
//! Left out on purpose: randomness, clocks and storage are the callers'; public types, limits and the check of
//! signatures are in `einwurf-protocol`; passwords (OPAQUE) are the inbox's. The relay never depends on this crate.
//!
//! Every input to HPKE, HKDF, AEAD, hash or signature begins with its own label, written by
//! [`einwurf_protocol::codec::Writer::labelled`].

#[cfg(any(feature = "seal", feature = "open"))]
mod cipher;
#[cfg(any(feature = "seal", feature = "open"))]
mod epoch;
#[cfg(any(feature = "seal", feature = "open"))]
mod error;
#[cfg(feature = "file")]
pub mod file;
#[cfg(any(feature = "seal", feature = "open"))]
mod signer;

#[cfg(feature = "open")]
mod keys;
#[cfg(feature = "open")]
mod open;
#[cfg(feature = "open")]
pub mod publish;
#[cfg(feature = "seal")]
mod visitor;

#[cfg(test)]
#[cfg(all(feature = "seal", feature = "open", feature = "file"))]
mod tests;

#[cfg(any(feature = "seal", feature = "open"))]
pub use error::SealError;
/// The trait of the generators that callers pass in.
pub use hpke::rand_core::CryptoRng;
#[cfg(feature = "open")]
pub use keys::{
    inbox::InboxSecret,
    invitation::{Granted, InvitationSecret},
    member::{MemberKeys, wrapping_key},
    recovery::RecoveryCode,
    sealed::{OpenedKey, SiteSecret, seal_key_for},
    site::SiteKey,
};
#[cfg(feature = "open")]
pub use open::{
    Author, Entry, Fault, Opened, Pen, Place, Reading, Reason, Thread, open_conversation, open_sheet,
    seal_sheet,
};
#[cfg(feature = "seal")]
pub use visitor::{Beside, Bundle, Shown, Trust, VisitorConversation};
