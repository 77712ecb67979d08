//! The inbox: fetching, opening, marking.

use super::{
    files, focus_soon, glance,
    lock::{access, failed, is_current},
    rights, sheets, work,
};
use crate::{
    api::{self, Access},
    app::{App, Page},
    effects::{clock, dom, history, http, storage},
    state::{
        desk::{
            Content, Desk, Loading, Wanted,
            letter::{self, Letter},
            list::row_id,
            work::{Deed, Status},
        },
        event::{Toast, Undo},
        health::Verdict,
        keyring::Site,
        shortcuts::Act,
        switched::is_suspect,
    },
};
use einwurf_protocol::{
    api::staff::Mark,
    ids::Cid,
    roster::{Capability, MemberKind},
};
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
            desk.now = Some(clock::now());
            desk.take(page, false);
            desk.retry();
        }),
        Err(failure) => {
            let fault = failed(app, &failure);
            app.desk.update(|desk| desk.fail(fault));
        }
    }
    sheets::unseal(app);
    sheets::sync(app);
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
    let people =
        site.roster.members.iter().filter(|one| one.kind == MemberKind::Person && one.may(Capability::Read));
    let members = people.map(|one| (one.id, one.name.clone())).collect();
    app.desk.update(|desk| desk.members = members);
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
        spawn_local(async move { while open_next(app, &access).await {} });
    }
}

/// Fetches and opens the next conversation; false if there is none, or this login is over.
pub(super) async fn open_next(app: App, access: &Access) -> bool {
    let Some(wanted) = app.desk.try_update(Desk::want).flatten() else { return false };
    let content = fetch(app, access, &wanted).await;
    if !is_current(app, access) {
        return false;
    }
    let suspect = is_suspect(&content);
    let before = last(app, wanted.cid);
    // Whoever reads further up is not torn away; whoever is at the end sees what comes.
    let follows = before.is_none_or(|seq| dom::is_in_sight(&letter::item_id(seq)));
    app.desk.update(|desk| desk.opened(wanted.cid, content));
    if app.desk.with_untracked(|desk| desk.open == Some(wanted.cid)) {
        if follows {
            reveal_last(app, wanted.cid);
        }
        mark_read(app, wanted.cid);
        files::look(app, wanted.cid);
    }
    if suspect {
        glance::suspect(app, access).await;
    }
    is_current(app, access)
}

/// A conversation, once it is open.
pub(super) fn letter(app: App, cid: Cid) -> Option<Letter> {
    app.desk.with_untracked(|desk| desk.row(cid).and_then(|row| row.letter().cloned()))
}

/// Where a conversation is.
pub(super) fn address(app: App, cid: Cid) -> Option<String> {
    app.desk.with_untracked(|desk| desk.row(cid).map(|row| row.entry.conversation.clone()))
}

/// The newest position of a conversation, once it is open.
fn last(app: App, cid: Cid) -> Option<u64> {
    app.desk.with_untracked(|desk| desk.row(cid).and_then(|row| row.letter().map(Letter::last)))
}

/// Scrolls to the newest message.
fn reveal_last(app: App, cid: Cid) {
    // The only message is read from its beginning.
    if let Some(seq) = last(app, cid).filter(|seq| *seq > 0) {
        let writes = dom::is_in_sight("answer");
        request_animation_frame(move || {
            dom::reveal(&letter::item_id(seq));
            if writes {
                dom::reveal("answer");
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
    app.desk.update_untracked(|desk| desk.sealed_under(wanted.cid, letter::newest_key(&conversation)));
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
    reveal_last(app, cid);
    if let Some(access) = access(app) {
        open_all(app, &access);
    }
}

/// What is open on the screen counts as read; the relay is told how far.
fn mark_read(app: App, cid: Cid) {
    let Some(Some(wanted)) = app.desk.try_update(|desk| desk.read(cid)) else { return };
    tell(app, wanted.address, Mark { read: Some(wanted.events), done: None });
}

pub(super) fn tell(app: App, address: String, mark: Mark) {
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
    app.toast.set(Some(Toast { text, undo: Some(Undo::Mark(cid, !done)) }));
    let (open, selected) = app.desk.with_untracked(|desk| (desk.open, desk.selected));
    if was_open && open.is_none() {
        history::back();
        focus_soon(selected.map_or_else(|| "title".to_owned(), row_id));
    }
}

/// Takes the last mark back.
pub(super) fn undo(app: App) {
    match app.toast.get_untracked().and_then(|toast| toast.undo) {
        Some(Undo::Work) => work::undo(app),
        Some(Undo::Mark(cid, back)) => {
            done(app, cid, back);
            app.toast.set(None);
            focus_soon(row_id(cid));
        }
        None => {}
    }
}

/// Scrolls on; what is not loaded yet is fetched.
pub(super) fn more(app: App) {
    if app.desk.with_untracked(|desk| desk.loading == Loading::More) {
        return;
    }
    let scrolled = app.desk.try_update(Desk::scroll_down).unwrap_or(false);
    spawn_local(async move {
        if !scrolled && fetch_more(app).await {
            app.desk.update(|desk| {
                desk.scroll_down();
            });
        }
        if let Some(access) = access(app) {
            open_all(app, &access);
        }
    });
}

/// Fetches the next page; whether it came.
pub(super) async fn fetch_more(app: App) -> bool {
    let after = app.desk.with_untracked(|desk| desk.after().map(str::to_owned));
    let (Some(access), Some(after)) = (access(app), after) else { return false };
    app.desk.update(|desk| desk.loading = Loading::More);
    let page = http::send(&app.relay.get_value(), api::inbox(&access, Some(&after))).await;
    if !is_current(app, &access) {
        return false;
    }
    let came = page.is_ok();
    match page {
        Ok(page) => app.desk.update(|desk| desk.take(page, true)),
        Err(failure) => {
            let fault = failed(app, &failure);
            app.desk.update(|desk| desk.fail(fault));
        }
    }
    sheets::unseal(app);
    came
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
        Act::Search => dom::focus("search"),
        Act::Undo => undo(app),
        Act::Done | Act::Take | Act::Wait | Act::Hide | Act::Label | Act::Note | Act::Pick => {
            if let Some(cid) = app.desk.with_untracked(|desk| desk.open.or(desk.selected)) {
                key_on(app, act, cid);
            }
        }
    }
}

/// A key about the conversation that is open, or that the cursor is on.
fn key_on(app: App, act: Act, cid: Cid) {
    let read = |pick: fn(&Desk, Cid) -> bool| app.desk.with_untracked(|desk| pick(desk, cid));
    match act {
        Act::Done => done(app, cid, !read(|desk, cid| desk.row(cid).is_some_and(|row| row.entry.done))),
        Act::Take => work::handle(app, Deed::Take(cid)),
        Act::Wait => {
            let waits = read(|desk, cid| desk.status(cid) == Status::Waiting);
            work::handle(app, Deed::Status(cid, if waits { Status::Open } else { Status::Waiting }));
        }
        Act::Hide => {
            let hidden = read(|desk, cid| desk.sheets.sheet(cid).is_some_and(|sheet| sheet.hidden));
            work::handle(app, Deed::Hide(cid, !hidden));
        }
        Act::Pick => {
            app.desk.update(|desk| {
                desk.work.picked.get_or_insert_default();
            });
            work::handle(app, Deed::Pick(cid));
        }
        Act::Label | Act::Note => {
            if read(|desk, cid| desk.open != Some(cid)) {
                self::read(app, cid);
            }
            focus_soon(if act == Act::Label { "label" } else { "note" });
        }
        _ => {}
    }
}
