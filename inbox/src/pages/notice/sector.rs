//! Secrecy: whether somebody is bound to it, and what that forces (KID-03).

use super::{
    form::{Fault, use_form},
    promise::Promise,
};
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Glyph, Icon},
    state::notice::{faults::Spot, terms::Promise as Promised},
    texts::Pick,
};
use einwurf_protocol::settings::{Profile, Sector as Of};
use leptos::prelude::*;

/// What is forced, each with its reason.
const FORCED: [Pick; 4] =
    [|t| &t.sector_special, |t| &t.sector_days, |t| &t.sector_context, |t| &t.sector_mail];

/// The question and its consequences.
#[component]
pub(in crate::pages) fn Sector() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let sector = Memo::new(move |_| form.with(app, |answers| answers.terms.sector));
    let sectors = Choices {
        id: "sector",
        label: |t| &t.sector_ask,
        options: vec![(Of::General, |t| &t.sector_general), (Of::Health, |t| &t.sector_health)],
    };
    let set = Callback::new(move |sector| form.update(app, |answers| answers.bind(sector)));
    view! {
        <div class="option">
            <Choice of=sectors value=sector set />
            <p class="hint">{tr(|t| &t.sector_hint)}</p>
        </div>
        {move || (sector.get() == Of::Health).then(|| view! { <Forced /> })}
        <Fault spot=Spot::Place id="place-fault" />
    }
}

#[component]
fn Forced() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let line = |text: Pick| view! { <li><Icon of=Glyph::Shield /><span>{tr(text)}</span></li> };
    let fits =
        Memo::new(move |_| form.relay(app).is_some_and(|relay| relay.profile != Profile::CloudflareDirect));
    let place = move || fits.get().then(|| line(|t| &t.sector_place));
    view! {
        <div class="forced">
            <p>{tr(|t| &t.sector_means)}</p>
            <ul class="effects">{FORCED.map(line).collect_view()}{place}</ul>
            <Promise of=Promised::Dpia />
            <Promise of=Promised::Secrecy />
        </div>
    }
}
