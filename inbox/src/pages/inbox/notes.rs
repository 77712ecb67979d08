//! Notes for the team, below the conversation and unmistakably not a part of it.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{desk::work::Deed, event::Event},
};
use einwurf_protocol::{
    ids::{Cid, MessageId, Thumbprint},
    sheet::Note,
};
use leptos::prelude::*;

/// All notes, and a field for another one.
#[component]
pub(super) fn Notes(cid: Cid) -> impl IntoView {
    let app = use_app();
    let notes = Memo::new(move |_| {
        app.desk.with(|desk| desk.sheets.sheet(cid).map(|sheet| sheet.notes.clone()).unwrap_or_default())
    });
    view! {
        <section class="notes" aria-labelledby="notes-title">
            <h3 id="notes-title"><Icon of=Glyph::Note />{tr(|t| &t.notes_title)}</h3>
            <p class="hint">{tr(|t| &t.notes_lead)}</p>
            <ol class="notes-list">
                <For each=move || notes.get() key=|note: &Note| note.id let:note>
                    <Written cid note />
                </For>
            </ol>
            <Writing cid />
        </section>
    }
}

#[component]
fn Written(cid: Cid, note: Note) -> impl IntoView {
    let app = use_app();
    let Note { id, at, by, text } = note;
    let own = app.desk.with_untracked(|desk| desk.me == Some(by));
    view! {
        <li class="note">
            <p class="item-head">
                <bdi>{move || author(app, by)}</bdi>
                <time>{move || app.date(|dates| dates.moment(at))}</time>
            </p>
            <p class="note-text" dir="auto">{text}</p>
            {own.then(|| view! { <Away cid id /> })}
        </li>
    }
}

fn author(app: App, by: Thumbprint) -> String {
    let name = app.desk.with(|desk| desk.name(by).map(str::to_owned));
    name.unwrap_or_else(|| app.text(|t| &t.work_former))
}

#[component]
fn Away(cid: Cid, id: MessageId) -> impl IntoView {
    let app = use_app();
    view! {
        <button class="quiet quiet-grave" on:click=move |_| app.emit(Event::Work(Deed::Unnote(cid, id)))>
            {tr(|t| &t.notes_away)}
        </button>
    }
}

#[component]
fn Writing(cid: Cid) -> impl IntoView {
    let app = use_app();
    let long = move || app.desk.with(|desk| desk.work.is_long(cid));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Work(Deed::Note(cid)));
    };
    view! {
        <form class="note-form" on:submit=submit>
            <label for="note">{tr(|t| &t.notes_label)}</label>
            <textarea id="note" rows="2" aria-describedby="note-fault" aria-invalid=move || long().then_some("true")
                prop:value=move || app.desk.with(|desk| desk.work.note(cid).to_owned())
                on:input=move |event| app.desk.update(|desk| desk.work.write(cid, event_target_value(&event)))
            ></textarea>
            <p class="field-fault" id="note-fault">{move || long().then(|| app.text(|t| &t.office_long))}</p>
            <button class="button">{tr(|t| &t.notes_add)}</button>
        </form>
    }
}
