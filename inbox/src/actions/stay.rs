//! "Stay signed in on this device": keeping what opens the inbox again, opening with it, and deleting it.

use super::{focus_soon, lock::goes_on, login};
use crate::{
    app::{App, Page},
    effects::{clock, random, stay, storage},
    state::{
        keyring::{Known, Staff},
        login::{Left, Progress},
        start::Place,
        stay::{Kept, Span},
    },
};
use einwurf_protocol::{api::login::Session, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};
use rand_core::Rng as _;

fn name(app: App, site: &str) -> String {
    // Beside the device's key, whose name is the same without the first word.
    format!("stay {} {site}", app.relay.get_value())
}

/// Keeps what opens this session again. Whether it could, the app remembers.
pub(super) async fn keep(app: App, site: &str, account: &str, session: &Session, staff: &Staff) {
    let (mut rng, mut iv) = (random::rng(), [0; 12]);
    rng.fill_bytes(&mut iv);
    let span = Span::of(clock::now(), session.expires);
    let Some(plain) = Kept::of(account, session, staff, clock::ahead(), &mut rng).write() else { return };
    let kept = stay::keep(&name(app, site), span, &plain, iv).await;
    app.stays.set_value(kept);
}

/// Deletes what was kept for a site.
pub(super) fn forget(app: App, site: &str) {
    app.stays.set_value(false);
    app.login.update(|login| login.kept = false);
    let name = name(app, site);
    spawn_local(async move { stay::forget(&name).await });
}

/// Opens with what was kept, if there is something that may still be used; else the login stays where it is.
pub fn resume(app: App) {
    let Some(site) = app.prefs.with_untracked(|prefs| prefs.site.clone()) else { return };
    let place = Place { site, pin: app.pin.get_value() };
    let began = app.generation.get_value();
    spawn_local(async move {
        let name = name(app, &place.site);
        let Some(span) = stay::span(&name).await else { return };
        let waits = || goes_on(app, began) && app.page.get_untracked() == Page::Login;
        if !waits() {
            return;
        }
        let kept = if span.is_over(clock::now()) { None } else { stay::kept(&name).await };
        let Some(kept) = kept.and_then(|bytes| Kept::read(&bytes)) else { return over(app, &place) };
        clock::meet(kept.relay_clock(clock::now()));
        app.login.update(|login| login.progress = Progress::Checking);
        let staff = open(app, &place, &kept);
        app.login.update(|login| login.progress = Progress::Idle);
        match staff {
            Some(staff) if waits() => enter(app, place, staff, kept.account()),
            Some(_) => {}
            None => over(app, &place),
        }
    });
}

fn open(app: App, place: &Place, kept: &Kept) -> Option<Staff> {
    let (relay, seen) = (app.relay.get_value(), storage::seen(&place.site));
    let pin = place.pin.or(seen.pin);
    let known = Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin };
    kept.open(&known).ok()
}

fn enter(app: App, place: Place, staff: Staff, account: &str) {
    app.stays.set_value(true);
    app.login.update(|login| account.clone_into(&mut login.account));
    // What was kept is hours old: look at what the site publishes now before anything else.
    app.glanced.set_value(Timestamp(0));
    login::enter(app, place, staff, None);
}

/// It has ended: the password again.
fn over(app: App, place: &Place) {
    forget(app, &place.site);
    app.login.update(|login| login.left = Some(Left::Ended));
    focus_soon("title");
}
