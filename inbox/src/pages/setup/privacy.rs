//! The third screen: what the notice states besides.

use super::{Opening, Screen};
use crate::pages::notice::Stated;
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Privacy() -> impl IntoView {
    view! {
        <Opening title=|t| &t.step_privacy lead=|t| &t.step_privacy_lead />
        <Screen><Stated /></Screen>
    }
}
