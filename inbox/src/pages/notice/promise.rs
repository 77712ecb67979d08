//! Something that only the controller can promise.

use super::form::{Fault, use_form};
use crate::{
    app::{tr, use_app},
    state::notice::{faults::Spot, terms::Promise as Of},
    texts::Pick,
};
use leptos::prelude::*;

fn texts(of: Of) -> (Pick, Pick) {
    match of {
        Of::Copies => (|t| &t.promise_copies, |t| &t.promise_copies_hint),
        Of::Dpia => (|t| &t.promise_dpia, |t| &t.promise_dpia_hint),
        Of::Secrecy => (|t| &t.promise_secrecy, |t| &t.promise_secrecy_hint),
    }
}

fn ids(of: Of) -> (&'static str, &'static str) {
    match of {
        Of::Copies => ("promise-copies-fault", "promise-copies-hint"),
        Of::Dpia => ("promise-dpia-fault", "promise-dpia-hint"),
        Of::Secrecy => ("promise-secrecy-fault", "promise-secrecy-hint"),
    }
}

/// A box to tick, with the reason below it.
#[component]
pub(super) fn Promise(of: Of) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let spot = Spot::Promise(of);
    let ((words, why), (fault_id, hint_id)) = (texts(of), ids(of));
    let given = move || form.with(app, |answers| answers.terms.promised(of));
    let faulty = move || form.fault_of(app, spot).is_some();
    let set =
        move |event| form.update(app, |answers| answers.terms.promise(of, event_target_checked(&event)));
    view! {
        <div class="option" class:field-faulty=faulty>
            <label class="tick" for=spot.id()>
                <input id=spot.id() type="checkbox" aria-required="true" aria-describedby=format!("{fault_id} {hint_id}")
                    aria-invalid=move || faulty().then_some("true") prop:checked=given on:change=set />
                <span>{tr(words)}</span>
            </label>
            <Fault spot id=fault_id />
            <p class="hint" id=hint_id>{tr(why)}</p>
        </div>
    }
}
