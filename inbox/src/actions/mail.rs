//! Mail settings.

use super::{
    focus_soon,
    lock::{access, failed, goes_on, is_current},
    reauth,
};
use crate::{
    api::{self, Access, Failure},
    app::{App, Page},
    effects::{http, zone},
    state::{
        abuse::AbuseForm,
        event::Toast,
        fault::Fault,
        login::Generation,
        mail::{MailForm, MailStatus},
        wish::{WishForm, spoken},
    },
};
use einwurf_protocol::{
    api::staff::{MailReader, MailSettings},
    problem::{Code, Problem},
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

/// Shows the settings and fetches what the relay has.
pub(super) fn show(app: App) {
    super::show(app, Page::Settings);
    app.mail.set(MailForm::default());
    app.wish.set(WishForm::default());
    app.reader.set(WishForm::default());
    with_session(app, (api::mail, fails), move |settings| app.mail.set(MailForm::of(&settings)));
    readers(app);
    super::push::load(app);
    abuse(app);
}

/// Fetches who gets mails, and when.
fn readers(app: App) {
    with_session(app, (api::mail_readers, wish_fails), move |readers| {
        app.wish.set(WishForm::of(readers, zone::own()));
    });
}

fn fails(app: App, status: MailStatus) {
    app.mail.update(|form| form.status = status);
}

fn wish_fails(app: App, status: MailStatus) {
    app.wish.update(|form| form.status = status);
}

/// Stores when mails arrive, and shows what everybody sees of it.
pub(super) fn save_wish(app: App) {
    if app.wish.with_untracked(|form| form.status.is_busy()) {
        return;
    }
    let Some(wish) = app.wish.with_untracked(WishForm::wish) else {
        app.wish.update(|form| form.tried = true);
        return focus_soon("wish-from");
    };
    app.wish.update(|form| (form.tried, form.status) = (false, MailStatus::Saving));
    let call = move |access: &Access| api::wish_mail(access, &wish);
    with_session(app, (call, wish_fails), move |_| {
        with_session(app, (api::mail_readers, wish_fails), move |readers| {
            let form = WishForm { status: MailStatus::Saved, ..WishForm::of(readers, zone::own()) };
            app.wish.set(form);
        });
    });
}

/// Shows what is stored again. The button that was pressed is gone; the one beside it has the focus.
pub(super) fn drop_wish(app: App) {
    app.wish.update(|form| *form = form.dropped());
    focus_soon("wish-save");
}

/// Fetches who gets mails, and leaves alone what the member says of the own ones.
fn everybody(app: App, then: impl FnOnce() + 'static) {
    with_session(app, (api::mail_readers, reader_fails), move |readers| {
        app.wish.update(|form| form.readers = readers.readers);
        then();
    });
}

/// Asks when mails are to arrive at an address that is no member's.
pub(super) fn edit_reader(app: App, place: usize) {
    let reader = app.wish.with_untracked(|form| form.readers.get(place).cloned());
    if let Some(reader) = reader.filter(|reader| !reader.member) {
        app.reader.set(WishForm::for_address(reader, zone::own()));
        focus_soon("reader-title");
    }
}

/// Leaves it as it was. The focus goes back to where it came from.
pub(super) fn leave_reader(app: App) {
    let address = app.reader.with_untracked(|form| form.own.clone());
    app.reader.set(WishForm::default());
    let is = |reader: &MailReader| Some(&reader.address) == address.as_ref();
    let place = app.wish.with_untracked(|form| form.readers.iter().position(is));
    focus_soon(place.map_or_else(|| "readers-title".to_owned(), |place| format!("reader-{place}")));
}

fn reader_fails(app: App, status: MailStatus) {
    app.reader.update(|form| form.status = status);
}

/// Stores it with the mail settings as the relay has them: what is typed in their form and not saved stays there.
pub(super) fn save_reader(app: App) {
    if app.reader.with_untracked(|form| form.status.is_busy()) {
        return;
    }
    let said = app.reader.with_untracked(|form| form.own.clone().zip(form.wish()));
    let Some((address, wish)) = said else {
        app.reader.update(|form| form.tried = true);
        return focus_soon("reader-from");
    };
    app.reader.update(|form| (form.tried, form.status) = (false, MailStatus::Saving));
    with_session(app, (api::mail, reader_fails), move |settings| {
        let wishes = spoken(settings.wishes.clone(), &address, wish);
        let settings = MailSettings { wishes: wishes.clone(), ..settings };
        let call = move |access: &Access| api::set_mail(access, &settings);
        with_session(app, (call, reader_fails), move |_| {
            app.mail.update(|form| form.wishes = wishes);
            everybody(app, move || {
                leave_reader(app);
                app.toast.set(Some(Toast { text: |t| &t.mail_saved, undo: None }));
            });
        });
    });
}

fn abuse_fails(app: App, status: MailStatus) {
    app.abuse.update(|form| form.status = status);
}

/// Fetches what is asked of visitors, and what is going on.
fn abuse(app: App) {
    app.abuse.set(AbuseForm::default());
    with_session(app, (api::abuse, abuse_fails), move |state| app.abuse.set(AbuseForm::of(state)));
}

/// Stores what is asked of visitors.
pub(super) fn save_abuse(app: App) {
    if app.abuse.with_untracked(|form| form.status.is_busy()) {
        return;
    }
    let settings = app.abuse.with_untracked(|form| form.settings);
    abuse_fails(app, MailStatus::Saving);
    let call = move |access: &Access| api::set_abuse(access, settings);
    with_session(app, (call, abuse_fails), move |_| {
        with_session(app, (api::abuse, abuse_fails), move |state| {
            app.abuse.set(AbuseForm { status: MailStatus::Saved, ..AbuseForm::of(state) });
        });
    });
}

/// Has the mail server tried at once. What comes of it shows by itself; one that was tried a moment ago is enough.
pub(super) fn retry(app: App) {
    let began = app.generation.get_value();
    spawn_local(async move {
        let answer = send(app, began, api::retry_mail).await;
        if let Some(Err(failure)) = answer {
            let busy = |problem: &Problem| problem.code == Code::LimitReached;
            if !matches!(&failure, Failure::Problem(problem) if busy(problem)) {
                let fault = failed(app, &failure);
                app.desk.update(|desk| desk.fail(fault));
            }
        }
        super::desk::refresh(app);
    });
}

/// Stores the form.
pub(super) fn save(app: App) {
    store(app, || {});
}

/// Stores the form, since the relay tests what it has, then asks for a test mail.
pub(super) fn test(app: App) {
    store(app, move || {
        app.mail.update(|form| form.status = MailStatus::Testing);
        with_session(app, (api::test_mail, fails), move |_| {
            app.mail.update(|form| form.status = MailStatus::Sent);
        });
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
    with_session(app, (move |access: &Access| api::set_mail(access, &settings), fails), move |_| {
        app.mail.update(|form| form.status = MailStatus::Saved);
        everybody(app, || {});
        then();
    });
}

fn with_session<T: DeserializeOwned + 'static>(
    app: App,
    (call, fails): (impl Fn(&Access) -> api::Call<T> + 'static, fn(App, MailStatus)),
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
                fails(app, status);
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
