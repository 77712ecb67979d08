//! The set-up: one screen after the other, with the notice growing beside it.

mod account;
mod code;
mod company;
mod keys;
mod privacy;
mod progress;
mod published;
mod purpose;

use crate::{
    app::{tr, use_app},
    components::{Alert, Look, Slot, Tone},
    pages::notice::{Form, Preview, provide_form},
    state::{event::Event, fault::Fault, setup::Step},
    texts::Pick,
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Setup() -> impl IntoView {
    let app = use_app();
    provide_form(Form::Setup);
    let step = Memo::new(move |_| app.setup.with(|setup| setup.step));
    let screen = move || match step.get() {
        Step::Company => view! { <company::Company /> }.into_any(),
        Step::Purpose => view! { <purpose::Purpose /> }.into_any(),
        Step::Privacy => view! { <privacy::Privacy /> }.into_any(),
        Step::Account => view! { <account::Account /> }.into_any(),
        Step::Keys => view! { <keys::Keys /> }.into_any(),
        Step::Published => view! { <published::Published /> }.into_any(),
    };
    view! {
        <div class="setup">
            <header class="bar">
                <Slot />
                <p class="bar-company">{tr(|t| &t.setup_title)}</p>
            </header>
            <main id="main" class="setup-main" class:setup-wide=move || step.get() == Step::Published>
                <section class="setup-form"><progress::Progress />{screen}</section>
                {move || (step.get() < Step::Published).then(|| view! { <Preview /> })}
            </main>
            <footer class="gate-foot"><Look /></footer>
        </div>
    }
}

/// Heading and first sentence of a screen, with whatever went wrong.
#[component]
fn Opening(title: Pick, lead: Pick) -> impl IntoView {
    let app = use_app();
    let fault = Signal::derive(move || app.setup.with(|setup| setup.fault.map(Fault::sentence)));
    let no_link = Signal::derive(move || {
        let lost = app.setup.with(|setup| !setup.has_link && setup.step < Step::Published);
        lost.then_some((|t| &t.setup_no_link) as Pick)
    });
    let reread =
        Signal::derive(move || app.setup.with(|setup| setup.reread.then_some((|t| &t.setup_reread) as Pick)));
    view! {
        <h1 id="title" tabindex="-1">{tr(title)}</h1>
        <p class="lead">{tr(lead)}</p>
        <Alert id="setup-reread" tone=Tone::Care text=reread />
        <Alert id="setup-link" tone=Tone::Calm text=no_link />
        <Alert id="setup-fault" tone=Tone::Care text=fault />
    }
}

/// A screen's form: questions, and the ways on and back.
#[component]
fn Screen(children: Children) -> impl IntoView {
    let app = use_app();
    let first = app.setup.with_untracked(|setup| setup.step == Step::Company);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SetupNext);
    };
    let back = move || {
        view! {
            <button type="button" class="button" on:click=move |_| app.emit(Event::SetupBack)>
                {tr(|t| &t.common_back)}
            </button>
        }
    };
    view! {
        <form on:submit=submit novalidate>
            {children()}
            <div class="buttons">
                <button class="button button-main">{tr(|t| &t.common_next)}</button>
                {(!first).then(back)}
            </div>
            <p class="hint">{tr(|t| &t.setup_kept)}</p>
        </form>
    }
}
