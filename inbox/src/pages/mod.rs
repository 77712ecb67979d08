//! The pages.

#![allow(unreachable_pub, reason = "`#[component]` makes public types of private components")]

mod account;
mod inbox;
mod join;
mod leave;
mod login;
mod notice;
mod reauth;
mod recover;
mod rights;
mod settings;
mod setup;
mod site;
mod team;

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
            Page::Join => view! { <join::Join /> }.into_any(),
            Page::Recover => view! { <recover::Recover /> }.into_any(),
            Page::Login => view! { <login::Login /> }.into_any(),
            Page::Inbox => view! { <Staff><inbox::Inbox /></Staff> }.into_any(),
            Page::Requests => view! { <Staff><rights::Requests /></Staff> }.into_any(),
            Page::Log => view! { <Staff><rights::Log /></Staff> }.into_any(),
            Page::Settings => view! { <Staff><settings::Settings /></Staff> }.into_any(),
        }}
        <Status />
        <Help />
        <leave::Leave />
        <reauth::Reauth />
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
