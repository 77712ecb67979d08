//! The live connection: opened with the login, kept up as long as it lasts, and what it says is looked at.

use super::{
    admin, desk, files,
    lock::{self, access, goes_on, is_current},
    sheets,
};
use crate::{
    api::Access,
    app::App,
    effects::{
        clock, device,
        live::{Connection, Said},
        pause::{Answer, pause},
    },
    state::{
        live::{self, Beat, Heard},
        login::{Generation, Left},
    },
};
use einwurf_protocol::{
    api::{path, staff::Changed},
    live::{PING, SUBPROTOCOL},
    possession::Request,
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc};

/// Keeps a connection up for as long as this login lasts.
pub(super) fn start(app: App) {
    let began = app.generation.get_value();
    let mut fresh = false;
    app.live.update_value(|live| fresh = live.begin(began));
    if !fresh {
        return;
    }
    spawn_local(async move {
        let mut failed = 0;
        while goes_on(app, began) {
            let Some(access) = access(app) else { return };
            let (opened, code) = connect(app, began, &access).await;
            if !goes_on(app, began) {
                return;
            }
            if live::is_over(code) && is_current(app, &access) {
                return lock::lock(app, Left::Ended);
            }
            failed = if opened { 0 } else { failed + 1 };
            // What it would have told of meanwhile, and whether the session holds.
            desk::refresh(app);
            clock::wait(live::pause(failed)).await;
        }
    });
}

/// One connection, from its beginning to its end: whether it ever was open, and how it ended.
async fn connect(app: App, began: Generation, access: &Access) -> (bool, u16) {
    const NEVER: (bool, u16) = (false, 0);
    let relay = app.relay.get_value();
    let (url, token) = (format!("{relay}{}", path::INBOX_LIVE), access.secret.to_string());
    let request = Request { method: "GET", url: &url, token: Some(&token) };
    let Some(proof) = device::prove(&relay, &access.site, &request).await else { return NEVER };
    if !goes_on(app, began) {
        return NEVER;
    }
    let protocols = [SUBPROTOCOL.to_owned(), access.site.clone(), token, proof];
    let (end, ended) = pause();
    let outcome = Rc::new(Cell::new(NEVER));
    let said = {
        let outcome = Rc::clone(&outcome);
        move |said| hear(app, began, said, (&outcome, &end))
    };
    let Some(connection) = Connection::open(&relay, path::INBOX_LIVE, &protocols, said) else { return NEVER };
    app.vault.update_value(|vault| vault.live = Some(connection));
    ended.await;
    if goes_on(app, began) {
        app.vault.update_value(|vault| vault.live = None);
        app.live.update_value(|live| live.stands(false));
    }
    outcome.get()
}

fn hear(app: App, began: Generation, said: Said, (outcome, end): (&Rc<Cell<(bool, u16)>>, &Answer)) {
    if !goes_on(app, began) {
        return end.give(false);
    }
    match said {
        Said::Open => {
            outcome.set((true, 0));
            app.live.update_value(|live| live.stands(true));
            // Between the last look and now something may have come.
            look(app);
        }
        Said::Text(text) => {
            app.live.update_value(live::Live::hears);
            match Heard::read(&text) {
                Heard::Pong => {}
                Heard::Changed(changed) => changed_is(app, &changed),
                Heard::Unknown => look(app),
            }
        }
        Said::Closed(code) => {
            outcome.set((outcome.get().0, code));
            end.give(true);
        }
    }
}

/// Something has changed at the relay.
fn changed_is(app: App, changed: &Changed) {
    match changed {
        Changed::Conversation { .. } => look(app),
        Changed::Sheets => sheets::sync(app),
        Changed::Site => {
            look(app);
            admin::look_again(app);
        }
    }
}

/// Looks at the list; what comes during a look is looked at once more after it.
fn look(app: App) {
    let mut idle = false;
    app.live.update_value(|live| idle = live.look());
    if !idle {
        return;
    }
    let began = app.generation.get_value();
    spawn_local(async move {
        loop {
            desk::look(app).await;
            files::look_at_open(app);
            let mut again = false;
            app.live.update_value(|live| again = live.looked());
            if !again || !goes_on(app, began) {
                return;
            }
        }
    });
}

/// A sign of life, or the end of a connection that gives none.
pub(super) fn beat(app: App) {
    let mut beat = Beat::Nothing;
    app.live.update_value(|live| beat = live.beat());
    match beat {
        Beat::Nothing => {}
        Beat::Ping => app.vault.with_value(|vault| {
            if let Some(connection) = &vault.live {
                connection.say(PING);
            }
        }),
        Beat::Dead => end(app),
    }
}

/// Ends the connection, which is heard like any other end: a page that goes is not there any more, and one that comes back
/// opens another.
pub(super) fn end(app: App) {
    app.vault.with_value(|vault| {
        if let Some(connection) = &vault.live {
            connection.end();
        }
    });
}
