//! The first screen: who and how else.

use super::{Opening, Screen};
use crate::{
    app::use_app,
    components::Choice,
    pages::notice::{Question, responses},
    state::setup::ask::Ask,
};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Company() -> impl IntoView {
    let app = use_app();
    view! {
        <Opening title=|t| &t.step_company lead=|t| &t.step_company_lead />
        <Screen>
            <Question ask=Ask::Company />
            <Question ask=Ask::Address />
            <div class="pair"><Question ask=Ask::Phone /><Question ask=Ask::Email /></div>
            <Question ask=Ask::Hours />
            <Choice of=responses() value=Signal::derive(move || app.setup.with(|setup| setup.answers.response))
                set=Callback::new(move |to| app.setup.update(|setup| setup.answers.response = to)) />
        </Screen>
    }
}
