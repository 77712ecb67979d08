//! Persons with what they may do.

use super::May;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        team::{Deed, Person, Screen},
    },
    texts::fill,
};
use einwurf_protocol::time::Timestamp;
use leptos::prelude::*;

/// The list.
#[component]
pub(super) fn People() -> impl IntoView {
    let app = use_app();
    let people = Memo::new(move |_| app.admin.team.with(|team| team.persons.clone().unwrap_or_default()));
    let administers = Memo::new(move |_| app.admin.team.with(|team| team.administers));
    let rows = move || {
        let changeable = administers.get();
        people.get().into_iter().map(move |person| view! { <Row person changeable /> }).collect_view()
    };
    let invite = move || {
        view! {
            <div class="buttons">
                <button class="button button-main" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Invite)))>
                    <Icon of=Glyph::Add /><span>{tr(|t| &t.team_invite)}</span>
                </button>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="people-title">
            <h2 id="people-title">{tr(|t| &t.team_people)}</h2>
            <ul class="entries">{rows}</ul>
            {move || administers.get().then(invite)}
        </section>
    }
}

#[component]
fn Row(person: Person, changeable: bool) -> impl IntoView {
    let app = use_app();
    let (account, seen, you) = (person.account.clone(), person.seen, person.you);
    let known = move || {
        let account = move || account.clone().unwrap_or_else(|| app.text(|t| &t.team_no_account));
        view! { <p class="hint">{account}</p><p class="hint">{move || last(app, seen)}</p> }
    };
    view! {
        <li class="entry">
            <h3>{person.name.clone()}{you.then(|| view! { " "<span class="tag">{tr(|t| &t.team_you)}</span> })}</h3>
            {changeable.then(known)}
            <May may=person.may.clone() />
            {changeable.then(|| view! { <Acts person /> })}
        </li>
    }
}

/// The last login.
fn last(app: App, seen: Option<Timestamp>) -> String {
    let Some(at) = seen else { return app.text(|t| &t.team_never) };
    let when = app.date(|dates| dates.moment(at));
    app.with_texts(|t| fill(&t.team_seen, &[("when", &when)]))
}

#[component]
fn Acts(person: Person) -> impl IntoView {
    let app = use_app();
    let (id, name, you) = (person.id, person.name, person.you);
    let (for_again, for_end) = (name.clone(), name);
    let again_of = move || app.with_texts(|t| fill(&t.team_again_of, &[("name", &for_again)]));
    let end_of = move || app.with_texts(|t| fill(&t.team_end_of, &[("name", &for_end)]));
    let again = move || {
        view! {
            <button class="quiet" aria-label=again_of on:click=move |_| app.emit(Event::Team(Deed::Again(id)))>
                {tr(|t| &t.team_again)}
            </button>
        }
    };
    view! {
        <div class="entry-acts">
            {(!you).then(again)}
            <button class="quiet quiet-grave" aria-label=end_of
                on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::End(id))))>
                {tr(|t| &t.team_end)}
            </button>
        </div>
    }
}
