//! The inbox: fetching, opening, marking.

use super::{
    files, focus_soon, glance,
    lock::{access, failed, is_current},
    rights,
};
use crate::{
    api::{self, Access},
    app::{App, Page},
    effects::{clock, dom, history, http, storage},
    state::{
        desk::{Content, Desk, Loading, Wanted, letter, list::row_id},
        event::Toast,
        health::Verdict,
        keyring::Site,
        shortcuts::Act,
        switched::is_suspect,
    },
};
use einwurf_protocol::{api::staff::Mark, ids::Cid};
use einwurf_seal::open_conversation;
use leptos::{prelude::*, task::spawn_local};

/// Conversations that are fetched at the same time.
const AT_ONCE: usize = 4;

/// Fetches the first page and the state of the relay.
pub(super) fn refresh(app: App) {
    let Some(access) = access(app) else { return };
    spawn_local(async move {
        look(app).await;
        if is_current(app, &access) {
            refresh_health(app, &access).await;
        }
    });
}

/// Fetches the first page, and opens what is new on it.
pub(super) async fn look(app: App) {
    let Some(access) = access(app).filter(|_| app.reads.get_untracked()) else { return };
    let page = http::send(&app.relay.get_value(), api::inbox(&access, None)).await;
    if !is_current(app, &access) {
        return;
    }
    match page {
        Ok(page) => app.desk.update(|desk| {
            desk.take(page, false);
            desk.retry();
        }),
        Err(failure) => {
            let fault = failed(app, &failure);
            app.desk.update(|desk| desk.fail(fault));
        }
    }
    open_all(app, &access);
}

/// A verified look at the site: this device remembers how far it has come, and readers are told what has changed.
pub(super) fn looked(app: App, site: &Site) {
    let Some(address) = app.prefs.with_untracked(|prefs| prefs.site.clone()) else { return };
    let (seen, changes) = storage::seen(&address).look(site);
    storage::keep_seen(&address, seen);
    app.changes.set(changes);
    shown(app, site);
}

/// This login published `now` in the place of `former`: its own change needs no telling, everything else does.
pub(super) fn published(app: App, former: &Site, now: &Site) {
    let Some(address) = app.prefs.with_untracked(|prefs| prefs.site.clone()) else { return };
    let (seen, changes) = storage::seen(&address).publish(former, now);
    storage::keep_seen(&address, seen);
    app.changes.set(changes);
    shown(app, now);
}

/// What the first screen says of a site.
fn shown(app: App, site: &Site) {
    app.stock_until.set(Some(site.until()));
    app.moved.set(site.manifest.succession.moved_to.clone());
}

/// Somebody has read what changed: what stands on the roster now is known here.
pub(super) fn confirm(app: App) {
    let Some(address) = app.prefs.with_untracked(|prefs| prefs.site.clone()) else { return };
    app.vault.with_value(|vault| {
        if let Some(staff) = &vault.staff {
            storage::keep_seen(&address, storage::seen(&address).confirm(&staff.site.roster));
        }
    });
    app.changes.set(Vec::new());
    focus_soon("title");
}

async fn refresh_health(app: App, access: &Access) {
    let health = http::send(&app.relay.get_value(), api::health(access)).await;
    if let Ok(health) = health
        && is_current(app, access)
    {
        let holds = app
            .vault
            .with_value(|vault| vault.staff.as_ref().is_none_or(|staff| staff.opens(health.inbox_key)));
        app.desk.update(|desk| desk.health = Some(Verdict::of(&health, holds, clock::now())));
        if holds { glance::glance(app, access).await } else { glance::suspect(app, access).await }
    }
}

/// Fetches what is not fetched yet, a few at a time.
fn open_all(app: App, access: &Access) {
    for _ in 0..AT_ONCE {
        let access = access.clone();
        spawn_local(async move {
            while let Some(wanted) = app.desk.try_update(Desk::want).flatten() {
                let content = fetch(app, &access, &wanted).await;
                if !is_current(app, &access) {
                    return;
                }
                let suspect = is_suspect(&content);
                app.desk.update(|desk| desk.opened(wanted.cid, content));
                if app.desk.with_untracked(|desk| desk.open == Some(wanted.cid)) {
                    mark_read(app, wanted.cid);
                    files::look(app, wanted.cid);
                }
                if suspect {
                    glance::suspect(app, &access).await;
                }
                if !is_current(app, &access) {
                    return;
                }
            }
        });
    }
}

async fn fetch(app: App, access: &Access, wanted: &Wanted) -> Content {
    let call = api::conversation(access, &wanted.address);
    let conversation = match http::send(&app.relay.get_value(), call).await {
        Ok(conversation) => conversation,
        Err(failure) if is_current(app, access) => return Content::Away(failed(app, &failure)),
        Err(failure) => return Content::Away(failure.fault()),
    };
    // Opening takes a few milliseconds; between two of them the page may draw.
    clock::wait(std::time::Duration::ZERO).await;
    app.vault.with_value(|vault| {
        let Some(staff) = &vault.staff else { return Content::Sealed };
        let opened = open_conversation(&staff.reading(), &conversation);
        letter::content(opened, wanted.cid, &conversation)
    })
}

/// Opens a conversation.
pub(super) fn read(app: App, cid: Cid) {
    let (first, other) = app.desk.with_untracked(|desk| (desk.open.is_none(), desk.open != Some(cid)));
    if other {
        rights::leave(app);
    }
    if first {
        history::push();
    }
    app.desk.update(|desk| desk.open = Some(cid));
    mark_read(app, cid);
    app.files.update(crate::state::files::Files::leave);
    files::look(app, cid);
    focus_soon("reading");
    if let Some(access) = access(app) {
        open_all(app, &access);
    }
}

/// What is open on the screen counts as read; the relay is told how far.
fn mark_read(app: App, cid: Cid) {
    let Some(Some(wanted)) = app.desk.try_update(|desk| desk.read(cid)) else { return };
    tell(app, wanted.address, Mark { read: Some(wanted.events), done: None });
}

fn tell(app: App, address: String, mark: Mark) {
    let Some(access) = access(app) else { return };
    spawn_local(async move {
        let told = http::send(&app.relay.get_value(), api::mark(&access, &address, &mark)).await;
        if let Err(failure) = told
            && is_current(app, &access)
        {
            failed(app, &failure);
            // The next refresh shows what the relay has.
            app.toast.set(Some(Toast { text: |t| &t.toast_failed, undo: None }));
        }
    });
}

/// Closes the conversation, by way of the browser's history so that both agree.
pub(super) fn close(app: App) {
    if !history::back() {
        closed(app);
    }
}

/// The browser went back.
pub(super) fn closed(app: App) {
    let Some(cid) = app.desk.with_untracked(|desk| desk.open) else { return };
    app.desk.update(|desk| desk.open = None);
    rights::leave(app);
    focus_soon(row_id(cid));
}

/// Marks as done or opens again, with a way back.
pub(super) fn done(app: App, cid: Cid, done: bool) {
    let was_open = app.desk.with_untracked(|desk| desk.open.is_some());
    let Some(Some(address)) = app.desk.try_update(|desk| desk.mark(cid, done)) else { return };
    tell(app, address, Mark { read: None, done: Some(done) });
    let text: crate::texts::Pick = if done { |t| &t.toast_done } else { |t| &t.toast_reopened };
    app.toast.set(Some(Toast { text, undo: Some((cid, !done)) }));
    let (open, selected) = app.desk.with_untracked(|desk| (desk.open, desk.selected));
    if was_open && open.is_none() {
        history::back();
        focus_soon(selected.map_or_else(|| "title".to_owned(), row_id));
    }
}

/// Takes the last mark back.
pub(super) fn undo(app: App) {
    let Some((cid, back)) = app.toast.get_untracked().and_then(|toast| toast.undo) else { return };
    done(app, cid, back);
    app.toast.set(None);
    focus_soon(row_id(cid));
}

/// Fetches the next page.
pub(super) fn more(app: App) {
    let after = app.desk.with_untracked(|desk| desk.after().map(str::to_owned));
    let (Some(access), Some(after)) = (access(app), after) else { return };
    app.desk.update(|desk| desk.loading = Loading::More);
    spawn_local(async move {
        let page = http::send(&app.relay.get_value(), api::inbox(&access, Some(&after))).await;
        if !is_current(app, &access) {
            return;
        }
        match page {
            Ok(page) => app.desk.update(|desk| desk.take(page, true)),
            Err(failure) => {
                let fault = failed(app, &failure);
                app.desk.update(|desk| desk.fail(fault));
            }
        }
        open_all(app, &access);
    });
}

/// Tries again what failed.
pub(super) fn retry(app: App) {
    app.desk.update(Desk::retry);
    refresh(app);
}

/// A key with a meaning.
pub(super) fn key(app: App, act: Act) {
    let selected = app.desk.with_untracked(|desk| desk.selected);
    match act {
        Act::Help => app.help.set(true),
        Act::Back => {
            dom::blur();
            if !rights::step_back(app) {
                close(app);
            }
        }
        _ if app.page.get_untracked() != Page::Inbox => {}
        Act::Next | Act::Previous => {
            app.desk.update(|desk| desk.step(act == Act::Next));
            if let Some(cid) = app.desk.with_untracked(|desk| desk.selected) {
                focus_soon(row_id(cid));
            }
        }
        Act::Open => {
            if let Some(cid) = selected {
                read(app, cid);
            }
        }
        Act::Done => {
            let target = app.desk.with_untracked(|desk| {
                let cid = desk.open.or(desk.selected)?;
                desk.row(cid).map(|row| (cid, !row.entry.done))
            });
            if let Some((cid, mark)) = target {
                done(app, cid, mark);
            }
        }
        Act::Search => dom::focus("search"),
    }
}
