//! The browser's "back", so that on a phone it closes a conversation instead of leaving the app. Addresses stay the
//! same: they carry no identifiers.

use super::window;
use wasm_bindgen::JsValue;

/// One step deeper.
pub fn push() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // Where it is refused, "back" leaves the app; nothing is lost by that.
        let _ = history.push_state_with_url(&JsValue::TRUE, "", None);
    }
}

/// One step back; `listen::on_back` hears of it. False if there is no step of ours.
pub fn back() -> bool {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return false };
    is_ours() && history.back().is_ok()
}

/// Whether the present step is one of ours.
pub fn is_ours() -> bool {
    let history = window().and_then(|window| window.history().ok());
    history.and_then(|history| history.state().ok()).is_some_and(|state| state.is_truthy())
}
