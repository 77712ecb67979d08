//! Team, website, own access.

use super::State;
use crate::{
    app::{App, Page},
    fixtures::{
        NOW,
        admin::{RELAY, account, code, site, team},
    },
    state::{
        account::Account,
        admin::{Area, Said},
        setup::confirm::Confirm,
        site::{
            Place, Screen as SiteScreen, Site, policy::Place as Stands, release::Offer, succession::Stage,
        },
        team::{
            Screen, Standing, Team,
            accept::Doubt,
            invite::{Form, Link},
            remove::Stays,
            sheet::Drawn,
        },
    },
};
use einwurf_protocol::{
    ids::{MessageId, Thumbprint},
    release::Release,
};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("team-loading", |app| show_team(app, |team| *team = Team::default())),
    ("team", |app| show_team(app, |_| {})),
    ("team-alone", |app| {
        show_team(app, |team| {
            team.open.clear();
            team.persons.iter_mut().for_each(|persons| persons.truncate(1));
            team.checked = None;
        });
    }),
    ("team-reader", |app| {
        show_team(app, |team| {
            (team.administers, team.checked) = (false, None);
            team.open.clear();
        });
    }),
    ("team-check-due", |app| show_team(app, |team| team.checked = Some(NOW.minus(200 * 86_400)))),
    ("team-away", |app| show_team(app, |team| team.said = Said::Care(|t| &t.fault_away))),
    ("team-done", |app| show_team(app, |team| team.said = Said::Good(|t| &t.confirmed))),
    ("team-invite", |app| show_team(app, |team| team.show(Screen::Invite))),
    ("team-invite-faults", |app| {
        show_team(app, |team| {
            team.show(Screen::Invite);
            team.form = Form { may: [].into(), tried: true, ..Form::default() };
        });
    }),
    ("team-invite-again", |app| {
        show_team(app, |team| {
            let form = team.persons.as_ref().and_then(|persons| persons.get(1)).map(Form::again);
            team.show(Screen::Invite);
            team.form = form.unwrap_or_default();
        });
    }),
    ("team-invite-technician", |app| {
        app.reads.set(false);
        show_team(app, |team| team.show(Screen::Invite));
    }),
    ("team-invited", |app| {
        show_team(app, |team| {
            team.show(Screen::Invited);
            team.link = Some(link());
        });
    }),
    ("team-confirm", |app| show_team(app, |team| team.show(Screen::Confirm(MessageId([1; 16]))))),
    ("team-confirm-replaces", |app| {
        show_team(app, |team| {
            team.show(Screen::Confirm(MessageId([1; 16])));
            let former = (Thumbprint([2; 32]), "Ines Muster".to_owned());
            team.open.iter_mut().for_each(|one| one.replaces = Some(former.clone()));
        });
    }),
    ("team-confirm-doubt", |app| {
        show_team(app, |team| {
            team.show(Screen::Confirm(MessageId([1; 16])));
            team.open.iter_mut().for_each(|one| one.standing = Standing::Doubtful(Doubt::Foreign));
        });
    }),
    ("team-confirm-gone", |app| show_team(app, |team| team.show(Screen::Confirm(MessageId([9; 16]))))),
    ("team-end", |app| show_team(app, |team| team.show(Screen::End(Thumbprint([2; 32]))))),
    ("team-end-signer", |app| {
        show_team(app, |team| {
            team.announced = true;
            team.show(Screen::End(Thumbprint([3; 32])));
        });
    }),
    ("team-end-working", |app| {
        show_team(app, |team| {
            team.show(Screen::End(Thumbprint([2; 32])));
            (team.aware, team.said) = (true, Said::Busy(|t| &t.admin_working));
        });
    }),
    ("team-end-own", |app| show_team(app, |team| team.show(Screen::End(Thumbprint([1; 32]))))),
    ("team-end-last", |app| {
        show_team(app, |team| {
            team.persons.iter_mut().flatten().for_each(|person| person.stays = Some(Stays::LastSigner));
            team.show(Screen::End(Thumbprint([1; 32])));
        });
    }),
    ("team-check", |app| show_team(app, |team| team.show(Screen::Check))),
    ("team-check-wrong", |app| {
        show_team(app, |team| {
            team.show(Screen::Check);
            team.groups = ["9XQD".into(), "C76V".into()];
            team.said = Said::Care(|t| &t.check_wrong);
        });
    }),
    ("team-sheet", |app| show_team(app, new_sheet)),
    ("site-loading", |app| show_site(app, |site| *site = Site::default())),
    ("site", |app| show_site(app, |_| {})),
    ("site-reader", |app| show_site(app, |site| site.administers = false)),
    ("site-release", |app| show_site(app, |site| site.offer = newer())),
    ("site-release-older", |app| show_site(app, |site| site.offer = Offer::Older("0.0.9".into()))),
    ("site-release-forged", |app| show_site(app, |site| site.offer = Offer::Forged)),
    ("site-moved", |app| {
        show_site(app, |site| {
            let facts = site.facts.iter_mut();
            facts.for_each(|facts| facts.moved_to = Some("https://neu.fensterbau.example".into()));
        });
    }),
    ("site-door", |app| show_site(app, |site| site.show(SiteScreen::Door))),
    ("site-door-faults", |app| {
        show_site(app, |site| {
            site.show(SiteScreen::Door);
            site.set(Place::Door, "fensterbau.example/door.html".into());
            (site.tried, site.said) = (Some(Place::Door), Said::Care(|t| &t.door_failed));
        });
    }),
    ("site-snippet", |app| show_site(app, |site| site.show(SiteScreen::Snippet))),
    ("site-policy", |app| show_site(app, |site| show_policy(site, ""))),
    ("site-policy-own", |app| {
        let own = "default-src 'self'; script-src 'self' cdn.fensterbau.example; img-src *; img-src 'self'; \
                   scrip-src 'self'; frame-ancestors 'none'";
        show_site(app, |site| {
            show_policy(site, own);
            site.policy.place = Stands::Meta;
        });
    }),
    ("site-policy-nonce", |app| {
        show_site(app, |site| {
            show_policy(site, "script-src 'nonce-{{csp}}' 'strict-dynamic'; sandbox allow-forms");
        });
    }),
    ("site-policy-faults", |app| show_site(app, |site| show_policy(site, "script-src ‘self’"))),
    ("site-instead", |app| show_site(app, |site| site.show(SiteScreen::Instead))),
    ("site-instead-own", |app| {
        show_site(app, |site| {
            site.show(SiteScreen::Instead);
            site.look.replace = true;
            let facts = site.facts.iter_mut();
            facts.for_each(|facts| facts.door = Some("https://post.fensterbau.example/".into()));
        });
    }),
    ("site-instead-long", |app| {
        show_site(app, |site| {
            site.show(SiteScreen::Instead);
            let door = format!("https://post.fensterbau.example/{}", "nachrichten/".repeat(32));
            site.facts.iter_mut().for_each(|facts| facts.door = Some(door.clone()));
        });
    }),
    ("site-next", |app| show_site(app, |site| site.show(SiteScreen::Next))),
    ("site-next-announced", |app| show_site(app, |site| announced(site, true))),
    ("site-next-not-held", |app| show_site(app, |site| announced(site, false))),
    ("site-relays", |app| show_site(app, |site| site.show(SiteScreen::Relays))),
    ("site-relays-moved", |app| {
        show_site(app, |site| {
            site.show(SiteScreen::Relays);
            let facts = site.facts.iter_mut();
            facts.for_each(|facts| facts.moved_to = Some("https://neu.fensterbau.example".into()));
        });
    }),
    ("site-lost", |app| show_site(app, |site| site.show(SiteScreen::Lost))),
    ("account", |app| show_account(app, |_| {})),
    ("account-loading", |app| show_account(app, |account| account.devices = None)),
    ("account-typed", |app| {
        show_account(app, |account| account.password = Zeroizing::new("zebra lampe tasse".into()));
    }),
    ("account-changed", |app| show_account(app, Account::changed)),
    ("account-recovering", |app| show_account(app, |account| account.recovering = true)),
    ("settings-door", |app| {
        app.door.set_value(true);
        show_account(app, |_| {});
    }),
];

fn show_team(app: App, change: impl FnOnce(&mut Team)) {
    app.page.set(Page::Settings);
    app.signs.set(true);
    app.admin.area.set(Area::Team);
    app.admin.site.set(site());
    app.admin.team.set(team());
    app.admin.team.update(change);
}

pub(super) fn show_site(app: App, change: impl FnOnce(&mut Site)) {
    app.page.set(Page::Settings);
    app.signs.set(true);
    app.admin.area.set(Area::Site);
    app.admin.site.set(site());
    app.admin.site.update(change);
}

fn show_account(app: App, change: impl FnOnce(&mut Account)) {
    app.page.set(Page::Settings);
    app.admin.area.set(Area::Account);
    app.admin.account.set(account());
    app.admin.account.update(change);
}

fn link() -> Link {
    let text = format!(
        "{RELAY}/inbox#site={}&pin={}&invite={}",
        "q2wP".repeat(12),
        "Kioq".repeat(11),
        "Zx8k".repeat(11)
    );
    Link { name: "Jonas Probe".into(), text: Zeroizing::new(text), expires: NOW.plus(172_800) }
}

fn new_sheet(team: &mut Team) {
    team.show(Screen::Sheet);
    let code = Zeroizing::new("K7M2-9XQD-04TB-ZR8W-H5N1-CJ6V-3PAG-YE0S-F2K9".to_owned());
    team.drawn = Some(Drawn { code, confirm: Confirm { asked: [1, 5], ..Confirm::default() } });
}

fn newer() -> Offer {
    let changes = |list: [&str; 2]| list.map(str::to_owned).to_vec();
    let changes = [
        ("de", changes(["Fotos lassen sich drehen.", "Der Knopf lädt auf langsamen Telefonen schneller."])),
        ("en", changes(["Photos can be rotated.", "The button loads faster on slow phones."])),
    ];
    let changes = changes.map(|(language, list)| (language.to_owned(), list)).into();
    Offer::Newer(Box::new(Release { v: 1, at: NOW.minus(3 * 86_400), code: code("0.2.0"), changes }))
}

fn show_policy(site: &mut Site, present: &str) {
    site.show(SiteScreen::Policy);
    site.look.file = true;
    site.policy.present = present.into();
}

fn announced(site: &mut Site, held: bool) {
    site.show(SiteScreen::Next);
    if let Some(facts) = &mut site.facts {
        facts.pins.push(Thumbprint([77; 32]));
        facts.stage = Stage::Announced { held };
    }
}
