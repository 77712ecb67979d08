//! Requests to the relay.

use crate::api::{Reply, Request};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, Response,
};

/// After this an answer counts as lost: the event may be stored all the same, and a retry finds out.
const TIMEOUT_MS: u32 = 20_000;
/// Longest answer that is read: as long as a receipt may be.
const REPLY_BYTES: u32 = 67_108_864;

/// Carries one request; `None` if nobody answered in time.
pub(super) async fn carry(relay: &str, request: &Request) -> Option<Reply> {
    tried(relay, request).await.ok()
}

async fn tried(relay: &str, request: &Request) -> Result<Reply, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let url = [relay, request.path].concat();
    let response = JsFuture::from(window.fetch_with_str_and_init(&url, &init(request)?)).await?;
    let response: Response = response.unchecked_into();
    let body = Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?);
    if body.length() > REPLY_BYTES {
        return Err(JsValue::NULL);
    }
    Ok(Reply { status: response.status(), body: body.to_vec() })
}

fn init(request: &Request) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers(&headers);
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    if let Some(body) = &request.body {
        init.set_body(&body.into());
    }
    Ok(init)
}
