//! What is left of an erased conversation: when, by whom, and what is still to be done.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{event::Event, rights::Deed},
    texts::{Pick, fill},
};
use einwurf_protocol::{
    api::staff::{Eraser, Erasure},
    ids::Cid,
};
use leptos::prelude::*;

/// In the place of the messages.
#[component]
pub(in crate::pages) fn Tombstone(cid: Cid, erasure: Erasure) -> impl IntoView {
    let app = use_app();
    let open = erasure.copies_deleted.is_none();
    let ask = move || {
        view! {
            <button class="button button-main" on:click=move |_| app.emit(Event::Rights(Deed::Copies(cid)))>
                <Icon of=Glyph::Check /><span>{tr(|t| &t.tombstone_done)}</span>
            </button>
            <p class="hint">{tr(|t| &t.tombstone_hint)}</p>
        }
    };
    view! {
        <section class="reading" aria-labelledby="reading">
            <header class="reading-head">
                <button class="quiet reading-back" on:click=move |_| app.emit(Event::Close)>
                    <Icon of=Glyph::Back /><span>{tr(|t| &t.read_back)}</span>
                </button>
                <h2 id="reading" tabindex="-1">{tr(title(erasure.by))}</h2>
                <code class="task-code">{cid.code()}</code>
            </header>
            <div class="sealed">
                <p>{move || sentence(app, &erasure)}</p>
                {open.then(ask)}
                <button class="link" on:click=move |_| app.emit(Event::Rights(Deed::ExportProof(cid)))>
                    {tr(|t| &t.proof_button)}
                </button>
                <p class="hint">{tr(|t| &t.tombstone_proof)}</p>
            </div>
        </section>
    }
}

/// Its name in list and heading.
pub(in crate::pages) fn title(by: Eraser) -> Pick {
    match by {
        Eraser::Visitor => |t| &t.tombstone_visitor,
        Eraser::Staff => |t| &t.tombstone_staff,
    }
}

fn sentence(app: App, erasure: &Erasure) -> String {
    let day = |at| app.date(|dates| dates.day(at));
    let (at, until) = (day(erasure.at), day(erasure.copies_until));
    app.with_texts(|t| {
        let what = match erasure.by {
            Eraser::Visitor => &t.tombstone_by_visitor,
            Eraser::Staff => &t.tombstone_by_staff,
        };
        let then = match erasure.copies_deleted {
            None => fill(&t.tombstone_copies, &[("day", &until)]),
            Some(done) => fill(&t.tombstone_copies_done, &[("day", &day(done))]),
        };
        format!("{} {then}", fill(what, &[("day", &at)]))
    })
}
