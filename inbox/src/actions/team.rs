//! The team: inviting, accepting, ending, emergency sheets.

use super::{
    admin, focus_soon,
    lock::{self, during},
    publishing::publish,
    reauth::fresh,
};
use crate::{
    api,
    app::App,
    effects::{dom, random},
    state::{
        admin::Said,
        fault::Fault,
        login::{Generation, Left},
        publishing::Draft,
        team::{
            Deed, Person, Screen, Team,
            accept::admit,
            invite::{Form, Link, NAME, link},
            remove,
            sheet::{Drawn, replace},
        },
    },
    texts::Pick,
};
use einwurf_protocol::ids::{MessageId, Thumbprint};
use leptos::prelude::*;
use rand_core::Rng as _;

/// What was signed ahead before a removal ends for visitors only with the new snippet.
const END_HINT: Pick = |t| &t.end_hint;

/// Answers what somebody does on these pages.
pub(super) fn handle(app: App, deed: Deed) {
    let busy = app.admin.team.with_untracked(|team| team.said.is_busy());
    match deed {
        _ if busy => {}
        Deed::Show(screen) => show(app, screen),
        Deed::Again(id) => again(app, &id),
        Deed::Invite => invite(app),
        Deed::CopyLink => copy(app),
        Deed::Withdraw(id) => withdraw(app, id, |t| &t.invites_ended),
        Deed::Refuse(id) => withdraw(app, id, |t| &t.confirm_refused),
        Deed::Accept(id) => accept(app, id),
        Deed::End(id) => end(app, id),
        Deed::Print => dom::print(),
        Deed::PublishSheet => publish_sheet(app),
        Deed::Check => check(app),
    }
}

fn show(app: App, screen: Screen) {
    app.admin.team.update(|team| {
        team.show(screen);
        if screen == Screen::Sheet {
            team.drawn = Some(Drawn::draw(&mut random::rng()));
        }
    });
    focus_soon("title");
    if screen == Screen::List {
        admin::load(app);
    }
}

fn say(app: App, said: Said) {
    app.admin.team.update(|team| team.said = said);
    // What came of it stands above; the button that was pressed may be gone or far below.
    match said {
        Said::Care(_) => focus_soon("team-care"),
        Said::Good(_) => focus_soon("team-good"),
        Said::Busy(_) | Said::Nothing => {}
    }
}

/// Back to the list, which says what was done.
fn done(app: App, text: Pick) {
    show(app, Screen::List);
    say(app, Said::Good(text));
}

/// What failed leaves everything as it was typed; after a colleague's publication the new state is shown below it.
fn failed(app: App, fault: Fault) {
    say(app, Said::failed(fault));
    if fault == Fault::Conflict {
        // The sentence of the conflict stays; the next act says if the relay is away.
        during(app, async move |began| admin::fetch(app, began).await, drop);
    }
}

fn again(app: App, id: &Thumbprint) {
    app.admin.team.update(|team| {
        let Some(form) = team.person(id).map(Form::again) else { return };
        team.show(Screen::Invite);
        team.form = form;
    });
    focus_soon("title");
}

fn invite(app: App) {
    let form = app.admin.team.with_untracked(|team| team.form.clone());
    if !form.is_complete() {
        app.admin.team.update(|team| team.form.tried = true);
        return focus_soon(if form.may.is_empty() { "may-read" } else { NAME.id });
    }
    say(app, Said::Busy(|t| &t.invite_making));
    let then = move |made| match made {
        Ok(link) => {
            app.admin.team.update(|team| {
                team.show(Screen::Invited);
                team.link = Some(link);
            });
            focus_soon("title");
        }
        Err(fault) => failed(app, fault),
    };
    during(app, async move |began| make(app, began, &form).await, then);
}

async fn make(app: App, began: Generation, form: &Form) -> Result<Link, Fault> {
    let mut id = MessageId([0; 16]);
    random::rng().fill_bytes(&mut id.0);
    let body = with_site_key(app, |key| form.body(key, id))?;
    let invited = fresh(app, began, |access| api::invite(access, &body)).await?;
    let relay = app.relay.get_value();
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    let door = app.admin.site.with_untracked(|site| site.facts.as_ref().and_then(|facts| facts.door.clone()));
    // The key is asked for again: it may have changed while the password was asked for.
    let text = with_site_key(app, |key| link(door.as_deref(), &relay, &site, key, &(&body).into()))?;
    Ok(Link { name: body.name, text, expires: invited.expires })
}

fn with_site_key<T>(app: App, read: impl FnOnce(&einwurf_seal::SiteKey) -> T) -> Result<T, Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        staff.site_key().map(read).ok_or(Fault::Keys)
    })
}

fn copy(app: App) {
    let text = app.admin.team.with_untracked(|team| team.link.as_ref().map(|link| link.text.clone()));
    if let Some(text) = text {
        super::copy(app, text);
    }
}

fn withdraw(app: App, id: MessageId, text: Pick) {
    say(app, Said::Busy(|t| &t.mail_saving));
    let act = async move |began| fresh(app, began, |access| api::end_invitation(access, id)).await.map(drop);
    // The acknowledgement of an earlier try may have been lost: what is not there any more is taken back.
    let then = move |outcome| match outcome {
        Ok(()) | Err(Fault::Unknown) => {
            app.admin.team.update(|team| team.open.retain(|one| one.id != id));
            done(app, text);
        }
        Err(fault) => failed(app, fault),
    };
    during(app, act, then);
}

/// Takes in what was on the screen while the code was compared, whatever the relay shows by now.
fn accept(app: App, id: MessageId) {
    let answered = app.admin.team.with_untracked(|team| team.compared(id));
    let Some((member, replaces)) = answered else { return say(app, Said::Care(|t| &t.confirm_gone)) };
    say(app, Said::Busy(|t| &t.admin_working));
    let change = move |draft: &mut Draft| {
        admit(&mut draft.says, &member, replaces, draft.now);
        Ok(())
    };
    publish(app, change, move |outcome| match outcome {
        Ok(()) => {
            done(app, |t| &t.confirmed);
            app.admin.team.update(|team| team.due = replaces.map(|_| END_HINT));
        }
        Err(fault) => failed(app, fault),
    });
}

fn end(app: App, id: Thumbprint) {
    let (aware, own, signs) = app.admin.team.with_untracked(|team: &Team| {
        let person = team.person(&id);
        (team.aware, person.is_some_and(|person| person.you), person.is_some_and(Person::signs))
    });
    let ended: Pick = if signs { |t| &t.end_done_signer } else { |t| &t.end_done };
    if !aware {
        say(app, Said::Care(|t| &t.end_aware_first));
        return focus_soon("end-aware");
    }
    say(app, Said::Busy(|t| &t.admin_working));
    let change = move |draft: &mut Draft| remove::end(draft, &id);
    publish(app, change, move |outcome| match outcome {
        Ok(()) if own => lock::lock(app, Left::LoggedOut),
        Ok(()) => {
            done(app, ended);
            app.admin.team.update(|team| team.due = Some(END_HINT));
        }
        Err(fault) => failed(app, fault),
    });
}

fn publish_sheet(app: App) {
    let code = app.admin.team.with_untracked(|team| team.drawn.as_ref().map(Drawn::confirmed));
    let Some(Some(code)) = code else {
        app.admin.team.update(|team| {
            if let Some(drawn) = &mut team.drawn {
                drawn.confirm.wrong = true;
            }
        });
        return focus_soon("sheet-group-0");
    };
    say(app, Said::Busy(|t| &t.admin_working));
    let change = move |draft: &mut Draft| {
        replace(draft, &code, &mut random::rng());
        Ok(())
    };
    publish(app, change, move |outcome| match outcome {
        Ok(()) => done(app, |t| &t.sheet_new_done),
        Err(fault) => failed(app, fault),
    });
}

fn check(app: App) {
    let (check, [one, other]) =
        app.admin.team.with_untracked(|team| (team.check.clone(), team.groups.clone()));
    let Some(check) = check else { return };
    let fits = with_site_key(app, |key| key.fits(&check, [&one, &other]));
    match fits {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return say(app, Said::Care(|t| &t.check_wrong)),
        Ok(Err(_)) => return say(app, Said::Care(|t| &t.check_length)),
        Err(fault) => return failed(app, fault),
    }
    say(app, Said::Busy(|t| &t.mail_saving));
    let then = move |outcome| match outcome {
        Ok(()) => done(app, |t| &t.check_done),
        Err(fault) => failed(app, fault),
    };
    during(app, async move |began| fresh(app, began, api::recovery_checked).await.map(drop), then);
}
