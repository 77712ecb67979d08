//! The relay: takes sealed messages, keeps them until their deletion date and announces them by mail.
//!
//! Left out on purpose: sealing and opening. This crate depends on `einwurf-protocol` and nothing else of ours, so it
//! cannot read a message. The rules (`admit`, `publication`, `mail::dialogue`, …) know no transport, clock or storage
//! and are tested on the host; `durable` and `edge` connect them to the runtime.

pub mod access;
pub mod acts;
pub mod address;
pub mod admit;
pub mod answers;
pub mod attachments;
pub mod backoff;
pub mod body;
pub mod challenge;
pub mod config;
pub mod disclosure;
mod durable;
mod edge;
pub mod fault;
pub mod headers;
pub mod invitation;
pub mod lease;
pub mod lifetime;
pub mod live;
pub mod load;
pub mod login;
pub mod mail;
#[cfg(test)]
mod model;
pub mod outbox;
pub mod possession;
pub mod proof;
pub mod publication;
pub mod push;
pub mod random;
pub mod refusals;
pub mod reminders;
pub mod rights;
pub mod route;
mod set;
pub mod sheets;
pub mod status;
pub mod terms;
#[cfg(test)]
mod testing;
pub mod upkeep;
pub mod vault;
pub mod webhook;
