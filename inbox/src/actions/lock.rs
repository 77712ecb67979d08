//! Leaving: keys, tokens and plaintext are dropped first, then the relay is told.

use super::focus_soon;
use crate::{
    api::{self, Access, Failure},
    app::{App, Page, Vault},
    effects::{history, http},
    state::{
        fault::Fault,
        login::{Generation, Left},
        publishing::Renewal,
    },
};
use leptos::{prelude::*, task::spawn_local};

/// Forgets everything that the login brought and goes back to it.
pub(super) fn lock(app: App, left: Left) {
    let access = access(app);
    // Whoever wanted to stay signed in comes back without the password after a pause; every other end is an end.
    let stays = left == Left::Locked && app.stays.get_value();
    app.turn();
    super::reauth::close(app, false);
    app.changes.set(Vec::new());
    app.renewal.set(Renewal::default());
    app.stock_until.set(None);
    app.moved.set(None);
    app.vault.set_value(Vault::default());
    app.desk.set(crate::state::desk::Desk::default());
    super::rights::forget(app);
    app.answers.update(|answers| match left {
        Left::LoggedOut => *answers = crate::state::answer::Answers::default(),
        Left::Locked | Left::Ended | Left::Switched => answers.suspend(),
    });
    match left {
        Left::LoggedOut => {
            super::files::clear(app);
            super::push::forget(app);
        }
        Left::Locked | Left::Ended | Left::Switched => super::files::suspend(app),
    }
    app.mail.set(crate::state::mail::MailForm::default());
    app.wish.set(crate::state::wish::WishForm::default());
    app.reader.set(crate::state::wish::WishForm::default());
    app.abuse.set(crate::state::abuse::AbuseForm::default());
    app.admin.forget();
    app.company.set(String::new());
    app.toast.set(None);
    app.soon.set(None);
    app.help.set(false);
    app.leaving.set(false);
    app.login.update(|login| *login = login.again(Some(left), None));
    if let (Some(access), false) = (&access, stays) {
        super::stay::forget(app, &access.site);
    }
    app.login.update(|login| login.kept = stays);
    app.page.set(Page::Login);
    history::back();
    focus_soon("title");
    if let Some(access) = access.filter(|_| left != Left::Ended && !stays) {
        end(app, access);
    }
}

/// Ends a session at the relay. If the relay cannot be told, it ends by itself.
pub(super) fn end(app: App, session: Access) {
    let relay = app.relay.get_value();
    spawn_local(async move {
        let _ = http::send(&relay, api::log_out(&session)).await;
    });
}

/// The session of the logged-in member.
pub(super) fn access(app: App) -> Option<Access> {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone())?;
    app.vault.with_value(|vault| vault.staff.as_ref().map(|staff| Access { site, secret: staff.session }))
}

/// Whether `access` still is the session of this app: answers of an earlier one must not be taken up.
pub(super) fn is_current(app: App, access: &Access) -> bool {
    app.vault.with_value(|vault| vault.staff.as_ref().is_some_and(|staff| staff.session == access.secret))
}

/// Does `act` in the present login. `then` hears of it only while that login goes on.
pub(super) fn during<T: 'static>(
    app: App,
    act: impl AsyncFnOnce(Generation) -> T + 'static,
    then: impl FnOnce(T) + 'static,
) {
    let began = app.generation.get_value();
    spawn_local(async move {
        let outcome = act(began).await;
        if goes_on(app, began) {
            then(outcome);
        }
    });
}

/// Whether the login that an act began in still goes on.
pub(super) fn goes_on(app: App, began: Generation) -> bool {
    app.generation.get_value() == began
}

/// What a failed call of a session means. A refused session locks the app.
pub(super) fn failed(app: App, failure: &Failure) -> Fault {
    let fault = failure.fault();
    if fault == Fault::Refused {
        lock(app, Left::Ended);
    }
    fault
}
