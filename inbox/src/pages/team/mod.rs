//! The team: who may do what, and changing it.

mod confirm;
mod end;
mod invite;
mod invites;
mod people;
mod sheet;

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, Saying},
    state::{
        event::Event,
        team::{Deed, Screen},
    },
    texts::Pick,
};
use einwurf_protocol::roster::Capability;
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn Team() -> impl IntoView {
    let app = use_app();
    let screen = Memo::new(move |_| app.admin.team.with(|team| team.screen));
    move || match screen.get() {
        Screen::List => view! { <List /> }.into_any(),
        Screen::Invite => view! { <invite::Invite /> }.into_any(),
        Screen::Invited => view! { <invite::Invited /> }.into_any(),
        Screen::Confirm(id) => view! { <confirm::Confirm id /> }.into_any(),
        Screen::End(id) => view! { <end::End id /> }.into_any(),
        Screen::Sheet => view! { <sheet::Sheet /> }.into_any(),
        Screen::Check => view! { <sheet::Check /> }.into_any(),
    }
}

#[component]
fn List() -> impl IntoView {
    let app = use_app();
    let loaded = Memo::new(move |_| app.admin.team.with(|team| team.persons.is_some()));
    let administers = Memo::new(move |_| app.admin.team.with(|team| team.administers));
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.team_title)}</h1>
        <p class="lead">{tr(|t| &t.team_lead)}</p>
        <Say />
        <end::Hint />
        {move || (!loaded.get()).then(|| view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> })}
        {move || administers.get().then(|| view! { <sheet::Due /> })}
        // Somebody may be waiting at the phone.
        {move || administers.get().then(|| view! { <invites::Invites /> })}
        {move || loaded.get().then(|| view! { <people::People /> })}
        {move || administers.get().then(|| view! { <sheet::Card /> })}
        {move || (loaded.get() && !administers.get()).then(|| view! {
            <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.admin_not_signer)}</span></p>
        })}
    }
}

/// What is under way, and what came of it.
#[component]
fn Say() -> impl IntoView {
    let app = use_app();
    let said = Signal::derive(move || app.admin.team.with(|team| team.said));
    view! { <Saying ids=["team-calm", "team-good", "team-care"] said /> }
}

/// The way back to the list.
#[component]
fn Back() -> impl IntoView {
    let app = use_app();
    view! {
        <button class="link back no-print" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::List)))>
            <Icon of=Glyph::Back /><span>{tr(|t| &t.team_back)}</span>
        </button>
    }
}

/// What somebody may do, in plain words.
fn capability(may: Capability) -> Pick {
    match may {
        Capability::Sign => |t| &t.cap_sign,
        Capability::Read => |t| &t.cap_read,
        Capability::Audit => |t| &t.cap_audit,
    }
}

/// All that somebody may do.
#[component]
fn May(may: Vec<Capability>) -> impl IntoView {
    let line = |one| view! { <li><Icon of=Glyph::Check /><span>{tr(capability(one))}</span></li> };
    view! { <ul class="may">{may.into_iter().map(line).collect_view()}</ul> }
}

/// Whether something is under way.
fn is_busy() -> Signal<bool> {
    let app = use_app();
    Signal::derive(move || app.admin.team.with(|team| team.said.is_busy()))
}
