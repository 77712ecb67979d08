//! Mail, language, theme.

use super::said::{Said, said};
use crate::{
    app::{App, tr, use_app},
    components::{Ask, Choice, Choices, Glyph, Icon, Look, Registers},
    state::{
        event::Event,
        mail::{MailAsk, MailForm, MailStatus},
    },
    texts::{Texts, fill},
};
use einwurf_protocol::api::staff::Security;
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn Mail() -> impl IntoView {
    let app = use_app();
    let signs = Memo::new(move |_| app.signs.get());
    let form =
        move || if signs.get() { view! { <Form /> }.into_any() } else { view! { <Shown /> }.into_any() };
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.settings_title)}</h1>
        <section class="card" aria-labelledby="mail-title">
            <h2 id="mail-title">{tr(|t| &t.settings_mail)}</h2>
            <p class="lead">{tr(|t| &t.settings_mail_lead)}</p>
            {form}
        </section>
        <super::wish::Wish />
        <super::push::Push />
        <super::abuse::Guard />
        <section class="card" aria-labelledby="look-title">
            <h2 id="look-title">{tr(|t| &t.settings_look)}</h2>
            <Look />
        </section>
    }
}

fn read<T: Send + Sync + 'static>(app: App, pick: fn(&MailForm) -> T) -> Signal<T> {
    Signal::derive(move || app.mail.with(pick))
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let own = Memo::new(move |_| app.mail.with(|form| form.own));
    let senders = Choices {
        id: "mail-sender",
        label: |t| &t.mail_sender,
        options: vec![(false, |t| &t.mail_sender_operator), (true, |t| &t.mail_sender_own)],
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SaveMail);
    };
    view! {
        <form on:submit=submit novalidate>
            <MailField ask=MailAsk::Recipients />
            <MailField ask=MailAsk::Escalation />
            <MailField ask=MailAsk::Heads />
            <Registers id="mail-register" label=|t| &t.mail_register value=read(app, |form| form.register)
                set=Callback::new(move |register| app.mail.update(|form| form.register = register)) />
            <Choice of=senders value=read(app, |form| form.own)
                set=Callback::new(move |own| app.mail.update(|form| form.own = own)) />
            {move || own.get().then(|| view! { <Sender /> })}
            <MailSaid />
            <div class="buttons">
                <button class="button button-main">{tr(|t| &t.common_save)}</button>
                <button type="button" class="button" on:click=move |_| app.emit(Event::TestMail)>
                    {tr(|t| &t.mail_test)}
                </button>
            </div>
        </form>
    }
}

/// For members who may not sign: who gets the mail, and from whom.
#[component]
fn Shown() -> impl IntoView {
    let app = use_app();
    let recipients = read(app, |form| form.get(MailAsk::Recipients).lines().collect::<Vec<_>>().join(", "));
    let own = read(app, |form| form.own.then(|| form.get(MailAsk::From).to_owned()));
    let sender = move || own.get().unwrap_or_else(|| app.with_texts(|t| t.mail_sender_operator.clone()));
    let heads = read(app, |form| Some(form.get(MailAsk::Heads).to_owned()).filter(|heads| !heads.is_empty()));
    let known = move || app.mail.with(|form| form.status == MailStatus::Idle);
    let facts = move || {
        view! {
            <dl>
                <div class="fact"><dt>{tr(|t| &t.ask_recipients)}</dt><dd>{recipients}</dd></div>
                <div class="fact"><dt>{tr(|t| &t.mail_sender)}</dt><dd>{sender}</dd></div>
                {move || heads.get().map(|heads| view! {
                    <div class="fact"><dt>{tr(|t| &t.mail_heads)}</dt><dd>{heads}</dd></div>
                })}
            </dl>
            <p class="lead">{tr(|t| &t.admin_not_signer)}</p>
        }
    };
    view! {
        {move || known().then(facts)}
        <MailSaid />
    }
}

#[component]
fn MailField(ask: MailAsk) -> impl IntoView {
    let app = use_app();
    let value = Signal::derive(move || app.mail.with(|form| form.get(ask).to_owned()));
    let fault = Signal::derive(move || app.mail.with(|form| form.fault_of(ask)));
    let set = Callback::new(move |text| app.mail.update(|form| form.set(ask, text)));
    view! { <Ask spec=ask.spec() value fault set /> }
}

/// The site's own mail server.
#[component]
fn Sender() -> impl IntoView {
    let app = use_app();
    let security = Choices {
        id: "mail-security",
        label: |t| &t.mail_security,
        options: vec![
            (Security::Starttls, |t| &t.mail_security_starttls),
            (Security::Tls, |t| &t.mail_security_tls),
            (Security::Plaintext, |t| &t.mail_security_plaintext),
        ],
    };
    view! {
        <Choice of=security value=read(app, |form| form.security)
            set=Callback::new(move |security| app.mail.update(|form| form.secure(security))) />
        <div class="pair">
            <MailField ask=MailAsk::Host />
            <MailField ask=MailAsk::Port />
        </div>
        <div class="pair">
            <MailField ask=MailAsk::User />
            <MailField ask=MailAsk::Password />
        </div>
        <MailField ask=MailAsk::From />
    }
}

/// What came of saving or testing.
#[component]
fn MailSaid() -> impl IntoView {
    let app = use_app();
    // What was refused is told in the server's words.
    let said = Signal::derive(move || app.mail.with(|form| said(&form.status, None)));
    let refused = move || app.mail.with(|form| app.with_texts(|texts| refusal(texts, &form.status)));
    let line = move |text: String| view! { <p class="alert alert-care"><Icon of=Glyph::Warning /><span>{text}</span></p> };
    view! {
        <Said ids=["mail-calm", "mail-good", "mail-care"] said />
        <div role="alert">{move || refused().map(line)}</div>
    }
}

fn refusal(texts: &Texts, status: &MailStatus) -> Option<String> {
    match status {
        MailStatus::Refused(reason) if reason.is_empty() => Some(texts.mail_refused_silent.clone()),
        MailStatus::Refused(reason) => Some(fill(&texts.mail_refused, &[("reason", reason)])),
        MailStatus::Rejected(field) => Some(fill(&texts.mail_rejected, &[("field", field)])),
        _ => None,
    }
}
