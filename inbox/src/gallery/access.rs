//! Coming in: invitations, the emergency sheet, the password asked for again; and what a login tells.

use super::{State, inbox};
use crate::{
    app::{App, Page},
    fixtures::{
        NOW, answers,
        desk::{desk, verdict},
    },
    state::{
        fault::Fault,
        health::{Care, Verdict},
        join::{Join, Offer, Phase},
        login::{Left, Progress},
        publishing::Renewal,
        reauth::Reauth,
        recover::{Recover, Stage},
        seen::{Change, Person},
    },
};
use einwurf_protocol::{ids::Thumbprint, roster::Capability};
use leptos::prelude::*;
use zeroize::Zeroizing;

const DAY: u64 = 86_400;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("login-new-device", |app| app.login.update(|login| login.progress = Progress::Working)),
    ("join-loading", |app| app.page.set(Page::Join)),
    ("join", |app| join(app, Phase::Form, |_| {})),
    ("join-faults", |app| {
        join(app, Phase::Form, |join| {
            join.account = "ines".into();
            join.tried = true;
        });
    }),
    ("join-taken", |app| join(app, Phase::Form, |join| join.fault = Some(Fault::Taken))),
    ("join-working", |app| join(app, Phase::Working, |_| {})),
    ("join-code", |app| join(app, Phase::Answered("7QXM-2K9D-VT4H".into()), |_| {})),
    ("join-closed", |app| join(app, Phase::Closed(Fault::LinkUsed), |_| {})),
    ("join-away", |app| join(app, Phase::Closed(Fault::Offline), |_| {})),
    ("join-breach", |app| join(app, Phase::Closed(Fault::Chain), |_| {})),
    ("recover", |app| recover(app, true, |_| {})),
    ("recover-unknown", |app| recover(app, false, |_| {})),
    ("recover-faults", |app| {
        recover(app, true, |recover| {
            recover.code = Zeroizing::new("K7M2-9XQD-04TB".into());
            recover.tried = true;
        });
    }),
    ("recover-refused", |app| recover(app, true, |recover| recover.fault = Some(Fault::Sheet))),
    ("recover-working", |app| recover(app, true, |recover| recover.stage = Some(Stage::Admitting))),
    ("recover-replace", |app| {
        recover(app, true, |recover| {
            (recover.stage, recover.replaces) = (Some(Stage::Account), Some("Anna Beispiel".into()));
        });
    }),
    ("login-switched", |app| app.login.update(|login| login.left = Some(Left::Switched))),
    ("reauth", |app| {
        inbox(app, desk());
        app.reauth.set(Reauth::default().ask("anna@fensterbau.example".into()));
    }),
    ("reauth-wrong", |app| {
        inbox(app, desk());
        app.reauth.set(Reauth::default().ask("anna@fensterbau.example".into()).again(Fault::Refused));
    }),
    ("inbox-changes", |app| {
        inbox(app, desk());
        app.changes.set(changes());
    }),
    ("inbox-moved", |app| {
        inbox(app, desk());
        app.moved.set(Some("https://neu.fensterbau.example".into()));
    }),
    ("inbox-renewing", |app| {
        inbox(app, desk());
        app.renewal.set(Renewal::Running);
    }),
    ("inbox-stock-ends", |app| care(app, Care::EndsSoon, 40)),
    ("inbox-stock-out", |app| care(app, Care::Expired, 0)),
    ("inbox-new-keys", |app| care(app, Care::NewKeys, 283)),
    ("inbox-administers", |app| {
        inbox(app, desk());
        app.reads.set(false);
        app.signs.set(true);
    }),
];

fn join(app: App, phase: Phase, change: impl FnOnce(&mut Join)) {
    app.page.set(Page::Join);
    app.join.update(|join| {
        join.offer = Some(Offer {
            site: Thumbprint([7; 32]),
            company: answers().company,
            name: "Ines Beispiel".into(),
            may: vec![Capability::Read, Capability::Sign],
            expires: NOW.plus(2 * DAY),
        });
        join.account = "ines@fensterbau.example".into();
        join.phase = phase;
        change(join);
    });
}

fn recover(app: App, known: bool, change: impl FnOnce(&mut Recover)) {
    app.pin.set_value(known.then_some(Thumbprint([7; 32])));
    app.page.set(Page::Recover);
    app.recover.update(change);
}

fn care(app: App, care: Care, days: u64) {
    let mut desk = desk();
    desk.health = Some(Verdict { until: NOW.plus(days * DAY), ..verdict(care) });
    inbox(app, desk);
}

fn person(id: u8, name: &str, may: &[Capability]) -> Person {
    Person { id: Thumbprint([id; 32]), name: name.into(), may: may.to_vec(), sheet: false }
}

fn changes() -> Vec<Change> {
    let sheet = Person { sheet: true, ..person(4, "", &[]) };
    vec![
        Change::May(person(1, "Technik", &[Capability::Sign]), Capability::Sign, true),
        Change::Came(person(2, "Bo Muster", &[Capability::Read])),
        Change::Left(person(3, "Ines Beispiel", &[Capability::Read])),
        Change::Came(sheet),
    ]
}
