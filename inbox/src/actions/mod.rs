//! What happens when somebody does something: state, api and effects are joined here, and nowhere else.

mod account;
mod admin;
mod answer;
mod appearance;
mod desk;
mod files;
mod glance;
mod join;
mod leave;
mod live;
mod lock;
mod login;
mod mail;
mod notice;
mod office;
mod publishing;
mod push;
mod reauth;
mod recover;
mod rights;
mod setup;
mod sheets;
mod site;
mod status;
mod stay;
mod team;
mod watch;
mod webhooks;
mod work;

use crate::{
    app::{App, Page},
    effects::{clipboard, dom, storage},
    state::{
        admin::Area,
        event::{Event, Toast},
        login::Left,
    },
    texts::Pick,
};
use leptos::{prelude::*, task::spawn_local};

pub use files::Held;
pub use join::load as load_invitation;
pub use recover::is_known as knows_site;
pub use stay::resume;
pub use watch::watch;

/// Answers an event.
pub fn handle(app: App, event: Event) {
    match event {
        Event::Speak(language) => {
            app.prefs.update(|prefs| prefs.language = language);
            push::speak(app);
        }
        Event::Letters(on) => app.prefs.update(|prefs| prefs.letters_off = !on),
        Event::Wear(theme) => app.prefs.update(|prefs| prefs.theme = theme),
        Event::LogIn => login::log_in(app),
        Event::Resume => stay::resume(app),
        Event::Join => join::answer(app),
        Event::RetryInvitation => join::load(app),
        Event::ToRecover => {
            login::forget(app);
            show(app, Page::Recover);
        }
        Event::Recover => recover::recover(app),
        Event::RecoverReplace(yes) => reauth::decide(app, yes),
        Event::Reauth => reauth::submit(app),
        Event::CancelReauth => reauth::cancel(app),
        Event::ConfirmChanges => desk::confirm(app),
        Event::LogOut => leave::log_out(app),
        Event::LogOutAnyway => lock::lock(app, Left::LoggedOut),
        Event::StayIn => app.leaving.set(false),
        Event::Renew => reauth::renew(app),
        Event::GoOn => watch::go_on(app),
        Event::SetupNext => setup::next(app),
        Event::SetupBack => setup::back(app),
        Event::SetupMake => setup::make(app),
        Event::SetupPrint => dom::print(),
        Event::SetupPublish => setup::publish(app),
        Event::CopySnippet => setup::copy(app),
        Event::SaveLauncher => setup::save_launcher(app),
        Event::ToLogin => {
            app.turn();
            show(app, Page::Login);
        }
        Event::ToInbox => show(app, Page::Inbox),
        Event::ToSettings => admin::visit(app, Area::Mail),
        Event::Read(cid) => desk::read(app, cid),
        Event::Close => desk::close(app),
        Event::Done(cid, done) => desk::done(app, cid, done),
        Event::Undo => desk::undo(app),
        Event::More => desk::more(app),
        Event::Retry => desk::retry(app),
        Event::Key(act) => desk::key(app, act),
        Event::CloseHelp => app.help.set(false),
        Event::SaveMail => mail::save(app),
        Event::TestMail => mail::test(app),
        Event::RetryMail => mail::retry(app),
        Event::SaveWish => mail::save_wish(app),
        Event::DropWish => mail::drop_wish(app),
        Event::EditReader(place) => mail::edit_reader(app, place),
        Event::LeaveReader => mail::leave_reader(app),
        Event::SaveReader => mail::save_reader(app),
        Event::SaveAbuse => mail::save_abuse(app),
        Event::Visit(area) => admin::visit(app, area),
        Event::Team(deed) => team::handle(app, deed),
        Event::Site(deed) => site::handle(app, deed),
        Event::Webhooks(deed) => webhooks::handle(app, deed),
        Event::Push(deed) => push::handle(app, deed),
        Event::Account(deed) => account::handle(app, deed),
        Event::Rights(deed) => rights::handle(app, deed),
        Event::Files(deed) => files::handle(app, deed),
        Event::Answer(deed) => answer::handle(app, deed),
        Event::Work(deed) => work::handle(app, deed),
        Event::Office(deed) => office::handle(app, deed),
        Event::DismissToast => app.toast.set(None),
    }
}

/// Another page; its heading takes the focus, so that screen readers begin there.
fn show(app: App, page: Page) {
    app.page.set(page);
    app.toast.set(None);
    focus_soon("title");
}

/// Focuses an element once the present change is in the document.
fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    leptos::prelude::request_animation_frame(move || dom::focus(&id));
}

/// To the clipboard; whether it worked is said. A secret may come in a form that wipes itself.
fn copy(app: App, text: impl AsRef<str> + 'static) {
    spawn_local(async move {
        let copied = clipboard::copy(text.as_ref()).await;
        let text: Pick = if copied { |t| &t.toast_copied } else { |t| &t.toast_not_copied };
        app.toast.set(Some(Toast { text, undo: None }));
    });
}

/// Keeps choices whenever they change, and dresses the page.
pub fn keep_prefs(app: App) {
    let unread = Memo::new(move |_| app.desk.with(|desk| desk.waiting().unread));
    Effect::new(move || {
        let title = app.text(|t| &t.app_title);
        // What waits shows in the tab and, installed, in the window's name.
        let waits = match unread.get() {
            0 => String::new(),
            some => format!("({some}) "),
        };
        app.prefs.with(|prefs| {
            dom::dress(prefs, &format!("{waits}{title} · Einwurf"));
            storage::keep_prefs(prefs);
        });
    });
}
