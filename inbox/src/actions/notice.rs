//! Legal facts and contact ways of a published site: fetched, published, published again as they were.

use super::{
    focus_soon,
    lock::during,
    site::{act, say},
};
use crate::{
    api,
    app::App,
    effects::http,
    state::{
        admin::Said,
        notice::{
            editing::{Editing, InForce},
            faults::Spot,
            findings::FINDINGS,
            restate::{redisplay, restate},
        },
        site::Screen,
    },
    texts::Pick,
};
use leptos::prelude::*;

fn editing<T>(app: App, read: impl FnOnce(&Editing) -> T) -> T {
    app.admin.site.with_untracked(|site| read(&site.editing))
}

fn edit(app: App, change: impl FnOnce(&mut Editing)) {
    app.admin.site.update(|site| change(&mut site.editing));
}

/// Asks the relay what it says of itself.
pub(super) fn ask_place(app: App) {
    let ask = async move |_| http::send(&app.relay.get_value(), api::relay()).await;
    during(app, ask, move |answer| match answer {
        Ok(relay) => edit(app, |editing| editing.relay = Some(relay)),
        Err(_) => edit(app, |editing| editing.away = true),
    });
}

/// Fetches what visitors read today, as far as it is not at hand.
pub(super) fn fetch(app: App) {
    edit(app, |editing| editing.away = false);
    if editing(app, |editing| editing.relay.is_none()) {
        ask_place(app);
    }
    let address = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    for digest in editing(app, Editing::lacking) {
        let site = address.clone();
        let fetch = async move |_| http::notice(&app.relay.get_value(), &site, &digest).await;
        during(app, fetch, move |document| edit(app, |editing| editing.hold(digest, document.as_deref())));
    }
}

/// After something was published: the page, if it is on the screen, shows what visitors read then.
pub(super) fn follow(app: App) {
    if app.admin.site.with_untracked(|site| site.screen == Screen::Notice) {
        fetch(app);
    }
}

/// The first thing that keeps the legal facts from being published, by the id that takes the focus.
fn first_fault(editing: &Editing) -> Option<&'static str> {
    let unfit = || (!editing.findings().is_empty()).then_some(FINDINGS);
    editing.first_fault().map(Spot::id).or_else(unfit)
}

/// Publishes the legal facts that are on the screen, if everything that changes for visitors could be shown.
pub(super) fn publish(app: App) {
    if let Some(id) = editing(app, first_fault) {
        edit(app, |editing| editing.tried = true);
        return focus_soon(id);
    }
    if !editing(app, Editing::is_complete) {
        return say(app, Said::Care(|t| &t.notice_away));
    }
    if !editing(app, Editing::is_to_publish) {
        return say(app, Said::Good(|t| &t.notice_same));
    }
    let Some((facts, seen)) =
        editing(app, |editing| Some((editing.facts()?, in_force(editing)?.facts.clone())))
    else {
        return;
    };
    let good: Pick = if editing(app, Editing::is_reworded) {
        |t| &t.notice_published
    } else {
        |t| &t.notice_published_quiet
    };
    let done = move |editing: &mut Editing| editing.published();
    act(app, good, done, move |draft| restate(draft, &seen, &facts));
}

/// Publishes the facts of before once more.
pub(super) fn restore(app: App) {
    let both = editing(app, |editing| Some((editing.former()?.clone(), in_force(editing)?.facts.clone())));
    let Some((former, seen)) = both else { return };
    // The form follows what is in force then; what somebody typed since would be mixed with it.
    let done = |editing: &mut Editing| {
        editing.drop_typed();
        editing.undone();
    };
    act(app, |t| &t.notice_restored, done, move |draft| restate(draft, &seen, &former));
}

/// Publishes contact ways.
pub(super) fn publish_display(app: App) {
    if let Some(spot) = editing(app, Editing::first_shown_fault) {
        edit(app, |editing| editing.tried = true);
        return focus_soon(spot.id());
    }
    if !editing(app, Editing::is_redisplayed) {
        return say(app, Said::Good(|t| &t.notice_same));
    }
    let both = editing(app, |editing| Some((editing.display()?, in_force(editing)?.display.clone())));
    let Some((display, seen)) = both else { return };
    act(app, |t| &t.display_published, |_| {}, move |draft| redisplay(draft, &seen, &display));
}

fn in_force(editing: &Editing) -> Option<&InForce> {
    editing.in_force.as_ref()
}

/// Shows what is in force instead of what is typed.
pub(super) fn drop_typed(app: App) {
    edit(app, Editing::drop_typed);
    focus_soon("title");
}
