//! Taking a request down.

use super::Do;
use crate::{
    app::{tr, use_app},
    components::{Ask, Choice, Choices},
    state::{
        field::{Kind, Rule, Spec},
        rights::{Deed, requests::RIGHTS},
    },
    texts::fill,
};
use leptos::prelude::*;

const RECEIVED: Spec =
    Spec { kind: Kind::Typed("date"), ..Spec::new("rights-received", |t| &t.request_received, Rule::Text) };

/// The page.
#[component]
pub(super) fn TakeDown() -> impl IntoView {
    let app = use_app();
    let due = Memo::new(move |_| {
        let received = app.rights.with(|rights| rights.received_at(app.now.get()));
        received.ok().map(einwurf_protocol::time::Timestamp::month_later)
    });
    let line = move |due| {
        let day = app.date(|dates| dates.day(due));
        app.with_texts(|t| fill(&t.request_due, &[("day", &day)]))
    };
    view! {
        <p class="lead">{tr(|t| &t.request_lead)}</p>
        <section class="card" aria-label=tr(|t| &t.request_right)>
            <Choice of=Choices { id: "right", label: |t| &t.request_right, options: RIGHTS.into() }
                value=Signal::derive(move || app.rights.with(|rights| rights.right))
                set=Callback::new(move |right| app.rights.update(|rights| rights.right = right)) />
            <Ask spec=RECEIVED value=Signal::derive(move || app.rights.with(|rights| rights.received.clone()))
                fault=Signal::stored(None)
                set=Callback::new(move |received| app.rights.update(|rights| rights.received = received)) />
            <p aria-live="polite">{move || due.get().map(line)}</p>
        </section>
        <Do words=|t| &t.request_button deed=Deed::TakeDown />
    }
}
