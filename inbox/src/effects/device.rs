//! The device's key: an ES256 pair of `WebCrypto` whose private half the browser does not hand out, kept in `IndexedDB`, one
//! for each relay and site. Where there is no `IndexedDB` it lives as long as the page, and the device is new each time.

use super::{clock, random, window};
use crate::state::device::{proof, public_key, signing_input};
use einwurf_protocol::{es256::PublicKey, ids::MessageId, possession::Request};
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use rand_core::Rng as _;
use std::{cell::RefCell, collections::BTreeMap};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CryptoKey, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode, SubtleCrypto,
};

/// The one database of this app.
const DATABASE: &str = "einwurf-device";
const STORE: &str = "keys";

/// A pair, as this page holds it: a handle, not the key.
#[derive(Clone)]
struct Device {
    private: CryptoKey,
    public: PublicKey,
}

thread_local! {
    static DEVICES: RefCell<BTreeMap<String, Device>> = const { RefCell::new(BTreeMap::new()) };
}

/// The header's value for a request to `site` at `relay`; none where the browser has no `WebCrypto`.
pub async fn prove(relay: &str, site: &str, request: &Request<'_>) -> Option<String> {
    let device = device(&format!("{relay} {site}")).await.ok()?;
    let mut jti = [0; MessageId::LENGTH];
    random::rng().fill_bytes(&mut jti);
    let input = signing_input(&device.public, request, MessageId(jti), clock::relay_now())?;
    proof(&input, &sign(&device.private, &input).await.ok()?)
}

async fn sign(key: &CryptoKey, input: &str) -> Result<Vec<u8>, JsValue> {
    let algorithm = object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())])?;
    let input = Uint8Array::from(input.as_bytes());
    let signing = subtle()?.sign_with_object_and_buffer_source(&algorithm, key, &input)?;
    Ok(bytes(JsFuture::from(signing).await?))
}

/// The pair of this page, else the kept one, else a fresh one.
async fn device(name: &str) -> Result<Device, JsValue> {
    let known = DEVICES.with_borrow(|devices| devices.get(name).cloned());
    if let Some(known) = known {
        return Ok(known);
    }
    let pair = match kept(name).await {
        Some(pair) => pair,
        None => generate().await?,
    };
    let pair = keep(name, &pair).await.unwrap_or(pair);
    let device = read(&pair).await?;
    DEVICES.with_borrow_mut(|devices| devices.insert(name.to_owned(), device.clone()));
    Ok(device)
}

async fn generate() -> Result<JsValue, JsValue> {
    let algorithm = object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])?;
    let usages = Array::of1(&"sign".into());
    JsFuture::from(subtle()?.generate_key_with_object(&algorithm, false, &usages)?).await
}

async fn read(pair: &JsValue) -> Result<Device, JsValue> {
    let private: CryptoKey = Reflect::get(pair, &"privateKey".into())?.dyn_into()?;
    let public: CryptoKey = Reflect::get(pair, &"publicKey".into())?.dyn_into()?;
    let raw = bytes(JsFuture::from(subtle()?.export_key("raw", &public)?).await?);
    let public = public_key(&raw).ok_or(JsValue::NULL)?;
    Ok(Device { private, public })
}

async fn kept(name: &str) -> Option<JsValue> {
    let store = store(IdbTransactionMode::Readonly).await.ok()?;
    let pair = done(&store.get(&name.into()).ok()?).await.ok()?;
    pair.is_object().then_some(pair)
}

/// Keeps a pair unless another tab was quicker, and answers the one that is kept.
async fn keep(name: &str, pair: &JsValue) -> Option<JsValue> {
    let store = store(IdbTransactionMode::Readwrite).await.ok()?;
    let added = store.add_with_key(pair, &name.into()).ok()?;
    // A name that is taken fails here; then the kept one counts.
    let _ = done(&added).await;
    kept(name).await
}

/// The store, which is made when it is first asked for.
pub(super) async fn store(mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    let factory = window().ok_or(JsValue::NULL)?.indexed_db()?.ok_or(JsValue::NULL)?;
    let opening = factory.open_with_u32(DATABASE, 1)?;
    let request: IdbOpenDbRequest = opening.clone();
    let make = Closure::once_into_js(move || {
        let database = request.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            // Fails only if the store exists, and then it need not be made.
            let _ = database.create_object_store(STORE);
        }
    });
    opening.set_onupgradeneeded(Some(make.unchecked_ref()));
    let database: IdbDatabase = done(&opening).await?.dyn_into()?;
    database.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)
}

/// The result of a request.
pub(super) async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(promise).await?;
    request.result()
}

/// `WebCrypto`, where there is one.
pub(super) fn subtle() -> Result<SubtleCrypto, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    // Outside secure contexts there is no such object, and touching it would trap.
    if !window.is_secure_context() {
        return Err(JsValue::NULL);
    }
    Ok(window.crypto()?.subtle())
}

/// An object with these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

/// What an `ArrayBuffer` holds.
pub(super) fn bytes(buffer: JsValue) -> Vec<u8> {
    Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec()
}
