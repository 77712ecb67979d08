//! Mail settings.

use super::{
    focus_soon,
    lock::{access, failed, goes_on, is_current},
    reauth,
};
use crate::{
    api::{self, Access, Failure},
    app::{App, Page},
    effects::http,
    state::{
        fault::Fault,
        login::Generation,
        mail::{MailForm, MailStatus},
    },
};
use einwurf_protocol::problem::Code;
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

/// Shows the settings and fetches what the relay has.
pub(super) fn show(app: App) {
    super::show(app, Page::Settings);
    app.mail.set(MailForm::default());
    with_session(app, api::mail, move |settings| app.mail.set(MailForm::of(&settings)));
}

/// Stores the form.
pub(super) fn save(app: App) {
    store(app, || {});
}

/// Stores the form, since the relay tests what it has, then asks for a test mail.
pub(super) fn test(app: App) {
    store(app, move || {
        app.mail.update(|form| form.status = MailStatus::Testing);
        with_session(app, api::test_mail, move |_| app.mail.update(|form| form.status = MailStatus::Sent));
    });
}

fn store(app: App, then: impl FnOnce() + 'static) {
    if app.mail.with_untracked(|form| form.status.is_busy()) {
        return;
    }
    let settings = match app.mail.with_untracked(MailForm::settings) {
        Ok(settings) => settings,
        Err(ask) => {
            app.mail.update(|form| form.tried = true);
            focus_soon(ask.spec().id);
            return;
        }
    };
    app.mail.update(|form| (form.tried, form.status) = (false, MailStatus::Saving));
    with_session(
        app,
        move |access| api::set_mail(access, &settings),
        move |_| {
            app.mail.update(|form| form.status = MailStatus::Saved);
            then();
        },
    );
}

fn with_session<T: DeserializeOwned + 'static>(
    app: App,
    call: impl Fn(&Access) -> api::Call<T> + 'static,
    then: impl FnOnce(T) + 'static,
) {
    let began = app.generation.get_value();
    spawn_local(async move {
        let mut answer = send(app, began, &call).await;
        let stale = |failure: &Failure| failure.fault() == Fault::Stale;
        if matches!(&answer, Some(Err(failure)) if stale(failure)) && reauth::ask(app).await {
            answer = send(app, began, &call).await;
        }
        let Some(answer) = answer else { return };
        match answer {
            Ok(answer) => then(answer),
            Err(failure) => {
                let status = status(app, &failure);
                app.mail.update(|form| form.status = status);
            }
        }
    });
}

/// None if the login that it began in is over, or has another session in the meantime.
async fn send<T: DeserializeOwned>(
    app: App,
    began: Generation,
    call: impl Fn(&Access) -> api::Call<T>,
) -> Option<Result<T, Failure>> {
    let access = access(app).filter(|_| goes_on(app, began))?;
    let answer = http::send(&app.relay.get_value(), call(&access)).await;
    is_current(app, &access).then_some(answer)
}

/// A mail server that refuses is an answer, not a fault of the relay; so is a field that the relay does not take.
fn status(app: App, failure: &Failure) -> MailStatus {
    match failure {
        Failure::Problem(problem) if problem.code == Code::MailFailed => {
            MailStatus::Refused(problem.detail.clone().unwrap_or_default())
        }
        Failure::Problem(problem) if problem.code == Code::Malformed => {
            MailStatus::Rejected(problem.field.clone().unwrap_or_default())
        }
        _ => MailStatus::Failed(failed(app, failure)),
    }
}
