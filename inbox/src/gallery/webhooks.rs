//! Webhooks.

use super::{State, admin::show_site};
use crate::{
    app::App,
    fixtures::NOW,
    state::{
        site::Screen,
        webhooks::{Form, Webhooks},
    },
};
use einwurf_protocol::{
    api::webhooks::{Delivery, Occasion, Outcome, Standing, Tried, Webhook},
    ids::{Cid, MessageId},
};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("webhooks-loading", |app| show(app, |all| *all = Webhooks::default())),
    ("webhooks-none", |app| {
        show(app, |all| {
            (all.list, all.log, all.after) = (Some(Vec::new()), Vec::new(), None);
        });
    }),
    ("webhooks", |app| show(app, |_| {})),
    ("webhooks-removing", |app| show(app, |all| all.removing = Some(MessageId([1; 16])))),
    ("webhooks-faults", |app| {
        show(app, |all| {
            let url = "http://ticket.fensterbau.example".into();
            let form = Form::new(MessageId([9; 16]));
            all.form = Some(Form { url, types: Vec::new(), tried: true, ..form });
        });
    }),
    ("webhooks-secret", |app| {
        show(app, |all| {
            all.secret = Some(Zeroizing::new(format!("whsec_{}=", "Zx8k".repeat(10) + "abc")));
        });
    }),
];

fn show(app: App, change: impl FnOnce(&mut Webhooks)) {
    show_site(app, |site| site.show(Screen::Webhooks));
    let list = vec![
        webhook(1, "https://ticket.fensterbau.example/einwurf", Outcome::Delivered, 204),
        Webhook {
            waiting: 3,
            next: Some(NOW.plus(600)),
            former_until: Some(NOW.plus(40_000)),
            ..webhook(2, "https://archiv.fensterbau.example/eingang/nachrichten", Outcome::Failing, 503)
        },
        Webhook {
            on: false,
            gone: Some(NOW.minus(90_000)),
            ..webhook(3, "https://alt.fensterbau.example/", Outcome::Gone, 410)
        },
    ];
    let log = vec![delivery(2, Standing::Waiting), delivery(1, Standing::Delivered)];
    app.admin.webhooks.set(Webhooks {
        list: Some(list),
        log,
        after: Some("1".into()),
        ..Webhooks::default()
    });
    app.admin.webhooks.update(change);
}

fn webhook(number: u8, url: &str, outcome: Outcome, status: u16) -> Webhook {
    Webhook {
        id: MessageId([number; 16]),
        url: url.into(),
        types: Occasion::CHOICE.to_vec(),
        on: true,
        former_until: None,
        gone: None,
        waiting: 0,
        next: None,
        tried: Some(Tried { at: NOW.minus(300), outcome, status: Some(status) }),
    }
}

fn delivery(n: u64, standing: Standing) -> Delivery {
    let taken = standing == Standing::Delivered;
    let (outcome, status) = if taken { (Outcome::Delivered, 204) } else { (Outcome::Failing, 503) };
    Delivery {
        n,
        webhook: MessageId([if taken { 1 } else { 2 }; 16]),
        occasion: Occasion::MessageCreated,
        conversation: Some(Cid([7; 32]).code()),
        at: NOW.minus(320),
        standing,
        attempts: if taken { 1 } else { 4 },
        tried: Some(Tried { at: NOW.minus(300), outcome, status: Some(status) }),
        next: (!taken).then(|| NOW.plus(600)),
    }
}
