//! The panel "Rechte" beside a conversation: everything that may be asked of a company, and why something cannot be done
//! now.

use super::title;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::letter::Letter,
        event::Event,
        rights::{
            Deed, View,
            offer::{No, Now},
        },
    },
};
use einwurf_protocol::ids::Cid;
use leptos::prelude::*;

/// The panel.
#[component]
pub(in crate::pages) fn Panel(cid: Cid, letter: Letter) -> impl IntoView {
    let app = use_app();
    // The clock goes on; only what it changes is drawn again.
    let tools = Memo::new(move |_| {
        let now = now(app, &letter);
        now.views().into_iter().map(|view| (view, now.may(view))).collect::<Vec<_>>()
    });
    let tool = move |(view, may): (View, Result<(), No>)| view! { <Tool cid view may /> };
    view! {
        <section class="card" aria-labelledby="rights-title">
            <h3 id="rights-title">{tr(|t| &t.rights_title)}</h3>
            <ul class="tasks">{move || tools.get().into_iter().map(tool).collect_view()}</ul>
            <button class="link" on:click=move |_| app.emit(Event::Rights(Deed::ExportProof(cid)))>
                {tr(|t| &t.proof_button)}
            </button>
        </section>
    }
}

pub(super) fn now(app: App, letter: &Letter) -> Now<'_> {
    Now { letter, certified: app.certified.get(), at: app.now.get() }
}

/// One thing to do. What cannot be done stays readable and can be reached, and says why.
#[component]
fn Tool(cid: Cid, view: View, may: Result<(), No>) -> impl IntoView {
    let app = use_app();
    let why = may.err();
    let (button, id) = (format!("to-{}", view.slug()), format!("why-{}", view.slug()));
    let open = move |_| {
        if may.is_ok() {
            app.emit(Event::Rights(Deed::Show(cid, view)));
        }
    };
    let current = move || app.rights.with(|rights| rights.view_of(cid) == Some(view)).then_some("true");
    let grave = matches!(view, View::Erase | View::Parts);
    view! {
        <li>
            <button id=button class="task-open" class:quiet-grave=grave aria-disabled=why.map(|_| "true")
                aria-describedby=why.map(|_| id.clone()) aria-current=current on:click=open>{tr(title(view))}</button>
            {why.map(|why| view! { <p class="hint" id=id.clone()>{tr(why.sentence())}</p> })}
        </li>
    }
}

/// Consent to special categories: what is missing, and one click to ask for it (KID-02).
pub(in crate::pages) fn special(app: App, cid: Cid, letter: &Letter) -> Option<impl IntoView + use<>> {
    let may = now(app, letter).may_ask();
    if matches!(may, Err(No::Agreed | No::NoBox)) {
        return None;
    }
    let ask = move || {
        view! {
            <button class="button" on:click=move |_| app.emit(Event::Rights(Deed::Ask(cid)))>
                {tr(|t| &t.special_ask)}
            </button>
        }
    };
    Some(view! {
        <section class="card" aria-labelledby="special-title">
            <h3 id="special-title"><Icon of=Glyph::Warning />{tr(|t| &t.special_title)}</h3>
            <p>{tr(|t| &t.special_lead)}</p>
            {match may {
                Ok(()) => ask().into_any(),
                Err(why) => view! { <p class="hint">{tr(why.sentence())}</p> }.into_any(),
            }}
        </section>
    })
}
