//! The first screen: who and how else.

use super::{Opening, Question, Screen};
use crate::{
    app::use_app,
    components::{Choice, Choices},
    state::setup::{answers::Response, ask::Ask},
};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Company() -> impl IntoView {
    let app = use_app();
    let response = Choices {
        id: "response",
        label: |t| &t.ask_response,
        options: vec![
            (Response::Hours, |t| &t.response_hours),
            (Response::Day, |t| &t.response_day),
            (Response::TwoDays, |t| &t.response_two_days),
            (Response::Week, |t| &t.response_week),
        ],
    };
    view! {
        <Opening title=|t| &t.step_company lead=|t| &t.step_company_lead />
        <Screen>
            <Question ask=Ask::Company />
            <Question ask=Ask::Address />
            <div class="pair"><Question ask=Ask::Phone /><Question ask=Ask::Email /></div>
            <Question ask=Ask::Hours />
            <Choice of=response value=Signal::derive(move || app.setup.with(|setup| setup.answers.response))
                set=Callback::new(move |to| app.setup.update(|setup| setup.answers.response = to)) />
        </Screen>
    }
}
