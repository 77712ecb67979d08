//! Time: the clock, the zone, waiting, repeating.

use super::window;
use einwurf_protocol::time::Timestamp;
use js_sys::{Date, Promise};
use std::{cell::Cell, time::Duration};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Now.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds since 1970 fit, for now and long"
)]
pub fn now() -> Timestamp {
    Timestamp((Date::now() / 1_000.0) as u64)
}

thread_local! {
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// The relay's clock was read: proofs of possession count from there.
pub fn meet(relay: Timestamp) {
    AHEAD.set(relay.0.cast_signed().wrapping_sub(now().0.cast_signed()));
}

/// How far the relay's clock is ahead of this device's, as far as it was read.
pub fn ahead() -> i64 {
    AHEAD.get()
}

/// Now by the relay's clock, as far as this device knows it.
pub fn relay_now() -> Timestamp {
    Timestamp(now().0.saturating_add_signed(AHEAD.get()))
}

/// Minutes east of UTC at a point in time, as this device has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "zones are whole minutes; times are small"
)]
pub fn offset(at: Timestamp) -> i32 {
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1_000.0));
    -(date.get_timezone_offset() as i32)
}

/// Waits.
pub async fn wait(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            // A timer is refused only when the page is going away.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    // This promise has no way to fail.
    let _ = JsFuture::from(promise).await;
}

/// Waits until what was just changed is on the screen, so that a long calculation can begin. A hidden page draws
/// nothing; then a moment must do.
pub async fn painted() {
    let hidden = window().and_then(|window| window.document()).is_none_or(|document| document.hidden());
    if !hidden {
        let promise = Promise::new(&mut |resolve, _| {
            if let Some(window) = window() {
                // Refused only when the page is going away.
                let _ = window.request_animation_frame(&resolve);
            }
        });
        // This promise has no way to fail.
        let _ = JsFuture::from(promise).await;
    }
    wait(Duration::from_millis(16)).await;
}
