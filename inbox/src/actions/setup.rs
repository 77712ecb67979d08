//! The set-up: registration, keys, publication.

use super::{focus_soon, site};
use crate::{
    api::{self, Access},
    app::App,
    effects::{clock, http, random, storage},
    state::{
        fault::Fault,
        login, opaque,
        setup::{
            Making, Published, Setup, Stage,
            confirm::Confirm,
            founding::{Founded, Keys, Place, body, write},
            snippet,
        },
        site::release,
    },
};
use einwurf_protocol::{
    api::login::SetupStart, manifest::Code, problem::Code as ProblemCode, release::Release,
};
use leptos::{prelude::*, task::spawn_local};

/// Asks the relay who it is: the notice says so.
pub(super) fn load(app: App) {
    spawn_local(async move {
        match http::send(&app.relay.get_value(), api::relay()).await {
            Ok(info) => app.setup.update(|setup| setup.relay = Some(info)),
            Err(failure) => app.setup.update(|setup| setup.fault = Some(failure.fault())),
        }
    });
}

/// Goes on, or to the first field that is not in order.
pub(super) fn next(app: App) {
    match app.setup.try_update(Setup::go_on) {
        Some(Err(id)) => focus_soon(id),
        _ => focus_soon("title"),
    }
    if app.setup.with_untracked(|setup| setup.relay.is_none()) {
        load(app);
    }
}

/// Goes back.
pub(super) fn back(app: App) {
    app.vault.update_value(|vault| vault.founded = None);
    app.setup.update(Setup::back);
    focus_soon("title");
}

/// Makes the keys and everything that is signed with them.
pub(super) fn make(app: App) {
    spawn_local(async move {
        match found(app).await {
            Ok(Some(founded)) => made(app, founded),
            Ok(None) => {}
            Err(fault) => {
                app.setup.update(|setup| (setup.making, setup.fault) = (Making::Idle, Some(fault)));
                focus_soon("setup-fault");
            }
        }
    });
}

fn made(app: App, founded: Founded) {
    let code = founded.keys.recovery.to_text();
    let confirm = Confirm::draw(&mut random::rng());
    let site_key = Some(founded.keys.site.thumbprint());
    app.vault.update_value(|vault| vault.founded = Some(founded));
    app.setup.update(|setup| (setup.making, setup.site_key) = (Making::Made { code, confirm }, site_key));
    focus_soon("code-title");
}

async fn stage(app: App, stage: Stage) {
    app.setup.update(|setup| (setup.making, setup.fault) = (Making::At(stage), None));
    clock::painted().await;
}

fn access(app: App) -> Result<Access, Fault> {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).ok_or(Fault::LinkUsed)?;
    let secret = app.vault.with_value(|vault| vault.setup).ok_or(Fault::LinkUsed)?;
    Ok(Access { site, secret })
}

/// The link is the only credential here: refused means used up.
fn fault(failure: &api::Failure) -> Fault {
    match failure.fault() {
        Fault::Refused | Fault::Unknown => Fault::LinkUsed,
        Fault::Misunderstood if is_conflict(failure) => Fault::LinkUsed,
        other => other,
    }
}

fn is_conflict(failure: &api::Failure) -> bool {
    matches!(failure, api::Failure::Problem(problem) if problem.code == ProblemCode::Conflict)
}

/// None if the relay says other things of itself than what was on the screen: they are shown first.
async fn found(app: App) -> Result<Option<Founded>, Fault> {
    let (relay, access) = (app.relay.get_value(), access(app)?);
    let (answers, password) =
        app.setup.with_untracked(|setup| (setup.answers.clone(), setup.password.clone()));
    stage(app, Stage::Keys).await;
    let mut rng = random::rng();
    let keys = Keys::draw(&mut rng);
    stage(app, Stage::Password).await;
    let (client, registration) = opaque::register(password, &mut rng).map_err(|_| Fault::Device)?;
    let start = SetupStart { account: login::account(&answers.account), registration };
    let started = http::send(&relay, api::setup_start(&access, &start)).await.map_err(|f| fault(&f))?;
    let registered = client.finish(&started.registration, &mut rng).map_err(|_| Fault::Misunderstood)?;
    stage(app, Stage::Signing).await;
    let info = http::send(&relay, api::relay()).await.map_err(|failure| failure.fault())?;
    let code = release_of(&relay).await?;
    let shown = app.setup.with_untracked(|setup| setup.relay.as_ref() == Some(&info));
    let Some(written) = write(&answers, &info).ok().filter(|_| shown) else {
        focus_soon(app.setup.try_update(|setup| setup.reopen(info)).unwrap_or("title"));
        return Ok(None);
    };
    stage(app, Stage::Sealing).await;
    let launcher = code.launcher.clone();
    let place = Place { started, code, now: clock::now() };
    let body = body(&answers, &keys, &place, written, &registered, &mut rng).map_err(|_| Fault::Device)?;
    Ok(Some(Founded { keys, body, launcher }))
}

/// What the relay offers to run, if the project has signed it.
async fn release_of(relay: &str) -> Result<Code, Fault> {
    let signed = http::text(relay, api::SIGNED_RELEASE).await.ok_or(Fault::Offline)?;
    let project = release::project().ok_or(Fault::Release)?;
    let verified = Release::verify(signed.trim(), &project).map_err(|_| Fault::Release)?;
    Ok(verified.code)
}

/// Publishes, if the groups of the code are right.
pub(super) fn publish(app: App) {
    let making = app.setup.with_untracked(|setup| setup.making.clone());
    let Making::Made { code, mut confirm } = making else { return };
    if !confirm.fits(&code) {
        confirm.wrong = true;
        app.setup.update(|setup| setup.making = Making::Made { code, confirm });
        focus_soon("group-0");
        return;
    }
    let (again, asked) = (code.clone(), confirm.clone());
    app.setup.update(|setup| (setup.making, setup.fault) = (Making::Publishing { code, confirm }, None));
    spawn_local(async move {
        match send(app).await {
            Ok(published) => arrived(app, published),
            Err(fault) => {
                let making = Making::Made { code: again, confirm: asked };
                app.setup.update(|setup| (setup.making, setup.fault) = (making, Some(fault)));
                focus_soon("setup-fault");
            }
        }
    });
}

async fn send(app: App) -> Result<Published, Fault> {
    let (relay, access) = (app.relay.get_value(), access(app)?);
    let founded = app.vault.with_value(|vault| {
        let founded = vault.founded.as_ref()?;
        Some((founded.body.clone(), founded.keys.site.thumbprint(), founded.launcher.clone()))
    });
    let (body, pin, asset) = founded.ok_or(Fault::Device)?;
    http::send(&relay, api::setup(&access, &body)).await.map_err(|failure| fault(&failure))?;
    // The site is published; without its launcher, which is asked for again under Website, nothing else is handed out.
    let launcher = http::pinned(&relay, &asset.path, &asset.sri).await.unwrap_or_default();
    Ok(Published { pin, site: access.site, relay, launcher, file: false })
}

/// The site is published: the keys are dropped, since the login brings them back.
fn arrived(app: App, published: Published) {
    app.vault.update_value(|vault| (vault.founded, vault.setup) = (None, None));
    app.login.update(|login| {
        login.account = app.setup.with_untracked(|setup| login::account(&setup.answers.account));
    });
    app.setup.update(|setup| setup.publish(published));
    storage::forget_setup();
    focus_soon("title");
}

/// Hands out the launcher as a file.
pub(super) fn save_launcher(app: App) {
    let launcher = app
        .setup
        .with_untracked(|setup| setup.published.as_ref().map(|site| site.launcher.clone()))
        .unwrap_or_default();
    site::save_launcher(app, &launcher);
}

/// Copies the snippet.
pub(super) fn copy(app: App) {
    let text = app.setup.with_untracked(|setup| {
        setup.published.as_ref().and_then(|published| snippet::snippet(published, &setup.answers))
    });
    if let Some(text) = text {
        super::copy(app, text);
    }
}
