//! Waiting for an answer of the person.

use js_sys::{Function, Promise};
use std::future::Future;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Ends a pause. Dropped without an answer, the pause goes on.
#[derive(Debug, Clone)]
pub struct Answer(Function);

impl Answer {
    /// Yes or no; only the first counts.
    pub fn give(&self, yes: bool) {
        // A promise's own function cannot fail.
        let _ = self.0.call1(&JsValue::NULL, &JsValue::from_bool(yes));
    }
}

/// A pause, and what ends it.
pub fn pause() -> (Answer, impl Future<Output = bool>) {
    let mut answer = Function::default();
    let promise = Promise::new(&mut |resolve, _| answer = resolve);
    let waiting = async move {
        let given = JsFuture::from(promise).await;
        given.is_ok_and(|given| given.is_truthy())
    };
    (Answer(answer), waiting)
}
