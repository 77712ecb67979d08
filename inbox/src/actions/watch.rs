//! What happens without anybody asking: the clock, polling, the automatic lock, keys, "back", and keeping answers.

use super::{admin, desk, files, handle, leave, live, lock, setup};
use crate::{
    app::{App, Page},
    effects::{clock, listen, storage},
    state::{
        event::Event,
        idle::{Idle, soon},
        live::BEAT_MILLIS,
        login::Left,
        setup::Step,
        shortcuts::act,
    },
};
use leptos::prelude::*;

/// The clock of the page, and how often the idle time is looked at.
const TICK_MILLIS: i32 = 5_000;
/// Between two looks at the relay while the page is visible.
const POLL_MILLIS: i32 = 15_000;

/// Starts everything that runs by itself.
pub fn watch(app: App) {
    listen::on_activity(move || app.idle.set_value(Idle::since(clock::now())));
    listen::every(TICK_MILLIS, move || tick(app));
    listen::every(POLL_MILLIS, move || poll(app, false));
    listen::every(BEAT_MILLIS, move || live::beat(app));
    listen::on_return(move || poll(app, true));
    listen::on_gone(move || live::end(app));
    leave::watch(app);
    listen::on_files(move |files| files::given(app, files));
    listen::on_back(move || desk::closed(app));
    listen::on_key(move |press| {
        let staff =
            matches!(app.page.get_untracked(), Page::Inbox | Page::Requests | Page::Log | Page::Settings);
        let Some(act) = act(press, app.prefs.with_untracked(|prefs| !prefs.letters_off)).filter(|_| staff)
        else {
            return false;
        };
        handle(app, Event::Key(act));
        true
    });
    if app.page.get_untracked() == Page::Setup {
        setup::load(app);
        keep_answers(app);
    }
}

fn is_logged_in(app: App) -> bool {
    app.vault.with_value(|vault| vault.staff.is_some())
}

fn tick(app: App) {
    let now = clock::now();
    app.now.set(now);
    let session =
        app.vault.with_value(|vault| vault.staff.as_ref().map(|staff| (staff.expires, !staff.recovering)));
    let Some((expires, renewable)) = session else { return };
    let idle = app.idle.get_value();
    if now >= expires {
        lock::lock(app, Left::Ended);
    } else if idle.is_over(now) {
        lock::lock(app, Left::Locked);
    } else {
        let told = soon(idle, (expires, renewable), now);
        // Said once, not at every tick.
        if app.soon.get_untracked() != told {
            app.soon.set(told);
        }
    }
}

/// Somebody is there.
pub(super) fn go_on(app: App) {
    app.idle.set_value(Idle::since(clock::now()));
    app.soon.set(None);
}

/// Looks at the relay; somebody who comes back to the page does not wait for it.
fn poll(app: App, now: bool) {
    // A device that slept wakes up here: lock before anything is fetched or shown.
    tick(app);
    let mut due = false;
    app.live.update_value(|live| due = live.is_due(clock::now()));
    if is_logged_in(app) && listen::is_visible() && (due || now) {
        desk::refresh(app);
        admin::look_again(app);
    }
}

/// Keeps answers in this tab until the site is published.
fn keep_answers(app: App) {
    Effect::new(move || {
        app.setup.with(|setup| {
            if setup.step != Step::Published {
                storage::keep_setup(&setup.kept());
            }
        });
    });
}
