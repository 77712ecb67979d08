//! Finding a conversation by its code.

use super::{access, api, failed, is_current};
use crate::{
    app::{App, Page},
    effects::http,
    state::{
        admin::Said,
        desk::{Finding, code},
        event::Event,
    },
};
use einwurf_protocol::ids::Cid;
use leptos::{prelude::*, task::spawn_local};

/// Looks for the code in the search field.
pub(super) fn find(app: App) {
    let typed = app.desk.with_untracked(|desk| desk.query.clone());
    if let Some(code) = code::read(&typed) {
        look(app, code);
    }
}

/// To the conversation that a request is about.
pub(super) fn open(app: App, cid: Cid) {
    if app.desk.with_untracked(|desk| desk.row(cid).is_some()) {
        return reach(app, cid);
    }
    look(app, cid.code());
}

fn look(app: App, code: String) {
    let Some(access) = access(app) else { return };
    app.desk.update(|desk| desk.finding = Finding::Looking);
    spawn_local(async move {
        let page = http::send(&app.relay.get_value(), api::find(&access, &code)).await;
        if !is_current(app, &access) {
            return;
        }
        match page {
            Ok(page) => {
                // Only what really has this code: the relay may answer anything.
                let entry = page.conversations.into_iter().find(|entry| entry.cid.code() == code);
                found(app, entry);
            }
            Err(failure) => {
                let fault = failed(app, &failure);
                app.desk.update(|desk| desk.finding = Finding::Failed(fault));
                app.requests.update(|requests| requests.said = Said::failed(fault));
            }
        }
    });
}

fn found(app: App, entry: Option<einwurf_protocol::api::staff::Entry>) {
    let Some(entry) = entry else {
        app.desk.update(|desk| desk.finding = Finding::Nothing);
        app.requests.update(|requests| requests.said = Said::Care(|t| &t.find_nothing));
        return;
    };
    let cid = entry.cid;
    app.desk.update(|desk| {
        desk.found(entry);
        desk.finding = Finding::Idle;
    });
    reach(app, cid);
}

fn reach(app: App, cid: Cid) {
    app.page.set(Page::Inbox);
    app.emit(Event::Read(cid));
}
