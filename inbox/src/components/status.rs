//! What just happened, with a way back, spoken politely; and what ends soon, which must not be missed.

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::{Event, Toast},
        idle::Soon,
    },
    texts::Pick,
};
use leptos::prelude::*;

/// The line at the bottom.
#[component]
pub fn Status() -> impl IntoView {
    let app = use_app();
    let shown = move |toast: Toast| {
        view! {
            <div class="toast">
                <span>{move || app.text(toast.text)}</span>
                {toast.undo.map(|_| view! { <Undo /> })}
                <button class="quiet" aria-label=tr(|t| &t.common_close)
                    on:click=move |_| app.emit(Event::DismissToast)>
                    <Icon of=Glyph::Close />
                </button>
            </div>
        }
    };
    view! {
        <div class="toasts">
            <div role="alert">{move || app.soon.get().map(|soon| view! { <Ends soon /> })}</div>
            <div role="status" aria-live="polite">{move || app.toast.get().map(shown)}</div>
        </div>
    }
}

/// A lock or the end of the session, and how it is put off.
#[component]
fn Ends(soon: Soon) -> impl IntoView {
    let app = use_app();
    let (said, button): (Pick, Option<(Pick, Event)>) = match soon {
        Soon::Lock => (|t| &t.soon_lock, Some((|t| &t.soon_go_on, Event::GoOn))),
        Soon::Session(true) => (|t| &t.soon_session, Some((|t| &t.renew_keys, Event::Renew))),
        Soon::Session(false) => (|t| &t.soon_over, None),
    };
    view! {
        <div class="toast">
            <span>{tr(said)}</span>
            {button.map(|(name, event)| view! {
                <button id="go-on" class="quiet" on:click=move |_| app.emit(event)>{tr(name)}</button>
            })}
        </div>
    }
}

#[component]
fn Undo() -> impl IntoView {
    let app = use_app();
    view! {
        <button class="quiet" on:click=move |_| app.emit(Event::Undo)>
            <Icon of=Glyph::Undo />
            <span>{tr(|t| &t.common_undo)}</span>
        </button>
    }
}
