//! The page of requests: what is open, until when, and closing them.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Saying},
    state::{
        desk::{Finding, code},
        event::Event,
        rights::{
            Deed,
            requests::{Due, OUTCOMES, ended, name},
        },
    },
    texts::{Pick, fill},
};
use einwurf_protocol::api::staff::RightsRequest;
use leptos::prelude::*;

/// The page.
#[component]
pub(in crate::pages) fn Requests() -> impl IntoView {
    let app = use_app();
    let list = Memo::new(move |_| app.requests.with(|requests| requests.list.clone()));
    let entries = move || match list.get() {
        None => view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> }.into_any(),
        Some(list) if list.is_empty() => view! { <p class="hint">{tr(|t| &t.requests_none)}</p> }.into_any(),
        Some(list) => {
            let lines = list.into_iter().map(|request| view! { <Line request /> }).collect_view();
            view! { <ul class="entries">{lines}</ul> }.into_any()
        }
    };
    view! {
        <main id="main" class="sheet">
            <h1 id="title" tabindex="-1">{tr(|t| &t.requests_title)}</h1>
            <p class="lead">{tr(|t| &t.requests_lead)}</p>
            <Saying ids=["requests-calm", "requests-good", "requests-care"]
                said=Signal::derive(move || app.requests.with(|requests| requests.said)) />
            <ByCode />
            <section class="card" aria-labelledby="requests-list">
                <h2 id="requests-list">{tr(|t| &t.requests_list)}</h2>
                {entries}
            </section>
        </main>
    }
}

/// From the code that a person names to the conversation.
#[component]
fn ByCode() -> impl IntoView {
    let app = use_app();
    let busy = move || app.desk.with(|desk| desk.finding == Finding::Looking);
    let wrong = move || {
        app.requests.with(|requests| !requests.code.trim().is_empty() && code::read(&requests.code).is_none())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if wrong() || busy() {
            return;
        }
        app.desk.update(|desk| desk.query = app.requests.with_untracked(|requests| requests.code.clone()));
        app.emit(Event::Rights(Deed::Find));
    };
    view! {
        <form class="card" on:submit=submit novalidate aria-labelledby="find-title">
            <h2 id="find-title">{tr(|t| &t.find_title)}</h2>
            <div class="field">
                <label for="find-code">{tr(|t| &t.find_code)}</label>
                <input id="find-code" class="group-input" type="text" autocomplete="off" autocapitalize="characters"
                    spellcheck="false" maxlength="20" aria-describedby="find-fault find-hint"
                    aria-invalid=move || wrong().then_some("true")
                    prop:value=move || app.requests.with(|requests| requests.code.clone())
                    on:input=move |event| app.requests.update(|requests| requests.code = event_target_value(&event)) />
                <p class="field-fault" id="find-fault">{move || wrong().then(|| app.text(|t| &t.find_wrong))}</p>
                <p class="hint" id="find-hint">{tr(|t| &t.find_hint)}</p>
            </div>
            <div class="buttons">
                <button class="button" class:busy=busy aria-disabled=move || busy().to_string()>
                    <Icon of=Glyph::Search /><span>{tr(|t| &t.find_button)}</span>
                </button>
            </div>
        </form>
    }
}

#[component]
fn Line(request: RightsRequest) -> impl IntoView {
    let app = use_app();
    let RightsRequest { id, cid, right, closed, .. } = request;
    let due = Memo::new({
        let request = request.clone();
        move |_| Due::of(&request, app.now.get())
    });
    let times = move || times(app, &request, due.get());
    let busy = move || app.requests.with(|requests| requests.closing == Some(id));
    let button = move |(outcome, words): (einwurf_protocol::api::staff::Outcome, Pick)| {
        view! {
            <button class="quiet" aria-disabled=move || busy().to_string()
                on:click=move |_| app.emit(Event::Rights(Deed::Close(id, outcome)))>{tr(words)}</button>
        }
    };
    let closing = move || {
        view! {
            <div class="entry-acts" role="group" aria-label=tr(|t| &t.request_close)>
                <span class="hint">{tr(|t| &t.request_close)}</span>
                {OUTCOMES.map(button).collect_view()}
            </div>
        }
    };
    view! {
        <li class="entry" class:request-late=move || due.get() == Due::Overdue>
            <h3>{tr(name(right))} <Mark due /></h3>
            <p class="hint">{times}</p>
            <div class="entry-acts">
                <button class="link" on:click=move |_| app.emit(Event::Rights(Deed::OpenRequest(cid)))>
                    {move || app.with_texts(|t| fill(&t.request_open, &[("code", &cid.code())]))}
                </button>
            </div>
            {closed.is_none().then(closing)}
        </li>
    }
}

/// What must not be missed.
#[component]
fn Mark(due: Memo<Due>) -> impl IntoView {
    move || match due.get() {
        Due::Overdue => {
            Some(view! { <span class="tag tag-late">{tr(|t| &t.request_overdue)}</span> }.into_any())
        }
        Due::Soon => Some(view! { <span class="tag">{tr(|t| &t.request_soon)}</span> }.into_any()),
        Due::Open | Due::Closed => None,
    }
}

fn times(app: App, request: &RightsRequest, due: Due) -> String {
    let day = |at| app.date(|dates| dates.day(at));
    let (received, until) = (day(request.received), day(request.due));
    app.with_texts(|t| match request.closed {
        Some(closed) if due == Due::Closed => {
            let how = app.text(ended(closed.outcome));
            fill(&t.request_ended, &[("received", &received), ("how", &how), ("day", &day(closed.at))])
        }
        _ => fill(&t.request_times, &[("received", &received), ("due", &until)]),
    })
}
