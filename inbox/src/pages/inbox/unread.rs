//! For a member who may sign but not read: what there is to do instead of a list that would not open.

use super::{changes::Changes, health::Health, moved::Moved};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{admin::Area, event::Event},
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Unread() -> impl IntoView {
    let app = use_app();
    view! {
        <main id="main" class="unread">
            <Changes />
            <Moved />
            <h1 id="title" tabindex="-1">{tr(|t| &t.unread_title)}</h1>
            <p class="lead">{tr(|t| &t.unread_lead)}</p>
            <Health />
            <button class="button button-main" on:click=move |_| app.emit(Event::Visit(Area::Team))>
                <Icon of=Glyph::Person /><span>{tr(|t| &t.unread_to_team)}</span>
            </button>
        </main>
    }
}
