//! "What waits for me?"

use crate::{
    app::use_app,
    state::{desk::Waiting, event::Event},
    texts::fill,
};
use leptos::prelude::*;

/// The first line of the inbox.
#[component]
pub(super) fn Summary() -> impl IntoView {
    let app = use_app();
    let waiting = Memo::new(move |_| app.desk.with(crate::state::desk::Desk::waiting));
    let unread = move || {
        app.with_texts(|t| match waiting.get() {
            Waiting { unread: 0, open: 0, .. } => t.inbox_waiting_none.clone(),
            Waiting { unread: 0, .. } => t.inbox_read_all.clone(),
            Waiting { unread, .. } => t.inbox_unread_count.of(unread),
        })
    };
    view! {
        <div class="summary">
            <h1 id="title" tabindex="-1">{unread}</h1>
            {move || waiting.get().oldest.map(|(cid, since)| view! { <Oldest cid since /> })}
        </div>
    }
}

/// The one that waits longest, as a way to it.
#[component]
fn Oldest(cid: einwurf_protocol::ids::Cid, since: einwurf_protocol::time::Timestamp) -> impl IntoView {
    let app = use_app();
    let words = move || {
        let since = app.date(|dates| dates.since(since, app.now.get()));
        app.with_texts(|t| fill(&t.inbox_oldest, &[("since", &since)]))
    };
    view! { <button class="link" on:click=move |_| app.emit(Event::Read(cid))>{words}</button> }
}
