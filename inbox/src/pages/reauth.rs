//! Asking for the password again: a modal dialog, so that what was typed below it stays.

use super::login::doing;
use crate::{
    app::{tr, use_app},
    components::{Alert, Ask, Tone},
    effects::dom,
    state::{
        event::Event,
        fault::Fault,
        field::{Rule, Spec},
        login::Progress,
    },
};
use leptos::prelude::*;
use zeroize::Zeroizing;

const ID: &str = "reauth";
const PASSWORD: Spec =
    Spec::new("reauth-password", |t| &t.login_password, Rule::Password).autocomplete("current-password");

/// The dialog. The browser traps the focus in it and gives it back.
#[component]
pub(super) fn Reauth() -> impl IntoView {
    let app = use_app();
    Effect::new(move || dom::dialog(ID, app.reauth.with(|reauth| reauth.open)));
    let fault = Signal::derive(move || app.reauth.with(|reauth| reauth.fault.map(Fault::sentence)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Reauth);
    };
    // Escape closes the dialog by itself; then nobody waits any more.
    let closed = move |_| {
        if app.reauth.with_untracked(|reauth| reauth.open) {
            app.emit(Event::CancelReauth);
        }
    };
    view! {
        <dialog id=ID class="dialog" aria-labelledby="reauth-title" on:close=closed>
            <form on:submit=submit novalidate>
                <h2 id="reauth-title" tabindex="-1" autofocus>{tr(|t| &t.reauth_title)}</h2>
                <p>{tr(|t| &t.reauth_lead)}</p>
                <Alert id="reauth-fault" tone=Tone::Care text=fault />
                <Password />
                <Buttons />
            </form>
        </dialog>
    }
}

/// The account stands there for password managers, and so that nobody types another's password.
#[component]
fn Password() -> impl IntoView {
    let app = use_app();
    let account = move || app.reauth.with(|reauth| reauth.account.clone());
    let value = Signal::derive(move || app.reauth.with(|reauth| reauth.password.to_string()));
    let none = Signal::derive(|| None);
    let set = Callback::new(move |text| app.reauth.update(|reauth| reauth.password = Zeroizing::new(text)));
    view! {
        <input class="reauth-account" type="text" autocomplete="username" readonly tabindex="-1" aria-hidden="true"
            prop:value=account />
        <p class="hint">{account}</p>
        <Ask spec=PASSWORD value fault=none set />
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let app = use_app();
    let progress = move || app.reauth.with(|reauth| reauth.progress);
    let busy = move || progress() != Progress::Idle;
    let words = move || app.text(doing(progress(), |t| &t.reauth_submit));
    view! {
        <div class="buttons">
            <button class="button button-main" class:busy=busy aria-disabled=move || busy().to_string()>
                <span aria-live="polite">{words}</span>
            </button>
            <button type="button" class="button" on:click=move |_| app.emit(Event::CancelReauth)>
                {tr(|t| &t.reauth_cancel)}
            </button>
        </div>
    }
}
