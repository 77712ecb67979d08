//! The site lives on another relay now: nothing new will come in here.

use crate::{
    app::use_app,
    components::{Glyph, Icon},
    texts::fill,
};
use leptos::prelude::*;

/// Where to log in from now on; nothing while the site has not moved.
#[component]
pub(super) fn Moved() -> impl IntoView {
    let app = use_app();
    let line = move |origin: String| {
        let text = move || app.with_texts(|t| fill(&t.inbox_moved, &[("origin", &origin)]));
        view! {
            <p class="alert alert-care" id="inbox-moved"><Icon of=Glyph::Warning /><span class="wrap">{text}</span></p>
        }
    };
    move || app.moved.get().map(line)
}
