//! Ending an access: what happens at once, what cannot be taken back, and a button that names the effect.

use super::{Back, Say, is_busy};
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Tick},
    state::{
        admin::Area,
        event::Event,
        site,
        team::{Deed, Person, remove::Stays},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::ids::Thumbprint;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn End(id: Thumbprint) -> impl IntoView {
    let app = use_app();
    let person = Memo::new(move |_| app.admin.team.with(|team| team.person(&id).cloned()));
    let part = move || person.get().map(|person| view! { <Effects person /> });
    view! {
        <Back />
        {part}
    }
}

#[component]
fn Effects(person: Person) -> impl IntoView {
    let app = use_app();
    let (name, own) = (person.name.clone(), person.you);
    let title = move || {
        app.with_texts(|t| if own { t.end_own_title.clone() } else { fill(&t.end_title, &[("name", &name)]) })
    };
    view! {
        <h1 id="title" tabindex="-1">{title}</h1>
        <Say />
        <section class="card" aria-labelledby="effect-title">
            <h2 id="effect-title">{tr(|t| &t.end_effect)}</h2>
            <ul class="effects">
                <Point text=|t| &t.end_sessions glyph=Glyph::Check />
                <Point text=|t| &t.end_keys glyph=Glyph::Check />
                <Point text=|t| &t.end_account glyph=Glyph::Check />
            </ul>
        </section>
        <Remains signs=person.signs() loses=app.admin.team.with_untracked(|team| team.may_lose(&person)) />
        {match person.stays {
            Some(stays) => view! { <Must stays /> }.into_any(),
            None => view! { <Act person /> }.into_any(),
        }}
    }
}

#[component]
fn Point(text: Pick, glyph: Glyph) -> impl IntoView {
    view! { <li><Icon of=glyph /><span>{tr(text)}</span></li> }
}

/// A page of the website.
pub(super) fn to_site(app: App, screen: site::Screen) {
    app.emit(Event::Visit(Area::Site));
    app.emit(Event::Site(site::Deed::Show(screen)));
}

/// After a removal: what was signed ahead ends for visitors only with the new snippet.
#[component]
pub(super) fn Hint() -> impl IntoView {
    let app = use_app();
    let due = Signal::derive(move || app.admin.team.with(|team| team.due));
    let hint = move |text: Pick| {
        view! {
            <p class="alert" id="team-snippet"><Icon of=Glyph::Help /><span>{tr(text)}</span></p>
            <div class="buttons">
                <button class="button" on:click=move |_| to_site(app, site::Screen::Snippet)>
                    {tr(|t| &t.end_to_snippet)}
                </button>
            </div>
        }
    };
    move || due.get().map(hint)
}

/// What cannot be taken back.
#[component]
fn Remains(signs: bool, loses: bool) -> impl IntoView {
    let app = use_app();
    let announced = app.admin.team.with_untracked(|team| team.announced);
    let to = move |screen| to_site(app, screen);
    let known = move || {
        view! {
            <Point text=|t| &t.end_site_key glyph=Glyph::Warning />
            {announced.then(|| view! { <Point text=|t| &t.end_next glyph=Glyph::Warning /> })}
        }
    };
    view! {
        <section class="card card-grave" aria-labelledby="remains-title">
            <h2 id="remains-title">{tr(|t| &t.end_not)}</h2>
            <ul class="effects">
                <Point text=|t| &t.end_copied glyph=Glyph::Warning />
                <Point text=|t| &t.end_ahead glyph=Glyph::Warning />
                {loses.then(|| view! { <Point text=|t| &t.end_lost glyph=Glyph::Warning /> })}
                {signs.then(known)}
            </ul>
            <p>{tr(|t| &t.end_ahead_hint)}</p>
            <p><button class="link" on:click=move |_| to(site::Screen::Snippet)>{tr(|t| &t.end_to_snippet)}</button></p>
            {signs.then(|| view! {
                <p><button class="link" on:click=move |_| to(site::Screen::Next)>{tr(|t| &t.end_to_next)}</button></p>
            })}
        </section>
    }
}

/// In the place of the button: why this access stays.
#[component]
fn Must(stays: Stays) -> impl IntoView {
    let why: Pick = match stays {
        Stays::LastSigner => |t| &t.stays_signer,
        Stays::LastReader => |t| &t.stays_reader,
        Stays::NoSpare => |t| &t.stays_spare,
    };
    view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(why)}</span></p> }
}

#[component]
fn Act(person: Person) -> impl IntoView {
    let app = use_app();
    let (id, own, name) = (person.id, person.you, person.name);
    let words = move || {
        app.with_texts(
            |t| if own { t.end_own_button.clone() } else { fill(&t.end_button, &[("name", &name)]) },
        )
    };
    view! {
        {own.then(|| view! { <p>{tr(|t| &t.end_own)}</p> })}
        <Tick id="end-aware" label=|t| &t.end_aware ticked=Signal::derive(move || app.admin.team.with(|team| team.aware))
            set=Callback::new(move |to| app.admin.team.update(|team| team.aware = to)) />
        <div class="buttons">
            <button class="button button-grave button-grave-main" class:busy=is_busy()
                on:click=move |_| app.emit(Event::Team(Deed::End(id)))>{words}</button>
        </div>
    }
}
