//! Handing a file to the person.

use super::window;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Offers `text` as a file; false where the browser refuses.
pub fn save(name: &str, kind: &str, text: &str) -> bool {
    offer(name, kind, text).is_some()
}

fn offer(name: &str, kind: &str, text: &str) -> Option<()> {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    hand(name, &Blob::new_with_str_sequence_and_options(&parts, &bag).ok()?)
}

/// The same of bytes.
pub fn bytes(name: &str, kind: &str, bytes: &[u8]) -> bool {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &bag).is_ok_and(|made| blob(name, &made))
}

/// The same of what is not text.
pub fn blob(name: &str, blob: &Blob) -> bool {
    hand(name, blob).is_some()
}

fn hand(name: &str, blob: &Blob) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link = window()?.document()?.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The click has taken the file; an address that stays would keep it in memory.
    Url::revoke_object_url(&address).ok()
}
