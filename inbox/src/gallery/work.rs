//! A team at work.

use super::{State, inbox};
use crate::{
    app::Page,
    fixtures::team::{hunting, picking, team_desk, wave},
    state::{
        admin::Area,
        office::{Office, Place},
    },
};
use leptos::prelude::*;

pub(super) const STATES: &[State] = &[
    ("team-desk", |app| inbox(app, team_desk(false))),
    ("team-much", |app| inbox(app, team_desk(true))),
    ("team-bulk", |app| inbox(app, picking())),
    ("team-wave", |app| inbox(app, wave())),
    ("team-search", |app| inbox(app, hunting())),
    ("settings-office", |app| office(app, false)),
    ("settings-office-unfit", |app| office(app, true)),
];

fn office(app: crate::app::App, unfit: bool) {
    app.page.set(Page::Settings);
    app.admin.area.set(Area::Office);
    let desk = team_desk(false);
    let mut office = Office::of(desk.sheets.team.view(), |_| 120);
    if unfit {
        office.draft.set(Place::Week(1), "acht bis zwölf".into());
        office.unfit = office.changes(|_| 120).err();
    }
    app.desk.set(desk);
    app.admin.office.set(office);
}
