//! Whom to invite, and the link that is shown once.

use super::{Back, Say, capability, is_busy};
use crate::{
    app::{tr, use_app},
    components::{Ask, Glyph, Icon, Tick},
    state::{
        event::Event,
        team::{Deed, Screen, invite::NAME},
    },
    texts::fill,
};
use einwurf_protocol::roster::Capability;
use leptos::prelude::*;

/// The form.
#[component]
pub(super) fn Invite() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Team(Deed::Invite));
    };
    view! {
        <Back />
        <Heading />
        <Say />
        <form class="card" on:submit=submit novalidate>
            <Name />
            <Capabilities />
            <div class="buttons">
                <button class="button button-main" class:busy=is_busy() aria-disabled=move || is_busy().get().to_string()>
                    {tr(|t| &t.invite_make)}
                </button>
            </div>
        </form>
    }
}

#[component]
fn Heading() -> impl IntoView {
    let app = use_app();
    let again =
        app.admin.team.with_untracked(|team| team.form.replaces.as_ref().map(|(_, name)| name.clone()));
    let lead: crate::texts::Pick =
        if again.is_some() { |t| &t.invite_again_lead } else { |t| &t.invite_lead };
    let title = move || match &again {
        Some(name) => app.with_texts(|t| fill(&t.invite_again_title, &[("name", name)])),
        None => app.text(|t| &t.invite_title),
    };
    view! {
        <h1 id="title" tabindex="-1">{title}</h1>
        <p class="lead">{tr(lead)}</p>
    }
}

#[component]
fn Name() -> impl IntoView {
    let app = use_app();
    view! {
        <Ask spec=NAME value=Signal::derive(move || app.admin.team.with(|team| team.form.name.clone()))
            fault=Signal::derive(move || app.admin.team.with(|team| team.form.name_fault()))
            set=Callback::new(move |text| app.admin.team.update(|team| team.form.name = text)) />
    }
}

/// What the person may do.
#[component]
fn Capabilities() -> impl IntoView {
    let app = use_app();
    let nothing = move || app.admin.team.with(|team| team.form.may_nothing());
    let tick = move |(id, one): (&'static str, Capability)| {
        view! {
            <Tick id label=capability(one) ticked=Signal::derive(move || app.admin.team.with(|team| team.form.may.contains(&one)))
                set=Callback::new(move |to| app.admin.team.update(|team| team.form.set(one, to))) />
        }
    };
    let all =
        [("may-read", Capability::Read), ("may-sign", Capability::Sign), ("may-audit", Capability::Audit)];
    let older = move || {
        let reads = app.admin.team.with(|team| team.form.may.contains(&Capability::Read));
        (reads && !app.reads.get()).then(|| app.text(|t| &t.invite_older))
    };
    view! {
        <fieldset class="ticks" aria-describedby="may-hint may-fault">
            <legend>{tr(|t| &t.invite_may)}</legend>
            {all.map(tick).collect_view()}
            <p class="field-fault" id="may-fault" role="alert">
                {move || nothing().then(|| app.text(|t| &t.invite_may_nothing))}
            </p>
            <p class="hint" id="may-hint">{tr(|t| &t.invite_may_hint)}</p>
            <p class="hint">{older}</p>
        </fieldset>
    }
}

/// The link, once.
#[component]
pub(super) fn Invited() -> impl IntoView {
    let app = use_app();
    let Some(link) = app.admin.team.with_untracked(|team| team.link.clone()) else {
        return view! { <Back /> }.into_any();
    };
    let (name, expires, text) = (link.name, link.expires, link.text.to_string());
    let title = move || app.with_texts(|t| fill(&t.invited_title, &[("name", &name)]));
    let next = move || {
        let when = app.date(|dates| dates.moment(expires));
        app.with_texts(|t| fill(&t.invited_next, &[("when", &when)]))
    };
    view! {
        <h1 id="title" tabindex="-1">{title}</h1>
        <section class="card">
            <p id="invited-lead">{tr(|t| &t.invited_lead)}</p>
            <textarea class="snippet" readonly rows="5" aria-labelledby="title" aria-describedby="invited-lead"
                prop:value=text></textarea>
            <div class="buttons">
                <button class="button button-main" on:click=move |_| app.emit(Event::Team(Deed::CopyLink))>
                    <Icon of=Glyph::Copy /><span>{tr(|t| &t.invited_copy)}</span>
                </button>
                <button class="button" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::List)))>
                    {tr(|t| &t.invited_done)}
                </button>
            </div>
            <p>{next}</p>
        </section>
    }
    .into_any()
}
