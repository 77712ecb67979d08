//! During a session: looks every few minutes at what the site publishes, so that readers are told of a change on the
//! roster on the same day, and a relay that goes back to something older is noticed.

use super::{desk::looked, lock::is_current};
use crate::{
    api::{Access, Failure},
    app::App,
    effects::{clock, http, storage},
    state::{
        fault::Fault,
        keyring::{self, Known, Site},
    },
};
use einwurf_protocol::{api::path, roster::Capability};
use leptos::prelude::*;

/// Between two looks.
const EVERY_SECONDS: u64 = 300;

/// Looks, if it is time.
pub(super) async fn glance(app: App, access: &Access) {
    let now = clock::now();
    if now < app.glanced.get_value().plus(EVERY_SECONDS) {
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
            Ok(Some(site)) => return looked(app, &site),
            Ok(None) => return,
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

fn compare(app: App, access: &Access, manifest: &str, roster: &str) -> Result<Option<Site>, Fault> {
    let (relay, seen) = (app.relay.get_value(), storage::seen(&access.site));
    let known =
        Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin: seen.pin };
    let mut found = Ok(None);
    app.vault.update_value(|vault| {
        let Some(staff) = vault.staff.as_mut() else { return };
        found = keyring::glance(&staff.site, manifest, roster, &known);
        if let Ok(Some(site)) = &found {
            if let Some(member) = site.roster.member(&staff.member.id) {
                staff.member = member.clone();
            }
            staff.site = site.clone();
            app.reads.set(staff.may(Capability::Read));
            app.signs.set(staff.may(Capability::Sign));
        }
    });
    found
}
