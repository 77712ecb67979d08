//! Logging in: OPAQUE, then keys, then the check of everything that the relay showed.

use super::{desk, focus_soon};
use crate::{
    api,
    app::{App, Page},
    effects::{clock, http, random, storage},
    state::{
        fault::Fault,
        keyring::{Known, Staff, unlock},
        login::{self, Progress},
        opaque, start,
    },
};
use einwurf_protocol::api::login::{LoginFinish, LoginStart};
use leptos::{prelude::*, task::spawn_local};

/// Tries what is typed.
pub(super) fn log_in(app: App) {
    let known = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let site = known.or_else(|| app.login.with_untracked(|login| start::address(&login.site)));
    let ready = app.login.with_untracked(|login| !login.is_busy() && login.is_complete(site.is_some()));
    let Some(site) = site.filter(|_| ready) else { return };
    app.prefs.update(|prefs| prefs.site = Some(site.clone()));
    spawn_local(async move {
        match try_login(app, &site).await {
            Ok(staff) => enter(app, staff),
            Err(fault) => {
                app.login.update(|login| *login = login.again(None, Some(fault)));
                focus_soon("login-fault");
            }
        }
    });
}

async fn try_login(app: App, site: &str) -> Result<Staff, Fault> {
    let relay = app.relay.get_value();
    let progress = |progress| app.login.update(|login| login.progress = progress);
    progress(Progress::Asking);
    let (account, password) =
        app.login.with_untracked(|login| (login::account(&login.account), login.password.clone()));
    let mut rng = random::rng();
    let (client, ke1) = opaque::log_in(password, &mut rng).map_err(|_| Fault::Device)?;
    let started = http::send(&relay, api::login_start(site, &LoginStart { account, ke1 })).await;
    let started = started.map_err(|failure| failure.fault())?;
    progress(Progress::Deriving);
    clock::painted().await;
    // A wrong password shows here; the relay never hears of it.
    let answered = client.finish(&started.ke2, &mut rng).map_err(|_| Fault::Refused)?;
    let finish = LoginFinish { login: started.login, ke3: answered.ke3 };
    let session = http::send(&relay, api::login_finish(site, &finish)).await;
    let session = session.map_err(|failure| failure.fault())?;
    progress(Progress::Checking);
    clock::painted().await;
    let known = Known { relay: &relay, now: clock::now(), serial: storage::serial(site) };
    let staff = unlock(&session, &answered.export_key, &known)?;
    storage::keep_serial(site, staff.manifest.serial);
    Ok(staff)
}

fn enter(app: App, staff: Staff) {
    app.company.set(staff.manifest.display.name.clone());
    app.vault.update_value(|vault| vault.staff = Some(staff));
    app.login.update(|login| *login = login.again(None, None));
    app.page.set(Page::Inbox);
    focus_soon("title");
    desk::refresh(app);
}
