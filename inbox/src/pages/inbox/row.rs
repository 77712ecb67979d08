//! One conversation in the list.

use super::super::rights::tombstone_title;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::{self, Content, list::row_id},
        event::Event,
    },
};
use einwurf_protocol::{ids::Cid, message::Wish};
use leptos::prelude::*;

/// A row: who, what, when, and whether it was read.
#[component]
pub(super) fn Row(cid: Cid) -> impl IntoView {
    let app = use_app();
    let row = Memo::new(move |_| app.desk.with(|desk| desk.row(cid).cloned()));
    let is = move |test: fn(&desk::Row) -> bool| row.with(|row| row.as_ref().is_some_and(test));
    let current = move || app.desk.with(|desk| (desk.open == Some(cid)).then_some("true"));
    let selected = move || app.desk.with(|desk| desk.selected == Some(cid));
    view! {
        <li>
            <button class="row" id=row_id(cid) aria-current=current
                class:row-selected=selected class:row-unread=move || is(desk::Row::is_unread)
                class:row-done=move || is(desk::Row::is_done)
                on:click=move |_| app.emit(Event::Read(cid))>
                <span class="row-mark">
                    {move || is(desk::Row::is_unread).then(|| view! {
                        <span class="visually-hidden">{tr(|t| &t.inbox_unread)}</span>
                    })}
                </span>
                <span class="row-name">{move || row.with(|row| row.as_ref().map(|row| name(app, row)))}</span>
                <span class="row-time">{move || row.with(|row| row.as_ref().map(|row| time(app, row)))}</span>
                <span class="row-line">{move || row.with(|row| row.as_ref().map(|row| line(app, row)))}</span>
                <span class="row-wish">{move || row.with(|row| row.as_ref().and_then(wish))}</span>
            </button>
        </li>
    }
}

fn name(app: App, row: &desk::Row) -> String {
    let name =
        row.letter().and_then(|letter| letter.contact.name.clone().or_else(|| letter.contact.email.clone()));
    name.unwrap_or_else(|| {
        app.text(match row.content {
            Content::NotMine => |t| &t.inbox_row_not_mine,
            Content::Broken => |t| &t.inbox_row_broken,
            Content::Away(_) => |t| &t.inbox_row_away,
            Content::Sealed | Content::Opening => |t| &t.inbox_row_sealed,
            Content::Erased => |t| &t.inbox_row_erased,
            Content::Mine(_) => |t| &t.inbox_nameless,
        })
    })
}

fn time(app: App, row: &desk::Row) -> String {
    app.date(|dates| dates.short(row.entry.newest, app.now.get()))
}

fn line(app: App, row: &desk::Row) -> String {
    if let Some(erasure) = row.erasure() {
        return format!("{} · {}", app.text(tombstone_title(erasure.by)), row.entry.cid.code());
    }
    match row.letter() {
        Some(letter) if !letter.troubles.is_empty() => app.text(|t| &t.trouble_title),
        Some(letter) if letter.terms.restricted.is_some() => app.text(|t| &t.inbox_row_restricted),
        Some(letter) => letter.line(),
        None => String::new(),
    }
}

/// What kind of answer is wished for, if it is not one here.
fn wish(row: &desk::Row) -> Option<impl IntoView + use<>> {
    let glyph = match row.letter()?.contact.wish? {
        Wish::Email => Glyph::Mail,
        Wish::Phone => Glyph::Phone,
        Wish::Here | Wish::Notice => return None,
    };
    let words: crate::texts::Pick = if glyph == Glyph::Mail { |t| &t.wish_email } else { |t| &t.wish_phone };
    Some(view! { <Icon of=glyph /><span class="visually-hidden">{tr(words)}</span> })
}
