//! The mark: the slot of a letterbox with a letter half in it.

use leptos::prelude::*;

/// The mark and the name beside it.
#[component]
pub fn Slot() -> impl IntoView {
    view! {
        <span class="slot">
            <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                <rect class="slot-plate" x="2" y="9" width="28" height="18" rx="4" />
                <path class="slot-letter" d="M8 4h16v12H8z" />
                <path class="slot-fold" d="m8.500 4.500 7.500 5.500 7.500-5.500" />
                <path class="slot-gap" d="M6 16.500h20" />
            </svg>
            "Einwurf"
        </span>
    }
}
