//! The website: stock, releases, door, servers, the next site key.

mod leaflet;

use super::{admin, appearance, focus_soon, lock::during, notice, publishing::publish};
use crate::{
    api,
    app::App,
    effects::{download, http, random},
    state::{
        admin::Said,
        event::Toast,
        fault::Fault,
        field::FieldFault,
        notice::editing::Editing,
        publishing::Draft,
        site::{
            Deed, Place, Screen, door, origins,
            release::{self, Offer},
            snippet::snippet,
            succession,
        },
    },
    texts::Pick,
};
use einwurf_protocol::api::login::RecoveryCheck;
use einwurf_seal::SiteKey;
use leptos::prelude::*;

/// Answers what somebody does on these pages.
pub(super) fn handle(app: App, deed: Deed) {
    let busy = app.admin.site.with_untracked(|site| site.said.is_busy());
    match deed {
        _ if busy => {}
        Deed::Show(screen) => show(app, screen),
        Deed::Renew => change(app, |t| &t.admin_saved, |_| Ok(())),
        Deed::Approve => approve(app),
        Deed::Download => fetch_door(app),
        Deed::PublishDoor => publish_door(app),
        Deed::Announce => announce(app),
        Deed::Withdraw => change(
            app,
            |t| &t.next_withdrawn,
            |draft| {
                succession::withdraw(&mut draft.says);
                Ok(())
            },
        ),
        Deed::Switch => switch(app),
        Deed::PublishRelays => publish_relays(app),
        Deed::Move => announce_move(app),
        Deed::MoveBack => change(
            app,
            |t| &t.moved_undone,
            |draft| {
                draft.says.succession.moved_to = None;
                Ok(())
            },
        ),
        Deed::PublishNotice => notice::publish(app),
        Deed::RestoreNotice => notice::restore(app),
        Deed::PublishDisplay => notice::publish_display(app),
        Deed::DropTyped => notice::drop_typed(app),
        Deed::PublishLook => appearance::publish(app),
        Deed::DropLook => appearance::drop_typed(app),
        Deed::RetryNotice => notice::fetch(app),
        Deed::CopySnippet => copy(app),
        Deed::Copy(what) => {
            if let Some(text) = app.admin.site.with_untracked(|site| site.text(what)) {
                super::copy(app, text);
            }
        }
        Deed::SaveCode(scalable) => leaflet::save(app, scalable),
        Deed::Print(paper) => leaflet::print(app, paper),
        Deed::SaveLauncher => {
            let launcher = app.admin.site.with_untracked(|site| site.look.launcher.clone());
            save_launcher(app, &launcher);
        }
    }
}

fn show(app: App, screen: Screen) {
    app.admin.site.update(|site| site.show(screen));
    focus_soon("title");
    match screen {
        Screen::Snippet | Screen::Next | Screen::Policy => fetch_launcher(app),
        Screen::Notice => notice::fetch(app),
        Screen::Appearance => notice::ask_place(app),
        Screen::Webhooks => super::webhooks::load(app),
        _ => {}
    }
}

/// Shows what is going on, or what came of it.
pub(super) fn say(app: App, said: Said) {
    app.admin.site.update(|site| site.said = said);
    // What came of it stands above; the button that was pressed may be gone or far below.
    match said {
        Said::Care(_) => focus_soon("site-care"),
        Said::Good(_) => focus_soon("site-good"),
        Said::Busy(_) | Said::Nothing => {}
    }
}

/// Publishes one change, says how it went and shows what is in force then. What is typed stays until it is published.
fn change(app: App, good: Pick, change: impl Fn(&mut Draft) -> Result<(), Fault> + 'static) {
    act(app, good, |_| {}, change);
}

/// The same; `done` hears of it before what is in force is fetched anew.
pub(super) fn act(
    app: App,
    good: Pick,
    done: impl FnOnce(&mut Editing) + 'static,
    change: impl Fn(&mut Draft) -> Result<(), Fault> + 'static,
) {
    say(app, Said::Busy(|t| &t.admin_working));
    publish(app, change, move |outcome| {
        if outcome.is_ok() {
            app.admin.site.update(|site| {
                (site.in_page, site.groups) = (false, Default::default());
                done(&mut site.editing);
            });
        }
        say(app, outcome.map_or_else(Said::failed, |()| Said::Good(good)));
        if matches!(outcome, Ok(()) | Err(Fault::Conflict)) {
            // What was said of the act stays; the next act says if the relay is away.
            let then = move |fetched: Result<(), Fault>| {
                if fetched.is_ok() {
                    ask(app);
                    notice::follow(app);
                }
            };
            during(app, async move |began| admin::fetch(app, began).await, then);
        }
    });
}

/// Asks the relay which release it offers.
pub(super) fn ask(app: App) {
    let then = move |compact: Option<String>| {
        app.admin.site.update(|site| {
            let Some(facts) = &site.facts else { return };
            site.offer = match compact {
                Some(compact) => release::judge(&compact, release::project().as_ref(), &facts.code),
                None => Offer::Away,
            };
        });
    };
    during(app, async move |_| http::text(&app.relay.get_value(), api::SIGNED_RELEASE).await, then);
}

/// Approves what was on the screen, unless a colleague approved something newer meanwhile.
fn approve(app: App) {
    let offer = app.admin.site.with_untracked(|site| site.offer.clone());
    let Offer::Newer(release) = offer else { return };
    change(app, |t| &t.release_done, move |draft| release::approve(draft, &release));
}

/// The template is fetched only as the file that the manifest names, then filled here.
fn fetch_door(app: App) {
    let Some(facts) = app.admin.site.with_untracked(|site| site.facts.clone()) else { return };
    let look = app.admin.site.with_untracked(|site| site.look.clone());
    say(app, Said::Busy(|t| &t.door_downloading));
    let asset = facts.code.door.clone();
    let then = move |template: Option<String>| {
        let page = template.and_then(|text| door::fill(&text, &facts, look.register, look.words()).ok());
        let saved = page.is_some_and(|page| download::save("door.html", "text/html", &page));
        say(app, if saved { Said::Good(|t| &t.door_downloaded) } else { Said::Care(|t| &t.door_failed) });
    };
    let fetch = async move |_| http::pinned(&app.relay.get_value(), &asset.path, &asset.sri).await;
    during(app, fetch, then);
}

/// A field's value, or its fault is shown and takes the focus.
fn field(app: App, place: Place, id: &'static str) -> Result<Option<String>, FieldFault> {
    let relay = app.relay.get_value();
    let value = app.admin.site.with_untracked(|site| site.check(place, &relay));
    if value.is_err() {
        app.admin.site.update(|site| site.tried = Some(place));
        focus_soon(id);
    }
    value
}

fn publish_door(app: App) {
    let Ok(address) = field(app, Place::Door, "door-address") else { return };
    let good: Pick = if address.is_some() { |t| &t.door_published } else { |t| &t.door_removed };
    change(app, good, move |draft| {
        draft.says.relay.door.clone_from(&address);
        Ok(())
    });
}

fn publish_relays(app: App) {
    let Ok(second) = field(app, Place::Second, "second-relay") else { return };
    let relay = app.relay.get_value();
    change(
        app,
        |t| &t.admin_saved,
        move |draft| {
            draft.says.relay.origins = origins(&draft.says.relay.origins, &relay, second.clone());
            Ok(())
        },
    );
}

fn announce_move(app: App) {
    let Ok(Some(origin)) = field(app, Place::Moved, "moved-origin") else { return };
    change(
        app,
        |t| &t.moved_published,
        move |draft| {
            draft.says.succession.moved_to = Some(origin.clone());
            Ok(())
        },
    );
}

/// Draws the next key once, so that being overtaken by a colleague does not make another one.
fn announce(app: App) {
    let next = SiteKey::generate(&mut random::rng());
    change(app, |t| &t.next_announced, move |draft| succession::announce(draft, &next));
}

fn switch(app: App) {
    let (in_page, check, groups) =
        app.admin.site.with_untracked(|site| (site.in_page, site.check.clone(), site.groups.clone()));
    if !in_page {
        say(app, Said::Care(|t| &t.next_in_page_first));
        return focus_soon("in-page");
    }
    let (next, recovery) = match successor(app, check.as_ref(), &groups) {
        Ok(found) => found,
        Err(text) => return say(app, Said::Care(text)),
    };
    change(app, |t| &t.next_switched, move |draft| succession::switch(draft, &next, recovery.as_ref()));
}

/// The announced key, and the question for the sheet carried over to it.
fn successor(
    app: App,
    check: Option<&RecoveryCheck>,
    [one, other]: &[String; 2],
) -> Result<(SiteKey, Option<RecoveryCheck>), Pick> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or((|t| &t.fault_refused) as Pick)?;
        let present = staff.site_key().ok_or((|t| &t.fault_keys) as Pick)?;
        let next = staff.manifest().succession.next.and_then(|next| staff.site_key_of(next));
        let next = next.ok_or((|t| &t.next_not_held) as Pick)?;
        let Some(check) = check else { return Ok((next.clone(), None)) };
        match succession::carry_check(present, next, check, [one, other]) {
            Ok(Some(carried)) => Ok((next.clone(), Some(carried))),
            Ok(None) => Err((|t| &t.check_wrong) as Pick),
            Err(_) => Err((|t| &t.check_length) as Pick),
        }
    })
}

/// Like the door: only as the file that the manifest names.
fn fetch_launcher(app: App) {
    let Some(facts) = app.admin.site.with_untracked(|site| site.facts.clone()) else { return };
    let asset = facts.code.launcher;
    let fetch = async move |_| http::pinned(&app.relay.get_value(), &asset.path, &asset.sri).await;
    during(app, fetch, move |launcher| app.admin.site.update(|site| site.look.take(launcher)));
}

/// The launcher under the name that the snippet has.
pub(super) fn save_launcher(app: App, launcher: &str) {
    if !download::save("einwurf-launcher.js", "text/javascript", launcher) {
        app.toast.set(Some(Toast { text: |t| &t.door_failed, undo: None }));
    }
}

fn copy(app: App) {
    let text = app
        .admin
        .site
        .with_untracked(|site| site.facts.as_ref().and_then(|facts| snippet(facts, &site.look)));
    if let Some(text) = text {
        super::copy(app, text);
    }
}
