//! The door from `main.js`: checked bytes in, an app on the screen out.

use crate::{
    api::{SiteAddress, refresh::Known},
    components::app,
    desk::{Desk, Place, Waits},
    dom::El,
    effects::{Given, Outside, label, launcher, launcher::Heard, now, screen},
    later,
    state::{Event, Hello, Model, Site, Tell},
    texts::Texts,
};
use einwurf_protocol::{consent::ShownNotice, json, manifest::Manifest, notice::Register};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// What the launcher handed over, its manifest verified, and what `main.js` fetched with integrity.
struct Parts {
    known: Known,
    site: Site,
    texts: Texts,
    /// The manifest as it was signed, and the notice's document.
    papers: (String, String),
    /// Of a private link, in base64url; empty if there is none.
    bundle: String,
    /// Address of the page.
    page: String,
    /// The page asked to be told what happens.
    told: bool,
}

impl Parts {
    /// `None` if a part is not what it should be.
    fn read(words: Vec<String>, notice: &[u8]) -> Option<Self> {
        let [relay, address, register, manifest, texts, compact, bundle, page, told]: [String; 9] =
            words.try_into().ok()?;
        let register = Register::from_name(&register)?;
        let manifest: Manifest = json::from_slice(manifest.as_bytes()).ok()?;
        let document = std::str::from_utf8(notice).ok()?.to_owned();
        let notice = ShownNotice::read(notice, manifest.notice(register)?).ok()?;
        let known = Known { relay, address: SiteAddress(address), register };
        let (site, texts) = (Site { manifest, notice }, Texts::parse(&texts)?);
        Some(Self { known, site, texts, papers: (compact, document), bundle, page, told: !told.is_empty() })
    }
}

/// Shows the notice; false if a part is not what it should be, and then `main.js`
/// says `fail`.
///
/// `words` are the relay's origin, the site's address, the register, the manifest's payload, the texts, the manifest as it
/// was signed, the bundle of a private link, the page's address, and anything if the page asked to be told what happens.
#[wasm_bindgen]
pub fn start(words: Vec<String>, notice: &[u8], port: MessagePort, outside: Outside) -> bool {
    launcher::fail_on_panic();
    let Some(parts) = Parts::read(words, notice) else { return false };
    let Parts { known, site, texts, papers, bundle, page, told } = parts;
    let (register, build) = (known.register, site.manifest.code.digest());
    let door = crate::door::Door::of(&site.manifest, &known).address();
    let display = &site.manifest.display;
    screen::dress(register, display);
    let given = Given { known, build, outside, papers, bundle, page };
    GIVEN.set(Some(Box::new(given)));
    let desk = Desk::new(Model::new(site), texts, Place { register, door, now }, Box::new(fetch));
    desk.within(|| {
        app(desk).into_iter().for_each(El::mount);
        screen::attend(desk);
    });
    launcher::connect(port, told, move |heard| match heard {
        Heard::Open => desk.emit(Event::Opened),
        Heard::Locale if desk.may_begin_anew() => launcher::tell(Tell::Again),
        Heard::Locale => {}
    });
    DESK.set(Some(desk));
    true
}

thread_local! {
    static DESK: Cell<Option<Desk>> = const { Cell::new(None) };
    /// What the second part takes over.
    static GIVEN: RefCell<Option<Box<Given>>> = const { RefCell::new(None) };
}

fn fetch() {
    GIVEN.with_borrow(|given| given.iter().for_each(|given| given.outside.rest()));
}

/// What the keeper said when nothing is kept: the title of the page, if there is one.
#[wasm_bindgen]
pub fn begin(title: &str) {
    if let Some(desk) = DESK.get() {
        desk.emit(Event::Hello(Hello { page: label(title), ..Hello::default() }));
    }
}

/// A private link or the keeper brings a conversation: the second part opens it.
#[wasm_bindgen]
pub fn resume() {
    if let Some(desk) = DESK.get() {
        desk.wait(Waits::Resume);
    }
}

/// The second part was loaded, or could not be.
#[wasm_bindgen]
pub fn loaded(there: bool) {
    let Some(desk) = DESK.get() else { return };
    let given = if there { GIVEN.take() } else { None };
    match given.and_then(|given| later::join(desk, given)) {
        Some(later) => desk.join(later),
        None => desk.lose(),
    }
}
