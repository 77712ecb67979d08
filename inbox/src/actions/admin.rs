//! What the administration pages share: which part is shown, and fetching what is in force.

use super::{account, focus_soon, lock::during, mail, notice, reauth::fresh, site};
use crate::{
    api,
    app::{App, Page},
    effects::{clock, storage},
    state::{
        admin::{Area, Said},
        fault::Fault,
        keyring::{Documents, Known, Site, Staff, verify},
        login::Generation,
        notice::editing::InForce,
        site::{Facts, Screen as SiteScreen},
        team::{Screen as TeamScreen, Seen, Signing},
    },
};
use einwurf_protocol::{api::admin::SiteState, roster::MemberKind};
use leptos::prelude::*;

/// Shows a part of the settings from its beginning.
pub(super) fn visit(app: App, area: Area) {
    app.page.set(Page::Settings);
    app.admin.area.set(area);
    app.admin.team.update(|team| team.show(TeamScreen::default()));
    app.admin.site.update(|site| site.show(SiteScreen::default()));
    match area {
        Area::Mail => mail::show(app),
        Area::Office => super::office::load(app),
        Area::Team | Area::Site => load(app),
        Area::Account => account::load(app),
    }
    focus_soon("title");
}

/// Fetches what is in force, if the member may sign; others see what their login brought.
pub(super) fn load(app: App) {
    if !app.signs.get_untracked() {
        return show_own(app);
    }
    let then = move |outcome| match outcome {
        Ok(()) if app.admin.area.get_untracked() == Area::Site => {
            site::ask(app);
            notice::ask_place(app);
        }
        Ok(()) => {}
        Err(fault) => {
            let said = Said::failed(fault);
            app.admin.team.update(|team| team.said = said);
            app.admin.site.update(|site| site.said = said);
        }
    };
    during(app, async move |began| fetch(app, began).await, then);
}

/// While the list of the team is on the screen, answers to invitations are looked for. Nothing changes below somebody's
/// fingers on the other screens.
pub(super) fn look_again(app: App) {
    let listed =
        app.admin.team.with_untracked(|team| team.screen == TeamScreen::List && !team.said.is_busy());
    let shown = app.page.get_untracked() == Page::Settings && app.admin.area.get_untracked() == Area::Team;
    if shown && listed {
        load(app);
    }
}

/// Fetches, verifies like a login, and shows it.
pub(super) async fn fetch(app: App, began: Generation) -> Result<(), Fault> {
    let state = fresh(app, began, api::site_state).await?;
    let address = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    let (relay, seen) = (app.relay.get_value(), storage::seen(&address));
    let known =
        Known { relay: &relay, now: clock::now(), serial: seen.serial, roster: seen.roster, pin: seen.pin };
    let verified = app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        verify(&Documents::administered(&state), staff.site.key, &known).map_err(Fault::from)
    })?;
    app.vault.with_value(|vault| {
        if let Some(staff) = &vault.staff {
            take(app, staff, &verified, Some(&state));
        }
    });
    Ok(())
}

fn show_own(app: App) {
    app.vault.with_value(|vault| {
        if let Some(staff) = &vault.staff {
            take(app, staff, &staff.site, None);
        }
    });
}

fn take(app: App, staff: &Staff, site: &Site, state: Option<&SiteState>) {
    let now = clock::now();
    let (next, key) = (site.manifest.succession.next, staff.site_key_of(site.key));
    let signing = state.zip(key).map(|(state, key)| Signing { state, key });
    let administers = signing.is_some();
    let seen = Seen { roster: &site.roster, me: staff.member.id, signing, announced: next.is_some(), now };
    app.admin.team.update(|team| team.take(&seen));
    let held = next.is_some_and(|next| staff.site_key_of(next).is_some());
    let address = app.prefs.with_untracked(|prefs| prefs.site.clone()).unwrap_or_default();
    let Some(facts) = Facts::of(&address, &site.stock, held, now) else { return };
    let in_force = state.map(|state| InForce {
        facts: state.facts.clone(),
        display: facts.display.clone(),
        notices: facts.notices.clone(),
    });
    let sheet = site.roster.members.iter().any(|member| member.kind == MemberKind::Recovery);
    let check = state.filter(|_| sheet).map(|state| state.recovery.check.clone());
    let relay = app.relay.get_value();
    app.admin.site.update(|site| {
        site.take(facts, &relay);
        (site.check, site.administers) = (check, administers);
        if let Some(in_force) = in_force {
            site.editing.take(in_force);
        }
    });
}
