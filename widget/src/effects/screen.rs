//! The focus, the keys that belong to the whole frame, and the document's own properties.

use crate::{
    desk::Desk,
    state::{Event, Focus},
    theme,
};
use einwurf_protocol::notice::Register;
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement, KeyboardEvent};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Moves the focus after the screen has followed the state.
pub(super) fn focus(target: Focus) {
    let selector = match target {
        Focus::Start => "[data-start]",
        Focus::Field(field) => field.selector(),
        Focus::Box => "[required]",
    };
    set_timeout(move || focus_now(selector), Duration::ZERO);
}

fn focus_now(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found {
        // Whatever these selectors find is an HTML element; a failed focus changes nothing.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Escape, and the network coming back.
pub(crate) fn listen(desk: Desk) {
    let _ = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            desk.emit(Event::Escape);
        }
    });
    let _ = window_event_listener(ev::online, move |_| desk.emit(Event::Retry));
}

/// Language, title and accent of the document.
pub(crate) fn dress(register: Register, title: &str, accent: &str) -> Option<()> {
    let document = document()?;
    document.set_title(title);
    let root: HtmlElement = document.document_element()?.unchecked_into();
    root.set_lang(register.lang());
    let accents = theme::accents(accent)?;
    // An invalid colour would be ignored; these two are made by `theme`.
    let _ = root.style().set_property("--brand", &accents.light);
    let _ = root.style().set_property("--brand-dark", &accents.dark);
    Some(())
}
