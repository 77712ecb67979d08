//! Later.

use crate::dom::window;
use wasm_bindgen::{JsCast as _, prelude::Closure};

/// Calls `act` once, after so many milliseconds.
pub(super) fn after(milliseconds: u32, act: Box<dyn FnOnce()>) {
    let act = Closure::once_into_js(act);
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    // Fails only where there are no timers.
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), milliseconds);
}
