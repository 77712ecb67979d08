//! The areas of the app: beside the company's name on wide screens, a bar at the bottom on phones.

use crate::{
    app::{Page, tr, use_app},
    components::{Glyph, Icon},
    state::{event::Event, rights::Deed},
    texts::Pick,
};
use leptos::prelude::*;

/// Links to the areas, and the way out.
#[component]
pub fn Nav() -> impl IntoView {
    let app = use_app();
    view! {
        <nav class="nav" aria-label=tr(|t| &t.nav)>
            <Area id="nav-inbox" glyph=Glyph::Inbox name=|t| &t.nav_inbox page=Some(Page::Inbox) event=Event::ToInbox />
            {move || app.reads.get().then(|| view! {
                <Area id="nav-requests" glyph=Glyph::Clock name=|t| &t.nav_requests page=Some(Page::Requests) event=Event::Rights(Deed::Requests) />
            })}
            {move || app.audits.get().then(|| view! {
                <Area id="nav-log" glyph=Glyph::List name=|t| &t.nav_log page=Some(Page::Log) event=Event::Rights(Deed::Log) />
            })}
            <Area id="nav-settings" glyph=Glyph::Settings name=|t| &t.nav_settings page=Some(Page::Settings) event=Event::ToSettings />
            <button class="nav-item nav-keys" on:click=move |_| app.help.set(true)>
                <Icon of=Glyph::Help />
                <span>{tr(|t| &t.nav_help)}</span>
            </button>
            <Area id="nav-out" glyph=Glyph::LogOut name=|t| &t.nav_log_out page=None event=Event::LogOut />
        </nav>
    }
}

#[component]
fn Area(id: &'static str, glyph: Glyph, name: Pick, page: Option<Page>, event: Event) -> impl IntoView {
    let app = use_app();
    let current = move || (page == Some(app.page.get())).then_some("page");
    view! {
        <button id=id class="nav-item" aria-current=current on:click=move |_| app.emit(event)>
            <Icon of=glyph />
            <span>{tr(name)}</span>
        </button>
    }
}
