//! How button and window look: published as what may change without asking visitors anew.

use super::{
    focus_soon,
    site::{act, say},
};
use crate::{
    app::App,
    state::{
        admin::Said,
        notice::restate::redisplay,
        site::{Site, appearance::Part},
    },
};
use leptos::prelude::*;

/// Publishes the look that is on the screen. What is wrong takes the focus instead.
pub(super) fn publish(app: App) {
    let fault = app.admin.site.with_untracked(|site| site.appearance.typed.first_fault());
    if let Some(part) = fault {
        app.admin.site.update(|site| site.appearance.tried = true);
        return focus_soon(part.id());
    }
    let Some((seen, display)) = app.admin.site.with_untracked(Site::redressed) else {
        return say(app, Said::Good(|t| &t.notice_same));
    };
    act(app, |t| &t.look_published, |_| {}, move |draft| redisplay(draft, &seen, &display));
}

/// Shows what is published instead of what is typed.
pub(super) fn drop_typed(app: App) {
    app.admin.site.update(|site| site.appearance.drop_typed());
    focus_soon(Part::Accent.id());
}
