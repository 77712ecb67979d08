//! How strong a new password looks.

use crate::{app::use_app, state::setup::strength::Strength};
use leptos::prelude::*;

/// Three bars and a sentence; nothing while nothing is typed.
#[component]
pub fn Meter(
    /// The judgement.
    #[prop(into)]
    judged: Signal<Option<Strength>>,
) -> impl IntoView {
    let app = use_app();
    let level = move || judged.get().map_or(0, Strength::level).to_string();
    let sentence = move || judged.get().map(|strength| app.text(strength.sentence()));
    view! {
        <div class="meter" data-level=level>
            <span class="meter-bar" aria-hidden="true"><i></i><i></i><i></i></span>
            <p class="hint" role="status">{sentence}</p>
        </div>
    }
}
