//! The visitor's app in the frame: notice, writing, sealing, sending.
//!
//! `state` decides and `courier` keeps what is sealed; both are pure and tested on the host. `components` show the
//! state and emit events. Only `effects` touches network, clock, randomness, timers, the focus and the launcher.
//!
//! Left out on purpose: verifying the first manifest (the launcher's), opening messages (the staff's app), storage
//! (there is none in the frame).

pub mod api;
mod components;
pub mod courier;
mod desk;
mod dom;
mod door;
mod effects;
#[cfg(any(test, feature = "gallery"))]
pub mod fixtures;
mod format;
#[cfg(feature = "gallery")]
pub mod gallery;
mod later;
mod scope;
mod start;
pub mod state;
pub mod texts;
pub mod theme;

pub use start::{begin, loaded, resume, start};
