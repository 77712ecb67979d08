//! Open invitations and where they stand.

use super::May;
use crate::{
    app::{App, tr, use_app},
    state::{
        event::Event,
        team::{Deed, Open, Screen, Standing},
    },
    texts::fill,
};
use leptos::prelude::*;

/// The list; nothing while there are none.
#[component]
pub(super) fn Invites() -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| app.admin.team.with(|team| team.open.clone()));
    let list = move || {
        let rows = open.get().into_iter().map(|one| view! { <Row one /> }).collect_view();
        view! {
            <section class="card" aria-labelledby="invites-title">
                <h2 id="invites-title">{tr(|t| &t.invites_title)}</h2>
                <ul class="entries">{rows}</ul>
            </section>
        }
    };
    move || (!open.get().is_empty()).then(list)
}

#[component]
fn Row(one: Open) -> impl IntoView {
    let app = use_app();
    let (shown, replaces) = (one.clone(), one.replaces.clone());
    let replaced = move |(_, name): (_, String)| {
        move || app.with_texts(|t| fill(&t.invites_replaces, &[("name", &name)]))
    };
    view! {
        <li class="entry">
            <h3>{one.name.clone()}</h3>
            <p class="hint" class:answered=matches!(one.standing, Standing::Answered(_))>{move || standing(app, &shown)}</p>
            {replaces.map(|former| view! { <p class="hint">{replaced(former)}</p> })}
            <May may=one.may.clone() />
            <Acts one />
        </li>
    }
}

fn standing(app: App, one: &Open) -> String {
    match one.standing {
        Standing::Waiting => {
            let when = app.date(|dates| dates.moment(one.expires));
            app.with_texts(|t| fill(&t.invites_waiting, &[("when", &when)]))
        }
        Standing::Answered(_) => app.text(|t| &t.invites_answered),
        Standing::Doubtful(_) => app.text(|t| &t.invites_doubtful),
        Standing::Expired => app.text(|t| &t.invites_expired),
    }
}

#[component]
fn Acts(one: Open) -> impl IntoView {
    let app = use_app();
    let id = one.id;
    let (for_compare, for_end) = (one.name.clone(), one.name.clone());
    let compare_of = move || app.with_texts(|t| fill(&t.invites_compare_of, &[("name", &for_compare)]));
    let end_of = move || app.with_texts(|t| fill(&t.invites_end_of, &[("name", &for_end)]));
    let came = matches!(one.standing, Standing::Answered(_) | Standing::Doubtful(_));
    let compare = move || {
        view! {
            <button class="button" aria-label=compare_of
                on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Confirm(id))))>
                {tr(|t| &t.invites_compare)}
            </button>
        }
    };
    view! {
        <div class="entry-acts">
            {came.then(compare)}
            <button class="quiet" aria-label=end_of on:click=move |_| app.emit(Event::Team(Deed::Withdraw(id)))>
                {tr(|t| &t.invites_end)}
            </button>
        </div>
    }
}
