//! The module that writes papers (`docs/protocol.md` section 16.5): fetched with its hash when the first is asked for.

use super::window;
use einwurf_protocol::manifest::Asset;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element};

/// The function that the module puts into the global object.
const NAME: &str = "einwurfPapers";

/// A file that the module wrote.
pub struct Paper {
    /// Its name.
    pub name: String,
    /// Media type.
    pub kind: String,
    /// Content.
    pub text: String,
}

/// Writes papers; none if the module is away, is not the one that was signed, or refuses the bag.
pub async fn write(relay: &str, module: &Asset, kind: &str, bag: &str, register: &str) -> Option<Vec<Paper>> {
    let loaded = function();
    if loaded.is_none() {
        load(relay, module).await?;
    }
    let function = loaded.or_else(function)?;
    let [kind, bag, register] = [kind, bag, register].map(JsValue::from_str);
    let files = function.call3(&JsValue::UNDEFINED, &kind, &bag, &register).ok()?;
    let files = files.dyn_into::<Array>().ok()?;
    files.iter().map(|file| paper(&file)).collect()
}

fn function() -> Option<Function> {
    Reflect::get(window()?.as_ref(), &NAME.into()).ok()?.dyn_into().ok()
}

fn paper(file: &JsValue) -> Option<Paper> {
    let text = |name: &str| Reflect::get(file, &name.into()).ok()?.as_string();
    Some(Paper { name: text("name")?, kind: text("type")?, text: text("text")? })
}

/// Loads a module of the release, only if it is the one that was signed.
pub(super) async fn load(relay: &str, module: &Asset) -> Option<()> {
    let document = window()?.document()?;
    let element = element(&document, relay, module)?;
    let promise = Promise::new(&mut |resolve, reject| {
        // A fresh element of a document that is there takes listeners.
        let _ = element.add_event_listener_with_callback("load", &resolve);
        let _ = element.add_event_listener_with_callback("error", &reject);
    });
    document.head()?.append_child(&element).ok()?;
    let loaded = JsFuture::from(promise).await;
    element.remove();
    loaded.ok().map(drop)
}

fn element(document: &Document, relay: &str, module: &Asset) -> Option<Element> {
    let element = document.create_element("script").ok()?;
    let address = format!("{relay}{}", module.path);
    let attributes =
        [("type", "module"), ("crossorigin", "anonymous"), ("integrity", &module.sri), ("src", &address)];
    for (name, value) in attributes {
        element.set_attribute(name, value).ok()?;
    }
    Some(element)
}
