//! What is asked of visitors before a message is taken, and what is going on.

use super::said::{Said, said};
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Tick},
    state::{
        abuse::{self, AbuseForm},
        event::Event,
        files::size,
    },
    texts::{Pick, fill},
};
use einwurf_protocol::api::staff::{AbuseState, Refused, Strictness};
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn Guard() -> impl IntoView {
    let app = use_app();
    let known = Memo::new(move |_| app.abuse.with(|form| form.now.is_some()));
    let said =
        Signal::derive(move || app.abuse.with(|form| said(&form.status, Some(|t| &t.fault_misunderstood))));
    let form =
        move || if app.signs.get() { view! { <Form /> }.into_any() } else { view! { <Shown /> }.into_any() };
    view! {
        <section class="card" aria-labelledby="guard-title">
            <h2 id="guard-title">{tr(|t| &t.guard_title)}</h2>
            <p class="lead">{tr(|t| &t.guard_lead)}</p>
            {move || known.get().then(|| view! { <Now /> })}
            {move || known.get().then(|| view! { <NotTaken /> })}
            {move || known.get().then(form)}
            <Said ids=["guard-calm", "guard-good", "guard-care"] said />
        </section>
    }
}

/// What is going on.
#[component]
fn Now() -> impl IntoView {
    let app = use_app();
    let quiet = Memo::new(move |_| app.abuse.with(AbuseForm::is_quiet));
    let facts = move || app.abuse.with(|form| form.now.clone()).map(|now| lines(app, &now));
    let calm = move || view! { <p>{tr(|t| &t.guard_quiet)}</p> };
    view! {
        {move || quiet.get().then(calm)}
        {move || (!quiet.get()).then(|| view! { <dl>{facts}</dl> })}
    }
}

fn lines(app: App, now: &AbuseState) -> impl IntoView + use<> {
    let (number, unit) = size(now.unread_bytes);
    let count = |pick: Pick, count: u64| app.with_texts(|t| fill(pick(t), &[("count", &count.to_string())]));
    let wait = (now.wait > 0).then(|| line(|t| &t.guard_wait, count(|t| &t.guard_wait_of, now.wait)));
    view! {
        {line(|t| &t.guard_opened, now.opened.to_string())}
        {line(|t| &t.guard_work, count(|t| &t.guard_work_of, now.work.into()))}
        {wait}
        {line(|t| &t.guard_unread, app.with_texts(|t| [&number.to_string(), unit(t).as_str()].join(" ")))}
    }
}

fn line(name: Pick, value: String) -> impl IntoView {
    view! { <div class="fact"><dt>{tr(name)}</dt><dd>{value}</dd></div> }
}

/// What was refused lately, and why.
#[component]
fn NotTaken() -> impl IntoView {
    let app = use_app();
    let refused = Memo::new(move |_| {
        app.abuse.with(|form| form.now.as_ref().map(|now| now.refused.clone())).unwrap_or_default()
    });
    let one = move |Refused { why, day, week }: Refused| {
        let values = [day.to_string(), week.to_string()];
        let [day, week] = &values;
        let count = app.with_texts(|t| fill(&t.guard_refused_of, &[("day", day), ("week", week)]));
        line(abuse::why(why), count)
    };
    let list = move || {
        view! {
            <p class="hint">{tr(|t| &t.guard_refused_lead)}</p>
            <dl>{refused.get().into_iter().map(one).collect_view()}</dl>
        }
    };
    let none = move || view! { <p>{tr(|t| &t.guard_refused_none)}</p> };
    view! {
        <h3>{tr(|t| &t.guard_refused)}</h3>
        {move || if refused.with(Vec::is_empty) { none().into_any() } else { list().into_any() }}
    }
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let strictness = Choices { id: "guard-strictness", label: |t| &t.guard_strictness, options: options() };
    let value = Signal::derive(move || app.abuse.with(|form| form.settings.strictness));
    let set = Callback::new(move |strictness| {
        app.abuse.update(|form| form.change(|settings| settings.strictness = strictness));
    });
    let text_only = Signal::derive(move || app.abuse.with(|form| form.settings.text_only));
    let tick = Callback::new(move |text_only| {
        app.abuse.update(|form| form.change(|settings| settings.text_only = text_only));
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SaveAbuse);
    };
    view! {
        <form on:submit=submit novalidate>
            <Tick id="guard-text-only" label=|t| &t.guard_text_only ticked=text_only set=tick />
            <p class="hint">{tr(|t| &t.guard_text_only_hint)}</p>
            <Choice of=strictness value set />
            <div class="buttons"><button class="button button-main">{tr(|t| &t.common_save)}</button></div>
        </form>
    }
}

fn options() -> Vec<(Strictness, Pick)> {
    vec![
        (Strictness::Relaxed, |t| &t.guard_relaxed),
        (Strictness::Normal, |t| &t.guard_normal),
        (Strictness::Strict, |t| &t.guard_strict),
    ]
}

/// For members who may not sign.
#[component]
fn Shown() -> impl IntoView {
    let app = use_app();
    let chosen = move || {
        let strictness = app.abuse.with(|form| form.settings.strictness);
        let pick = options().into_iter().find(|(one, _)| *one == strictness).map(|(_, pick)| pick);
        pick.map(tr)
    };
    let text_only = move || app.abuse.with(|form| form.settings.text_only);
    view! {
        <dl><div class="fact"><dt>{tr(|t| &t.guard_strictness)}</dt><dd>{chosen}</dd></div></dl>
        {move || text_only().then(|| view! { <p>{tr(|t| &t.guard_text_only)}</p> })}
        <p class="lead">{tr(|t| &t.admin_not_signer)}</p>
    }
}
