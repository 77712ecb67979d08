//! How the app begins.

use crate::{
    actions,
    app::{App, Page},
    effects,
    pages::Root,
    state::{
        dates::Offset,
        prefs::{Language, Prefs},
        start::Start,
    },
    texts::Library,
};
use leptos::prelude::*;

/// Reads what the address asks for, then the texts, and shows the app; false if the texts are not this app's.
pub(crate) fn begin(relay: &str, texts: impl FnOnce() -> Option<Library>) -> bool {
    // Before anything else: the fragment may hold a secret.
    let start = Start::read(&effects::address::take_fragment());
    let Some(library) = texts() else { return false };
    let zone = (effects::clock::now(), effects::clock::offset as Offset);
    let relay = relay.to_owned();
    mount_to_body(move || {
        let app = App::new(library, relay, zone, actions::handle);
        open(app, start);
        view! { <Root app /> }
    });
    true
}

/// Puts the state in place: kept choices, kept answers, and what the link asked for.
fn open(app: App, start: Start) {
    let mut prefs = effects::storage::prefs().unwrap_or_else(|| Prefs {
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
            if let Some(kept) = kept {
                setup.resume(kept);
            }
        });
        app.vault.update_value(|vault| vault.setup = start.setup);
    }
    actions::keep_prefs(app);
    actions::watch(app);
}
