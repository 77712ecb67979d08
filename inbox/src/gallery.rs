//! Every page and state from fixtures, chosen by the address's hash: `#inbox-reading&register=en&theme=dark`. Without a
//! hash, the list of states. Another hash shows another state in the same page. Nothing here sends or stores anything.

mod access;
mod admin;
mod answer;
mod mail;
mod notice;
mod push;
mod rights;
mod webhooks;
mod work;

use crate::{
    app::{App, Page},
    fixtures::{
        NOW, answers,
        desk::{cid, desk, empty_desk, troubled, unhappy_desk},
        relay_info,
    },
    pages::Root,
    state::{
        desk::{Content, Filter},
        event::{Event, Toast, Undo},
        fault::Fault,
        idle::Soon,
        login::{Left, Progress},
        mail::{MailAsk, MailForm, MailStatus},
        prefs::Theme,
        rights::Deed,
        setup::{Making, Published, Setup, Stage, Step, confirm::Confirm},
        site, team,
    },
    texts::Library,
};
use einwurf_protocol::{
    api::staff::{Abuse, AbuseState, Refused, Strictness, Why},
    ids::Thumbprint,
    notice::Register,
};
use leptos::prelude::*;
use std::{any::Any, cell::RefCell};
use zeroize::Zeroizing;

thread_local! {
    /// What is shown; dropping it takes it away.
    static SHOWN: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// A state's name and how it is made.
type State = (&'static str, fn(App));

/// Every state.
const STATES: &[State] = &[
    ("login", |_| {}),
    ("login-unknown", |app| app.prefs.update(|prefs| prefs.site = None)),
    ("login-busy", |app| app.login.update(|login| login.progress = Progress::Deriving)),
    ("login-fault", |app| app.login.update(|login| login.fault = Some(Fault::Refused))),
    ("login-breach", |app| app.login.update(|login| login.fault = Some(Fault::Chain))),
    ("login-locked", |app| app.login.update(|login| login.left = Some(Left::Locked))),
    ("setup-empty", |app| {
        setup(app, |setup| setup.answers = crate::state::setup::answers::Answers::default());
    }),
    ("setup-company", |app| setup(app, |_| {})),
    ("setup-company-faults", |app| {
        setup(app, |setup| {
            setup.answers.address.clear();
            setup.answers.email = "info@firma".into();
            setup.tried = true;
        });
    }),
    ("setup-link-lost", |app| setup(app, |setup| setup.has_link = false)),
    ("setup-privacy", |app| setup(app, |setup| setup.step = Step::Privacy)),
    ("setup-account", |app| setup(app, |setup| setup.step = Step::Account)),
    ("setup-keys", |app| setup(app, |setup| setup.step = Step::Keys)),
    ("setup-link-used", |app| {
        setup(app, |setup| (setup.step, setup.fault) = (Step::Keys, Some(Fault::LinkUsed)));
    }),
    ("setup-making", |app| {
        setup(app, |setup| {
            (setup.step, setup.making) = (Step::Keys, Making::At(Stage::Signing));
        });
    }),
    ("setup-code", |app| setup(app, |setup| (setup.step, setup.making) = (Step::Keys, made(false)))),
    ("setup-code-wrong", |app| setup(app, |setup| (setup.step, setup.making) = (Step::Keys, made(true)))),
    ("setup-published", |app| setup(app, |setup| setup.publish(published(false)))),
    ("setup-file", |app| setup(app, |setup| setup.publish(published(true)))),
    ("inbox-loading", |app| app.page.set(Page::Inbox)),
    ("inbox-empty", |app| inbox(app, empty_desk())),
    ("inbox", |app| inbox(app, desk())),
    ("inbox-reading", |app| {
        let mut desk = desk();
        desk.read(cid(0));
        inbox(app, desk);
    }),
    ("inbox-all-done", |app| {
        let mut desk = desk();
        (0..6).for_each(|number| drop(desk.mark(cid(number), true)));
        inbox(app, desk);
    }),
    ("inbox-done", |app| {
        let mut desk = desk();
        desk.mark(cid(2), true);
        desk.filter = Filter::Done;
        desk.read(cid(2));
        inbox(app, desk);
        app.toast.set(Some(Toast { text: |t| &t.toast_done, undo: Some(Undo::Mark(cid(2), false)) }));
    }),
    ("inbox-search", |app| {
        let mut desk = desk();
        desk.query = "Wintergarten".into();
        inbox(app, desk);
    }),
    ("inbox-trouble", |app| inbox(app, unhappy_desk(troubled()))),
    ("inbox-not-mine", |app| inbox(app, unhappy_desk(Content::NotMine))),
    ("inbox-broken", |app| inbox(app, unhappy_desk(Content::Broken))),
    ("inbox-away", |app| inbox(app, unhappy_desk(Content::Away(Fault::Offline)))),
    ("inbox-offline", |app| {
        let mut desk = desk();
        desk.fail(Fault::Offline);
        inbox(app, desk);
    }),
    ("soon-lock", |app| {
        inbox(app, desk());
        app.soon.set(Some(Soon::Lock));
    }),
    ("soon-session", |app| {
        inbox(app, desk());
        app.soon.set(Some(Soon::Session(true)));
    }),
    ("help", |app| {
        inbox(app, desk());
        app.help.set(true);
    }),
    ("settings", |app| settings(app, false, MailStatus::Idle)),
    ("settings-own", |app| settings(app, true, MailStatus::Sent)),
    ("settings-shown", |app| {
        settings(app, true, MailStatus::Idle);
        app.signs.set(false);
    }),
    ("settings-refused", |app| {
        settings(app, true, MailStatus::Refused("535 5.7.8 authentication failed".into()));
    }),
];

fn states() -> impl Iterator<Item = &'static State> {
    STATES
        .iter()
        .chain(access::STATES)
        .chain(mail::STATES)
        .chain(push::STATES)
        .chain(admin::STATES)
        .chain(rights::STATES)
        .chain(webhooks::STATES)
        .chain(notice::STATES)
        .chain(work::STATES)
        .chain(answer::STATES)
}

/// Shows the state that the hash names, or the list of states, in the place of what was shown before.
pub(crate) fn begin(
    relay: &str,
    _door: bool,
    _fragment: Option<&str>,
    texts: impl FnOnce() -> Option<Library>,
) -> bool {
    let Some(library) = texts() else { return false };
    // First, so that no two elements have one id.
    drop(SHOWN.take());
    let hash = crate::effects::address::fragment();
    let relay = relay.to_owned();
    let shown = mount_to(leptos::tachys::dom::body(), move || {
        let mut parts = hash.trim_start_matches('#').split('&');
        let wanted = parts.next().unwrap_or_default();
        match states().find(|(name, _)| *name == wanted) {
            None => list().into_any(),
            Some((_, make)) => {
                let app = App::new(library, relay, (NOW, |_| 120), act);
                dress(app, parts);
                make(app);
                view! { <Root app /> }.into_any()
            }
        }
    });
    SHOWN.set(Some(Box::new(shown)));
    true
}

fn dress<'a>(app: App, parts: impl Iterator<Item = &'a str>) {
    app.prefs.update(|prefs| prefs.site = Some("site".into()));
    app.company.set(answers().company);
    for part in parts {
        app.prefs.update(|prefs| match part.split_once('=') {
            Some(("register", name)) => prefs.language = Register::from_name(name).unwrap_or(prefs.language),
            Some(("theme", "dark")) => prefs.theme = Theme::Dark,
            Some(("theme", "light")) => prefs.theme = Theme::Light,
            _ => {}
        });
    }
    Effect::new(move || app.prefs.with(|prefs| crate::effects::dom::dress(prefs, "Einwurf")));
}

/// What changes only what is seen.
fn act(app: App, event: Event) {
    match event {
        Event::Speak(language) => app.prefs.update(|prefs| prefs.language = language),
        Event::Letters(on) => app.prefs.update(|prefs| prefs.letters_off = !on),
        Event::Wear(theme) => app.prefs.update(|prefs| prefs.theme = theme),
        Event::Read(cid) => app.desk.update(|desk| drop(desk.read(cid))),
        Event::Close => app.desk.update(|desk| desk.open = None),
        Event::Visit(area) => app.admin.area.set(area),
        Event::Team(team::Deed::Show(screen)) => app.admin.team.update(|team| team.show(screen)),
        Event::Site(site::Deed::Show(screen)) => app.admin.site.update(|site| site.show(screen)),
        Event::Rights(Deed::Show(cid, view)) => {
            app.rights.update(|rights| *rights = std::mem::take(rights).open(cid, view, None, NOW));
        }
        Event::Rights(Deed::Back) => app.rights.update(crate::state::rights::Rights::leave),
        Event::Rights(Deed::Requests) => app.page.set(Page::Requests),
        Event::Rights(Deed::Log) => app.page.set(Page::Log),
        Event::ToInbox => app.page.set(Page::Inbox),
        Event::DismissToast => app.toast.set(None),
        Event::CancelReauth => app.reauth.update(|reauth| reauth.open = false),
        Event::ConfirmChanges => app.changes.set(Vec::new()),
        Event::GoOn => app.soon.set(None),
        Event::CloseHelp => app.help.set(false),
        Event::StayIn => app.leaving.set(false),
        _ => {}
    }
}

fn list() -> impl IntoView {
    let link = |(name, _): &State| view! { <li><a href=format!("#{name}")>{*name}</a></li> };
    view! {
        <main id="main" class="sheet">
            <h1>"Gallery"</h1>
            <p>"Add &register=en, &theme=dark or &theme=light to the hash."</p>
            <ul>{states().map(link).collect_view()}</ul>
        </main>
    }
}

fn setup(app: App, change: impl FnOnce(&mut Setup)) {
    app.page.set(Page::Setup);
    app.setup.update(|setup| {
        setup.answers = answers();
        setup.password = Zeroizing::new("zebra lampe tasse".into());
        setup.relay = Some(relay_info());
        setup.has_link = true;
        setup.site_key = Some(Thumbprint([42; 32]));
        change(setup);
    });
}

fn made(wrong: bool) -> Making {
    let code = Zeroizing::new("K7M2-9XQD-04TB-ZR8W-H5N1-CJ6V-3PAG-YE0S-F2K9".to_owned());
    Making::Made { code, confirm: Confirm { asked: [1, 5], wrong, ..Confirm::default() } }
}

fn published(file: bool) -> Published {
    Published {
        pin: Thumbprint([42; 32]),
        site: "q2wPzFhK0VbXy7N1mC4tR8sLdJ6gAeUo3iHkQxZvB5YnTfWp9rMcEaSuGj".into(),
        relay: "https://post.fensterbau.example".into(),
        launcher: "(()=>{/* launcher */})()".into(),
        file,
    }
}

fn inbox(app: App, desk: crate::state::desk::Desk) {
    app.page.set(Page::Inbox);
    app.desk.set(desk);
}

fn settings(app: App, own: bool, status: MailStatus) {
    app.page.set(Page::Settings);
    app.signs.set(true);
    let mut form = MailForm::default();
    form.own = own;
    form.set(MailAsk::Recipients, "anna@fensterbau.example".into());
    form.set(MailAsk::Host, "smtp.fensterbau.example".into());
    form.set(MailAsk::User, "einwurf@fensterbau.example".into());
    form.set(MailAsk::From, "einwurf@fensterbau.example".into());
    form.status = status;
    app.mail.set(form);
    let settings = Abuse { text_only: own, strictness: Strictness::Normal };
    let refused = [(Why::Ticket, 9_214, 10_377), (Why::Pace, 31, 31), (Why::Visitor, 0, 2)];
    let refused =
        if own { refused.map(|(why, day, week)| Refused { why, day, week }).to_vec() } else { Vec::new() };
    let (work, wait) = if own { (8, 12) } else { (1, 0) };
    let state = AbuseState { settings, work, opened: 140, wait, unread_bytes: 48_000_000, refused };
    app.abuse.set(crate::state::abuse::AbuseForm::of(state));
}
