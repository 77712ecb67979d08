//! How the app begins.

use crate::{
    actions,
    app::{App, Page},
    effects,
    pages::Root,
    state::{
        dates::Offset,
        prefs::{self, Prefs},
        start::Start,
    },
    texts::Library,
};
use einwurf_seal::InvitationSecret;
use leptos::prelude::*;

/// Reads what the address asks for, then the texts, and shows the app; false if the texts are not this app's.
pub(crate) fn begin(
    relay: &str,
    door: bool,
    fragment: Option<&str>,
    texts: impl FnOnce() -> Option<Library>,
) -> bool {
    // Before anything else: the fragment may hold a secret.
    let own = effects::address::take_fragment();
    let start = Start::read(fragment.unwrap_or(&own));
    let Some(library) = texts() else { return false };
    let zone = (effects::clock::now(), effects::clock::offset as Offset);
    let relay = relay.to_owned();
    mount_to_body(move || {
        let app = App::new(library, relay, zone, actions::handle);
        app.door.set_value(door);
        open(app, &start);
        view! { <Root app /> }
    });
    true
}

/// Puts the state in place: kept choices, kept answers, and what the link asked for.
fn open(app: App, start: &Start) {
    let mut prefs = effects::storage::prefs().unwrap_or_else(|| Prefs {
        language: prefs::language(&effects::address::language()),
        ..Default::default()
    });
    let to_inbox = start.site.is_some();
    prefs.site = start.site.clone().or(prefs.site);
    app.pin.set_value(start.pin);
    app.prefs.set(prefs);
    let kept = effects::storage::setup();
    if start.invite.is_some() {
        join(app, start);
    } else if start.recover {
        app.page.set(Page::Recover);
    } else if start.setup.is_some() || (kept.is_some() && !to_inbox) {
        // A link without a set-up secret is a link to the inbox.
        app.page.set(Page::Setup);
        app.setup.update(|setup| {
            setup.has_link = start.setup.is_some();
            if let Some(kept) = kept {
                setup.resume(kept);
            }
        });
        app.vault.update_value(|vault| vault.setup = start.setup);
    }
    if app.page.get_untracked() == Page::Login {
        actions::resume(app);
    }
    actions::keep_prefs(app);
    actions::watch(app);
}

fn join(app: App, start: &Start) {
    app.page.set(Page::Join);
    app.vault.update_value(|vault| vault.invite = start.invite.as_ref().map(InvitationSecret::from_secret));
    actions::load_invitation(app);
}
