//! What just happened, with a way back; spoken politely.

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::event::{Event, Toast},
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
        <div class="toasts" role="status" aria-live="polite">
            {move || app.toast.get().map(shown)}
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
