//! Replies that are used again and again, above the composer.

use crate::{
    app::{App, tr, use_app},
    state::canned::{Values, fill},
};
use einwurf_protocol::ids::Cid;
use leptos::prelude::*;

/// The choice; nothing where the team has none. `insert` gets the filled text.
#[component]
pub(super) fn CannedReplies(cid: Cid, insert: Callback<String>) -> impl IntoView {
    let app = use_app();
    let titles = Memo::new(move |_| {
        app.desk.with(|desk| {
            desk.sheets.team.view().canned.iter().map(|one| one.title.to_string()).collect::<Vec<_>>()
        })
    });
    let option = |(at, title): (usize, String)| view! { <option value=at.to_string()>{title}</option> };
    let choose = move |event: leptos::ev::Event| {
        if let Some(text) = event_target_value(&event).parse().ok().and_then(|at| filled(app, cid, at)) {
            insert.run(text);
        }
    };
    let any = Memo::new(move |_| titles.with(|titles| !titles.is_empty()));
    let field = move || {
        view! {
            <label class="canned">
                <span class="visually-hidden">{tr(|t| &t.canned)}</span>
                // Whatever was chosen goes into the text; the field itself goes back to its name.
                <select id="canned-choice" prop:value="" on:change=choose>
                    <option value="" selected=true>{tr(|t| &t.canned)}</option>
                    {move || titles.get().into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        }
    };
    move || any.get().then(field)
}

/// A reply with its placeholders filled.
fn filled(app: App, cid: Cid, at: usize) -> Option<String> {
    let company = app.company.get_untracked();
    app.desk.with_untracked(|desk| {
        let reply = desk.sheets.team.view().canned.get(at)?;
        let name = desk.row(cid).and_then(|row| row.letter()?.contact.name.as_deref());
        let member = desk.me.and_then(|me| desk.name(me)).unwrap_or_default();
        Some(fill(&reply.text, &Values { name, member, company: &company, code: &cid.code() }))
    })
}
