//! The pages.

#![allow(unreachable_pub, reason = "`#[component]` makes public types of private components")]

mod inbox;
mod login;
mod settings;
mod setup;

use crate::{
    app::{App, Page, provide_app, tr, use_app},
    components::{Help, Nav, Slot, Status},
};
use leptos::prelude::*;

/// The whole app.
#[component]
pub fn Root(
    /// The state.
    app: App,
) -> impl IntoView {
    provide_app(app);
    let page = Memo::new(move |_| app.page.get());
    view! {
        <a class="skip" href="#main">{tr(|t| &t.common_skip)}</a>
        {move || match page.get() {
            Page::Setup => view! { <setup::Setup /> }.into_any(),
            Page::Login => view! { <login::Login /> }.into_any(),
            Page::Inbox => view! { <Staff><inbox::Inbox /></Staff> }.into_any(),
            Page::Settings => view! { <Staff><settings::Settings /></Staff> }.into_any(),
        }}
        <Status />
        <Help />
    }
}

/// The frame of all pages behind the login.
#[component]
fn Staff(children: Children) -> impl IntoView {
    let app = use_app();
    view! {
        <div class="staff">
            <header class="bar">
                <Slot />
                <p class="bar-company">{app.company}</p>
                <Nav />
            </header>
            {children()}
        </div>
    }
}
