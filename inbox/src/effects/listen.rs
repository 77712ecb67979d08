//! What the person does anywhere on the page. Listeners live as long as the page.

use super::{dom, history, window};
use crate::state::shortcuts::Press;
use leptos::ev;
use leptos::prelude::window_event_listener;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

/// Key presses. `heard` answers whether the press was taken, and the browser then leaves it alone.
pub fn on_key(heard: impl Fn(Press<'_>) -> bool + 'static) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() || dom::has_dialog() {
            return;
        }
        let (typing, control) = dom::focused();
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        if heard(Press { key: &event.key(), modified, typing, control }) {
            event.prevent_default();
        }
    });
    std::mem::forget(handle);
}

/// Any sign of life.
pub fn on_activity(heard: impl Fn() + Clone + 'static) {
    let (key, touch) = (heard.clone(), heard);
    std::mem::forget(window_event_listener(ev::keydown, move |_| key()));
    std::mem::forget(window_event_listener(ev::pointerdown, move |_| touch()));
}

/// The page is looked at again.
pub fn on_return(heard: impl Fn() + 'static) {
    std::mem::forget(window_event_listener(ev::focus, move |_| heard()));
}

/// The page is about to go. `asks` says whether the browser should ask first; it uses words of its own.
pub fn on_leave(asks: impl Fn() -> bool + 'static) {
    std::mem::forget(window_event_listener(ev::beforeunload, move |event| {
        if asks() {
            event.prevent_default();
        }
    }));
}

/// The page goes, for good or for as long as the browser keeps it for "back".
pub fn on_gone(heard: impl Fn() + 'static) {
    std::mem::forget(window_event_listener(ev::pagehide, move |_| heard()));
}

/// The browser's "back". It takes a moment: who has gone one step deeper meanwhile is still in a step of ours.
pub fn on_back(heard: impl Fn() + 'static) {
    std::mem::forget(window_event_listener(ev::popstate, move |_| {
        if !history::is_ours() {
            heard();
        }
    }));
}

/// Files that are dropped or pasted anywhere. `wanted` says whether anybody takes them; if nobody does, the browser must not
/// open a dropped one in the place of this page.
pub fn on_files(heard: impl Fn(Vec<JsValue>) + Clone + 'static) {
    let dropped = heard.clone();
    std::mem::forget(window_event_listener(ev::dragover, |event| event.prevent_default()));
    std::mem::forget(window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        let files = event.data_transfer().and_then(|data| data.files());
        dropped(files.map(|files| dom::all(&files)).unwrap_or_default());
    }));
    std::mem::forget(window_event_listener(ev::paste, move |event| {
        let Ok(event) = event.dyn_into::<web_sys::ClipboardEvent>() else { return };
        let files = event.clipboard_data().and_then(|data| data.files());
        let files = files.map(|files| dom::all(&files)).unwrap_or_default();
        // Text goes where it is pasted; a picture that comes with its text is not meant.
        if !files.is_empty() {
            event.prevent_default();
            heard(files);
        }
    }));
}

/// Every so many milliseconds.
pub fn every(millis: i32, heard: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(heard);
    if let Some(window) = window() {
        // A timer is refused only when the page is going away.
        let _ = window
            .set_interval_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), millis);
    }
    closure.forget();
}

/// Whether the page can be seen.
pub fn is_visible() -> bool {
    window().and_then(|window| window.document()).is_some_and(|document| !document.hidden())
}
