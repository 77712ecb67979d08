//! The focus, the keys that belong to the whole frame, and the document's own properties.

use super::timer::after;
use crate::{
    desk::Desk,
    dom::{document, focus, listen, reveal, window},
    scope::keep,
    state::{Event, Focus},
    theme,
};
use einwurf_protocol::{manifest::Display, notice::Register};
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

thread_local! {
    /// What gets the focus once the frame has it.
    static NEXT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Moves the focus after the screen has followed the state. The launcher hands it to the frame; a frame that took it would
/// have it even where the window was closed by then.
pub(super) fn look_at(target: Focus) {
    let selector = match target {
        Focus::Start => "[data-start]".to_owned(),
        Focus::Field(field) => field.selector().to_owned(),
        Focus::Box => "[required]:invalid".to_owned(),
        Focus::File => "#files-fault".to_owned(),
        Focus::Opened(id) => ["[data-file=\"", &id.to_string(), "\"]"].concat(),
    };
    after(
        0,
        Box::new(move || {
            NEXT.set(Some(selector));
            if document().has_focus().unwrap_or(true) {
                follow();
            }
            // The newest stands at the end.
            if target == Focus::Start {
                reveal(".thread > :last-child");
            }
        }),
    );
}

fn follow() {
    if let Some(selector) = NEXT.take() {
        focus(&selector);
    }
}

/// Escape, the focus coming to the frame, and the network coming back.
pub(crate) fn attend(desk: Desk) {
    keep(listen(&window(), "focus", Box::new(|_| follow())));
    let escape = move |event: &web_sys::Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.key() == "Escape" && !event.is_composing() {
            desk.emit(Event::Escape);
        }
    };
    keep(listen(&window(), "keydown", Box::new(escape)));
    let network = move |there| {
        desk.emit(Event::Network(there));
        if there {
            desk.emit(Event::Retry);
        }
    };
    keep(listen(&window(), "online", Box::new(move |_| network(true))));
    keep(listen(&window(), "offline", Box::new(move |_| network(false))));
}

/// Language, title and look of the document.
pub(crate) fn dress(register: Register, display: &Display) {
    let document = document();
    document.set_title(&display.name);
    let Some(root) = document.document_element() else { return };
    let _ = root.set_attribute("lang", register.lang());
    let _ = root.set_attribute("dir", register.dir());
    let style = root.unchecked_into::<HtmlElement>().style();
    for (name, value) in theme::properties(display) {
        // Through CSSOM, which no policy forbids. An invalid value would be ignored.
        let _ = style.set_property(name, &value);
    }
}
