//! Sheets: fetched as they change, changed by small operations that are made again on whatever a colleague left meanwhile.

use super::{
    lock::{access, failed, is_current},
    status,
};
use crate::{
    api::{self, Access, Failure},
    app::App,
    effects::{clock, http, random},
    state::{
        event::Toast,
        fault::Fault,
        keyring::Staff,
        sheets::{Full, Kept, Op, Shared, team::TeamOp},
    },
};
use einwurf_protocol::{
    api::staff::{PutSheet, StoredSheet},
    ids::{Cid, Digest},
    sheet::{Sheet, TeamSheet},
};
use einwurf_seal::{InboxSecret, open_sheet, seal_sheet};
use leptos::{prelude::*, task::spawn_local};

/// Fetches what changed, and sends what did not get there before.
pub(super) fn sync(app: App) {
    let Some(access) = access(app).filter(|_| app.reads.get_untracked()) else { return };
    if !app.desk.try_update(|desk| desk.sheets.begin_pull()).unwrap_or(false) {
        return;
    }
    spawn_local(async move {
        let first = app.desk.with_untracked(|desk| !desk.sheets.is_complete());
        let pulled = pull(app, &access).await;
        if !is_current(app, &access) {
            return;
        }
        let again = app.desk.try_update(|desk| desk.sheets.end_pull()).unwrap_or(false);
        if pulled.is_err() {
            return;
        }
        for cid in app.desk.with_untracked(|desk| desk.sheets.unsent()) {
            send(app, cid);
        }
        send_team(app, is_team_under_former_key(app));
        if first {
            status::renew(app);
        }
        if again {
            sync(app);
        }
    });
}

/// All pages that changed.
async fn pull(app: App, access: &Access) -> Result<(), Fault> {
    loop {
        let after = app.desk.with_untracked(|desk| desk.sheets.after());
        let page = http::send(&app.relay.get_value(), api::sheets(access, after)).await;
        if !is_current(app, access) {
            return Err(Fault::Refused);
        }
        let page = page.map_err(|failure| failed(app, &failure))?;
        // A relay that says there is more and moves on by nothing would keep this device busy for ever.
        let more = page.more && page.after > after;
        let team = app.desk.try_update(|desk| desk.sheets.take(page.sheets, page.after, more)).flatten();
        if let Some(stored) = team {
            open_team(app, &stored);
        }
        unseal(app);
        if !more {
            return Ok(());
        }
        clock::wait(std::time::Duration::ZERO).await;
    }
}

/// Opens the sheets of conversations that the list has. What no key opens, or is of another conversation, is none.
pub(super) fn unseal(app: App) {
    if !app.desk.with_untracked(|desk| desk.sheets.has_closed()) {
        return;
    }
    app.desk.update(|desk| {
        for (cid, stored) in desk.claim_sheets() {
            if let Some(sheet) = opened::<Sheet>(app, Some(cid), &stored) {
                desk.sheets.opened(cid, &stored, sheet);
            }
        }
    });
}

fn open_team(app: App, stored: &StoredSheet) {
    let sheet = opened::<TeamSheet>(app, None, stored);
    if let Some(sheet) = sheet.filter(|sheet| sheet.v == einwurf_protocol::VERSION) {
        app.desk.update(|desk| desk.sheets.team.take(stored.version, stored.inbox_key, sheet));
        super::office::refresh(app);
    }
}

fn opened<T: serde::de::DeserializeOwned>(app: App, cid: Option<Cid>, stored: &StoredSheet) -> Option<T> {
    with_key(app, stored.inbox_key, |secret| open_sheet(secret, cid, &stored.sealed).ok()).flatten()
}

fn with_key<T>(app: App, id: Digest, with: impl FnOnce(&InboxSecret) -> T) -> Option<T> {
    app.vault.with_value(|vault| {
        let secrets = vault.staff.as_ref()?.inbox_keys.iter();
        secrets.into_iter().find(|secret| secret.id() == id).map(with)
    })
}

/// The key in force.
fn key_in_force(app: App) -> Option<Digest> {
    app.vault.with_value(|vault| vault.staff.as_ref().map(|staff: &Staff| staff.manifest().inbox_key.id))
}

/// The first device that has the next key takes the team's sheet along, so that it outlives the former.
fn is_team_under_former_key(app: App) -> bool {
    let now = key_in_force(app);
    let sealed = app.desk.with_untracked(|desk| desk.sheets.team.inbox_key());
    sealed.is_some() && sealed != now && now.is_some_and(|id| with_key(app, id, |_| ()).is_some())
}

/// Changes the sheet of a conversation; false if nothing is different or there is no room, which is said.
pub(super) fn change(app: App, cid: Cid, op: Op) -> bool {
    match app.desk.try_update(|desk| desk.change(cid, op)) {
        Some(Ok(true)) => {
            send(app, cid);
            true
        }
        Some(Err(Full)) => {
            say(app, |t| &t.work_full);
            false
        }
        Some(Ok(false)) | None => false,
    }
}

/// Changes the team's sheet; false if there is no room.
pub(super) fn change_team(app: App, ops: Vec<TeamOp>) -> bool {
    let made =
        app.desk.try_update(|desk| ops.into_iter().try_for_each(|op| desk.sheets.team.change(op).map(drop)));
    send_team(app, false);
    made == Some(Ok(()))
}

fn say(app: App, text: crate::texts::Pick) {
    app.toast.set(Some(Toast { text, undo: None }));
}

/// How one attempt ended.
enum Ended {
    Stored,
    Overtaken,
    Postponed,
    Refused,
}

impl Ended {
    /// What the relay never takes must not be sent for ever.
    fn of(app: App, failure: &Failure) -> Self {
        match failed(app, failure) {
            Fault::Conflict => Self::Overtaken,
            fault if fault.passes() || fault == Fault::Refused => Self::Postponed,
            _ => Self::Refused,
        }
    }
}

/// Sends what was changed on the sheet of a conversation.
pub(super) fn send(app: App, cid: Cid) {
    let Some(access) = access(app) else { return };
    spawn_local(async move {
        while let Some((ended, text)) = once(app, &access, cid).await {
            if !is_current(app, &access) {
                return;
            }
            let again = app.desk.try_update(|desk| settle(desk.sheets.kept(cid), &ended)).unwrap_or(false);
            let given_up = matches!(ended, Ended::Overtaken) && !again && !is_waiting(app, cid);
            if let Some(text) = text.or(given_up.then_some(|t| &t.toast_failed)) {
                say(app, text);
            }
            if !again || (matches!(ended, Ended::Overtaken) && pull(app, &access).await.is_err()) {
                return;
            }
        }
    });
}

fn is_waiting(app: App, cid: Cid) -> bool {
    app.desk.with_untracked(|desk| desk.sheets.look(cid).is_some_and(Kept::is_waiting))
}

async fn once(app: App, access: &Access, cid: Cid) -> Option<(Ended, Option<crate::texts::Pick>)> {
    let attempt = app.desk.try_update(|desk| desk.sheets.kept(cid).attempt(false)).flatten()?;
    let (address, newest) = app
        .desk
        .with_untracked(|desk| desk.row(cid).map(|row| (row.entry.conversation.clone(), row.inbox_key())))?;
    let Some(id) = newest.or(attempt.inbox_key).or_else(|| key_in_force(app)) else {
        return Some((Ended::Postponed, None));
    };
    let sealed =
        with_key(app, id, |secret| seal_sheet(secret, Some(cid), &attempt.sheet, &mut random::rng()).ok());
    let Some(sealed) = sealed.flatten() else { return Some((Ended::Refused, Some(|t| &t.work_no_key))) };
    let body = PutSheet { v: einwurf_protocol::VERSION, base: attempt.base, inbox_key: id, sealed };
    match http::send(&app.relay.get_value(), api::put_sheet(access, Some(&address), &body)).await {
        Ok(stored) => {
            app.desk.update(|desk| desk.sheets.kept(cid).stored(stored.version, id, attempt));
            Some((Ended::Stored, None))
        }
        Err(failure) => Some(told(Ended::of(app, &failure))),
    }
}

/// What is said of an attempt that failed.
fn told(ended: Ended) -> (Ended, Option<crate::texts::Pick>) {
    let text: Option<crate::texts::Pick> = match ended {
        Ended::Stored | Ended::Overtaken => None,
        Ended::Postponed => Some(|t| &t.work_waits),
        Ended::Refused => Some(|t| &t.toast_failed),
    };
    (ended, text)
}

/// Whether it is worth going on at once.
fn settle<S: Shared>(kept: &mut Kept<S>, ended: &Ended) -> bool {
    match ended {
        Ended::Stored => true,
        Ended::Overtaken => kept.overtaken(),
        Ended::Postponed => {
            kept.postponed();
            false
        }
        Ended::Refused => {
            kept.refused();
            false
        }
    }
}

/// The same for the team's sheet, which is sealed under the key in force. What visitors are told follows it.
fn send_team(app: App, anyway: bool) {
    let Some(access) = access(app) else { return };
    spawn_local(async move {
        let (mut anyway, mut changed) = (anyway, false);
        while let Some(ended) = once_team(app, &access, anyway).await {
            if !is_current(app, &access) {
                return;
            }
            changed |= matches!(ended, Ended::Stored);
            anyway &= matches!(ended, Ended::Overtaken);
            let again = app.desk.try_update(|desk| settle(&mut desk.sheets.team, &ended)).unwrap_or(false);
            if let (_, Some(text)) = told(match ended {
                Ended::Postponed => Ended::Postponed,
                Ended::Refused => Ended::Refused,
                _ => Ended::Stored,
            }) {
                say(app, text);
            }
            if !again || (matches!(ended, Ended::Overtaken) && pull(app, &access).await.is_err()) {
                break;
            }
        }
        if changed {
            status::publish(app);
        }
    });
}

async fn once_team(app: App, access: &Access, anyway: bool) -> Option<Ended> {
    let attempt = app.desk.try_update(|desk| desk.sheets.team.attempt(anyway)).flatten()?;
    let Some(id) = key_in_force(app) else { return Some(Ended::Postponed) };
    let sealed =
        with_key(app, id, |secret| seal_sheet(secret, None, &attempt.sheet, &mut random::rng()).ok());
    let Some(sealed) = sealed.flatten() else { return Some(Ended::Postponed) };
    let body = PutSheet { v: einwurf_protocol::VERSION, base: attempt.base, inbox_key: id, sealed };
    Some(match http::send(&app.relay.get_value(), api::put_sheet(access, None, &body)).await {
        Ok(stored) => {
            app.desk.update(|desk| desk.sheets.team.stored(stored.version, id, attempt));
            Ended::Stored
        }
        Err(failure) => Ended::of(app, &failure),
    })
}
