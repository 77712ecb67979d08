//! The document: focus, dialogs, printing, language and theme of the page.

use super::window;
use crate::state::prefs::Prefs;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Document, Element, File, FileList, HtmlDialogElement, HtmlElement, HtmlInputElement,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};

fn document() -> Option<Document> {
    window()?.document()
}

fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Puts the focus on an element, if it is there.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Whether what scrolled is near its end.
pub fn is_near_end(event: &web_sys::Event) -> bool {
    const NEAR: i32 = 600;
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| {
        element.scroll_height() - element.scroll_top() - element.client_height() < NEAR
    })
}

/// Takes the focus away from a field.
pub fn blur() {
    let active = document().and_then(|document| document.active_element());
    if let Some(element) = active.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.blur();
    }
}

/// Whether an element is in sight, or will be once the page has drawn it.
pub fn is_in_sight(id: &str) -> bool {
    let height = window().and_then(|window| window.inner_height().ok()).and_then(|height| height.as_f64());
    let place = element(id).map(|element| element.get_bounding_client_rect());
    match (height, place) {
        (Some(height), Some(place)) => place.top() < height && place.bottom() > 0.0,
        _ => false,
    }
}

/// Scrolls as little as it takes to show an element.
pub fn reveal(id: &str) {
    if let Some(element) = element(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether an element is there.
pub fn is_there(id: &str) -> bool {
    element(id).is_some()
}

/// The files that were chosen in a field, which is empty then: the same may be chosen again.
pub fn take_files(id: &str) -> Vec<JsValue> {
    let Some(field) = element(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) else {
        return Vec::new();
    };
    let files = field.files().map(|files| all(&files)).unwrap_or_default();
    field.set_value("");
    files
}

/// Every file of a list.
pub fn all(files: &FileList) -> Vec<JsValue> {
    (0..files.length()).filter_map(|at| files.item(at).map(JsValue::from)).collect()
}

/// What a chosen file is called on this device.
pub fn file_name(file: &JsValue) -> String {
    file.dyn_ref::<File>().map(File::name).unwrap_or_default()
}

/// Opens or closes a native dialog; the browser keeps and gives back the focus.
pub fn dialog(id: &str, open: bool) {
    let Some(dialog) = element(id).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) else {
        return;
    };
    if !open {
        dialog.close();
    } else if !dialog.open() {
        // Fails only for a dialog that is not in the document.
        let _ = dialog.show_modal();
    }
}

/// Prints the page; the style sheet decides what is on paper.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}

/// Language and theme of the whole page, and its title.
pub fn dress(prefs: &Prefs, title: &str) {
    let Some(document) = document() else { return };
    document.set_title(title);
    if let Some(root) = document.document_element() {
        // Plain attributes with plain values are never refused.
        let _ = root.set_attribute("lang", prefs.language.lang());
        let _ = root.set_attribute("dir", prefs.language.dir());
        let _ = root.set_attribute("data-theme", prefs.theme.name());
    }
}

/// Whether somebody is typing in the focused element, and whether it answers to Enter itself.
pub fn focused() -> (bool, bool) {
    let Some(active) = document().and_then(|document| document.active_element()) else {
        return (false, false);
    };
    let kind = active.get_attribute("type").unwrap_or_default();
    let typing = match active.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(kind.as_str(), "radio" | "checkbox" | "button"),
        _ => false,
    };
    (typing, matches!(active.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY" | "INPUT"))
}

/// Whether a modal dialog is open.
pub fn has_dialog() -> bool {
    document().and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some()
}
