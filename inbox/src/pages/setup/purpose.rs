//! The second screen: what people write about, and on which basis it is read.

use super::{Opening, Screen};
use crate::pages::notice::{Boxes, Modes, Sector, Topics};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Purpose() -> impl IntoView {
    view! {
        <Opening title=|t| &t.step_purpose lead=|t| &t.step_purpose_lead />
        <Screen>
            <Topics />
            <Modes />
            <Sector />
            <Boxes />
        </Screen>
    }
}
