//! Lists: canned replies, topics, stand-ins.

use super::{Area, Card, Line, Several, fault, set, value};
use crate::{
    app::{App, tr, use_app},
    state::{
        event::Event,
        office::{Deed, List, Place},
    },
    texts::Pick,
};
use einwurf_protocol::ids::Thumbprint;
use leptos::prelude::*;

/// Replies that are used again and again.
#[component]
pub(super) fn CannedReplies() -> impl IntoView {
    let one = |at: usize| {
        view! {
            <Line place=Place::Title(at) label=|t| &t.canned_title />
            <Area place=Place::Text(at) label=Signal::derive(tr(|t| &t.canned_text)) />
        }
        .into_any()
    };
    view! {
        <Card id="canned" title=|t| &t.canned lead=|t| &t.canned_lead>
            <Several list=List::Canned id="canned-add" add=|t| &t.canned_add one />
        </Card>
    }
}

/// What visitors may choose, and who takes care of it.
#[component]
pub(super) fn Topics() -> impl IntoView {
    let one = |at: usize| {
        view! { <Line place=Place::Topic(at) label=|t| &t.topics_name /><Members at /> }.into_any()
    };
    view! {
        <Card id="topics" title=|t| &t.topics lead=|t| &t.topics_lead>
            <Several list=List::Topics id="topic-add" add=|t| &t.topics_add one />
        </Card>
    }
}

#[component]
fn Members(at: usize) -> impl IntoView {
    let app = use_app();
    let members = Memo::new(move |_| app.desk.with(|desk| desk.members.clone()));
    let one = move |(member, name): (Thumbprint, String)| {
        let ticked = move || app.admin.office.with(|office| office.draft.has_member(at, member));
        view! {
            <label class="tick">
                <input type="checkbox" prop:checked=ticked
                    on:change=move |event| app.emit(Event::Office(Deed::Member(at, member, event_target_checked(&event)))) />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{tr(|t| &t.topics_members)}</legend>
            {move || members.get().into_iter().map(one).collect_view()}
        </fieldset>
    }
}

/// Who is away, and who takes care meanwhile.
#[component]
pub(super) fn StandIns() -> impl IntoView {
    let one = |at: usize| {
        view! {
            <div class="pair">
                <Who place=Place::Of(at) label=|t| &t.stand_of />
                <Who place=Place::By(at) label=|t| &t.stand_by />
            </div>
            <div class="pair">
                <Line place=Place::From(at) label=|t| &t.stand_from kind="date" />
                <Line place=Place::Until(at) label=|t| &t.stand_until kind="date" />
            </div>
        }
        .into_any()
    };
    view! {
        <Card id="stand-ins" title=|t| &t.stand_ins lead=|t| &t.stand_lead>
            <Several list=List::StandIns id="stand-add" add=|t| &t.stand_add one />
        </Card>
    }
}

#[component]
fn Who(place: Place, label: Pick) -> impl IntoView {
    let app = use_app();
    let (id, wrong, now) = (place.id(), fault(app, place), value(app, place));
    let below = format!("{id}-fault");
    view! {
        <div class="field" class:field-faulty=move || wrong.get().is_some()>
            <label for=id.clone()>{tr(label)}</label>
            <select id=id aria-invalid=move || wrong.get().map(|_| "true") aria-describedby=below.clone()
                on:change=move |event| set(app, place, event_target_value(&event))>
                <option value="" prop:selected=move || now.get().is_empty()>{tr(|t| &t.office_choose)}</option>
                {move || people(app, now)}
            </select>
            <p class="field-fault" id=below>{wrong}</p>
        </div>
    }
}

/// The members, and whoever is chosen but left.
fn people(app: App, now: Signal<String>) -> impl IntoView {
    let mut members: Vec<_> =
        app.desk.with(|desk| desk.members.iter().map(|(id, name)| (id.to_string(), name.clone())).collect());
    let chosen = now.get();
    if !chosen.is_empty() && members.iter().all(|(id, _): &(String, String)| *id != chosen) {
        members.push((chosen, app.text(|t| &t.work_former)));
    }
    let option = move |(id, name): (String, String)| {
        let known = id.clone();
        view! { <option value=id prop:selected=move || now.get() == known>{name}</option> }
    };
    members.into_iter().map(option).collect_view()
}
