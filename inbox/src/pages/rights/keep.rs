//! Keeping a conversation for a claim.

use super::{Do, Open, Points, Preview, parts::Until};
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Glyph},
    state::rights::Deed,
    texts::Pick,
};
use einwurf_protocol::message::Reason;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Hold(letter: Open) -> impl IntoView {
    let app = use_app();
    let options: Vec<(Reason, Pick)> =
        vec![(Reason::Claim, |t| &t.reason_claim), (Reason::Authority, |t| &t.reason_authority)];
    view! {
        <p class="lead">{tr(|t| &t.hold_lead)}</p>
        <Points all=vec![
            (|t| &t.hold_before, Glyph::Warning),
            (|t| &t.hold_longest, Glyph::Help),
        ] />
        <section class="card" aria-label=tr(|t| &t.hold_reason)>
            <Choice of=Choices { id: "reason", label: |t| &t.hold_reason, options }
                value=Signal::derive(move || app.rights.with(|rights| rights.reason))
                set=Callback::new(move |reason| app.rights.update(|rights| rights.reason = reason)) />
            <Until />
        </section>
        <Preview letter />
        <Do words=|t| &t.hold_button deed=Deed::Send />
    }
}
