//! Printing a page that is not this one, which is how a browser makes a PDF: in a frame of the page, without scripts.

use super::window;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlIFrameElement;

/// Id of the frame; the one before is removed.
const ID: &str = "print-frame";

/// Opens the browser's print dialog for a page; false where it cannot.
pub async fn page(html: &str, style: &str) -> bool {
    print(html, style).await.is_some()
}

async fn print(html: &str, style: &str) -> Option<()> {
    let document = window()?.document()?;
    if let Some(before) = document.get_element_by_id(ID) {
        before.remove();
    }
    let frame = document.create_element("iframe").ok()?.dyn_into::<HtmlIFrameElement>().ok()?;
    frame.set_id(ID);
    frame.set_class_name("print-frame");
    for (name, value) in
        [("sandbox", "allow-same-origin allow-modals"), ("aria-hidden", "true"), ("tabindex", "-1")]
    {
        frame.set_attribute(name, value).ok()?;
    }
    let promise = Promise::new(&mut |resolve, _| frame.set_onload(Some(&resolve)));
    frame.set_srcdoc(html);
    document.body()?.append_child(&frame).ok()?;
    JsFuture::from(promise).await.ok()?;
    let inner: JsValue = frame.content_window()?.into();
    dress(&inner, style)?;
    let print: Function = Reflect::get(&inner, &"print".into()).ok()?.dyn_into().ok()?;
    print.call0(&inner).ok().map(drop)
}

/// The page's own style stands in it, and this page's policy does not run it there; a constructed one counts.
fn dress(inner: &JsValue, style: &str) -> Option<()> {
    let make: Function = Reflect::get(inner, &"CSSStyleSheet".into()).ok()?.dyn_into().ok()?;
    let sheet = Reflect::construct(&make, &Array::new()).ok()?;
    let replace: Function = Reflect::get(&sheet, &"replaceSync".into()).ok()?.dyn_into().ok()?;
    replace.call1(&sheet, &style.into()).ok()?;
    let document = Reflect::get(inner, &"document".into()).ok()?;
    Reflect::set(&document, &"adoptedStyleSheets".into(), &Array::of1(&sheet)).ok().map(drop)
}
