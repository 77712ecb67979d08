//! The fourth screen: the first member's account.

use super::{Opening, Screen};
use crate::{
    app::use_app,
    components::{Meter, Registers},
    pages::notice::Question,
    state::setup::{
        Setup,
        ask::Ask,
        strength::{Strength, strength},
    },
};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Account() -> impl IntoView {
    let app = use_app();
    view! {
        <Opening title=|t| &t.step_account lead=|t| &t.step_account_lead />
        <Screen>
            <Question ask=Ask::Name />
            <Question ask=Ask::Account />
            <Question ask=Ask::Password />
            <Meter judged=Signal::derive(move || app.setup.with(judged)) />
            <Question ask=Ask::Recipients />
            <Registers id="mail-register" label=|t| &t.ask_mail_register
                value=Signal::derive(move || app.setup.with(|setup| setup.answers.mail_register))
                set=Callback::new(move |to| app.setup.update(|setup| setup.answers.mail_register = to)) />
        </Screen>
    }
}

fn judged(setup: &Setup) -> Option<Strength> {
    let answers = &setup.answers;
    let known = [answers.company.as_str(), &answers.account, &answers.name];
    (!setup.password.is_empty()).then(|| strength(&setup.password, &known))
}
