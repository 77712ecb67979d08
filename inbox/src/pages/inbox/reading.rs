//! The reading view: what is open, and what can be done with it.

use super::{
    super::rights::{Task, Tombstone},
    answer::Answer,
    details::Details,
    health::Renew,
    notes::Notes,
    thread::Thread,
    work::Work,
};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::{Content, Row, letter::Letter},
        event::Event,
        fault::Fault,
        health::Care,
    },
    texts::Pick,
};
use einwurf_protocol::{api::staff::Erasure, ids::Cid};
use leptos::prelude::*;

/// What the columns show; what changes within each is drawn by its parts, so that nobody loses what is being typed.
#[derive(Clone, PartialEq)]
enum Columns {
    Nothing,
    Letter(Cid),
    Erased(Cid, Erasure),
    Sealed(Cid, Box<Content>),
}

impl Columns {
    fn of(row: Option<&Row>) -> Self {
        let Some(row) = row else { return Self::Nothing };
        let cid = row.entry.cid;
        match (row.erasure(), &row.content) {
            (Some(erasure), _) => Self::Erased(cid, erasure),
            (None, Content::Mine(_)) => Self::Letter(cid),
            (None, content) => Self::Sealed(cid, Box::new(content.clone())),
        }
    }
}

/// The middle and the right column.
#[component]
pub(super) fn Reading() -> impl IntoView {
    let app = use_app();
    let shown = Memo::new(move |_| app.desk.with(|desk| Columns::of(desk.reading())));
    let columns = move || match shown.get() {
        Columns::Nothing => view! { <Empty /> }.into_any(),
        Columns::Letter(cid) => view! { <Opened cid /> }.into_any(),
        Columns::Erased(cid, erasure) => view! { <Tombstone cid erasure /> }.into_any(),
        Columns::Sealed(cid, content) => view! { <Sealed cid content=*content /> }.into_any(),
    };
    view! { <div class="open">{columns}</div> }
}

#[component]
fn Empty() -> impl IntoView {
    let app = use_app();
    let any = move || app.desk.with(|desk| !desk.is_empty());
    view! {
        <section class="reading reading-empty" aria-label=tr(|t| &t.read_title)>
            <Icon of=Glyph::Open />
            {move || any().then(|| view! { <p>{tr(|t| &t.inbox_pick)}</p> })}
        </section>
    }
}

/// A conversation, or what is being done with it.
#[component]
fn Opened(cid: Cid) -> impl IntoView {
    let app = use_app();
    let letter = Memo::new(move |_| app.desk.with(|desk| desk.row(cid).and_then(Row::letter).cloned()));
    let view = Memo::new(move |_| app.rights.with(|rights| rights.view_of(cid)));
    let middle = move || match view.get() {
        Some(view) => view! { <Task cid view letter /> }.into_any(),
        None => view! { <Messages cid letter /> }.into_any(),
    };
    view! {
        {middle}
        {move || letter.get().map(|letter| view! { <Details cid letter /> })}
    }
}

#[component]
fn Messages(cid: Cid, letter: Memo<Option<Letter>>) -> impl IntoView {
    let app = use_app();
    let name = move || letter.with(|letter| letter.as_ref().and_then(|letter| letter.contact.name.clone()));
    let title = move || name().unwrap_or_else(|| app.text(|t| &t.inbox_nameless));
    view! {
        <section class="reading" aria-labelledby="reading">
            <Head cid title=Signal::derive(title) />
            <Work cid />
            <Thread cid letter />
            <Answer cid letter />
            <Notes cid />
        </section>
    }
}

/// Name, way back, done.
#[component]
fn Head(cid: Cid, title: Signal<String>) -> impl IntoView {
    let app = use_app();
    let done =
        Memo::new(move |_| app.desk.with(|desk| desk.row(cid).is_some_and(|row: &Row| row.entry.done)));
    let words = move || app.text(if done.get() { |t| &t.read_reopen } else { |t| &t.read_done });
    view! {
        <header class="reading-head">
            <button class="quiet reading-back" on:click=move |_| app.emit(Event::Close)>
                <Icon of=Glyph::Back />
                <span>{tr(|t| &t.read_back)}</span>
            </button>
            <h2 id="reading" tabindex="-1">{title}</h2>
            <button class="button" on:click=move |_| app.emit(Event::Done(cid, !done.get_untracked()))>
                {move || view! { <Icon of=if done.get() { Glyph::Undo } else { Glyph::Check } /> }}
                <span>{words}</span>
            </button>
        </header>
    }
}

/// Not open: each case has its own sentence.
#[component]
fn Sealed(cid: Cid, content: Content) -> impl IntoView {
    let app = use_app();
    let (title, sentence): (Pick, Pick) = match content {
        Content::NotMine => (|t| &t.read_not_mine_title, |t| &t.read_not_mine),
        Content::Broken => (|t| &t.read_broken_title, |t| &t.read_broken),
        Content::Away(fault) => (|t| &t.read_away_title, Fault::sentence(fault)),
        Content::Sealed | Content::Opening | Content::Mine(_) | Content::Erased => {
            (|t| &t.read_title, |t| &t.read_opening)
        }
    };
    let away = matches!(content, Content::Away(_));
    // It may be sealed to keys that came after this login.
    let old = Memo::new(move |_| {
        app.desk.with(|desk| desk.health.as_ref().is_some_and(|line| line.care == Care::NewKeys))
    });
    let foreign = content == Content::NotMine;
    let retry = move || {
        view! {
            <button class="button" on:click=move |_| app.emit(Event::Retry)>
                <Icon of=Glyph::Retry /><span>{tr(|t| &t.common_retry)}</span>
            </button>
        }
    };
    view! {
        <section class="reading" aria-labelledby="reading">
            <Head cid title=Signal::derive(move || app.text(title)) />
            <div class="sealed">
                <p class:alert=content == Content::Broken class:alert-care=content == Content::Broken>{tr(sentence)}</p>
                {away.then(retry)}
                {move || (foreign && old.get()).then(|| view! { <Renew /> })}
            </div>
        </section>
    }
}
