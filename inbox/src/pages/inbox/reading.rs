//! The reading view: what is open, and what can be done with it.

use super::{details::Details, thread::Thread};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::{Content, Row, letter::Letter},
        event::Event,
        fault::Fault,
    },
    texts::Pick,
};
use einwurf_protocol::ids::Cid;
use leptos::prelude::*;

/// The middle and the right column.
#[component]
pub(super) fn Reading() -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| app.desk.with(|desk| desk.reading().map(|row| row.entry.cid)));
    let content = Memo::new(move |_| app.desk.with(|desk| desk.reading().map(|row| row.content.clone())));
    let columns = move || match (open.get(), content.get()) {
        (Some(cid), Some(Content::Mine(letter))) => view! { <Opened cid letter /> }.into_any(),
        (Some(cid), Some(content)) => view! { <Sealed cid content /> }.into_any(),
        _ => view! { <Empty /> }.into_any(),
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

#[component]
fn Opened(cid: Cid, letter: Letter) -> impl IntoView {
    let app = use_app();
    let name = letter.contact.name.clone();
    let title = move || name.clone().unwrap_or_else(|| app.text(|t| &t.inbox_nameless));
    let shown = letter.clone();
    view! {
        <section class="reading" aria-labelledby="reading">
            <Head cid title=Signal::derive(title) />
            <Thread letter=shown />
        </section>
        <Details cid letter />
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
        Content::Sealed | Content::Opening | Content::Mine(_) => (|t| &t.read_title, |t| &t.read_opening),
    };
    let away = matches!(content, Content::Away(_));
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
            </div>
        </section>
    }
}
