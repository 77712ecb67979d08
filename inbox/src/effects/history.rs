//! The browser's "back", so that on a phone it closes a conversation instead of leaving the app. Addresses stay the
//! same: they carry no identifiers.

use super::window;
use wasm_bindgen::JsValue;
use web_sys::History;

/// One step deeper.
pub fn push() {
    if let Some(history) = history() {
        // Where it is refused, "back" leaves the app; nothing is lost by that.
        let _ = history.push_state_with_url(&JsValue::TRUE, "", None);
    }
}

/// One step back; `listen::on_back` hears of it. False if there is no step of ours.
pub fn back() -> bool {
    history().is_some_and(|history| is_ours() && history.back().is_ok())
}

/// Whether the present step is one of ours.
pub fn is_ours() -> bool {
    history().and_then(|history| history.state().ok()).is_some_and(|state| state.is_truthy())
}

fn history() -> Option<History> {
    window().and_then(|window| window.history().ok())
}
