//! Notifications: of this device, for whoever reads, and whether the site has them, for whoever signs.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Saying, Tick},
    state::{
        event::Event,
        push::{Deed, Device, Notify},
    },
};
use leptos::prelude::*;

/// Both cards. Who does not read is told of nothing.
#[component]
pub(super) fn Push() -> impl IntoView {
    let app = use_app();
    let device = move || app.reads.get().then(|| view! { <This /> });
    let site = move || app.signs.get().then(|| view! { <Everybody /> });
    view! {
        {device}
        {site}
    }
}

fn read<T: Send + Sync + 'static>(app: App, pick: fn(&Notify) -> T) -> Signal<T> {
    Signal::derive(move || app.admin.notify.with(pick))
}

/// This device.
#[component]
fn This() -> impl IntoView {
    let app = use_app();
    let device = Memo::new(move |_| app.admin.notify.with(Notify::device));
    let how = move || device.get().map(|device| view! { <How device /> });
    view! {
        <section class="card" aria-labelledby="push-title">
            <h2 id="push-title" tabindex="-1">{tr(|t| &t.push_title)}</h2>
            <p class="lead">{tr(|t| &t.push_lead)}</p>
            {how}
            <Saying ids=["push-calm", "push-good", "push-care"] said=read(app, |notify| notify.said) />
        </section>
    }
}

/// How it is, and what can be done about it.
#[component]
fn How(device: Device) -> impl IntoView {
    let app = use_app();
    let glyph = if device == Device::On { Glyph::Good } else { Glyph::Help };
    let busy = move || app.admin.notify.with(Notify::is_busy);
    let button = device.act().map(|(words, deed)| {
        // Without it a pause ends the session, and this with it.
        let short = (!app.stays.get_value()).then(|| view! { <p class="hint">{tr(|t| &t.push_stay)}</p> });
        view! {
            {short}
            <div class="buttons">
                <button id="push-switch" class="button" class:button-main=device != Device::On class:busy=busy
                    aria-disabled=move || busy().to_string() on:click=move |_| app.emit(Event::Push(deed))>
                    {tr(words)}
                </button>
            </div>
        }
    });
    view! {
        <p class="alert" id="push-how"><Icon of=glyph /><span>{tr(device.sentence())}</span></p>
        {button}
    }
}

/// The site.
#[component]
fn Everybody() -> impl IntoView {
    let app = use_app();
    let known = Memo::new(move |_| app.admin.notify.with(|notify| notify.relay.is_some()));
    let form = move || known.get().then(|| view! { <Form /> });
    view! {
        <section class="card" aria-labelledby="push-site-title">
            <h2 id="push-site-title">{tr(|t| &t.push_site_title)}</h2>
            <p class="lead">{tr(|t| &t.push_site_lead)}</p>
            <h3>{tr(|t| &t.push_site_learns_title)}</h3>
            <p>{tr(|t| &t.push_site_learns)}</p>
            <p>{tr(|t| &t.push_site_records)}</p>
            {form}
            <Saying ids=["push-site-calm", "push-site-good", "push-site-care"]
                said=read(app, |notify| notify.site_said) />
        </section>
    }
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Push(Deed::Allow));
    };
    view! {
        <form on:submit=submit novalidate>
            <Tick id="push-allow" label=|t| &t.push_site_allow ticked=read(app, |notify| notify.allowed)
                set=Callback::new(move |allowed| app.admin.notify.update(|notify| notify.tick(allowed))) />
            <p class="hint">{tr(|t| &t.push_site_hint)}</p>
            <div class="buttons"><button class="button button-main">{tr(|t| &t.common_save)}</button></div>
        </form>
    }
}
