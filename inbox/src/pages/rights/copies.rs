//! A copy for the person: access and portability.

use super::{Do, Points};
use crate::{app::tr, components::Glyph, state::rights::Deed};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Export() -> impl IntoView {
    view! {
        <p class="lead">{tr(|t| &t.export_lead)}</p>
        <Points all=vec![
            (|t| &t.export_page, Glyph::Check),
            (|t| &t.export_json, Glyph::Check),
            (|t| &t.export_careful, Glyph::Warning),
        ] />
        <Do words=|t| &t.export_button deed=Deed::Export glyph=Glyph::Download />
    }
}
