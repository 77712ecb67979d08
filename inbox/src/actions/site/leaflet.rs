//! Handing out what leads to the page that stands alone.

use super::say;
use crate::{
    actions::lock::during,
    app::App,
    effects::{download, print},
    state::{
        admin::Said,
        event::Toast,
        rights::paper,
        site::{Facts, leaflet, snippet::Look},
    },
};
use einwurf_protocol::poster::Paper;
use leptos::prelude::*;

fn known(app: App) -> Option<(Facts, Look)> {
    app.admin.site.with_untracked(|site| Some((site.facts.clone()?, site.look.clone())))
}

fn tell(app: App, done: bool) {
    say(app, if done { Said::Nothing } else { Said::Care(|t| &t.instead_failed) });
}

/// Said where copies are said.
fn saved(app: App) {
    app.toast.set(Some(Toast { text: |t| &t.instead_saved, undo: None }));
}

/// The code as a file.
pub(super) fn save(app: App, scalable: bool) {
    let Some((facts, _)) = known(app) else { return };
    let done = if scalable {
        leaflet::svg(&facts).is_some_and(|text| download::save("einwurf.svg", "image/svg+xml", &text))
    } else {
        leaflet::pixels(&facts).is_some_and(|bytes| download::bytes("einwurf.png", "image/png", &bytes))
    };
    tell(app, done);
    if done {
        saved(app);
    }
}

/// The poster, in the browser's own dialog.
pub(super) fn print(app: App, paper: Paper) {
    let page = known(app).and_then(|(facts, look)| leaflet::poster(&facts, &look, paper));
    let Some(page) = page else { return tell(app, false) };
    let work = async move |_| print::page(&page, paper::style(&page)).await;
    during(app, work, move |printed| tell(app, printed));
}
