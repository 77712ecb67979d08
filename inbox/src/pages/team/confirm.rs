//! An answered invitation: two persons compare a code before anybody is taken in.

use super::{Back, May, Say, is_busy};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        team::{
            Deed, Open, Standing,
            accept::{Checked, Doubt},
        },
    },
    texts::{Pick, fill},
};
use einwurf_protocol::ids::MessageId;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Confirm(id: MessageId) -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| app.admin.team.with(|team| team.invitation(id).cloned()));
    let part = move || match open.get() {
        Some(one) => match one.standing.clone() {
            Standing::Answered(checked) => view! { <Compare one checked=*checked /> }.into_any(),
            Standing::Doubtful(doubt) => view! { <Doubtful one doubt /> }.into_any(),
            Standing::Waiting | Standing::Expired => view! { <Gone /> }.into_any(),
        },
        None => view! { <Gone /> }.into_any(),
    };
    view! {
        <Back />
        {part}
    }
}

#[component]
fn Heading(name: String) -> impl IntoView {
    let app = use_app();
    let title = move || app.with_texts(|t| fill(&t.confirm_title, &[("name", &name)]));
    view! { <h1 id="title" tabindex="-1">{title}</h1> }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.invites_title)}</h1>
        <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.confirm_gone)}</span></p>
    }
}

/// The code, and who would be taken in: all of it to be seen before the button.
#[component]
fn Compare(one: Open, checked: Checked) -> impl IntoView {
    let app = use_app();
    let name = one.name.clone();
    let lead = move || app.with_texts(|t| fill(&t.confirm_lead, &[("name", &name)]));
    let replaced = move |(_, name): (_, String)| {
        let text = move || app.with_texts(|t| fill(&t.invites_replaces, &[("name", &name)]));
        view! { <p class="alert"><Icon of=Glyph::Warning /><span>{text}</span></p> }
    };
    let groups = checked.code.split('-').map(|group| view! { <li>{group.to_owned()}</li> }).collect_view();
    view! {
        <Heading name=one.name.clone() />
        <p class="lead">{lead}</p>
        <Say />
        <section class="card" aria-labelledby="compare-title">
            <h2 id="compare-title">{tr(|t| &t.confirm_code)}</h2>
            <ol class="code-groups">{groups}</ol>
            <dl>
                <div class="fact"><dt>{tr(|t| &t.confirm_account)}</dt><dd>{checked.account.clone()}</dd></div>
                <div class="fact"><dt>{tr(|t| &t.confirm_may)}</dt><dd><May may=checked.member.may.clone() /></dd></div>
            </dl>
            {one.replaces.clone().map(replaced)}
            <Answer id=one.id name=one.name />
        </section>
    }
}

#[component]
fn Answer(id: MessageId, name: String) -> impl IntoView {
    let app = use_app();
    let fits = move || app.with_texts(|t| fill(&t.confirm_fits, &[("name", &name)]));
    view! {
        <div class="buttons">
            <button class="button button-main" class:busy=is_busy()
                on:click=move |_| app.emit(Event::Team(Deed::Accept(id)))>{fits}</button>
            <button class="button button-grave" aria-describedby="differs"
                on:click=move |_| app.emit(Event::Team(Deed::Refuse(id)))>{tr(|t| &t.confirm_differs)}</button>
        </div>
        <p class="hint" id="differs">{tr(|t| &t.confirm_differs_hint)}</p>
    }
}

/// What came must not be taken, and why.
#[component]
fn Doubtful(one: Open, doubt: Doubt) -> impl IntoView {
    let app = use_app();
    let id = one.id;
    let why: Pick = match doubt {
        Doubt::Foreign => |t| &t.doubt_foreign,
        Doubt::Entry => |t| &t.doubt_entry,
        Doubt::Known => |t| &t.doubt_known,
        Doubt::Full => |t| &t.doubt_full,
    };
    view! {
        <Heading name=one.name />
        <Say />
        <p class="alert alert-care"><Icon of=Glyph::Warning /><span>{tr(why)}</span></p>
        <div class="buttons">
            <button class="button" class:busy=is_busy() on:click=move |_| app.emit(Event::Team(Deed::Withdraw(id)))>
                {tr(|t| &t.invites_end)}
            </button>
        </div>
    }
}
