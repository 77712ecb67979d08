//! What the app knows and how it changes: pure, without a browser, tested on the host.
//! Time and randomness are arguments; requests are made by `api` and sent by `effects`.

pub mod abuse;
pub mod account;
pub mod admin;
pub mod answer;
pub mod canned;
pub mod dates;
pub mod desk;
pub mod event;
pub mod fault;
pub mod field;
pub mod files;
pub mod health;
pub mod hours;
pub mod idle;
pub mod join;
pub mod keyring;
pub mod live;
pub mod login;
pub mod mail;
pub mod notice;
pub mod office;
pub mod prefs;
pub mod publishing;
pub mod push;
pub mod reauth;
pub mod recover;
pub mod rights;
pub mod seen;
pub mod setup;
pub mod sheet;
pub mod sheets;
pub mod shortcuts;
pub mod site;
pub mod stay;
pub mod switched;
pub mod team;
pub mod webhooks;
pub mod wish;

/// What the command line shares.
pub use einwurf_staff::{device, opaque, start};
