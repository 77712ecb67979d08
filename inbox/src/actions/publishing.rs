//! Publishing: fetches what is in force, verifies it like a login, changes one thing, signs, sends. Whoever was
//! overtaken by a colleague begins again from what the colleague published.

use super::{
    desk::published,
    lock::{access, during, goes_on, is_current},
    reauth::fresh,
};
use crate::{
    api,
    app::App,
    effects::{clock, http, random, storage},
    state::{
        fault::Fault,
        keyring::Known,
        login::Generation,
        publishing::{Draft, Renewal, Signing, draft, finish, is_due},
    },
};
use einwurf_protocol::{api::admin::SiteState, stock};
use leptos::{prelude::*, task::spawn_local};

/// Times that somebody may be overtaken by colleagues.
const TRIES: usize = 4;

/// The one way to publish: `change` changes the draft, again from the beginning if a colleague was quicker; `then` is
/// told how it went, while the same login goes on. The app knows the new state before `then` runs.
pub(super) fn publish(
    app: App,
    change: impl Fn(&mut Draft) -> Result<(), Fault> + 'static,
    then: impl FnOnce(Result<(), Fault>) + 'static,
) {
    during(app, async move |began| run(app, began, &change).await, then);
}

/// The same, to be awaited.
pub(super) async fn run(
    app: App,
    began: Generation,
    change: &impl Fn(&mut Draft) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut outcome = Err(Fault::Conflict);
    for _ in 0..TRIES {
        outcome = once(app, began, change).await;
        if outcome != Err(Fault::Conflict) {
            break;
        }
    }
    outcome
}

async fn once(
    app: App,
    began: Generation,
    change: &impl Fn(&mut Draft) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let state = fresh(app, began, api::site_state).await?;
    clock::painted().await;
    if !goes_on(app, began) {
        return Err(Fault::Refused);
    }
    let signing = sign(app, &state, change)?;
    fresh(app, began, |access| api::publish(access, &signing.body)).await?;
    apply(app, signing);
    Ok(())
}

fn sign(
    app: App,
    state: &SiteState,
    change: &impl Fn(&mut Draft) -> Result<(), Fault>,
) -> Result<Signing, Fault> {
    let relay = app.relay.get_value();
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    let seen = storage::seen(&site);
    let known =
        Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin: seen.pin };
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        let mut draft = draft(staff, state, &known)?;
        change(&mut draft)?;
        finish(draft, staff, &relay, &mut random::rng())
    })
}

/// The relay has it: the member goes on with the new state, and the device remembers it. What a colleague changed before
/// is still told.
fn apply(app: App, signing: Signing) {
    let (former, mut now) = (signing.former.clone(), None);
    app.vault.update_value(|vault| {
        if let Some(staff) = vault.staff.as_mut() {
            signing.apply(staff);
            now = Some(staff.site.clone());
        }
    });
    if let Some(site) = now {
        published(app, &former, &site);
    }
}

/// A login of somebody who may sign renews the stock, quietly.
pub(super) fn renew(app: App) {
    let due =
        app.vault.with_value(|vault| vault.staff.as_ref().is_some_and(|staff| is_due(staff, clock::now())));
    if !due {
        return;
    }
    app.renewal.set(Renewal::Running);
    let still_due = |draft: &mut Draft| {
        // A colleague's login may have done it.
        if stock::is_due(&draft.site.stock, draft.now) { Ok(()) } else { Err(Fault::Expired) }
    };
    publish(app, still_due, move |outcome| {
        app.renewal.set(match outcome {
            Ok(()) | Err(Fault::Expired) => Renewal::Done,
            Err(fault) => Renewal::Failed(fault),
        });
        super::desk::refresh(app);
    });
}

/// After the site key has changed: the member's keys are wrapped for the present one.
pub(super) fn rewrap(app: App, export_key: &[u8]) {
    let wrapped = app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().filter(|staff| staff.is_to_rewrap())?;
        let secret = einwurf_seal::wrapping_key(export_key, &staff.site.key);
        Some((staff.site.key, staff.keys.wrap(secret.as_ref(), &mut random::rng())))
    });
    let (Some((root, wrapped)), Some(access)) = (wrapped, access(app)) else { return };
    spawn_local(async move {
        let body = einwurf_protocol::api::admin::Rewrap { wrapped };
        // The next login tries again.
        if http::send(&app.relay.get_value(), api::rewrap(&access, &body)).await.is_ok()
            && is_current(app, &access)
        {
            app.vault.update_value(|vault| {
                if let Some(staff) = vault.staff.as_mut() {
                    staff.root = root;
                }
            });
        }
    });
}
