//! Settings that the team shares.

use super::{focus_soon, sheets};
use crate::{
    app::App,
    effects::{clock, zone},
    state::{
        admin::Said,
        office::{Deed, List, Office},
    },
};
use leptos::prelude::*;

/// Shows what the team has.
pub(super) fn load(app: App) {
    let office = app.desk.with_untracked(|desk| Office::of(desk.sheets.team.view(), clock::offset));
    app.admin.office.set(office);
}

/// A colleague changed something: shown unless somebody types here.
pub(super) fn refresh(app: App) {
    let calm = app.admin.office.with_untracked(|office| !office.is_dirty() && !office.said.is_busy());
    if calm {
        let said = app.admin.office.with_untracked(|office| office.said);
        load(app);
        app.admin.office.update(|office| office.said = said);
    }
}

/// Answers what somebody did.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Add(list) => {
            let place = app.admin.office.try_update(|office| office.draft.add(list));
            if let Some(place) = place {
                focus_soon(place.id());
            }
        }
        Deed::Drop(list, at) => {
            app.admin.office.update(|office| {
                (office.unfit, office.said) = (None, Said::Nothing);
                office.draft.remove(list, at);
            });
            focus_soon(add_id(list));
        }
        Deed::Member(topic, member, yes) => {
            app.admin.office.update(|office| office.draft.member(topic, member, yes));
        }
        Deed::Open(open) => app.admin.office.update(|office| {
            office.draft.open = open;
            if office.draft.zone.is_empty() {
                office.draft.zone = zone::own();
            }
        }),
        Deed::Save => save(app),
    }
}

/// Id of the button that adds one to a list.
fn add_id(list: List) -> &'static str {
    match list {
        List::Canned => "canned-add",
        List::Topics => "topic-add",
        List::Closed => "closed-add",
        List::StandIns => "stand-add",
    }
}

fn save(app: App) {
    match app.admin.office.with_untracked(|office| office.changes(clock::offset)) {
        Err(unfit) => {
            app.admin.office.update(|office| (office.unfit, office.said) = (Some(unfit), Said::Nothing));
            focus_soon(unfit.place.id());
        }
        Ok(ops) => {
            let stored = sheets::change_team(app, ops);
            if stored {
                load(app);
            }
            let said = if stored { Said::Good(|t| &t.admin_saved) } else { Said::Care(|t| &t.work_full) };
            app.admin.office.update(|office| (office.unfit, office.said) = (None, said));
        }
    }
}
