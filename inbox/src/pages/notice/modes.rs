//! The two bases side by side, each with what it means.

use super::form::use_form;
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::notice::advice::advise,
    texts::Pick,
};
use einwurf_protocol::notice::Mode;
use leptos::prelude::*;

/// A mode's name.
pub(super) fn name(mode: Mode) -> Pick {
    match mode {
        Mode::Consent => |t| &t.mode_consent_name,
        Mode::Request => |t| &t.mode_request_name,
    }
}

fn consequences(mode: Mode) -> [Pick; 3] {
    match mode {
        Mode::Consent => [|t| &t.mode_consent_1, |t| &t.mode_consent_2, |t| &t.mode_consent_3],
        Mode::Request => [|t| &t.mode_request_1, |t| &t.mode_request_2, |t| &t.mode_request_3],
    }
}

/// The choice.
#[component]
pub(in crate::pages) fn Modes() -> impl IntoView {
    view! {
        <fieldset class="modes">
            <legend>{tr(|t| &t.mode_ask)}</legend>
            <One mode=Mode::Consent id="mode-consent" />
            <One mode=Mode::Request id="mode-request" />
        </fieldset>
    }
}

#[component]
fn One(mode: Mode, id: &'static str) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let chosen = Memo::new(move |_| form.with(app, |answers| answers.terms.mode) == mode);
    let advised = Memo::new(move |_| {
        form.with(app, |answers| answers.terms.topic).is_some_and(|topic| advise(topic).basis.mode() == mode)
    });
    let choose = move |_| form.update(app, |answers| answers.terms.mode = mode);
    let line = |text: Pick| view! { <li><Icon of=Glyph::Check /><span>{tr(text)}</span></li> };
    view! {
        <label class="mode" for=id class:mode-chosen=chosen>
            <span class="mode-name">
                <input id=id type="radio" name="mode" prop:checked=chosen on:change=choose />
                <strong>{tr(name(mode))}</strong>
                {move || advised.get().then(|| view! { <span class="tag">{tr(|t| &t.mode_recommended)}</span> })}
            </span>
            <ul class="effects">{consequences(mode).map(line).collect_view()}</ul>
        </label>
    }
}
