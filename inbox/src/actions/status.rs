//! What visitors are told before they write: hours, topics, the automatic answer, for the next weeks, signed by the
//! member whose device it is. Renewed whenever somebody logs in or changes it.

use super::lock::{access, failed, is_current};
use crate::{
    api,
    app::App,
    effects::{clock, http, zone},
    state::hours::{self, Speaker},
};
use einwurf_protocol::{VERSION, api::staff::PutStatus, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};

/// A login renews what the team says; where it says nothing, there is nothing to renew.
pub(super) fn renew(app: App) {
    if let Some(status) = signed(app) {
        put(app, Some(status));
    }
}

/// The team's sheet has changed: what visitors are told follows, also when it is nothing any more.
pub(super) fn publish(app: App) {
    let certified =
        app.vault.with_value(|vault| vault.staff.as_ref().is_some_and(|staff| staff.certificate.is_some()));
    if certified {
        put(app, signed(app));
    }
}

fn signed(app: App) -> Option<String> {
    let now = clock::relay_now();
    app.desk.with_untracked(|desk| {
        let team = desk.sheets.team.view();
        // A zone that this browser does not know says nothing of hours.
        let offset = match &team.hours {
            Some(hours) => Some(zone::Zone::of(&hours.zone)?),
            None => None,
        };
        let offset = |at: Timestamp| offset.as_ref().map_or(0, |zone| zone.offset(at));
        app.vault.with_value(|vault| {
            let staff = vault.staff.as_ref()?;
            let speaker = Speaker { site: staff.site.key, certificate: staff.certificate.as_deref()? };
            hours::status(team, speaker, now, offset).map(|status| staff.keys.sign_status(&status))
        })
    })
}

fn put(app: App, status: Option<String>) {
    let Some(access) = access(app) else { return };
    spawn_local(async move {
        let body = PutStatus { v: VERSION, status };
        let stored = http::send(&app.relay.get_value(), api::put_status(&access, &body)).await;
        // The next login tries again.
        if let Err(failure) = stored
            && is_current(app, &access)
        {
            failed(app, &failure);
        }
    });
}
