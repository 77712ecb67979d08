//! The rights of the person behind a conversation.

use super::{State, inbox};
use crate::{
    app::{App, Page},
    fixtures::{
        NOW,
        desk::cid,
        rights::{did, erased, handed_over, hold, log, requests, searching, with},
    },
    state::{
        admin::Said,
        desk::Finding,
        fault::Fault,
        rights::{Rights, View, day::kept_until, log::Log, requests::Requests},
    },
};
use einwurf_protocol::{message::Act, time::DAY};
use leptos::prelude::*;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("rights-panel", |app| inbox(app, with(|_, _| {}))),
    ("rights-asked", |app| {
        inbox(
            app,
            with(|_, letter| {
                did(
                    letter,
                    Act::Ask,
                    "Für Angaben zu Gesundheit und anderen besonders geschützten Themen fehlt die ausdrückliche Einwilligung. Wer dazu schreiben möchte, kann sie hier geben. Ohne sie werden solche Angaben gelöscht.",
                );
            }),
        );
    }),
    ("rights-granted", |app| {
        inbox(
            app,
            with(|_, letter| {
                for given in &mut letter.consents {
                    given.special = Some(true);
                    given.by = Some(einwurf_protocol::consent::By::Parent);
                    given.purposes.push(einwurf_protocol::notice::Purpose::Special);
                }
            }),
        );
    }),
    ("rights-restricted", |app| {
        inbox(
            app,
            with(|entry, letter| {
                entry.restricted = Some(NOW.minus(DAY));
                letter.terms.restricted = entry.restricted;
                did(
                    letter,
                    Act::Restrict,
                    "Diese Unterhaltung wird ab jetzt nur noch gespeichert und für nichts anderes verwendet (Artikel 18 DSGVO). Wenn sich das ändert, steht es hier.",
                );
            }),
        );
    }),
    ("rights-held", |app| {
        inbox(
            app,
            with(|entry, letter| {
                entry.hold = Some(hold());
                letter.terms.hold = entry.hold;
            }),
        );
    }),
    ("rights-no-certificate", |app| {
        inbox(app, with(|_, _| {}));
        app.certified.set(false);
    }),
    ("rights-export", |app| task(app, View::Export, |_| {})),
    ("rights-export-working", |app| {
        task(app, View::Export, |rights| rights.said = Said::Busy(|t| &t.export_working));
    }),
    ("rights-export-failed", |app| {
        task(app, View::Export, |rights| rights.said = Said::failed(Fault::Papers));
    }),
    ("rights-handover", |app| task(app, View::Handover, |_| {})),
    ("rights-handover-ready", |app| {
        task(app, View::Handover, |rights| {
            rights.tick(0, true);
            rights.tick(1, true);
            rights.save();
            rights.until = kept_until(NOW, 6);
        });
    }),
    ("rights-handover-lacks", |app| {
        task(app, View::Handover, |rights| rights.said = Said::Care(|t| &t.lack_saved));
    }),
    ("rights-handed-over", |app| inbox(app, handed_over())),
    ("rights-parts", |app| task(app, View::Parts, |rights| rights.tick(2, true))),
    ("rights-restrict", |app| task(app, View::Restrict, |_| {})),
    ("rights-object", |app| task(app, View::Object, |_| {})),
    ("rights-object-decide", |app| {
        task(app, View::Object, |rights| rights.reasons = "Die Rechnung ist noch offen.".into());
        app.desk.set(with(|entry, letter| {
            entry.restricted = Some(NOW.minus(DAY));
            letter.terms.restricted = entry.restricted;
        }));
    }),
    ("rights-hold", |app| task(app, View::Hold, |rights| rights.until = kept_until(NOW, 1))),
    ("rights-erase", |app| task(app, View::Erase, |_| {})),
    ("rights-request", |app| task(app, View::Request, |_| {})),
    ("rights-conflict", |app| {
        task(app, View::Handover, |rights| rights.said = Said::failed(Fault::Conflict));
    }),
    ("erased", |app| inbox(app, erased(false))),
    ("erased-done", |app| inbox(app, erased(true))),
    ("find", |app| inbox(app, searching())),
    ("find-nothing", |app| {
        let mut desk = searching();
        desk.finding = Finding::Nothing;
        inbox(app, desk);
    }),
    ("requests-loading", |app| requested(app, Requests::default())),
    ("requests-none", |app| requested(app, Requests { list: Some(Vec::new()), ..Requests::default() })),
    ("requests", |app| requested(app, requests())),
    ("requests-away", |app| requested(app, Requests { said: Said::failed(Fault::Offline), ..requests() })),
    ("requests-wrong-code", |app| requested(app, Requests { code: "7QXM-2K".into(), ..requests() })),
    ("log-loading", |app| logged(app, Log::default())),
    ("log", |app| logged(app, log())),
    ("log-broken", |app| {
        let mut log = log();
        log.said = Said::Care(|t| &t.proofs_broken);
        logged(app, log);
    }),
];

fn task(app: App, view: View, change: impl FnOnce(&mut Rights)) {
    let desk = with(|_, _| {});
    let letter = desk.row(cid(0)).and_then(|row| row.letter()).cloned();
    inbox(app, desk);
    app.rights.set(Rights::default().open(cid(0), view, letter.as_ref(), NOW));
    app.rights.update(change);
}

fn requested(app: App, requests: Requests) {
    app.page.set(Page::Requests);
    app.requests.set(requests);
}

fn logged(app: App, log: Log) {
    app.page.set(Page::Log);
    app.audits.set(true);
    app.log.set(log);
}
