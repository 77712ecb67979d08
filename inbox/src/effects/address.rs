//! The page's address: its origin, and its fragment, which is cleared as soon as it was read.

use super::window;
use wasm_bindgen::JsValue;

/// Reads the fragment and takes it out of address bar and history before anything else can see it.
pub fn take_fragment() -> String {
    let Some(window) = window() else { return String::new() };
    let location = window.location();
    let fragment = location.hash().unwrap_or_default();
    if !fragment.is_empty() {
        let path = location.pathname().unwrap_or_default();
        // A browser that refuses leaves the fragment where the person typed it; nothing else depends on it.
        if let Ok(history) = window.history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
        }
    }
    fragment
}

/// Origin of this page.
pub fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The language that the browser prefers.
pub fn language() -> String {
    window().and_then(|window| window.navigator().language()).unwrap_or_default()
}

/// The fragment, left where it is: the gallery's names a state.
#[cfg(feature = "gallery")]
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}
