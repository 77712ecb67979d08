//! Sending: `fetch` without cookies, referrer or cache.

use super::{device, window};
use crate::api::{Call, Failure};
use einwurf_protocol::{
    api::{header, path},
    ids::Digest,
};
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReferrerPolicy, Request, RequestCache, RequestCredentials, RequestInit, RequestMode,
    Response,
};

/// A relay that says nothing for this long counts as away. Test mails wait for a mail server, so it is generous.
const PATIENCE_MILLIS: u32 = 60_000;

/// Sends a call to the relay and reads its answer.
pub async fn send<T: DeserializeOwned>(relay: &str, call: Call<T>) -> Result<T, Failure> {
    let proof = if call.proves { Some(prove(relay, &call).await.ok_or(Failure::Device)?) } else { None };
    let (status, body) = exchange(relay, &call, proof).await.map_err(|_| Failure::Offline)?;
    call.read(status, &body)
}

/// A static text of the relay, such as the signed release.
pub async fn text(relay: &str, path: &'static str) -> Option<String> {
    let request = Request::new_with_str_and_init(&format!("{relay}{path}"), &init("GET")).ok()?;
    let (status, body) = fetch(&request).await.ok()?;
    (status == 200).then(|| String::from_utf8(body).ok()).flatten()
}

/// A file of a release, only if it is the one that was signed.
pub async fn pinned(relay: &str, path: &str, integrity: &str) -> Option<String> {
    let init = init("GET");
    init.set_integrity(integrity);
    let request = Request::new_with_str_and_init(&format!("{relay}{path}"), &init).ok()?;
    let (status, body) = fetch(&request).await.ok()?;
    (status == 200).then(|| String::from_utf8(body).ok()).flatten()
}

/// A signed document that the relay publishes for a site.
pub async fn document(relay: &str, site: &str, path: &'static str) -> Result<String, Failure> {
    public(relay, path, &[(header::SITE, site)]).await
}

/// A notice of a site, as the relay keeps it; whoever asked for it checks its digest.
pub async fn notice(relay: &str, site: &str, digest: &Digest) -> Option<String> {
    let headers = [(header::SITE, site), (header::NOTICE, &digest.to_string())];
    public(relay, path::NOTICE, &headers).await.ok()
}

async fn public(relay: &str, path: &str, headers: &[(&str, &str)]) -> Result<String, Failure> {
    let url = format!("{relay}{path}");
    let request = Request::new_with_str_and_init(&url, &init("GET")).map_err(|_| Failure::Offline)?;
    for (name, value) in headers {
        request.headers().set(name, value).map_err(|_| Failure::Offline)?;
    }
    let (status, body) = fetch(&request).await.map_err(|_| Failure::Offline)?;
    if status != 200 {
        return Err(Failure::Offline);
    }
    String::from_utf8(body).map_err(|_| Failure::Form)
}

async fn prove<T: DeserializeOwned>(relay: &str, call: &Call<T>) -> Option<String> {
    let url = format!("{relay}{}", call.path);
    device::prove(relay, call.site()?, &call.request(&url)).await
}

async fn exchange<T>(relay: &str, call: &Call<T>, proof: Option<String>) -> Result<(u16, Vec<u8>), JsValue> {
    let init = init(call.method);
    if let Some(body) = &call.body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(&format!("{relay}{}", call.path), &init)?;
    for (name, value) in &call.headers {
        request.headers().set(name, value)?;
    }
    if let Some(proof) = proof {
        request.headers().set(header::POSSESSION, &proof)?;
    }
    fetch(&request).await
}

fn init(method: &str) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MILLIS)));
    init
}

async fn fetch(request: &Request) -> Result<(u16, Vec<u8>), JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_request(request)).await?.dyn_into()?;
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok((response.status(), Uint8Array::new(&body).to_vec()))
}
