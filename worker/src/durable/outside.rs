//! Requests to servers whose address somebody typed in: webhooks, and the push services of browsers.
//!
//! They leave by a network service of their own, the binding `OUTSIDE`, which reaches public addresses only, whatever a
//! name resolves to. A relay on a server of its own does not go without it: the way of its mails may reach private
//! networks. On Cloudflare there is no such binding, and `fetch` reaches the public internet alone.

use crate::{
    config::Config,
    durable::now_ms,
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

/// What came of it. Nothing else of what the server says is read.
pub(super) struct Answered {
    /// How it ended.
    pub(super) outcome: Outcome,
    /// With which status, if there was an answer.
    pub(super) status: Option<u16>,
    /// Before when the server wants no other request (`Retry-After`), in milliseconds.
    pub(super) not_before: Option<u64>,
}

/// Sends it once. An error is the operator's to repair.
pub(super) async fn post(env: &Env, config: &Config, post: &Post<'_>) -> Result<Answered, Fault> {
    let fetcher = fetcher(env, config)?;
    Ok(match send(&fetcher, post).await {
        Ok((status, not_before)) => Answered { outcome: outcome(status), status: Some(status), not_before },
        Err(error) => {
            let outcome = if is_timeout(&error) { Outcome::TimedOut } else { Outcome::Unreachable };
            Answered { outcome, status: None, not_before: None }
        }
    })
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

async fn send(fetcher: &JsValue, post: &Post<'_>) -> Result<(u16, Option<u64>), JsValue> {
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
    let headers = Reflect::get(&response, &"headers".into())?;
    let later = method(&headers, "get")?.call1(&headers, &"retry-after".into())?;
    // Nothing else of the answer is read; whether its sender hears of that does not matter.
    let body = Reflect::get(&response, &"body".into())?;
    if body.is_object() {
        drop(method(&body, "cancel")?.call0(&body));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status has three digits")]
    Ok((status.clamp(0.0, 999.0) as u16, later.as_string().and_then(|text| not_before(&text))))
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn not_before(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(now_ms().saturating_add(u64::from(seconds) * 1_000));
    }
    let date = js_sys::Date::parse(text);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time, or no number")]
    (date > 0.0).then_some(date as u64)
}

fn method(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(object, &name.into())?.dyn_into()
}

fn is_timeout(error: &JsValue) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|name| name == "TimeoutError" || name == "AbortError")
}
