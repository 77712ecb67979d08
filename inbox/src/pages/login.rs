//! The login.

use crate::{
    app::{tr, use_app},
    components::{Alert, Ask, Look, Slot, Tick, Tone},
    state::{
        answer::Answers,
        event::Event,
        fault::Fault,
        field::{Rule, Spec},
        files::Files,
        login::{Left, Progress},
    },
    texts::Pick,
};
use leptos::prelude::*;
use zeroize::Zeroizing;

const ACCOUNT: Spec = Spec::new("account", |t| &t.login_account, Rule::Email).autocomplete("username");
const PASSWORD: Spec =
    Spec::new("password", |t| &t.login_password, Rule::Password).autocomplete("current-password");
const SITE: Spec = Spec::new("site", |t| &t.login_site, Rule::Text).hint(|t| &t.login_site_hint);

/// The page.
#[component]
pub(super) fn Login() -> impl IntoView {
    let app = use_app();
    let fault = Signal::derive(move || app.login.with(|login| login.fault.map(Fault::sentence)));
    let left = Signal::derive(move || app.login.with(|login| login.left.map(farewell)));
    let waits = Signal::derive(move || {
        let waits = app.answers.with(Answers::is_pending) || app.files.with(Files::is_interrupted);
        waits.then_some((|t| &t.login_waits) as Pick)
    });
    // Whoever serves this page could have changed it.
    let served: Pick = if app.door.get_value() { |t| &t.served_door } else { |t| &t.served_relay };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::LogIn);
    };
    view! {
        <main id="main" class="gate">
            <div class="gate-card">
                <Slot />
                <h1 id="title" tabindex="-1">{tr(|t| &t.login_title)}</h1>
                <p class="lead">{tr(|t| &t.login_lead)}</p>
                <Alert id="login-left" tone=Tone::Calm text=left />
                <Alert id="login-waits" tone=Tone::Calm text=waits />
                <Alert id="login-fault" tone=Tone::Care text=fault />
                <Again />
                <form on:submit=submit novalidate>
                    <Fields />
                    <Stay />
                    <Submit />
                </form>
                <button class="link" on:click=move |_| app.emit(Event::ToRecover)>{tr(|t| &t.login_forgot)}</button>
                <p class="hint gate-served">{tr(served)}</p>
            </div>
            <footer class="gate-foot"><Look /></footer>
        </main>
    }
}

fn farewell(left: Left) -> Pick {
    match left {
        Left::LoggedOut => |t| &t.login_left_out,
        Left::Locked => |t| &t.login_left_locked,
        Left::Ended => |t| &t.login_left_ended,
        Left::Switched => |t| &t.login_left_switched,
    }
}

#[component]
fn Fields() -> impl IntoView {
    let app = use_app();
    let known = move || app.prefs.with(|prefs| prefs.site.is_some());
    let asks = Memo::new(move |_| app.login.with(|login| login.asks_site(known())));
    let read =
        move |pick: fn(&crate::state::login::Login) -> String| Signal::derive(move || app.login.with(pick));
    let none = Signal::derive(|| None);
    let site = move || {
        let set = Callback::new(move |text| app.login.update(|login| login.site = text));
        view! { <Ask spec=SITE value=read(|login| login.site.clone()) fault=none set /> }
    };
    view! {
        {move || asks.get().then(site)}
        <Ask spec=ACCOUNT value=read(|login| login.account.clone()) fault=none
            set=Callback::new(move |text| app.login.update(|login| login.account = text)) />
        <Ask spec=PASSWORD value=read(|login| login.password.to_string()) fault=none
            set=Callback::new(move |text| app.login.update(|login| login.password = Zeroizing::new(text))) />
    }
}

/// After a pause, where this device stays signed in.
#[component]
fn Again() -> impl IntoView {
    let app = use_app();
    let kept = Memo::new(move |_| app.login.with(|login| login.kept));
    let button = move || {
        view! {
            <button id="again" class="button button-main button-wide" on:click=move |_| app.emit(Event::Resume)>
                {tr(|t| &t.login_again)}
            </button>
        }
    };
    view! { {move || kept.get().then(button)} }
}

/// The box to stay signed in.
#[component]
fn Stay() -> impl IntoView {
    let app = use_app();
    let ticked = Signal::derive(move || app.login.with(|login| login.stay));
    let set = Callback::new(move |stay| app.login.update(|login| login.stay = stay));
    view! {
        <Tick id="stay" label=|t| &t.login_stay ticked set />
        <p class="hint">{tr(|t| &t.login_stay_hint)}</p>
    }
}

/// The button; while Argon2id runs it says what is going on.
#[component]
fn Submit() -> impl IntoView {
    let app = use_app();
    let progress = move || app.login.with(|login| login.progress);
    let words = move || app.text(doing(progress(), |t| &t.login_submit));
    let busy = move || progress() != Progress::Idle;
    view! {
        <button class="button button-main button-wide" class:busy=busy aria-disabled=move || busy().to_string()>
            <span aria-live="polite">{words}</span>
        </button>
    }
}

/// What the button of a login says: `idle` before it is pressed.
pub(super) fn doing(progress: Progress, idle: Pick) -> Pick {
    match progress {
        Progress::Idle => idle,
        Progress::Asking => |t| &t.login_asking,
        Progress::Working => |t| &t.login_working,
        Progress::Deriving => |t| &t.login_deriving,
        Progress::Checking => |t| &t.login_checking,
    }
}
