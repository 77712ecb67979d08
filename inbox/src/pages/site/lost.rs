//! When everything is lost: what is left to do, said plainly.

use super::Opening;
use crate::app::tr;
use crate::texts::Pick;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Lost() -> impl IntoView {
    let steps: [Pick; 4] = [|t| &t.lost_1, |t| &t.lost_2, |t| &t.lost_3, |t| &t.lost_4];
    view! {
        <Opening title=|t| &t.lost_title lead=|t| &t.lost_lead />
        <section class="card">
            <ol class="numbered">{steps.map(|text| view! { <li>{tr(text)}</li> }).collect_view()}</ol>
            <p><strong>{tr(|t| &t.lost_before)}</strong></p>
        </section>
    }
}
