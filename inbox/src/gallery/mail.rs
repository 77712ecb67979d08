//! Mails: what waits for their server, and when members want them.

use super::{State, inbox, settings};
use crate::{
    app::App,
    fixtures::{
        NOW,
        desk::{desk, verdict},
    },
    state::{
        health::{Care, Verdict, Waits},
        mail::MailStatus,
        wish::WishForm,
    },
};
use einwurf_protocol::api::staff::{Arrives, MailReader, MailReaders, MailWish, Quiet, WebhookHealth};
use leptos::prelude::*;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("inbox-mail-server", |app| waits(app, Care::MailServer, "the mail server cannot be reached")),
    ("inbox-mail-account", |app| waits(app, Care::MailAccount, "535 5.7.8 authentication failed")),
    ("settings-wish", |app| wish(app, false)),
    ("settings-wish-unfit", |app| wish(app, true)),
    ("settings-reader", reader),
    ("inbox-webhooks", webhooks),
];

fn waits(app: App, care: Care, reason: &str) {
    let mut desk = desk();
    let waits = Waits { mails: 3, since: NOW.minus(4_320), next: NOW.plus(480) };
    desk.health = Some(Verdict { waits: Some(waits), reason: Some(reason.into()), ..verdict(care) });
    inbox(app, desk);
}

/// What is asked for an address that is nobody's.
fn reader(app: App) {
    wish(app, false);
    let quiet = Quiet { from: 1_080, until: 450, zone: "Europe/Berlin".into() };
    let office = MailReader {
        address: "buero@fensterbau.example".into(),
        wish: Some(MailWish { arrives: Arrives::Digest { minutes: 15 }, quiet: Some(quiet) }),
        member: false,
    };
    app.wish.update(|form| form.readers.iter_mut().take(1).for_each(|first| first.clone_from(&office)));
    app.reader.set(WishForm::for_address(office, "Europe/Berlin".into()));
}

/// Webhooks that fail for hours.
fn webhooks(app: App) {
    let mut desk = desk();
    let failing = WebhookHealth { failing: 2, since: NOW.minus(9_000) };
    desk.health = Some(Verdict { webhooks: Some(failing), ..verdict(Care::Webhooks) });
    inbox(app, desk);
}

/// Own quiet hours, and everybody's choice.
fn wish(app: App, unfit: bool) {
    settings(app, false, MailStatus::Idle);
    let reader = |address: &str, arrives, quiet| MailReader {
        address: address.into(),
        wish: Some(MailWish { arrives, quiet }),
        member: true,
    };
    let quiet = Quiet { from: 1_200, until: 420, zone: "Europe/Berlin".into() };
    let own = "anna@fensterbau.example";
    let readers = vec![
        MailReader { address: "buero@fensterbau.example".into(), wish: None, member: false },
        reader(own, Arrives::Digest { minutes: 60 }, Some(quiet)),
        reader("konstantin.hohenzollern-musterhausen@fensterbau.example", Arrives::Never, None),
    ];
    let readers = MailReaders { own: Some(own.into()), readers };
    let mut form = WishForm::of(readers, "Europe/Berlin".into());
    if unfit {
        form.until.clone_from(&form.from);
        form.tried = true;
    }
    app.wish.set(form);
}
