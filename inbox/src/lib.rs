//! The staff's app: set-up, login, reading, settings. It opens messages on this device and nowhere else.
//!
//! `state` is pure and tested on the host, `api` builds requests, `effects` is the only code that touches the browser,
//! `actions` joins them, `pages` and `components` show state and say what somebody did. The app is independent of its
//! origin: it holds a bearer token in memory, sets no cookie and stores no secret.
//!
//! Left out on purpose: cryptography (`einwurf-seal`), wire types (`einwurf-protocol`).

pub mod actions;
pub mod api;
pub mod app;
pub mod components;
pub mod effects;
#[cfg(any(test, feature = "gallery"))]
mod fixtures;
#[cfg(feature = "gallery")]
mod gallery;
pub mod pages;
#[cfg(not(feature = "gallery"))]
mod run;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod texts;

use texts::Library;
use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the app. `main.js` calls it with the texts that it fetched and checked, each after its register's name, with the relay's origin, whether a
/// company's own door shows it, and with the fragment if that door has taken it out of the address.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "what JavaScript may leave out cannot be a reference")]
pub fn start(relay: &str, door: bool, fragment: Option<String>, texts: Vec<String>) -> bool {
    #[cfg(feature = "gallery")]
    use gallery::begin;
    #[cfg(not(feature = "gallery"))]
    use run::begin;
    let files: Vec<_> = texts
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?.clone(), pair.last()?.clone())))
        .collect();
    begin(relay, door, fragment.as_deref(), || Library::read(&files, effects::plural::form).ok())
}
