//! Files that did not arrive before a session ended: what was read and sealed is dropped with it, and where each lies on this
//! device is kept for its author, until this page is closed. So a locked page holds no content of theirs.

use super::{clear, read};
use crate::{
    app::App,
    effects::dom,
    state::{event::Toast, files::Files},
};
use einwurf_protocol::ids::Cid;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// What it takes to choose a file once more: where it is on this device, not its content, and what was said of it.
#[derive(Clone)]
pub(super) struct Again {
    pub(super) file: JsValue,
    pub(super) description: String,
}

/// The session is over: what was read and sealed is dropped, and what did not arrive is named, for its author to come back
/// to.
pub(in crate::actions) fn suspend(app: App) {
    let mut again = app.held.try_update_value(|held| std::mem::take(&mut held.again)).unwrap_or_default();
    app.held.with_value(|held| {
        app.files.with_untracked(|files| {
            // One whose last part the relay has, although its answer was lost, has arrived.
            for (_, sent) in held.going.iter().filter(|(id, _)| files.going(**id).is_some()) {
                again.entry(sent.cid).or_default().push(sent.again.clone());
            }
            for (cid, one) in files.all_picked() {
                if let Some(file) = held.chosen.get(&one.number) {
                    let one = Again { file: file.clone(), description: one.description.clone() };
                    again.entry(cid).or_default().push(one);
                }
            }
        });
    });
    clear(app);
    app.files.update(|files| files.suspend(again.keys().copied().collect()));
    app.held.update_value(|held| held.again = again);
}

/// Somebody is in: files that were interrupted are there again for their author and for nobody else.
pub(in crate::actions) fn returned(app: App, author: bool) {
    if !author {
        clear(app);
    } else if app.files.with_untracked(Files::is_interrupted) {
        app.toast.set(Some(Toast { text: |t| &t.files_again, undo: None }));
    }
}

/// Once a conversation is open its interrupted files are read again: their names are in the visitor's language.
pub(super) fn take_up(app: App, cid: Cid) {
    let again = app.held.try_update_value(|held| held.again.remove(&cid)).flatten().unwrap_or_default();
    app.files.update(|files| files.take_up(cid));
    if !again.is_empty() {
        // They can be seen now, and what said so would lie over them.
        app.toast.set(None);
    }
    for one in again {
        let number = app.files.try_update(|files| files.pick(cid, &dom::file_name(&one.file))).flatten();
        let Some(number) = number else { return };
        app.files.update(|files| files.describe(cid, number, &one.description));
        app.held.update_value(|held| drop(held.chosen.insert(number, one.file)));
        read(app, cid, number, false);
    }
}
