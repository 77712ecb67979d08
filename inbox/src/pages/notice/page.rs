//! Legal facts of a published site.

use super::{
    boxes::Boxes,
    changes::Changes,
    form::{Form, Question, provide_form},
    modes::Modes,
    preview::Preview,
    sector::Sector,
    stated::Stated,
    topics::Topics,
};
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    pages::site::{Do, Opening, Part},
    state::{event::Event, notice::editing::Editing, setup::ask::Ask, site::Deed},
    texts::{Pick, fill},
};
use einwurf_protocol::settings::Profile;
use leptos::prelude::*;

/// The page.
#[component]
pub(in crate::pages) fn Page() -> impl IntoView {
    let app = use_app();
    provide_form(Form::Site);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::PublishNotice));
    };
    view! {
        <Opening title=|t| &t.notice_title lead=|t| &t.notice_lead />
        <Former />
        <Warnings />
        <form on:submit=submit novalidate class="notice-form">
            <Part title=|t| &t.notice_part_who id="part-who">
                <Question ask=Ask::Company />
                <Question ask=Ask::Address />
                <Place />
            </Part>
            <Part title=|t| &t.step_purpose id="part-purpose">
                <Topics /><Modes /><Sector /><Boxes />
            </Part>
            <Part title=|t| &t.step_privacy id="part-privacy"><Stated /></Part>
            <section class="card"><Preview /></section>
            <Changes />
            <Buttons changed=seen(app, Editing::is_changed) />
        </form>
    }
}

fn seen(app: App, read: fn(&Editing) -> bool) -> Memo<bool> {
    Memo::new(move |_| app.admin.site.with(|site| read(&site.editing)))
}

/// What somebody should know before reading on.
#[component]
fn Warnings() -> impl IntoView {
    let app = use_app();
    let elsewhere = seen(app, Editing::is_elsewhere);
    // Every notice is rendered for it: when something else is in force, not with every letter that is typed.
    let in_force = Memo::new(move |_| app.admin.site.with(|site| site.editing.in_force.clone()));
    let differs = Memo::new(move |_| {
        in_force.with(|in_force| in_force.as_ref().is_some_and(|in_force| !in_force.is_as_signed()))
    });
    let line = |text: Pick| {
        view! { <p class="alert alert-care"><Icon of=Glyph::Warning /><span>{tr(text)}</span></p> }
    };
    view! {
        {move || elsewhere.get().then(|| line(|t| &t.notice_elsewhere))}
        {move || differs.get().then(|| line(|t| &t.notice_not_signed))}
    }
}

/// A profile's name.
fn profile(of: Profile) -> Pick {
    match of {
        Profile::SelfHosted => |t| &t.profile_self_hosted,
        Profile::CloudflareOwnProxy => |t| &t.profile_own_proxy,
        Profile::CloudflareDirect => |t| &t.profile_direct,
    }
}

/// What the relay says of itself; only whoever runs it can change that.
#[component]
fn Place() -> impl IntoView {
    let app = use_app();
    let relay = Memo::new(move |_| app.admin.site.with(|site| site.editing.relay.clone()));
    let line = move || {
        let relay = relay.get()?;
        let country = relay.country.of(app.prefs.with(|prefs| prefs.language));
        let way = app.text(profile(relay.profile));
        Some(app.with_texts(|t| {
            fill(&t.notice_place_line, &[("host", &relay.host_name), ("country", country), ("way", &way)])
        }))
    };
    view! {
        <dl><div class="fact"><dt>{tr(|t| &t.notice_place)}</dt><dd>{line}</dd></div></dl>
        <p class="hint">{tr(|t| &t.notice_place_hint)}</p>
    }
}

/// Publishes; what is typed can be dropped once there is something.
#[component]
pub(super) fn Buttons(changed: Memo<bool>) -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.site.with(|site| site.said.is_busy());
    view! {
        <div class="buttons">
            <button class="button button-main" class:busy=busy aria-disabled=move || busy().to_string()>
                {tr(|t| &t.notice_publish)}
            </button>
            {move || changed.get().then(|| view! { <Do deed=Deed::DropTyped words=|t| &t.notice_drop /> })}
        </div>
    }
}

/// What was published before can be published again.
#[component]
fn Former() -> impl IntoView {
    let app = use_app();
    let former = seen(app, |editing| editing.former().is_some());
    let offer = move || {
        view! {
            <div class="offer">
                <p>{tr(|t| &t.notice_undo_lead)}</p>
                <div class="buttons"><Do deed=Deed::RestoreNotice words=|t| &t.notice_undo /></div>
            </div>
        }
    };
    move || former.get().then(offer)
}
