//! Leaving while something is not sent: closing the page is asked about by the browser, logging out by this app.

use super::lock;
use crate::{
    app::App,
    effects::listen,
    state::{answer::Answers, files::Files, login::Left},
};
use leptos::prelude::*;

/// Whether an answer is typed, or files wait or are on their way: it is only in this page.
fn is_pending(app: App) -> bool {
    app.answers.with_untracked(Answers::is_pending) || app.files.with_untracked(Files::is_pending)
}

/// The browser asks before the page goes, as long as something would be lost with it.
pub(super) fn watch(app: App) {
    listen::on_leave(move || is_pending(app));
}

/// "Log out": at once, or after a question.
pub(super) fn log_out(app: App) {
    if is_pending(app) {
        app.leaving.set(true);
    } else {
        lock::lock(app, Left::LoggedOut);
    }
}
