//! Contact ways: what may change without asking visitors anew.

use super::{
    form::{Form, Question, provide_form},
    page::Buttons,
};
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Glyph, Icon},
    pages::site::Opening,
    state::{
        event::Event,
        setup::{answers::Response, ask::Ask},
        site::Deed,
    },
};
use leptos::prelude::*;

/// How long an answer takes.
pub(in crate::pages) fn responses() -> Choices<Response> {
    Choices {
        id: "response",
        label: |t| &t.ask_response,
        options: vec![
            (Response::Hours, |t| &t.response_hours),
            (Response::Day, |t| &t.response_day),
            (Response::TwoDays, |t| &t.response_two_days),
            (Response::Week, |t| &t.response_week),
        ],
    }
}

/// The page.
#[component]
pub(in crate::pages) fn Display() -> impl IntoView {
    let (app, form) = (use_app(), Form::Site);
    provide_form(form);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::PublishDisplay));
    };
    let changed = Memo::new(move |_| app.admin.site.with(|site| site.editing.is_redisplayed()));
    view! {
        <Opening title=|t| &t.display_title lead=|t| &t.display_lead />
        <form class="card" on:submit=submit novalidate>
            <div class="pair"><Question ask=Ask::Phone /><Question ask=Ask::Email /></div>
            <Question ask=Ask::Hours />
            <Choice of=responses() value=Signal::derive(move || form.with(app, |answers| answers.response))
                set=Callback::new(move |to| form.update(app, |answers| answers.response = to)) />
            <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.display_snippet)}</span></p>
            <Buttons changed />
        </form>
    }
}
