//! What a page says about what was asked for.

use crate::{
    components::{Alert, Tone},
    state::admin::Said,
};
use leptos::prelude::*;

/// Calm while it is under way, good when it is done, and with care when it did not work; spoken each time.
#[component]
pub fn Saying(
    /// Ids of the three places, so that the focus can go to the last one.
    ids: [&'static str; 3],
    /// What is said.
    #[prop(into)]
    said: Signal<Said>,
) -> impl IntoView {
    let busy = Signal::derive(move || match said.get() {
        Said::Busy(text) => Some(text),
        _ => None,
    });
    let good = Signal::derive(move || match said.get() {
        Said::Good(text) => Some(text),
        _ => None,
    });
    let care = Signal::derive(move || match said.get() {
        Said::Care(text) => Some(text),
        _ => None,
    });
    let [first, second, third] = ids;
    view! {
        <Alert id=first tone=Tone::Calm text=busy />
        <Alert id=second tone=Tone::Good text=good />
        <Alert id=third tone=Tone::Care text=care />
    }
}
