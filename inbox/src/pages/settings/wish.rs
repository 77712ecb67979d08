//! When mails that messages wait arrive: the member's own choice, and for those who may sign everybody's.

use super::said::{Said, said};
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Tick},
    state::{
        event::Event,
        wish::{WishForm, clock},
    },
    texts::{Pick, Texts, fill},
};
use einwurf_protocol::api::staff::{Arrives, MailReader};
use leptos::prelude::*;

/// The card; nothing for whoever logged in by recovery code, or has an account that is no address.
#[component]
pub(super) fn Wish() -> impl IntoView {
    let app = use_app();
    let own = Memo::new(move |_| app.wish.with(|form| form.own.clone()));
    // Who does not read gets nothing to read.
    let form = move || own.get().filter(|_| app.reads.get()).map(|address| view! { <Form address /> });
    let everybody = move || app.signs.get().then(|| view! { <Everybody /> });
    view! {
        {form}
        {everybody}
    }
}

#[component]
fn Form(address: String) -> impl IntoView {
    let app = use_app();
    let arrives = Choices {
        id: "wish-arrives",
        label: |t| &t.wish_arrives,
        options: vec![
            (Arrives::AtOnce, |t| &t.wish_at_once),
            (Arrives::Digest { minutes: 15 }, |t| &t.wish_quarter),
            (Arrives::Digest { minutes: 60 }, |t| &t.wish_hour),
            (Arrives::Never, |t| &t.wish_never),
        ],
    };
    let value = Signal::derive(move || app.wish.with(|form| form.arrives));
    let set = Callback::new(move |arrives| change(app, |form| form.arrives = arrives));
    // The relay refuses nothing but times, which this form has checked.
    let said = Signal::derive(move || app.wish.with(|form| said(&form.status, Some(|t| &t.wish_times))));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SaveWish);
    };
    view! {
        <section class="card" aria-labelledby="wish-title">
            <h2 id="wish-title">{tr(|t| &t.wish_title)}</h2>
            <p class="lead">{move || app.with_texts(|t| fill(&t.wish_lead, &[("address", &address)]))}</p>
            <form on:submit=submit novalidate>
                <Choice of=arrives value set />
                <QuietHours />
                <Said ids=["wish-calm", "wish-good", "wish-care"] said />
                <div class="buttons"><button class="button button-main">{tr(|t| &t.common_save)}</button></div>
            </form>
        </section>
    }
}

#[component]
fn QuietHours() -> impl IntoView {
    let app = use_app();
    let quiet = Memo::new(move |_| app.wish.with(|form| form.quiet));
    let faulty = Memo::new(move |_| app.wish.with(WishForm::is_faulty));
    let hint = move || {
        let zone = app.wish.with(|form| form.zone.clone());
        app.with_texts(|t| fill(&t.wish_quiet_hint, &[("zone", &zone)]))
    };
    let times = move || {
        view! {
            <p class="hint" id="wish-hint">{hint}</p>
            <div class="pair">
                <Time id="wish-from" label=|t| &t.wish_from get=|form| &form.from set=|form, text| form.from = text />
                <Time id="wish-until" label=|t| &t.wish_until get=|form| &form.until set=|form, text| form.until = text />
            </div>
            <p class="field-fault" id="wish-fault" role="alert">
                {move || faulty.get().then(|| app.text(|t| &t.wish_times))}
            </p>
        }
    };
    view! {
        <Tick id="wish-quiet" label=|t| &t.wish_quiet ticked=quiet
            set=Callback::new(move |on| change(app, |form| form.quiet = on)) />
        {move || quiet.get().then(times)}
    }
}

#[component]
fn Time(
    id: &'static str,
    label: Pick,
    get: fn(&WishForm) -> &String,
    set: fn(&mut WishForm, String),
) -> impl IntoView {
    let app = use_app();
    let shown = move || app.wish.with(|form| get(form).clone());
    let faulty = move || app.wish.with(WishForm::is_faulty).then_some("true");
    view! {
        <div class="field">
            <label for=id>{tr(label)}</label>
            <input id=id type="time" required aria-invalid=faulty aria-describedby="wish-hint wish-fault"
                prop:value=shown
                on:input=move |event| change(app, |form| set(form, event_target_value(&event))) />
        </div>
    }
}

fn change(app: App, change: impl FnOnce(&mut WishForm)) {
    app.wish.update(|form| form.change(change));
}

/// Who gets mails, for those who answer for the site.
#[component]
fn Everybody() -> impl IntoView {
    let app = use_app();
    let readers = Memo::new(move |_| app.wish.with(|form| form.readers.clone()));
    let line = move |reader: MailReader| {
        let address = reader.address.clone();
        let wish = move || app.with_texts(|texts| wish_of(texts, &reader));
        view! { <div class="fact"><dt>{address}</dt><dd>{wish}</dd></div> }
    };
    let list = move || {
        let lines = readers.get().into_iter().map(line).collect_view();
        view! {
            <section class="card" aria-labelledby="readers-title">
                <h2 id="readers-title">{tr(|t| &t.wish_everybody)}</h2>
                <dl>{lines}</dl>
            </section>
        }
    };
    move || (!readers.with(Vec::is_empty)).then(list)
}

fn wish_of(texts: &Texts, reader: &MailReader) -> String {
    let Some(wish) = &reader.wish else { return texts.wish_at_once.clone() };
    let arrives = match wish.arrives {
        Arrives::AtOnce => texts.wish_at_once.clone(),
        Arrives::Digest { minutes } => fill(&texts.wish_minutes_of, &[("minutes", &minutes.to_string())]),
        Arrives::Never => texts.wish_never.clone(),
    };
    let quiet = wish.quiet.as_ref().map(|quiet| {
        let (from, until) = (clock(quiet.from), clock(quiet.until));
        fill(&texts.wish_quiet_of, &[("from", &from), ("until", &until), ("zone", &quiet.zone)])
    });
    [Some(arrives), quiet].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
