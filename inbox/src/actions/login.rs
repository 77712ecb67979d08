//! Logging in: work if this device is new, OPAQUE, then keys, then the check of everything that the relay showed.

use super::{
    desk, files, focus_soon,
    lock::{access, end, goes_on},
    publishing, push, stay,
};
use crate::{
    api::{self, Failure},
    app::{App, Page},
    effects::{clock, http, random, storage},
    state::{
        fault::Fault,
        keyring::{Known, Staff, unlock},
        login::{self, Progress},
        opaque::{self, ExportKey},
        start,
    },
};
use einwurf_protocol::{
    api::login::{LoginFinish, LoginStart, LoginStarted, Session},
    ids::Thumbprint,
    roster::Capability,
    work::{Challenge, Work},
};
use einwurf_staff::Refusal;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use zeroize::Zeroizing;

/// Numbers that are tried between two moments in which the page may draw: some ten milliseconds.
const SLICE: u64 = 8;
/// Challenges that are taken up in one login: one may end while a slow device works.
const CHALLENGES: usize = 3;

/// What a login needs.
pub(super) struct Credentials {
    pub(super) site: String,
    /// The site key that a link names.
    pub(super) pin: Option<Thumbprint>,
    pub(super) account: String,
    pub(super) password: Zeroizing<String>,
    /// This device is to stay signed in.
    pub(super) stay: bool,
}

/// Tries what is typed.
pub(super) fn log_in(app: App) {
    let known = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let typed = app.login.get_untracked();
    let place = start::place(&typed.site, known.as_deref(), app.pin.get_value());
    if typed.is_busy() || !typed.is_complete() {
        return;
    }
    let Some(place) = place else {
        app.login.update(|login| (login.fault, login.left) = (Some(Fault::Unknown), None));
        return focus_soon("site");
    };
    let account = login::account(&typed.account);
    let start::Place { site, pin } = place.clone();
    let credentials = Credentials { site, pin, account, password: typed.password.clone(), stay: typed.stay };
    let began = app.generation.get_value();
    app.stays.set_value(false);
    spawn_local(async move {
        let progress = move |progress| {
            if goes_on(app, began) {
                app.login.update(|login| login.progress = progress);
            }
        };
        match authenticate(app, &credentials, progress).await {
            Ok((staff, export_key)) if goes_on(app, began) => {
                if !app.stays.get_value() {
                    // What somebody kept before is not for whoever came now.
                    stay::forget(app, &place.site);
                }
                enter(app, place, staff, Some(export_key));
            }
            // Somebody else came in meanwhile.
            Ok((staff, _)) => {
                stay::forget(app, &place.site);
                end(app, api::Access { site: credentials.site, secret: staff.session });
            }
            Err(fault) if goes_on(app, began) => {
                app.login.update(|login| *login = login.again(None, Some(fault)));
                focus_soon("login-fault");
            }
            Err(_) => {}
        }
    });
}

/// What is typed does not stay behind when somebody goes to another page.
pub(super) fn forget(app: App) {
    app.login.update(|login| {
        if !login.is_busy() {
            *login = login.again(None, None);
        }
    });
}

/// The whole login, for the login page and for asking again.
pub(super) async fn authenticate(
    app: App,
    credentials: &Credentials,
    progress: impl Fn(Progress),
) -> Result<(Staff, ExportKey), Fault> {
    progress(Progress::Asking);
    let mut rng = random::rng();
    let password = credentials.password.clone();
    let (client, ke1) = opaque::log_in(password, &mut rng).map_err(|_| Fault::Device)?;
    let started = start(app, credentials, ke1, &progress).await?;
    clock::meet(started.now);
    progress(Progress::Deriving);
    clock::painted().await;
    // A wrong password shows here; the relay never hears of it.
    let answered = client.finish(&started.ke2, &mut rng).map_err(|_| Fault::Refused)?;
    let finish = LoginFinish { login: started.login, ke3: answered.ke3 };
    let session = http::send(&app.relay.get_value(), api::login_finish(&credentials.site, &finish)).await;
    let session = session.map_err(|failure| failure.fault())?;
    progress(Progress::Checking);
    clock::painted().await;
    let place = start::Place { site: credentials.site.clone(), pin: credentials.pin };
    let staff = checked(app, &place, |known| unlock(&session, &answered.export_key, known), &session).await?;
    if credentials.stay {
        stay::keep(app, &credentials.site, &credentials.account, &session, &staff).await;
    }
    Ok((staff, answered.export_key))
}

/// Verifies with what this device knows, and remembers how far the site has come. A session that fails is given back.
pub(super) async fn checked(
    app: App,
    place: &start::Place,
    verify: impl FnOnce(&Known<'_>) -> Result<Staff, Refusal>,
    session: &Session,
) -> Result<Staff, Fault> {
    let (relay, seen) = (app.relay.get_value(), storage::seen(&place.site));
    let pin = place.pin.or(seen.pin);
    let known = Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin };
    match verify(&known) {
        Ok(staff) => Ok(staff),
        Err(refusal) => {
            let access = api::Access { site: place.site.clone(), secret: session.session };
            // Nothing is done with it; if the relay cannot be told, it ends by itself.
            let _ = http::send(&relay, api::log_out(&access)).await;
            Err(refusal.into())
        }
    }
}

/// The first step; a device that the account does not know works for it.
async fn start(
    app: App,
    credentials: &Credentials,
    ke1: Vec<u8>,
    progress: &impl Fn(Progress),
) -> Result<LoginStarted, Fault> {
    let relay = app.relay.get_value();
    let mut body = LoginStart { account: credentials.account.clone(), ke1, work: None };
    for _ in 0..=CHALLENGES {
        let failure = match http::send(&relay, api::login_start(&credentials.site, &body)).await {
            Ok(started) => return Ok(started),
            Err(failure) => failure,
        };
        let Some(challenge) = challenge(&failure) else { return Err(failure.fault()) };
        progress(Progress::Working);
        body.work = Some(work(challenge).await);
        progress(Progress::Asking);
    }
    Err(Fault::Limit)
}

fn challenge(failure: &Failure) -> Option<&Challenge> {
    match failure {
        Failure::Problem(problem) => problem.work.as_ref().filter(|challenge| login::is_fair(challenge)),
        _ => None,
    }
}

async fn work(challenge: &Challenge) -> Work {
    clock::painted().await;
    let mut from = 0;
    loop {
        if let Some(work) = challenge.solve(from, SLICE) {
            return work;
        }
        from += SLICE;
        clock::wait(Duration::ZERO).await;
    }
}

/// Shows the inbox, and does in the background what a login brings along. Only now is the site remembered: a mistyped one
/// would be asked for ever after.
pub(super) fn enter(app: App, place: start::Place, staff: Staff, export_key: Option<ExportKey>) {
    if let Some(former) = access(app) {
        end(app, former);
    }
    let resumed = export_key.is_none();
    app.turn();
    super::reauth::close(app, false);
    keep(app, place);
    take(app, staff, export_key);
    app.login.update(|login| {
        *login = login.again(None, None);
        login.site.clear();
    });
    app.page.set(Page::Inbox);
    focus_soon("title");
    desk::refresh(app);
    super::live::start(app);
    push::renew(app, resumed);
    publishing::renew(app);
    super::admin::load(app);
}

/// The site that this page is about, now that it has shown itself.
pub(super) fn keep(app: App, place: start::Place) {
    app.pin.set_value(place.pin);
    app.prefs.update(|prefs| prefs.site = Some(place.site));
}

/// The member is logged in: what was shown is remembered on this device, and keys are wrapped anew where they have to be.
pub(super) fn take(app: App, staff: Staff, export_key: Option<ExportKey>) {
    app.company.set(staff.manifest().display.name.clone());
    app.reads.set(staff.may(Capability::Read));
    app.signs.set(staff.may(Capability::Sign));
    app.audits.set(staff.may(Capability::Audit));
    app.certified.set(staff.certificate.is_some());
    let same = app.answers.try_update(|answers| answers.claim(staff.member.id)).unwrap_or(false);
    files::returned(app, same);
    let (site, me) = (staff.site.clone(), staff.member.id);
    app.desk.update(|desk| (desk.me, desk.now) = (Some(me), Some(clock::now())));
    app.vault.update_value(|vault| vault.staff = Some(staff));
    desk::looked(app, &site);
    if let Some(export_key) = export_key {
        publishing::rewrap(app, &export_key);
    }
}
