//! The rights of the person behind a conversation: acts, erasure, copies, requests, log.

mod act;
mod export;
mod find;
mod log;
mod requests;

use super::{
    copy,
    desk::{address, letter},
    focus_soon,
    lock::{access, during, failed, goes_on, is_current},
    reauth::{fresh, keyed},
    show,
};
use crate::{
    api,
    app::App,
    effects::{clock, random},
    state::{
        admin::Said,
        event::Toast,
        fault::Fault,
        rights::{Deed, Lack, Rights, Sending, View},
    },
    texts::Pick,
};
use einwurf_protocol::ids::{Cid, MessageId};
use leptos::prelude::*;
use rand_core::Rng as _;

/// Answers what somebody does.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Show(cid, view) => open(app, cid, view),
        Deed::Back => back(app),
        Deed::Send => act::send(app),
        Deed::Erase => act::erase(app),
        Deed::Export => export::conversation(app, export::As::Files),
        Deed::Print => export::conversation(app, export::As::Print),
        Deed::Mail => export::conversation(app, export::As::Mail),
        Deed::ExportProof(cid) => export::proof(app, cid),
        Deed::Ask(cid) => act::ask(app, cid),
        Deed::EraseOne(cid, seq) => act::erase_one(app, cid, seq),
        Deed::Copies(cid) => act::copies(app, cid),
        Deed::CopyCode(cid) => copy(app, cid.code()),
        Deed::Find => find::find(app),
        Deed::Requests => requests::show(app),
        Deed::TakeDown => requests::take_down(app),
        Deed::Close(id, outcome) => requests::close(app, id, outcome),
        Deed::OpenRequest(cid) => find::open(app, cid),
        Deed::Log => log::show(app),
        Deed::LogMore => log::more(app),
        Deed::ExportProofs => export::proofs(app),
    }
}

/// Forgets what was typed or fetched.
pub(super) fn forget(app: App) {
    app.rights.set(Rights::default());
    app.requests.set(crate::state::rights::requests::Requests::default());
    app.log.set(crate::state::rights::log::Log::default());
}

/// Another conversation is open, or none: what was begun with the one before is over.
pub(super) fn leave(app: App) {
    app.rights.set(Rights::default());
}

/// One step back from a page of a conversation; false if none is open.
pub(super) fn step_back(app: App) -> bool {
    let open = app.rights.with_untracked(|rights| rights.view.is_some());
    if open {
        back(app);
    }
    open
}

fn open(app: App, cid: Cid, view: View) {
    let now = clock::relay_now();
    app.desk.with_untracked(|desk| {
        let letter = desk.row(cid).and_then(|row| row.letter());
        app.rights.update(|rights| *rights = std::mem::take(rights).open(cid, view, letter, now));
    });
    focus_soon("reading");
}

fn back(app: App) {
    app.rights.update(Rights::leave);
    focus_soon("reading");
}

/// Says something on the page that is open.
fn say(app: App, said: Said) {
    app.rights.update(|rights| rights.said = said);
}

/// Names what is missing in the page that is open.
fn missing(app: App, lack: Lack) {
    say(app, Said::Care(lack.sentence()));
    focus_soon("rights-care");
}

/// The id of what goes out: the same as before if it is tried again.
fn id_of(app: App, what: Sending) -> MessageId {
    let mut id = MessageId([0; 16]);
    random::rng().fill_bytes(&mut id.0);
    app.rights.update(|rights| id = rights.id_of(what, id));
    id
}

/// An act came to its end.
fn settled(app: App, cid: Cid, outcome: Result<(), Fault>, done: Pick) {
    match outcome {
        Ok(()) => arrived(app, cid, done),
        Err(fault) => care(app, cid, fault),
    }
    look_again(app, cid);
}

/// It is done. What is open of another conversation by now stays as it is.
fn arrived(app: App, cid: Cid, text: Pick) {
    let mut is_open = false;
    app.rights.update(|rights| is_open = rights.arrived(cid));
    app.toast.set(Some(Toast { text, undo: None }));
    if is_open {
        focus_soon("reading");
    }
}

/// What did not work, on the page that is open if it is still that of the conversation; the focus goes there.
fn care(app: App, cid: Cid, fault: Fault) {
    app.rights.update(|rights| rights.failed(cid));
    if app.rights.with_untracked(|rights| rights.view_of(cid).is_some()) {
        say(app, Said::failed(fault));
        focus_soon("rights-care");
    } else {
        app.toast.set(Some(Toast { text: fault.sentence(), undo: None }));
    }
}

/// Fetches what has changed.
fn look_again(app: App, cid: Cid) {
    app.desk.update(|desk| desk.outdate(cid));
    super::desk::refresh(app);
}
