//! What is decided about a whole conversation: restricting, an objection, erasing.

use super::{Do, Open, Points, Preview, panel::now, quote, telling};
use crate::{
    app::{tr, use_app},
    components::{Ask, Glyph, Icon, Tick},
    state::{
        field::{Kind, Rule, Spec},
        rights::{Deed, View, words::Lifting},
    },
    texts::Pick,
};
use einwurf_protocol::message::Act;
use leptos::prelude::*;

const REASONS: Spec = Spec {
    kind: Kind::Area,
    ..Spec::new("rights-reasons", |t| &t.object_reasons, Rule::Text).hint(|t| &t.object_reasons_hint)
};

/// One button after its explanation.
#[component]
pub(super) fn Plain(view: View, letter: Open) -> impl IntoView {
    let (lead, button): (Pick, Pick) = match view {
        View::Lift => (|t| &t.lift_lead, |t| &t.lift_button),
        View::Release => (|t| &t.release_hold_lead, |t| &t.release_hold_button),
        _ => (|t| &t.restrict_lead, |t| &t.restrict_button),
    };
    view! {
        <p class="lead">{tr(lead)}</p>
        <Preview letter />
        <Do words=button deed=Deed::Send />
    }
}

/// An objection: first nothing more happens with the conversation, then somebody decides.
#[component]
pub(super) fn Object(letter: Open) -> impl IntoView {
    let restricted = Memo::new(move |_| {
        letter.with(|letter| letter.as_ref().is_some_and(|letter| letter.terms.restricted.is_some()))
    });
    let first = move || {
        view! {
            <p class="lead">{tr(|t| &t.object_first)}</p>
            <Preview letter />
            <Do words=|t| &t.restrict_button deed=Deed::Send />
        }
    };
    let then = move || {
        view! {
            <p class="lead">{tr(|t| &t.object_then)}</p>
            <Agree letter />
            <GoOn letter />
        }
    };
    move || if restricted.get() { then().into_any() } else { first().into_any() }
}

#[component]
fn Agree(letter: Open) -> impl IntoView {
    let app = use_app();
    let may = Memo::new(move |_| {
        letter.with(|letter| letter.as_ref().map_or(Ok(()), |letter| now(app, letter).may_agree()))
    });
    let told = move || {
        letter.with(|letter| letter.as_ref().map(|letter| telling(app, letter, &Act::Lift, Lifting::Agree)))
    };
    let erase = move || {
        view! {
            <div>{move || told().map(quote)}</div>
            <Aware />
            <Do words=|t| &t.erase_button deed=Deed::Erase grave=true />
        }
    };
    let part = move || match may.get() {
        Ok(()) => erase().into_any(),
        Err(why) => view! { <p class="hint">{tr(why.sentence())}</p> }.into_any(),
    };
    view! {
        <section class="card card-grave" aria-labelledby="object-yes">
            <h3 id="object-yes">{tr(|t| &t.object_yes)}</h3>
            <p>{tr(|t| &t.object_yes_lead)}</p>
            {part}
        </section>
    }
}

#[component]
fn GoOn(letter: Open) -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card" aria-labelledby="object-no">
            <h3 id="object-no">{tr(|t| &t.object_no)}</h3>
            <p>{tr(|t| &t.object_no_lead)}</p>
            <Ask spec=REASONS value=Signal::derive(move || app.rights.with(|rights| rights.reasons.clone()))
                fault=Signal::stored(None)
                set=Callback::new(move |reasons| app.rights.update(|rights| rights.reasons = reasons)) />
            <Preview letter />
            <Do words=|t| &t.object_no_button deed=Deed::Send />
        </section>
    }
}

/// Erasing all of it.
#[component]
pub(super) fn Erase() -> impl IntoView {
    view! {
        <p class="lead">{tr(|t| &t.erase_lead)}</p>
        <section class="card card-grave" aria-label=tr(|t| &t.end_effect)>
            <Points all=vec![
                (|t| &t.erase_content, Glyph::Check),
                (|t| &t.erase_visitor, Glyph::Check),
                (|t| &t.erase_copies, Glyph::Warning),
                (|t| &t.erase_proof, Glyph::Warning),
            ] />
            <p class="hint"><Icon of=Glyph::Help />{tr(|t| &t.erase_instead)}</p>
        </section>
        <Aware />
        <Do words=|t| &t.erase_button deed=Deed::Erase grave=true />
    }
}

#[component]
fn Aware() -> impl IntoView {
    let app = use_app();
    view! {
        <Tick id="erase-aware" label=|t| &t.erase_aware
            ticked=Signal::derive(move || app.rights.with(|rights| rights.aware))
            set=Callback::new(move |to| app.rights.update(|rights| rights.aware = to)) />
    }
}
