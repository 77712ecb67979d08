//! Two relays, and moving to another one.

use super::{Do, Field, Opening, fact};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        field::{Kind, Rule, Spec},
        site::{Deed, Place},
    },
    texts::fill,
};
use leptos::prelude::*;

const SECOND: Spec = Spec {
    kind: Kind::Typed("url"),
    ..Spec::new("second-relay", |t| &t.relays_second, Rule::Optional).hint(|t| &t.relays_second_hint)
};
const MOVED: Spec = Spec {
    kind: Kind::Typed("url"),
    ..Spec::new("moved-origin", |t| &t.moved_origin, Rule::Text).hint(|t| &t.moved_origin_hint)
};

/// The page.
#[component]
pub(super) fn Relays() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::PublishRelays));
    };
    view! {
        <Opening title=|t| &t.relays_title lead=|t| &t.relays_lead />
        <form class="card" on:submit=submit novalidate aria-labelledby="relays-title">
            <h2 id="relays-title">{tr(|t| &t.place_relays)}</h2>
            <dl><div class="fact"><dt>{tr(|t| &t.relays_first)}</dt><dd><code>{app.relay.get_value()}</code></dd></div></dl>
            <Field place=Place::Second spec=SECOND />
            <div class="buttons"><Do deed=Deed::PublishRelays words=|t| &t.relays_publish /></div>
        </form>
        <Moving />
    }
}

#[component]
fn Moving() -> impl IntoView {
    let app = use_app();
    let moved = fact(app, |facts| facts.moved_to.clone());
    let part = move || match moved.get() {
        Some(origin) => view! { <Moved origin /> }.into_any(),
        None => view! { <Move /> }.into_any(),
    };
    view! {
        <section class="card card-grave" aria-labelledby="moved-title">
            <h2 id="moved-title">{tr(|t| &t.moved_title)}</h2>
            {part}
        </section>
    }
}

#[component]
fn Move() -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.site.with(|site| site.said.is_busy());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::Move));
    };
    view! {
        <p>{tr(|t| &t.moved_lead)}</p>
        <form on:submit=submit novalidate>
            <Field place=Place::Moved spec=MOVED />
            <div class="buttons">
                <button class="button button-grave" class:busy=busy>{tr(|t| &t.moved_publish)}</button>
            </div>
        </form>
    }
}

/// It is announced, and can be taken back.
#[component]
fn Moved(origin: String) -> impl IntoView {
    let app = use_app();
    let text = move || app.with_texts(|t| fill(&t.moved_now, &[("origin", &origin)]));
    view! {
        <p class="alert alert-care"><Icon of=Glyph::Warning /><span class="wrap">{text}</span></p>
        <div class="buttons"><Do deed=Deed::MoveBack words=|t| &t.moved_undo main=true /></div>
    }
}
