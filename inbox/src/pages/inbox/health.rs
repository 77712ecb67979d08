//! "Is everything running?"

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        admin::Area,
        event::Event,
        health::{Care, Said, Verdict},
        publishing::Renewal,
        site,
        team::{Deed, Screen},
    },
    texts::fill,
};
use einwurf_protocol::api::staff::WebhookHealth;
use leptos::prelude::*;

/// One line: good, or the one thing to do.
#[component]
pub(super) fn Health() -> impl IntoView {
    let app = use_app();
    let verdict = Memo::new(move |_| app.desk.with(|desk| desk.health.clone()));
    let line = move |verdict: Verdict| {
        let good = verdict.care == Care::None;
        let (about_mail, keys) = (verdict.is_about_mail(), verdict.care == Care::NewKeys);
        let (waits, webhooks) = (verdict.is_waiting(), verdict.care == Care::Webhooks);
        let shown = verdict.clone();
        view! {
            <div class="health" class:health-good=good>
                <Icon of=if good { Glyph::Good } else { Glyph::Warning } />
                <p>
                    <strong>{move || sentence(app, &shown)}</strong>
                    " "
                    <span class="health-more">{move || more(app, &verdict)}</span>
                </p>
                {(about_mail || keys || webhooks).then(|| view! {
                    <div class="health-acts">
                        {waits.then(|| view! { <RetryMail /> })}
                        {about_mail.then(|| view! { <ToMail /> })}
                        {keys.then(|| view! { <Renew /> })}
                        {webhooks.then(|| view! { <ToWebhooks /> })}
                    </div>
                })}
            </div>
        }
    };
    view! {
        <section class="health-place" aria-label=tr(|t| &t.health_title) aria-live="polite">
            {move || verdict.get().map(line)}
            <SheetDue />
        </section>
    }
}

/// Half a year has passed since somebody saw the emergency sheet.
#[component]
fn SheetDue() -> impl IntoView {
    let app = use_app();
    let due = Memo::new(move |_| app.admin.team.with(|team| team.is_check_due(app.now.get())));
    let check = move |_| {
        app.emit(Event::ToSettings);
        app.emit(Event::Visit(Area::Team));
        app.emit(Event::Team(Deed::Show(Screen::Check)));
    };
    let line = move || {
        view! {
            <div class="health">
                <Icon of=Glyph::Warning />
                <p>{tr(|t| &t.recovery_due)}</p>
                <button class="link" on:click=check>{tr(|t| &t.recovery_check)}</button>
            </div>
        }
    };
    move || due.get().then(line)
}

#[component]
fn ToMail() -> impl IntoView {
    let app = use_app();
    view! {
        <button class="link" on:click=move |_| app.emit(Event::ToSettings)>{tr(|t| &t.health_to_mail)}</button>
    }
}

#[component]
fn ToWebhooks() -> impl IntoView {
    let app = use_app();
    let show = move |_| {
        app.emit(Event::ToSettings);
        app.emit(Event::Visit(Area::Site));
        app.emit(Event::Site(site::Deed::Show(site::Screen::Webhooks)));
    };
    view! { <button type="button" class="link" on:click=show>{tr(|t| &t.health_to_webhooks)}</button> }
}

/// Whoever repaired the mail server need not wait for the next try.
#[component]
fn RetryMail() -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="link" on:click=move |_| app.emit(Event::RetryMail)>
            {tr(|t| &t.health_retry)}
        </button>
    }
}

/// Keys came after this login; the password brings them without leaving what is open.
#[component]
pub(super) fn Renew() -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="link renew-keys" on:click=move |_| app.emit(Event::Renew)>
            {tr(|t| &t.renew_keys)}
        </button>
    }
}

fn sentence(app: App, verdict: &Verdict) -> String {
    if let Some(WebhookHealth { failing, since }) = verdict.webhooks {
        let since = app.date(|dates| dates.short(since, app.now.get()));
        return fill(&app.with_texts(|t| t.health_webhooks.of(failing)), &[("since", &since)]);
    }
    let day = app.date(|dates| dates.day(verdict.until));
    fill(&app.text(verdict.sentence()), &[("day", &day)])
}

/// Who did not get a mail, how many wait, since when and until when, and what the mail server says.
fn mail_more(app: App, verdict: &Verdict) -> String {
    let now = app.now.get();
    let waits = verdict.waits.map(|waits| {
        let clock = |at| app.date(|dates| dates.short(at, now));
        let (since, next) = (clock(waits.since), clock(waits.next));
        app.with_texts(|t| {
            let since = fill(&t.health_waiting_since, &[("since", &since), ("next", &next)]);
            [t.health_waiting.of(waits.mails), since].join(" ")
        })
    });
    let refused = (!verdict.refused.is_empty())
        .then(|| app.with_texts(|t| fill(&t.health_refused, &[("who", &verdict.refused.join(", "))])));
    let said = verdict.said().map(|said| match said {
        Said::Words(reason) => app.with_texts(|t| fill(&t.health_reason, &[("reason", reason)])),
        Said::Certificate => app.text(|t| &t.health_certificate),
    });
    [waits, refused, said].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What else is known: the mail server's words, or what ran when.
fn more(app: App, verdict: &Verdict) -> String {
    if verdict.reason.is_some() {
        return mail_more(app, verdict);
    }
    match app.renewal.get() {
        Renewal::Running => return app.text(|t| &t.renewal_running),
        Renewal::Failed(_) => return app.text(|t| &t.renewal_failed),
        Renewal::Idle | Renewal::Done => {}
    }
    let day = app.date(|dates| dates.day(verdict.until));
    let until = app.with_texts(|t| fill(&t.health_until, &[("day", &day)]));
    if matches!(verdict.care, Care::Expired | Care::EndsSoon) {
        return String::new();
    }
    if verdict.care != Care::None {
        return until;
    }
    let now = app.now.get();
    let mailed = verdict.mailed.map(|at| app.date(|dates| dates.short(at, now)));
    let newest = verdict.newest.map(|at| app.date(|dates| dates.short(at, now)));
    app.with_texts(|t| {
        [
            newest.map(|when| fill(&t.health_newest, &[("when", &when)])),
            mailed.map(|when| fill(&t.health_mailed, &[("when", &when)])),
            Some(until),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
    })
}
