//! Acts that need a login of the last minutes: asks for the password, logs in, and tries again.

use super::{
    desk, focus_soon,
    lock::{self, access, during, failed, goes_on, is_current},
    login::{Credentials, authenticate, take},
};
use crate::{
    api::{Access, Call},
    app::App,
    effects::{http, pause::pause},
    state::{desk::Desk, fault::Fault, keyring::Staff, login::Generation},
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

/// Sends a call of the session; if its login is too old, the password is asked for and the call is sent once more.
/// [`Fault::Stale`] if the person does not want to. What began in a login that is over is not sent, and its answer is
/// not handed on; nobody is told of that, so which fault it is does not matter.
pub(super) async fn fresh<T: DeserializeOwned>(
    app: App,
    began: Generation,
    call: impl Fn(&Access) -> Call<T>,
) -> Result<T, Fault> {
    match send(app, began, &call).await {
        Err(Fault::Stale) if ask(app).await => send(app, began, &call).await,
        answer => answer,
    }
}

/// Does `act`; if this login did not bring the keys or the certificate that it takes now, the password is asked for, which
/// brings them, and it is done once more.
pub(super) async fn keyed<T>(app: App, act: impl AsyncFn() -> Result<T, Fault>) -> Result<T, Fault> {
    match act().await {
        Err(Fault::OldKeys) if ask(app).await => act().await,
        answer => answer,
    }
}

/// The keys that came after this login, for what is sealed to them.
pub(super) fn renew(app: App) {
    let then = move |came| {
        if came {
            app.desk.update(Desk::reopen);
            desk::refresh(app);
        }
    };
    during(app, async move |_| ask(app).await, then);
}

async fn send<T: DeserializeOwned>(
    app: App,
    began: Generation,
    call: impl Fn(&Access) -> Call<T>,
) -> Result<T, Fault> {
    let access = access(app).filter(|_| goes_on(app, began)).ok_or(Fault::Refused)?;
    let answer = http::send(&app.relay.get_value(), call(&access)).await;
    match answer {
        _ if !goes_on(app, began) => Err(Fault::Refused),
        Err(failure) if is_current(app, &access) => Err(failed(app, &failure)),
        other => other.map_err(|failure| failure.fault()),
    }
}

/// Opens the dialog and waits until the person has logged in again, or does not want to.
pub(super) async fn ask(app: App) -> bool {
    let recovering = app.vault.with_value(|vault| vault.staff.as_ref().is_none_or(|staff| staff.recovering));
    // The emergency sheet has no password, and one dialog at a time is enough.
    if recovering || app.reauth.with_untracked(|reauth| reauth.open) {
        return false;
    }
    let (answer, waiting) = pause();
    app.vault.update_value(|vault| vault.asking = Some(answer));
    let account = app.login.with_untracked(|login| login.account.clone());
    app.reauth.update(|reauth| *reauth = reauth.ask(account));
    focus_soon("reauth-password");
    waiting.await
}

/// The person does not want to.
pub(super) fn cancel(app: App) {
    close(app, false);
}

/// Ends the dialog, and what waits for it.
pub(super) fn close(app: App, yes: bool) {
    app.reauth.update(|reauth| *reauth = reauth.closed());
    decide(app, yes);
}

/// Tells whoever asked the person at the screen.
pub(super) fn decide(app: App, yes: bool) {
    let mut asking = None;
    app.vault.update_value(|vault| asking = vault.asking.take());
    if let Some(asking) = asking {
        asking.give(yes);
    }
}

/// Logs in with what was typed and swaps the session, if the same dialog of the same login still waits for it.
pub(super) fn submit(app: App) {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let typed = app.reauth.with_untracked(|reauth| reauth.is_ready().then(|| reauth.clone()));
    let (Some(site), Some(typed)) = (site, typed) else { return };
    let (began, attempt) = (app.generation.get_value(), typed.attempt);
    let waits = move || goes_on(app, began) && app.reauth.with_untracked(|reauth| reauth.is(attempt));
    let pin = app.pin.get_value();
    // The session is another one afterwards: what was kept is kept anew.
    let stay = app.stays.get_value();
    let credentials = Credentials { site, pin, account: typed.account, password: typed.password, stay };
    spawn_local(async move {
        let progress = move |progress| {
            if waits() {
                app.reauth.update(|reauth| reauth.progress = progress);
            }
        };
        let answer = authenticate(app, &credentials, progress).await;
        match answer {
            Ok((staff, export_key)) if waits() && is_same(app, &staff) => {
                if let Some(former) = access(app) {
                    lock::end(app, former);
                }
                take(app, staff, Some(export_key));
                // The former session took its subscription along.
                super::push::renew(app, false);
                app.soon.set(None);
                close(app, true);
            }
            Ok((staff, _)) => {
                lock::end(app, Access { site: credentials.site, secret: staff.session });
                again(app, Fault::Refused, waits());
            }
            Err(fault) => again(app, fault, waits()),
        }
    });
}

fn again(app: App, fault: Fault, waits: bool) {
    if waits {
        app.reauth.update(|reauth| *reauth = reauth.again(fault));
        focus_soon("reauth-password");
    }
}

/// Somebody else's login is not taken.
fn is_same(app: App, staff: &Staff) -> bool {
    let id = staff.member.id;
    app.vault.with_value(|vault| vault.staff.as_ref().is_some_and(|former| former.member.id == id))
}
