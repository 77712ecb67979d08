//! Hours, holidays, and what visitors are told for the rest of the time.

use super::{Area, Card, Line, Several};
use crate::{
    app::{tr, use_app},
    state::{
        event::Event,
        office::{Deed, List, Place},
    },
    texts::fill,
};
use einwurf_protocol::notice::Register;
use leptos::prelude::*;

/// When somebody is there.
#[component]
pub(super) fn Hours() -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| app.admin.office.with(|office| office.draft.open));
    let days = move || {
        view! {
            <p class="hint" id="hours-hint">{tr(|t| &t.hours_hint)}</p>
            <div class="week">{(0..7).map(|at| view! { <Day at /> }).collect_view()}</div>
            <p class="hint">{move || {
                let zone = app.admin.office.with(|office| office.draft.zone.clone());
                app.with_texts(|t| fill(&t.hours_zone, &[("zone", &zone)]))
            }}</p>
            <h3>{tr(|t| &t.hours_closed)}</h3>
            <Several list=List::Closed id="closed-add" add=|t| &t.hours_closed_add one=closed />
        }
    };
    view! {
        <Card id="hours" title=|t| &t.hours lead=|t| &t.hours_lead>
            <label class="tick" for="hours-open">
                <input id="hours-open" type="checkbox" prop:checked=open
                    on:change=move |event| app.emit(Event::Office(Deed::Open(event_target_checked(&event)))) />
                <span>{tr(|t| &t.hours_open)}</span>
            </label>
            {move || open.get().then(days)}
        </Card>
    }
}

fn closed(at: usize) -> AnyView {
    view! {
        <div class="pair">
            <Line place=Place::Closed(at) label=|t| &t.hours_closed_day kind="date" />
            <Line place=Place::ClosedName(at) label=|t| &t.hours_closed_name />
        </div>
    }
    .into_any()
}

/// A day of the week, Monday first, by the names that dates have.
#[component]
fn Day(at: usize) -> impl IntoView {
    let app = use_app();
    let place = Place::Week(at);
    let name = move || app.with_texts(|t| t.date_weekdays.split(' ').nth(at).unwrap_or_default().to_owned());
    let (id, wrong) = (place.id(), super::fault(app, place));
    let below = format!("{id}-fault");
    let described = format!("{below} hours-hint");
    view! {
        <div class="field" class:field-faulty=move || wrong.get().is_some()>
            <label for=id.clone()>{name}</label>
            <input id=id type="text" maxlength="100" autocomplete="off" placeholder=tr(|t| &t.hours_closed_all)
                aria-invalid=move || wrong.get().map(|_| "true") aria-describedby=described
                prop:value=super::value(app, place)
                on:input=move |event| super::set(app, place, event_target_value(&event)) />
            <p class="field-fault" id=below>{wrong}</p>
        </div>
    }
}

/// What visitors are told who write while nobody is there.
#[component]
pub(super) fn Automatic() -> impl IntoView {
    let one = |(at, register): (usize, Register)| {
        view! { <Area place=Place::Automatic(at) label=Signal::stored(register.own_name().to_owned()) /> }
    };
    view! {
        <Card id="automatic" title=|t| &t.automatic lead=|t| &t.automatic_lead>
            {Register::ALL.into_iter().enumerate().map(one).collect_view()}
        </Card>
    }
}
