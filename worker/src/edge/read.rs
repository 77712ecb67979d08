//! Reading a request: headers and a capped body.

use crate::{
    address::{Kind, ObjectId},
    body::{Capped, cut_off},
    config::Config,
    fault::Fault,
};
use einwurf_protocol::api::header;
use worker::{
    Request,
    js_sys::{Reflect, Uint8Array},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
    web_sys::ReadableStreamDefaultReader,
};

/// A header of the request.
pub(super) fn header_of(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// The inbox object that the site's address leads to.
pub(super) fn site(request: &Request, config: &Config) -> Option<ObjectId> {
    header_of(request, header::SITE).and_then(|text| config.addresses.resolve(Kind::Site, &text))
}

/// The conversation object that the conversation's address leads to.
pub(super) fn conversation(request: &Request, config: &Config) -> Option<ObjectId> {
    header_of(request, header::CONVERSATION)
        .and_then(|text| config.addresses.resolve(Kind::Conversation, &text))
}

/// Room for a body of at most `cap` bytes: 413 if a longer one is announced.
pub(super) fn capped(request: &Request, cap: usize) -> Result<Capped, Fault> {
    Capped::new(cap, header_of(request, "content-length").as_deref())
}

/// The body: 413 before more is read than there is room for. One whose length was announced ends there, as the runtime sees
/// to; it is read as one, since reading piece by piece costs more than all else that is done with it here.
pub(super) async fn body(request: &Request, mut body: Capped) -> Result<Vec<u8>, Fault> {
    let broken = |_: JsValue| cut_off();
    if body.is_announced() {
        let whole = JsFuture::from(request.inner().array_buffer().map_err(broken)?).await.map_err(broken)?;
        body.push(&Uint8Array::new(&whole).to_vec())?;
        return Ok(body.finish());
    }
    let Some(stream) = request.inner().body() else { return Ok(body.finish()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(broken)?;
        if Reflect::get(&chunk, &"done".into()).map_err(broken)?.is_truthy() {
            return Ok(body.finish());
        }
        let value = Reflect::get(&chunk, &"value".into()).map_err(broken)?;
        let taken = body.push(&value.unchecked_into::<Uint8Array>().to_vec());
        if taken.is_err() {
            // The rest is not read; whether the client hears of that does not matter.
            drop(reader.cancel());
        }
        taken?;
    }
}
