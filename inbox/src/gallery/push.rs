//! Notifications: of this device, and whether the site has them.

use super::{State, settings};
use crate::{
    app::App,
    state::{
        admin::Said,
        mail::MailStatus,
        push::{Browser, Notify},
    },
};
use einwurf_protocol::api::push::Push;
use leptos::prelude::*;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("push-forbidden", |app| show(app, (false, false), Browser::Able, |_| {})),
    ("push-saved", |app| {
        show(app, (true, false), Browser::Able, |notify| notify.site_said = Said::Good(|t| &t.mail_saved));
    }),
    ("push-asking", |app| {
        show(app, (true, false), Browser::Able, |notify| notify.said = Said::Busy(|t| &t.push_asking));
    }),
    ("push-on", |app| {
        app.stays.set_value(true);
        member(app, (true, true), Browser::Able, |notify| notify.said = Said::Good(|t| &t.push_switched_on));
    }),
    ("push-ended", |app| member(app, (true, false), Browser::Able, |notify| notify.own = true)),
    ("push-failed", |app| {
        member(app, (true, false), Browser::Able, |notify| notify.said = Said::Care(|t| &t.push_failed));
    }),
    ("push-denied", |app| member(app, (true, false), Browser::Denied, |_| {})),
    ("push-home-screen", |app| member(app, (true, false), Browser::HomeScreen, |_| {})),
    ("push-door", |app| member(app, (true, false), Browser::Door, |_| {})),
];

/// As somebody sees it who may sign; `known` is whether the site allows it, and whether the relay knows this device.
fn show(app: App, known: (bool, bool), browser: Browser, change: fn(&mut Notify)) {
    settings(app, false, MailStatus::Idle);
    app.signs.set(true);
    let (allowed, subscribed) = known;
    let mut notify = Notify { told: true, ..Notify::default() };
    notify.take(Push { allowed, key: vec![4; 65], subscribed }, browser, subscribed);
    change(&mut notify);
    app.admin.notify.set(notify);
}

/// As somebody sees it who only reads.
fn member(app: App, known: (bool, bool), browser: Browser, change: fn(&mut Notify)) {
    show(app, known, browser, change);
    app.signs.set(false);
}
