//! What every staff device does, with a screen or without: it logs in (OPAQUE), proves its key, opens the member's keys
//! and verifies what the relay shows of the site. The inbox and the command line share it, so that both refuse the same.
//!
//! Left out on purpose: requests, clocks, randomness and storage are the callers'.

pub mod device;
pub mod keyring;
pub mod login;
pub mod opaque;
mod refusal;
pub mod start;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use refusal::Refusal;
