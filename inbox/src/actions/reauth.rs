//! Acts that need a login of the last minutes: asks for the password, logs in, and tries again.

use super::{
    focus_soon,
    lock::{self, access, failed},
    login::{Credentials, authenticate, take},
};
use crate::{
    api::{self, Access, Call},
    app::App,
    effects::{http, pause::pause},
    state::{fault::Fault, keyring::Staff, reauth::Reauth},
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

/// Sends a call of the session; if its login is too old, the password is asked for and the call is sent once more.
/// [`Fault::Stale`] if the person does not want to.
pub(super) async fn fresh<T: DeserializeOwned>(
    app: App,
    call: impl Fn(&Access) -> Call<T>,
) -> Result<T, Fault> {
    match send(app, &call).await {
        Err(Fault::Stale) if ask(app).await => send(app, &call).await,
        answer => answer,
    }
}

async fn send<T: DeserializeOwned>(app: App, call: impl Fn(&Access) -> Call<T>) -> Result<T, Fault> {
    let access = access(app).ok_or(Fault::Refused)?;
    let answer = http::send(&app.relay.get_value(), call(&access)).await;
    answer.map_err(
        |failure| {
            if lock::is_current(app, &access) { failed(app, &failure) } else { failure.fault() }
        },
    )
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
    app.reauth.set(Reauth::ask(app.login.with_untracked(|login| login.account.clone())));
    focus_soon("reauth-password");
    waiting.await
}

/// The person does not want to.
pub(super) fn cancel(app: App) {
    close(app, false);
}

/// Ends the dialog, and what waits for it.
pub(super) fn close(app: App, yes: bool) {
    app.reauth.set(Reauth::default());
    let mut asking = None;
    app.vault.update_value(|vault| asking = vault.asking.take());
    if let Some(asking) = asking {
        asking.give(yes);
    }
}

/// Logs in with what was typed and swaps the session.
pub(super) fn submit(app: App) {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let typed = app.reauth.with_untracked(|reauth| reauth.is_ready().then(|| reauth.clone()));
    let (Some(site), Some(typed)) = (site, typed) else { return };
    let credentials = Credentials { site, account: typed.account, password: typed.password };
    spawn_local(async move {
        let progress = move |progress| app.reauth.update(|reauth| reauth.progress = progress);
        let answer = authenticate(app, &credentials, progress).await;
        match answer.and_then(|(staff, export_key)| swap(app, staff).map(|staff| (staff, export_key))) {
            Ok((staff, export_key)) => {
                take(app, staff, Some(export_key));
                close(app, true);
            }
            Err(fault) => {
                app.reauth.update(|reauth| *reauth = reauth.again(fault));
                focus_soon("reauth-password");
            }
        }
    });
}

/// The former session ends. Somebody else's login, or one that came after the app was locked, is not taken.
fn swap(app: App, staff: Staff) -> Result<Staff, Fault> {
    let former = access(app);
    let same = app
        .vault
        .with_value(|vault| vault.staff.as_ref().is_some_and(|former| former.member.id == staff.member.id));
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    let ending = if same { former } else { Some(Access { site, secret: staff.session }) };
    if let Some(ending) = ending {
        let relay = app.relay.get_value();
        spawn_local(async move {
            // If the relay cannot be told, the session ends by itself.
            let _ = http::send(&relay, api::log_out(&ending)).await;
        });
    }
    if same { Ok(staff) } else { Err(Fault::Refused) }
}
