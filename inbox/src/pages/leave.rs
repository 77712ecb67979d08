//! "Log out" is asked about while something is not sent.

use crate::{
    app::{tr, use_app},
    effects::dom,
    state::event::Event,
};
use leptos::prelude::*;

const ID: &str = "leave";

/// The dialog. Staying comes first: it has the focus.
#[component]
pub(super) fn Leave() -> impl IntoView {
    let app = use_app();
    Effect::new(move || dom::dialog(ID, app.leaving.get()));
    let closed = move |_| {
        if app.leaving.get_untracked() {
            app.emit(Event::StayIn);
        }
    };
    view! {
        <dialog id=ID class="dialog" aria-labelledby="leave-title" aria-describedby="leave-lead" on:close=closed>
            <h2 id="leave-title">{tr(|t| &t.leave_title)}</h2>
            <p id="leave-lead">{tr(|t| &t.leave_lead)}</p>
            <div class="buttons">
                <button id="leave-stay" class="button button-main" on:click=move |_| app.emit(Event::StayIn)>
                    {tr(|t| &t.leave_stay)}
                </button>
                <button id="leave-anyway" class="button button-grave" on:click=move |_| app.emit(Event::LogOutAnyway)>
                    {tr(|t| &t.leave_anyway)}
                </button>
            </div>
        </dialog>
    }
}
