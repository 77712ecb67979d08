//! What `main.js` does for the app: the keeper's channel, the module that writes papers, the clipboard.

use super::files::Shelf;
use crate::state::{Private, Sheet};
use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `main.js`' own functions.
    pub type Outside;

    /// `[title, kept, pending, unsent]`, or nothing if no keeper answers in time.
    #[wasm_bindgen(method)]
    fn ask(this: &Outside) -> Promise;

    /// Says `ready`, once.
    #[wasm_bindgen(method)]
    pub(super) fn ready(this: &Outside);

    /// Fetches the second part, and says whether it is there.
    #[wasm_bindgen(method)]
    pub(crate) fn rest(this: &Outside);

    /// Keeps a bundle, for this tab without an end; nothing is kept any more without a bundle. Ends when it is done or
    /// nobody answers.
    #[wasm_bindgen(method)]
    pub(super) fn keep(this: &Outside, bundle: Option<Vec<u8>>, until: Option<f64>, pending: bool)
    -> Promise;

    /// Keeps what has not arrived, for this tab; nothing of it without bytes. Ends like `keep`.
    #[wasm_bindgen(method)]
    pub(super) fn unsent(this: &Outside, bytes: Option<Vec<u8>>) -> Promise;

    /// What was handed over last is of the conversation on the screen.
    #[wasm_bindgen(method)]
    pub(super) fn claim(this: &Outside);

    /// Drops a paper that was written.
    #[wasm_bindgen(method)]
    pub(super) fn revoke(this: &Outside, url: &str);

    /// The files of these kinds as `[name, url, text]` each.
    #[wasm_bindgen(method)]
    fn papers(this: &Outside, kinds: &str, bag: &str) -> Promise;

    /// What `files.js` opened.
    #[wasm_bindgen(method, getter)]
    pub(super) fn files(this: &Outside) -> Shelf;

    /// Whether the browser can hand something to another app.
    #[wasm_bindgen(method)]
    fn shares(this: &Outside) -> bool;

    /// Hands an address to another app.
    #[wasm_bindgen(method)]
    pub(super) fn share(this: &Outside, address: &str);

    /// Begins the live connection after about so many seconds, and ends the one before; ends it without words.
    #[wasm_bindgen(method)]
    pub(super) fn live(this: &Outside, words: Option<String>, seconds: u32, heard: &Function);

    /// Solves a challenge, and says the solution as it goes into its header.
    #[wasm_bindgen(method)]
    fn work(this: &Outside, challenge: &str) -> Promise;

    /// To the clipboard; whether it went.
    #[wasm_bindgen(method)]
    fn copy(this: &Outside, text: &str) -> Promise;
}

/// What the keeper has.
pub(super) struct Held {
    pub(super) title: String,
    pub(super) kept: Option<Vec<u8>>,
    pub(super) pending: bool,
    pub(super) unsent: Option<Vec<u8>>,
}

impl Outside {
    /// Asks the keeper.
    pub(super) async fn held(&self) -> Option<Held> {
        let answer: Array = JsFuture::from(self.ask()).await.ok()?.dyn_into().ok()?;
        let bytes = |place| answer.get(place).dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec());
        Some(Held {
            title: answer.get(0).as_string()?,
            kept: bytes(1),
            pending: answer.get(2).is_truthy(),
            unsent: bytes(3),
        })
    }

    /// Works; nothing where the browser derives no keys.
    pub(super) async fn worked(&self, challenge: &str) -> Option<String> {
        JsFuture::from(self.work(challenge)).await.ok()?.as_string()
    }

    /// Copies; whether the browser let us.
    pub(super) async fn copied(&self, text: &str) -> bool {
        JsFuture::from(self.copy(text)).await.is_ok()
    }

    /// The private link with its picture, if that can be drawn.
    pub(super) async fn private(&self, link: String) -> Private {
        let picture = self.sheets("code", &link).await.into_iter().next().map(|sheet| {
            self.revoke(&sheet.url);
            // Pages allow pictures of this kind.
            ["data:image/svg+xml,", &String::from(js_sys::encode_uri_component(&sheet.text))].concat()
        });
        Private { link, picture, share: self.shares(), copied: None }
    }

    /// Writes papers; none if the module does not load or does not take the bag.
    pub(super) async fn sheets(&self, kinds: &str, bag: &str) -> Vec<Sheet> {
        let Ok(files) = JsFuture::from(self.papers(kinds, bag)).await else { return Vec::new() };
        Array::from(&files).iter().filter_map(|file| sheet(&file.into())).collect()
    }
}

fn sheet(file: &Array) -> Option<Sheet> {
    let part = |index| file.get(index).as_string();
    Some(Sheet { name: part(0)?, url: part(1)?, text: part(2)? })
}
