//! During a session: looks every few minutes at what the site publishes, so that readers are told of a change on the
//! roster on the same day, a relay that goes back to something older is noticed, and a session ends that began under a
//! former site key.

use super::{
    desk::looked,
    lock::{self, is_current},
};
use crate::{
    api::{Access, Failure},
    app::App,
    effects::{clock, http, storage},
    state::{
        fault::Fault,
        keyring::{self, Known, Site},
        login::Left,
        switched::is_switched,
    },
};
use einwurf_protocol::{api::path, roster::Capability};
use leptos::prelude::*;

/// Between two looks.
const EVERY_SECONDS: u64 = 300;
/// The same when something looks newer than this session: whole lists may, and the relay is asked once for them.
const SUSPECT_SECONDS: u64 = 10;

/// Looks, if it is time.
pub(super) async fn glance(app: App, access: &Access) {
    look(app, access, EVERY_SECONDS).await;
}

/// Looks soon: something came that this session cannot make sense of.
pub(super) async fn suspect(app: App, access: &Access) {
    look(app, access, SUSPECT_SECONDS).await;
}

async fn look(app: App, access: &Access, every: u64) {
    let now = clock::now();
    if now < app.glanced.get_value().plus(every) {
        return;
    }
    app.glanced.set_value(now);
    // A publication between both requests looks like a mismatch; a second look tells.
    for last in [false, true] {
        let Ok((manifest, roster)) = fetch(app, access).await else { return };
        if !is_current(app, access) {
            return;
        }
        match compare(app, access, &manifest, &roster) {
            Ok(Found::Switched) => return lock::lock(app, Left::Switched),
            Ok(Found::Newer(site)) => return looked(app, &site),
            Ok(Found::Same) => return,
            Err(fault) if last => app.desk.update(|desk| desk.fail(fault)),
            Err(_) => {}
        }
    }
}

async fn fetch(app: App, access: &Access) -> Result<(String, String), Failure> {
    let relay = app.relay.get_value();
    let roster = http::document(&relay, &access.site, path::ROSTER).await?;
    let manifest = http::document(&relay, &access.site, path::MANIFEST).await?;
    Ok((manifest, roster))
}

/// What a look found.
enum Found {
    /// Nothing new.
    Same,
    /// Something newer by the same key.
    Newer(Box<Site>),
    /// The announced next key is in force.
    Switched,
}

fn compare(app: App, access: &Access, manifest: &str, roster: &str) -> Result<Found, Fault> {
    let (relay, seen) = (app.relay.get_value(), storage::seen(&access.site));
    let known =
        Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin: seen.pin };
    let mut found = Ok(Found::Same);
    app.vault.update_value(|vault| {
        let Some(staff) = vault.staff.as_mut() else { return };
        if is_switched(&staff.site, manifest, &known) {
            found = Ok(Found::Switched);
            return;
        }
        let newer = keyring::glance(&staff.site, manifest, roster, &known);
        if let Ok(Some(site)) = &newer {
            if let Some(member) = site.roster.member(&staff.member.id) {
                staff.member = member.clone();
            }
            staff.site = site.clone();
            app.reads.set(staff.may(Capability::Read));
            app.signs.set(staff.may(Capability::Sign));
            app.audits.set(staff.may(Capability::Audit));
        }
        found = newer
            .map(|site| site.map_or(Found::Same, |site| Found::Newer(Box::new(site))))
            .map_err(Fault::from);
    });
    found
}
