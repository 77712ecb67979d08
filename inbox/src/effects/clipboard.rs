//! Copying text.

use super::window;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; false where the browser has no clipboard or refuses.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    // Outside secure contexts there is no clipboard object, and touching it would trap.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}
