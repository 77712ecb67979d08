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
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod pages;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod texts;

use app::{App, Page};
use leptos::prelude::*;
use state::{prefs::Language, start::Start};
use texts::Library;
use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the app. `main.js` calls it with the texts that it fetched and checked, and with the relay's origin.
#[wasm_bindgen]
pub fn start(relay: &str, de: &str, en: &str) -> bool {
    // Before anything else: the fragment may hold a secret.
    let start = Start::read(&effects::address::take_fragment());
    let Ok(library) = Library::read(de, en) else { return false };
    let zone = (effects::clock::now(), effects::clock::offset as state::dates::Offset);
    let relay = relay.to_owned();
    mount_to_body(move || {
        let app = App::new(library, relay, zone, actions::handle);
        open(app, start);
        view! { <pages::Root app /> }
    });
    true
}

/// Puts the state in place: kept choices, kept answers, and what the link asked for.
fn open(app: App, start: Start) {
    let mut prefs = effects::storage::prefs().unwrap_or_else(|| state::prefs::Prefs {
        language: Language::of(&effects::address::language()),
        ..Default::default()
    });
    let to_inbox = start.site.is_some();
    prefs.site = start.site.or(prefs.site);
    app.prefs.set(prefs);
    let kept = effects::storage::setup();
    // A link without a set-up secret is a link to the inbox.
    if start.setup.is_some() || (kept.is_some() && !to_inbox) {
        app.page.set(Page::Setup);
        app.setup.update(|setup| {
            setup.has_link = start.setup.is_some();
            kept.into_iter().for_each(|kept| setup.resume(kept));
        });
        app.vault.update_value(|vault| vault.setup = start.setup);
    }
    actions::keep_prefs(app);
    actions::watch(app);
}
