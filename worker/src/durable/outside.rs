//! Requests to servers whose address somebody typed in: webhooks, and the push services of browsers.
//!
//! They leave by a network service of their own, the binding `OUTSIDE`, which reaches public addresses only, whatever a
//! name resolves to. A relay on a server of its own does not go without it: the way of its mails may reach private
//! networks. On Cloudflare there is no such binding, and `fetch` reaches the public internet alone.

use crate::{
    config::Config,
    fault::Fault,
    webhook::{PATIENCE_MS, outcome},
};
use einwurf_protocol::api::webhooks::Outcome;
use worker::{
    Env,
    js_sys::{self, Array, Function, Object, Promise, Reflect, Uint8Array},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
};

const BINDING: &str = "OUTSIDE";

/// A POST.
pub(super) struct Post<'a> {
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// How it ended, and with which status. What the server says is not read. An error is the operator's to repair.
pub(super) async fn post(
    env: &Env,
    config: &Config,
    post: &Post<'_>,
) -> Result<(Outcome, Option<u16>), Fault> {
    let fetcher = fetcher(env, config)?;
    match send(&fetcher, post).await {
        Ok(status) => Ok((outcome(status), Some(status))),
        Err(error) => Ok((if is_timeout(&error) { Outcome::TimedOut } else { Outcome::Unreachable }, None)),
    }
}

/// What has the method `fetch`.
fn fetcher(env: &Env, config: &Config) -> Result<JsValue, Fault> {
    let bound = Reflect::get(env.as_ref(), &BINDING.into()).unwrap_or(JsValue::UNDEFINED);
    if !bound.is_undefined() {
        return Ok(bound);
    }
    if config.is_cloudflare() {
        return Ok(js_sys::global().into());
    }
    Err(Fault::Configuration(format!("{BINDING} is missing")))
}

async fn send(fetcher: &JsValue, post: &Post<'_>) -> Result<u16, JsValue> {
    let init = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&init, &name.into(), value);
    set("method", &"POST".into())?;
    // Whoever answers with another address gets no second request: it could be one of this machine.
    set("redirect", &"manual".into())?;
    set("body", &Uint8Array::from(post.body))?;
    let headers = Object::new();
    for (name, value) in post.headers {
        Reflect::set(&headers, &(*name).into(), &(*value).into())?;
    }
    set("headers", &headers)?;
    let signals = Reflect::get(&js_sys::global(), &"AbortSignal".into())?;
    set("signal", &method(&signals, "timeout")?.call1(&signals, &PATIENCE_MS.into())?)?;
    let promise = method(fetcher, "fetch")?.apply(fetcher, &Array::of2(&post.url.into(), &init))?;
    let response = JsFuture::from(promise.dyn_into::<Promise>()?).await?;
    let status = Reflect::get(&response, &"status".into())?.as_f64().unwrap_or_default();
    // Nothing of the answer is read; whether its sender hears of that does not matter.
    let body = Reflect::get(&response, &"body".into())?;
    if body.is_object() {
        drop(method(&body, "cancel")?.call0(&body));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status has three digits")]
    Ok(status.clamp(0.0, 999.0) as u16)
}

fn method(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(object, &name.into())?.dyn_into()
}

fn is_timeout(error: &JsValue) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|name| name == "TimeoutError" || name == "AbortError")
}
