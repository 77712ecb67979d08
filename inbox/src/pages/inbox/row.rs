//! One conversation in the list.

use super::super::rights::tombstone_title;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::{self, Content, Desk, list::row_id, work::Deed},
        event::Event,
    },
};
use einwurf_protocol::{
    api::staff::Eraser,
    ids::{Cid, Thumbprint},
    message::Wish,
    time::Timestamp,
};
use leptos::prelude::*;

/// Labels that a row has room for.
const LABELS: usize = 2;

/// What a row shows. Drawn anew only when something of it changes.
#[derive(Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
struct Line {
    name: Name,
    text: Text,
    newest: Timestamp,
    wish: Option<Wish>,
    unread: bool,
    done: bool,
    waiting: bool,
    notes: usize,
    assigned: Option<(Thumbprint, Option<String>)>,
    labels: Vec<String>,
    files: bool,
}

#[derive(Clone, PartialEq)]
enum Name {
    Known(String),
    Unopened(Kind),
}

/// Why no name is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    NotMine,
    Broken,
    Away,
    Sealed,
    Erased,
    Nameless,
}

#[derive(Clone, PartialEq)]
enum Text {
    Words(String),
    Trouble,
    Restricted,
    Tombstone(Eraser),
}

impl Line {
    fn of(desk: &Desk, row: &desk::Row) -> Self {
        let sheet = desk.sheets.sheet(row.entry.cid);
        let brief = row.brief();
        let labels = sheet.map(|sheet| sheet.labels.iter().map(|label| label.to_string()).collect());
        let assigned = sheet.and_then(|sheet| sheet.assigned);
        Self {
            name: name(row),
            text: text(desk, row),
            newest: row.entry.newest,
            wish: brief.and_then(|brief| brief.wish),
            unread: row.is_unread(),
            done: row.is_done(),
            waiting: sheet.is_some_and(|sheet| sheet.waiting),
            notes: sheet.map_or(0, |sheet| sheet.notes.len()),
            assigned: assigned.map(|who| (who, desk.name(who).map(str::to_owned))),
            labels: labels.unwrap_or_default(),
            files: brief.is_some_and(|brief| brief.files),
        }
    }
}

fn name(row: &desk::Row) -> Name {
    match row.brief().and_then(|brief| brief.name.clone()) {
        Some(name) => Name::Known(name),
        None => Name::Unopened(kind(row)),
    }
}

fn kind(row: &desk::Row) -> Kind {
    match row.content {
        Content::NotMine => Kind::NotMine,
        Content::Broken => Kind::Broken,
        Content::Away(_) => Kind::Away,
        Content::Erased => Kind::Erased,
        Content::Sealed | Content::Opening if row.brief().is_none() => Kind::Sealed,
        Content::Sealed | Content::Opening | Content::Mine(_) => Kind::Nameless,
    }
}

fn text(desk: &Desk, row: &desk::Row) -> Text {
    if let Some(erasure) = row.erasure() {
        return Text::Tombstone(erasure.by);
    }
    match row.brief() {
        Some(brief) if brief.troubled => Text::Trouble,
        Some(_) if row.entry.restricted.is_some() => Text::Restricted,
        _ => Text::Words(desk.line(row).unwrap_or_default().into_owned()),
    }
}

/// A row: who, what, when, and whether it was read.
#[component]
pub(super) fn Row(cid: Cid) -> impl IntoView {
    let app = use_app();
    let line = Memo::new(move |_| app.desk.with(|desk| desk.row(cid).map(|row| Line::of(desk, row))));
    let is = move |test: fn(&Line) -> bool| line.with(|line| line.as_ref().is_some_and(test));
    let current = move || app.desk.with(|desk| (desk.open == Some(cid)).then_some("true"));
    let selected = move || app.desk.with(|desk| desk.selected == Some(cid));
    let picking = Memo::new(move |_| app.desk.with(|desk| desk.work.picked.is_some()));
    view! {
        <li class="row-item">
            {move || picking.get().then(|| view! { <Picked cid line /> })}
            <button class="row" id=row_id(cid) aria-current=current
                class:row-selected=selected class:row-unread=move || is(|line| line.unread)
                class:row-done=move || is(|line| line.done)
                on:click=move |_| app.emit(Event::Read(cid))>
                <span class="row-mark">
                    {move || is(|line| line.unread).then(|| view! {
                        <span class="visually-hidden">{tr(|t| &t.inbox_unread)}</span>
                    })}
                </span>
                <span class="row-name">{move || line.with(|line| line.as_ref().map(|line| named(app, &line.name)))}</span>
                <span class="row-time">{move || line.with(|line| line.as_ref().map(|line| time(app, line.newest)))}</span>
                <span class="row-line">{move || line.with(|line| line.as_ref().map(|line| words(app, cid, &line.text)))}</span>
                <span class="row-wish">{move || line.with(|line| line.as_ref().and_then(|line| wish(line.wish)))}</span>
                {move || line.get().map(|line| marks(app, line))}
            </button>
        </li>
    }
}

/// A box to pick it.
#[component]
fn Picked(cid: Cid, line: Memo<Option<Line>>) -> impl IntoView {
    let app = use_app();
    let picked =
        move || app.desk.with(|desk| desk.work.picked.as_ref().is_some_and(|picked| picked.contains(&cid)));
    let name = move || line.with(|line| line.as_ref().map(|line| named(app, &line.name)));
    view! {
        <label class="row-pick">
            <input type="checkbox" prop:checked=picked on:change=move |_| app.emit(Event::Work(Deed::Pick(cid))) />
            <span class="visually-hidden">{tr(|t| &t.work_pick)}" "{name}</span>
        </label>
    }
}

/// What the team noted: below the line, only where there is something.
fn marks(app: App, line: Line) -> Option<impl IntoView + use<>> {
    let Line { waiting, notes, assigned, labels, files, .. } = line;
    let any = waiting || notes > 0 || assigned.is_some() || !labels.is_empty() || files;
    any.then(|| {
        let more = labels.len().saturating_sub(LABELS);
        let chips = labels.into_iter().take(LABELS).map(|label| view! { <bdi class="chip">{label}</bdi> });
        let chips = chips.collect_view();
        let who = assigned.map(|(_, name)| {
            let name = move || name.clone().unwrap_or_else(|| app.text(|t| &t.work_former));
            view! { <span class="row-who"><Icon of=Glyph::Person /><bdi>{name}</bdi></span> }
        });
        view! {
            <span class="row-marks">
                {waiting.then(|| view! { <span class="chip chip-waiting"><Icon of=Glyph::Clock />{tr(|t| &t.work_waiting)}</span> })}
                {chips}
                {(more > 0).then(|| view! { <span class="chip">{format!("+{more}")}</span> })}
                {files.then(|| view! { <span class="visually-hidden">{tr(|t| &t.narrow_files)}</span><Icon of=Glyph::Clip /> })}
                {(notes > 0).then(|| view! { <span class="visually-hidden">{tr(|t| &t.notes_title)}</span><Icon of=Glyph::Note /> })}
                {who}
            </span>
        }
    })
}

fn named(app: App, name: &Name) -> String {
    let kind = match name {
        Name::Known(name) => return name.clone(),
        Name::Unopened(kind) => *kind,
    };
    app.text(match kind {
        Kind::NotMine => |t| &t.inbox_row_not_mine,
        Kind::Broken => |t| &t.inbox_row_broken,
        Kind::Away => |t| &t.inbox_row_away,
        Kind::Sealed => |t| &t.inbox_row_sealed,
        Kind::Erased => |t| &t.inbox_row_erased,
        Kind::Nameless => |t| &t.inbox_nameless,
    })
}

fn time(app: App, newest: Timestamp) -> String {
    app.date(|dates| dates.short(newest, app.now.get()))
}

fn words(app: App, cid: Cid, text: &Text) -> String {
    match text {
        Text::Words(words) => words.clone(),
        Text::Trouble => app.text(|t| &t.trouble_title),
        Text::Restricted => app.text(|t| &t.inbox_row_restricted),
        Text::Tombstone(by) => format!("{} · {}", app.text(tombstone_title(*by)), cid.code()),
    }
}

/// What kind of answer is wished for, if it is not one here.
fn wish(wish: Option<Wish>) -> Option<impl IntoView + use<>> {
    let glyph = match wish? {
        Wish::Email => Glyph::Mail,
        Wish::Phone => Glyph::Phone,
        Wish::Here | Wish::Notice => return None,
    };
    let words: crate::texts::Pick = if glyph == Glyph::Mail { |t| &t.wish_email } else { |t| &t.wish_phone };
    Some(view! { <Icon of=glyph /><span class="visually-hidden">{tr(words)}</span> })
}
