//! What the team shares: canned replies, topics, hours, stand-ins, automatic answers.

mod hours;
mod lists;

use crate::{
    app::{App, tr, use_app},
    components::{Alert, Glyph, Icon, Saying, Tone},
    state::{
        event::Event,
        office::{Deed, List, Place},
    },
    texts::Pick,
};
use einwurf_protocol::limits::{CANNED_BYTES, LABEL_BYTES};
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn Office() -> impl IntoView {
    let app = use_app();
    let complete = Memo::new(move |_| app.desk.with(|desk| desk.sheets.is_complete()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Office(Deed::Save));
    };
    let said = Signal::derive(move || app.admin.office.with(|office| office.said));
    let older = Signal::derive(move || {
        app.desk.with(|desk| desk.sheets.team.is_older()).then_some((|t| &t.work_older) as Pick)
    });
    let form = move || {
        view! {
            <form class="office" on:submit=submit novalidate>
                <lists::CannedReplies />
                <lists::Topics />
                <hours::Hours />
                <hours::Automatic />
                <lists::StandIns />
                <Saying ids=["office-busy", "office-good", "office-care"] said />
                <div class="buttons office-save">
                    <button class="button button-main">{tr(|t| &t.common_save)}</button>
                </div>
            </form>
        }
    };
    let loading = move || view! { <p class="lead">{tr(|t| &t.admin_loading)}</p> };
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.area_office)}</h1>
        <p class="lead">{tr(|t| &t.office_lead)}</p>
        <Alert id="office-older" tone=Tone::Care text=older />
        {move || if complete.get() { form().into_any() } else { loading().into_any() }}
    }
}

/// A part of the page with its title and what it is for.
#[component]
fn Card(id: &'static str, title: Pick, lead: Pick, children: Children) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <h2 id=id>{tr(title)}</h2>
            <p class="hint">{tr(lead)}</p>
            {children()}
        </section>
    }
}

/// What is typed at a place.
fn value(app: App, place: Place) -> Signal<String> {
    Signal::derive(move || app.admin.office.with(|office| office.draft.get(place).to_owned()))
}

/// Somebody types there.
fn set(app: App, place: Place, text: String) {
    app.admin.office.update(|office| {
        if office.unfit.is_some_and(|unfit| unfit.place == place) {
            office.unfit = None;
        }
        office.said = crate::state::admin::Said::Nothing;
        office.draft.set(place, text);
    });
}

/// What is wrong there.
fn fault(app: App, place: Place) -> Signal<Option<String>> {
    Signal::derive(move || {
        let unfit = app.admin.office.with(|office| office.unfit).filter(|unfit| unfit.place == place);
        unfit.map(|unfit| app.text(unfit.sentence))
    })
}

/// A field of one line.
#[component]
fn Line(place: Place, label: Pick, #[prop(default = "text")] kind: &'static str) -> impl IntoView {
    let app = use_app();
    let (id, wrong) = (place.id(), fault(app, place));
    let below = format!("{id}-fault");
    view! {
        <div class="field" class:field-faulty=move || wrong.get().is_some()>
            <label for=id.clone()>{tr(label)}</label>
            <input id=id type=kind maxlength=LABEL_BYTES.to_string() autocomplete="off" dir="auto"
                aria-invalid=move || wrong.get().map(|_| "true") aria-describedby=below.clone()
                prop:value=value(app, place) on:input=move |event| set(app, place, event_target_value(&event)) />
            <p class="field-fault" id=below>{wrong}</p>
        </div>
    }
}

/// A field of several lines.
#[component]
fn Area(place: Place, label: Signal<String>) -> impl IntoView {
    let app = use_app();
    let (id, wrong) = (place.id(), fault(app, place));
    let below = format!("{id}-fault");
    view! {
        <div class="field" class:field-faulty=move || wrong.get().is_some()>
            <label for=id.clone()>{label}</label>
            <textarea id=id rows="4" maxlength=CANNED_BYTES.to_string() dir="auto"
                aria-invalid=move || wrong.get().map(|_| "true") aria-describedby=below.clone()
                prop:value=value(app, place) on:input=move |event| set(app, place, event_target_value(&event))
            ></textarea>
            <p class="field-fault" id=below>{wrong}</p>
        </div>
    }
}

/// All of a list, and a button for one more.
#[component]
fn Several(list: List, id: &'static str, add: Pick, one: fn(usize) -> AnyView) -> impl IntoView {
    let app = use_app();
    let count = Memo::new(move |_| app.admin.office.with(|office| office.draft.count(list)));
    let room = Memo::new(move |_| app.admin.office.with(|office| office.draft.has_room(list)));
    let item = move |at: usize| {
        view! {
            <li class="office-item">
                {one(at)}
                <button type="button" class="quiet quiet-grave" on:click=move |_| app.emit(Event::Office(Deed::Drop(list, at)))>
                    {tr(|t| &t.office_drop)}
                </button>
            </li>
        }
    };
    let button = move || {
        view! {
            <button type="button" class="button" id=id on:click=move |_| app.emit(Event::Office(Deed::Add(list)))>
                <Icon of=Glyph::Note /><span>{tr(add)}</span>
            </button>
        }
    };
    view! {
        <ul class="office-list">{move || (0..count.get()).map(item).collect_view()}</ul>
        {move || room.get().then(button)}
    }
}
