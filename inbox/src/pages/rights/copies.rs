//! A copy for the person (access and portability), and one for the company's own systems.

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
        <section class="card" aria-labelledby="export-own">
            <h3 id="export-own">{tr(|t| &t.export_own)}</h3>
            <p class="hint">{tr(|t| &t.export_own_hint)}</p>
            <Do words=|t| &t.export_print deed=Deed::Print glyph=Glyph::Printer />
            <Do words=|t| &t.export_mail deed=Deed::Mail glyph=Glyph::Mail />
        </section>
    }
}
