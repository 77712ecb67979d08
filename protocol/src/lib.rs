//! What every part of Einwurf must agree on: types, limits, wire formats, signatures to check, rules of consent,
//! the chain of events and the problems an API caller meets. `docs/protocol.md` is the same in prose.
//!
//! Left out on purpose: private keys and sealing (`einwurf-seal`), HTTP and storage (`einwurf-worker`),
//! browsers (`einwurf-widget`, `einwurf-inbox`). Time and randomness are arguments; nothing here does IO.

pub mod api;
pub mod chain;
pub mod codec;
pub mod colour;
pub mod consent;
pub mod es256;
pub mod event;
pub mod ids;
pub mod json;
pub mod jws;
pub mod limits;
pub mod links;
#[cfg(feature = "wording")]
pub mod lint;
pub mod live;
pub mod manifest;
pub mod message;
pub mod notice;
#[cfg(feature = "login")]
pub mod opaque;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod padding;
pub mod policy;
pub mod possession;
#[cfg(feature = "wording")]
pub mod poster;
pub mod precedence;
pub mod problem;
pub mod record;
#[rustfmt::skip]
mod registers;
pub mod release;
pub mod roster;
pub mod settings;
pub mod sheet;
pub mod status;
pub mod stock;
pub mod succession;
pub mod theme;
pub mod time;
#[cfg(feature = "wording")]
pub mod wording;
pub mod work;

/// The version of every wire format in this crate. Anything else is refused.
pub const VERSION: u8 = 1;
