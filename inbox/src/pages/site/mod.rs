//! The website: what is published, with what, and how it goes on.

mod appearance;
mod door;
mod instead;
mod lost;
mod next;
mod overview;
mod policy;
mod relays;
mod release;
mod snippet;
mod webhooks;

use crate::{
    app::{App, tr, use_app},
    components::{Ask, Glyph, Icon, Saying},
    pages::notice,
    state::{
        event::Event,
        field::Spec,
        site::{Deed, Facts, Place, Screen},
    },
    texts::Pick,
};
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn Site() -> impl IntoView {
    let app = use_app();
    let screen = Memo::new(move |_| app.admin.site.with(|site| site.screen));
    let loaded = Memo::new(move |_| app.admin.site.with(|site| site.facts.is_some()));
    move || match (loaded.get(), screen.get()) {
        (true, Screen::Door) => view! { <door::Door /> }.into_any(),
        (true, Screen::Notice) => view! { <notice::Page /> }.into_any(),
        (true, Screen::Display) => view! { <notice::Display /> }.into_any(),
        (true, Screen::Appearance) => view! { <appearance::Appearance /> }.into_any(),
        (true, Screen::Snippet) => view! { <snippet::Page /> }.into_any(),
        (true, Screen::Policy) => view! { <policy::Page /> }.into_any(),
        (true, Screen::Instead) => view! { <instead::Page /> }.into_any(),
        (true, Screen::Next) => view! { <next::Next /> }.into_any(),
        (true, Screen::Webhooks) => view! { <webhooks::Page /> }.into_any(),
        (true, Screen::Relays) => view! { <relays::Relays /> }.into_any(),
        (_, Screen::Lost) => view! { <lost::Lost /> }.into_any(),
        (loaded, _) => view! { <overview::Overview loaded /> }.into_any(),
    }
}

/// What is published, if it is known.
fn facts() -> Memo<Option<Facts>> {
    let app = use_app();
    Memo::new(move |_| app.admin.site.with(|site| site.facts.clone()))
}

/// One fact of what is published.
fn fact<T: Default + PartialEq + Send + Sync + 'static>(app: App, read: fn(&Facts) -> T) -> Memo<T> {
    Memo::new(move |_| app.admin.site.with(|site| site.facts.as_ref().map(read).unwrap_or_default()))
}

/// What is under way, and what came of it.
#[component]
fn Say() -> impl IntoView {
    let app = use_app();
    let said = Signal::derive(move || app.admin.site.with(|site| site.said));
    view! { <Saying ids=["site-calm", "site-good", "site-care"] said /> }
}

/// Heading, first sentence and the way back.
#[component]
pub(super) fn Opening(title: Pick, lead: Pick) -> impl IntoView {
    let app = use_app();
    view! {
        <button class="link back" on:click=move |_| app.emit(Event::Site(Deed::Show(Screen::Overview)))>
            <Icon of=Glyph::Back /><span>{tr(|t| &t.site_back)}</span>
        </button>
        <h1 id="title" tabindex="-1">{tr(title)}</h1>
        <p class="lead">{tr(lead)}</p>
        <Say />
    }
}

/// A card with its heading.
#[component]
pub(super) fn Part(id: &'static str, title: Pick, children: Children) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <h2 id=id>{tr(title)}</h2>
            {children()}
        </section>
    }
}

/// A field of these pages.
#[component]
fn Field(place: Place, spec: Spec) -> impl IntoView {
    let app = use_app();
    let value = Signal::derive(move || app.admin.site.with(|site| site.get(place).to_owned()));
    let fault = Signal::derive(move || {
        app.relay.with_value(|relay| app.admin.site.with(|site| site.fault_of(place, relay)))
    });
    let set = Callback::new(move |text| app.admin.site.update(|site| site.set(place, text)));
    view! { <Ask spec value fault set /> }
}

/// A button that does something; while anything is under way it waits.
#[component]
pub(super) fn Do(deed: Deed, words: Pick, #[prop(optional)] main: bool) -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.site.with(|site| site.said.is_busy());
    view! {
        <button type="button" class="button" class:button-main=main class:busy=busy aria-disabled=move || busy().to_string()
            on:click=move |_| app.emit(Event::Site(deed))>{tr(words)}</button>
    }
}
