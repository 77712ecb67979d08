//! The module `attach` (`docs/protocol.md` section 16.7): fetched with its hash when the first file is picked or opened.
//! What it holds of a file stays with it; this app has a handle.

use super::{papers, window};
use einwurf_protocol::{ids::Cid, manifest::Code, message::Attachment};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortController, Blob, Url};

/// The object that the module puts into the global one.
const NAME: &str = "einwurfAttach";

/// Why nothing came of it: a word of the module.
pub type Word = String;

/// A file that was read and cleaned.
#[derive(Debug, Clone)]
pub struct Prepared {
    handle: JsValue,
    /// Its neutral name.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// It is a picture.
    pub picture: bool,
    /// An address of its picture for this page.
    pub preview: Option<String>,
}

/// A file that was sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    handle: JsValue,
    /// What the visitor is told of it.
    pub attachment: Attachment,
    /// Length of its ciphertext.
    pub bytes: u64,
}

/// A file that came, checked.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its content.
    pub blob: Blob,
    /// Its type by content, as the module calls it; empty if it is none that is known.
    pub kind: String,
    /// A name for a file that cannot look like another one's.
    pub name: String,
}

/// Where files lie.
#[derive(Clone)]
pub struct Way {
    /// Origin of the relay.
    pub relay: String,
    /// Path of the route.
    pub path: &'static str,
    /// Headers of the next request, asked for each time: a proof is good for one. None ends it.
    pub headers: std::rc::Rc<dyn Fn() -> Headers>,
}

/// Headers on their way.
pub type Headers = std::pin::Pin<Box<dyn Future<Output = Option<Vec<(&'static str, String)>>>>>;

/// Stops a transfer.
#[derive(Debug, Clone)]
pub struct Stop(Option<AbortController>);

impl Stop {
    /// For a new transfer.
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// Now.
    pub fn stop(&self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }

    fn signal(&self) -> JsValue {
        self.0.as_ref().map_or(JsValue::UNDEFINED, |controller| controller.signal().into())
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// Loads the module, once.
pub async fn load(relay: &str, code: &Code) -> Result<(), Word> {
    if module().is_none() {
        papers::load(relay, &code.attach).await.ok_or("failed")?;
    }
    let asset = |asset: &einwurf_protocol::manifest::Asset| {
        object(&[("path", asset.path.as_str().into()), ("sri", asset.sri.as_str().into())])
    };
    let options = object(&[
        ("relay", relay.into()),
        ("wasm", asset(&code.attach_wasm)),
        ("pdf", asset(&code.attach_pdf)),
    ]);
    call("start", &[options]).await.map(drop)
}

/// Reads and cleans a file. `number` and `words` make its name.
pub async fn prepare(
    file: &JsValue,
    unclean: bool,
    number: usize,
    words: [&str; 3],
    progress: impl Fn(f64) + 'static,
) -> Result<Prepared, Word> {
    let [picture, video, document] = words.map(JsValue::from_str);
    let words = object(&[("picture", picture), ("video", video), ("document", document)]);
    let number = u32::try_from(number).unwrap_or(1);
    let options = object(&[("unclean", unclean.into()), ("number", number.into()), ("words", words)]);
    let heard = Closure::<dyn FnMut(f64)>::new(progress);
    let handle = call("prepare", &[file.clone(), options, heard.as_ref().clone()]).await?;
    let text = |name: &str| get(&handle, name).as_string();
    Ok(Prepared {
        name: text("name").ok_or("failed")?,
        length: whole(get(&handle, "length").as_f64()),
        picture: get(&handle, "picture").is_truthy(),
        preview: text("preview"),
        handle: handle.clone(),
    })
}

/// Frees what a file's picture takes.
pub fn release(prepared: &Prepared) {
    if let Some(release) = function("release") {
        // It has no way to fail that anybody could do something about.
        let _ = release.call1(&JsValue::UNDEFINED, &prepared.handle);
    }
}

/// Seals a file for a conversation.
pub async fn seal(prepared: &Prepared, cid: Cid, description: &str) -> Result<Sealed, Word> {
    let to = object(&[("cid", cid.to_string().into())]);
    let handle = call("seal", &[prepared.handle.clone(), to]).await?;
    let mut attachment: Attachment = read(&get(&handle, "attachment")).ok_or("failed")?;
    let description = description.trim();
    attachment.description = (!description.is_empty()).then(|| description.to_owned());
    Ok(Sealed { attachment, bytes: whole(get(&handle, "bytes").as_f64()), handle })
}

/// Stores the missing parts of a sealed file; none named: all.
pub async fn upload(
    sealed: &Sealed,
    way: &Way,
    missing: Option<&[u32]>,
    stop: &Stop,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<(), Word> {
    let missing = missing
        .map_or(JsValue::UNDEFINED, |all| all.iter().map(|n| JsValue::from(*n)).collect::<Array>().into());
    let (heard, (headers, way)) = (progress_of(progress), place(way));
    let options =
        object(&[("missing", missing), ("signal", stop.signal()), ("onprogress", heard.as_ref().clone())]);
    let done = call("upload", &[sealed.handle.clone(), way, options]).await;
    drop((heard, headers));
    done.map(drop)
}

/// Fetches a file, checks all of it, and finds out what it is.
pub async fn download(
    attachment: &Attachment,
    bytes: u64,
    cid: Cid,
    way: &Way,
    progress: impl Fn(u64, u64) + 'static,
) -> Result<Opened, Word> {
    let described = serde_json::to_string(attachment).map_err(|_| "failed")?;
    let described = JSON::parse(&described).map_err(|_| "failed")?;
    let (heard, (headers, way)) = (progress_of(progress), place(way));
    #[expect(clippy::cast_precision_loss, reason = "a file's length is far below 2^53")]
    let arguments = [
        way,
        described,
        (bytes as f64).into(),
        object(&[("cid", cid.to_string().into())]),
        object(&[("onprogress", heard.as_ref().clone())]),
    ];
    let blob = call("download", &arguments).await;
    drop((heard, headers));
    let blob: Blob = blob?.dyn_into().map_err(|_| "failed")?;
    let look = call("look", &[blob.clone().into()]).await?;
    let kind = get(&look, "kind").as_string().unwrap_or_default();
    let name = name(attachment, &get(&look, "mediaType"));
    Ok(Opened { blob, kind, name })
}

fn name(attachment: &Attachment, media_type: &JsValue) -> String {
    let given = JsValue::from_str(&attachment.name);
    let safe = function("name").and_then(|name| {
        name.call3(&JsValue::UNDEFINED, &given, media_type, &"datei".into()).ok()?.as_string()
    });
    safe.unwrap_or_else(|| "datei".to_owned())
}

/// Hands a file to the person.
pub fn save(opened: &Opened) -> bool {
    super::download::blob(&opened.name, &opened.blob)
}

/// The content as an address that holds it.
pub async fn address(blob: &Blob) -> Option<String> {
    let reader = web_sys::FileReader::new().ok()?;
    let promise = Promise::new(&mut |resolve, reject| {
        reader.set_onload(Some(&resolve));
        reader.set_onerror(Some(&reject));
    });
    reader.read_as_data_url(blob).ok()?;
    JsFuture::from(promise).await.ok()?;
    reader.result().ok()?.as_string()
}

/// Frees the address of a picture.
pub fn revoke(address: &str) {
    let _ = Url::revoke_object_url(address);
}

fn module() -> Option<Object> {
    Reflect::get(window()?.as_ref(), &NAME.into()).ok()?.dyn_into().ok()
}

fn function(name: &str) -> Option<Function> {
    Reflect::get(module()?.as_ref(), &name.into()).ok()?.dyn_into().ok()
}

/// Calls a function of the module and waits for what it promises.
async fn call(name: &str, arguments: &[JsValue]) -> Result<JsValue, Word> {
    let function = function(name).ok_or("failed")?;
    let arguments: Array = arguments.iter().collect();
    let promised = function.apply(&JsValue::UNDEFINED, &arguments).map_err(|error| word(&error))?;
    JsFuture::from(Promise::resolve(&promised)).await.map_err(|error| word(&error))
}

fn word(error: &JsValue) -> Word {
    error.as_string().unwrap_or_else(|| "failed".to_owned())
}

type Called = Closure<dyn FnMut() -> Promise>;

/// A way as the module takes it, with what it calls.
fn place(way: &Way) -> (Called, JsValue) {
    let ask = std::rc::Rc::clone(&way.headers);
    let headers = Called::new(move || {
        let headers = ask();
        future_to_promise(async move {
            let headers = headers.await.ok_or_else(|| JsValue::from_str("aborted"))?;
            let pairs: Vec<_> =
                headers.iter().map(|(name, value)| (*name, JsValue::from_str(value))).collect();
            Ok(object(&pairs))
        })
    });
    let way = object(&[
        ("relay", way.relay.as_str().into()),
        ("path", way.path.into()),
        ("headers", headers.as_ref().clone()),
    ]);
    (headers, way)
}

fn progress_of(progress: impl Fn(u64, u64) + 'static) -> Closure<dyn FnMut(f64, f64)> {
    Closure::new(move |done: f64, all: f64| progress(whole(Some(done)), whole(Some(all))))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths are whole and small; the cast saturates"
)]
fn whole(number: Option<f64>) -> u64 {
    number.unwrap_or_default() as u64
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn read<T: for<'de> Deserialize<'de>>(value: &JsValue) -> Option<T> {
    serde_json::from_str(&JSON::stringify(value).ok()?.as_string()?).ok()
}

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // A fresh object takes every member.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
