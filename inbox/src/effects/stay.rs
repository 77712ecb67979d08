//! Keeps what opens the inbox again: encrypted with AES-GCM under a key that the browser does not hand out to scripts, in
//! `IndexedDB` beside the device's key, one record for each relay and site. Where there is no `IndexedDB` nothing is kept.

use super::device::{bytes, done, object, store, subtle};
use crate::state::stay::Span;
use einwurf_protocol::time::Timestamp;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, IdbTransactionMode};
use zeroize::Zeroizing;

/// Keeps `plain` for `span` under a fresh key; false if this browser cannot.
pub async fn keep(name: &str, span: Span, plain: &[u8], iv: [u8; 12]) -> bool {
    put(name, span, plain, iv).await.is_ok()
}

async fn put(name: &str, span: Span, plain: &[u8], iv: [u8; 12]) -> Result<(), JsValue> {
    let algorithm = object(&[("name", "AES-GCM".into()), ("length", 256.into())])?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    let key = JsFuture::from(subtle()?.generate_key_with_object(&algorithm, false, &usages)?).await?;
    let key: CryptoKey = key.dyn_into()?;
    let plain = Uint8Array::from(plain);
    let sealing = subtle()?.encrypt_with_object_and_buffer_source(&cipher(&iv)?, &key, &plain)?;
    let sealed = JsFuture::from(sealing).await;
    // The copy of the plaintext that scripts can see.
    plain.fill(0, 0, plain.length());
    let record = object(&[
        ("key", key.into()),
        ("iv", Uint8Array::from(iv.as_slice()).into()),
        ("sealed", Uint8Array::from(bytes(sealed?).as_slice()).into()),
        ("since", JsValue::from_f64(number(span.since))),
        ("until", JsValue::from_f64(number(span.until))),
    ])?;
    let store = store(IdbTransactionMode::Readwrite).await?;
    done(&store.put_with_key(&record, &name.into())?).await.map(drop)
}

/// From when to when the record may be used, if there is one.
pub async fn span(name: &str) -> Option<Span> {
    span_of(&record(name).await.ok()?)
}

/// What was kept.
pub async fn kept(name: &str) -> Option<Zeroizing<Vec<u8>>> {
    open(name).await.ok()
}

async fn open(name: &str) -> Result<Zeroizing<Vec<u8>>, JsValue> {
    let record = record(name).await?;
    let field = |name: &str| Reflect::get(&record, &name.into());
    let key: CryptoKey = field("key")?.dyn_into()?;
    let (iv, sealed): (Uint8Array, Uint8Array) = (field("iv")?.dyn_into()?, field("sealed")?.dyn_into()?);
    let opening = subtle()?.decrypt_with_object_and_buffer_source(&cipher(&iv.to_vec())?, &key, &sealed)?;
    Ok(Zeroizing::new(bytes(JsFuture::from(opening).await?)))
}

/// Deletes the record with its key.
pub async fn forget(name: &str) {
    if let Ok(store) = store(IdbTransactionMode::Readwrite).await
        && let Ok(deleting) = store.delete(&name.into())
    {
        // What cannot be deleted was not stored.
        let _ = done(&deleting).await;
    }
}

async fn record(name: &str) -> Result<JsValue, JsValue> {
    let store = store(IdbTransactionMode::Readonly).await?;
    let record = done(&store.get(&name.into())?).await?;
    if record.is_object() { Ok(record) } else { Err(JsValue::NULL) }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a whole number that fits"
)]
fn span_of(record: &JsValue) -> Option<Span> {
    let moment = |name: &str| {
        let value = Reflect::get(record, &name.into()).ok()?.as_f64()?;
        (value.fract() == 0.0 && (0.0..9e15).contains(&value)).then_some(Timestamp(value as u64))
    };
    Some(Span { since: moment("since")?, until: moment("until")? })
}

#[allow(clippy::cast_precision_loss, reason = "seconds since 1970 stay exact for millions of years")]
fn number(at: Timestamp) -> f64 {
    at.0 as f64
}

fn cipher(iv: &[u8]) -> Result<js_sys::Object, JsValue> {
    object(&[("name", "AES-GCM".into()), ("iv", Uint8Array::from(iv).into())])
}
