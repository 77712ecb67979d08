//! Waiting for an answer of the person.

use js_sys::{Function, Promise};
use std::future::Future;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Ends a pause. Dropped without an answer, the pause goes on.
#[derive(Debug, Clone)]
pub struct Answer(Option<Function>);

impl Answer {
    /// Yes or no; only the first counts.
    pub fn give(&self, yes: bool) {
        if let Some(resolve) = &self.0 {
            // A promise's own function cannot fail.
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(yes));
        }
    }
}

/// A pause, and what ends it.
pub fn pause() -> (Answer, impl Future<Output = bool>) {
    // Not an empty function to begin with: making one is evaluating a string, which the page's policy forbids.
    let mut answer = None;
    let promise = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let waiting = async move {
        let given = JsFuture::from(promise).await;
        given.is_ok_and(|given| given.is_truthy())
    };
    (Answer(answer), waiting)
}
