//! What visitors read: the set-up's questions about it, and the website's pages that change it.

use super::{State, admin::show_site, settings, setup};
use crate::{
    app::App,
    fixtures::{
        admin::{in_force, notices},
        answers, relay_info,
    },
    state::{
        admin::Said,
        mail::{MailAsk, MailStatus},
        notice::{advice::Topic, editing::Editing, preview::View},
        setup::{Step, answers::Answers},
        site::{Screen, Site, appearance::Part},
    },
};
use einwurf_protocol::{
    notice::{Purpose, Register},
    settings::{Profile, Sector},
};
use leptos::prelude::*;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("setup-purpose", |app| purpose(app, |answers| answers.terms.topic = None)),
    ("setup-purpose-orders", |app| purpose(app, |answers| answers.terms.ask_about(Topic::Orders))),
    ("setup-purpose-special", |app| purpose(app, |answers| answers.terms.ask_about(Topic::Special))),
    ("setup-purpose-secrecy", |app| purpose(app, |answers| answers.bind(Sector::Health))),
    ("setup-purpose-faults", |app| {
        purpose(app, |answers| answers.bind(Sector::Health));
        app.setup.update(|setup| {
            setup.tried = true;
            setup.relay.iter_mut().for_each(|relay| relay.profile = Profile::CloudflareDirect);
        });
    }),
    ("setup-purpose-children", |app| {
        purpose(app, |answers| {
            answers.terms.offer(Purpose::Remember, true);
            answers.terms.admit_children(true);
        });
    }),
    ("setup-purpose-compared", |app| {
        purpose(app, |_| {});
        app.setup.update(|setup| setup.view = View { register: Register::En, other: true });
    }),
    ("setup-privacy-faults", |app| {
        setup(app, |setup| {
            (setup.step, setup.tried) = (Step::Privacy, true);
            setup.answers.terms.confirmed.copies = false;
            setup.answers.dpo.clear();
        });
    }),
    ("setup-privacy-findings", |app| {
        setup(app, |setup| {
            setup.step = Step::Privacy;
            setup.answers.team_de = "unser Team (100 % sicher)".into();
            setup.answers.team_en = "our team!".into();
        });
    }),
    ("notice", |app| show(app, Screen::Notice, |_| {})),
    ("notice-loading", |app| show_site(app, |site| site.show(Screen::Notice))),
    ("notice-changed", |app| show(app, Screen::Notice, change)),
    ("notice-english", |app| {
        show(app, Screen::Notice, |site| {
            change(site);
            site.editing.view.register = Register::En;
        });
    }),
    ("notice-faults", |app| {
        show(app, Screen::Notice, |site| {
            site.editing.answers.authority.clear();
            site.editing.answers.terms.confirmed.copies = false;
            site.editing.tried = true;
        });
    }),
    ("notice-findings", |app| {
        show(app, Screen::Notice, |site| site.editing.answers.team_de = "unser Team!".into());
    }),
    ("notice-away", |app| {
        show(app, Screen::Notice, |site| {
            site.editing = Editing::beside(relay_info());
            site.editing.take(in_force(&answers()));
            site.editing.away = true;
        });
    }),
    ("notice-elsewhere", |app| {
        show(app, Screen::Notice, |site| {
            let relay = site.editing.relay.iter_mut();
            relay.for_each(|relay| relay.host_name = "Andere Hosting AG".into());
        });
    }),
    ("notice-not-signed", |app| {
        show(app, Screen::Notice, |site| {
            let mut named = in_force(&answers());
            named.facts.authority = "Eine andere Behörde".into();
            site.editing.take(named);
        });
    }),
    ("notice-working", |app| {
        show(app, Screen::Notice, |site| {
            change(site);
            site.said = Said::Busy(|t| &t.admin_working);
        });
    }),
    ("notice-published", |app| {
        show(app, Screen::Notice, |site| {
            change(site);
            site.editing.published();
            let now = site.editing.answers.clone();
            hold(site, &now);
            site.said = Said::Good(|t| &t.notice_published);
        });
    }),
    ("display", |app| show(app, Screen::Display, |_| {})),
    ("display-faults", |app| {
        show(app, Screen::Display, |site| {
            site.editing.answers.phone = "call me".into();
            site.editing.tried = true;
        });
    }),
    ("settings-heads", |app| {
        app.signs.set(true);
        settings(app, false, MailStatus::Idle);
        app.mail.update(|form| form.set(MailAsk::Heads, "datenschutz@fensterbau.example".into()));
    }),
    ("display-published", |app| {
        show(app, Screen::Display, |site| site.said = Said::Good(|t| &t.display_published));
    }),
    ("look", |app| show(app, Screen::Appearance, |_| {})),
    ("look-faults", |app| {
        show(app, Screen::Appearance, |site| {
            let wrong = [
                (Part::Accent, "#8aa77b"),
                (Part::Dark, "#123456"),
                (Part::Radius, "99"),
                (Part::Font, "url(x)"),
            ];
            for (part, text) in wrong {
                site.appearance.typed.set(part, text.into());
            }
            (site.appearance.tried, site.look.lift) = (true, "999".into());
        });
    }),
];

fn purpose(app: App, change: impl FnOnce(&mut Answers)) {
    setup(app, |setup| {
        setup.step = Step::Purpose;
        change(&mut setup.answers);
    });
}

fn show(app: App, screen: Screen, change: impl FnOnce(&mut Site)) {
    show_site(app, |site| {
        site.show(screen);
        site.editing.relay = Some(relay_info());
        hold(site, &answers());
        change(site);
    });
}

/// What these answers publish is in force, with its documents at hand.
fn hold(site: &mut Site, answers: &Answers) {
    site.editing.take(in_force(answers));
    for (digest, document) in notices(answers) {
        site.editing.hold(digest, Some(&document));
    }
}

fn change(site: &mut Site) {
    let answers = &mut site.editing.answers;
    answers.days = "30".into();
    answers.authority = "Aufsichtsbehörde Neuland".into();
    answers.terms.offer(Purpose::Remember, true);
}
