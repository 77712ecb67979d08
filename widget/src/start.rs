//! The door from `main.js`: checked bytes in, an app on the screen out.

use crate::{
    api::{SiteAddress, refresh::Known},
    components::app,
    courier::Courier,
    desk::{Desk, Place},
    dom::El,
    effects::{Hands, Outside, launcher, now, screen},
    state::{Event, Model, Site},
    texts::Texts,
};
use einwurf_protocol::{consent::ShownNotice, json, manifest::Manifest, notice::Register};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
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
}

impl Parts {
    /// `None` if a part is not what it should be.
    fn read(words: Vec<String>, notice: &[u8]) -> Option<Self> {
        let [relay, address, register, manifest, texts, compact, bundle, page]: [String; 8] =
            words.try_into().ok()?;
        let register = Register::from_name(&register)?;
        let manifest: Manifest = json::from_slice(manifest.as_bytes()).ok()?;
        let document = std::str::from_utf8(notice).ok()?.to_owned();
        let notice = ShownNotice::read(notice, manifest.notice(register)?).ok()?;
        let known = Known { relay, address: SiteAddress(address), register };
        let (site, texts) = (Site { manifest, notice }, Texts::parse(&texts)?);
        Some(Self { known, site, texts, papers: (compact, document), bundle, page })
    }
}

/// Shows the notice, or what was kept, and says `ready`; false if a part is not what it should be, and then `main.js`
/// says `fail`.
///
/// `words` are the relay's origin, the site's address, the register, the manifest's payload, the texts, the manifest as it
/// was signed, the bundle of a private link, and the page's address.
#[wasm_bindgen]
pub fn start(words: Vec<String>, notice: &[u8], port: MessagePort, outside: Outside) -> bool {
    launcher::fail_on_panic();
    let Some(parts) = Parts::read(words, notice) else { return false };
    let Parts { known, site, texts, papers, bundle, page } = parts;
    let register = known.register;
    let courier = Courier::new(known.address.clone(), site.manifest.code.digest());
    let door = crate::door::Door::of(&site.manifest, &known).address();
    let display = &site.manifest.display;
    screen::dress(register, &display.name, &display.accent);
    let hands = Hands::new(known, courier, outside, papers, page);
    let acting = Rc::clone(&hands);
    let act = Box::new(move |desk, effect| acting.act(desk, effect));
    let desk = Desk::new(Model::new(site), texts, Place { register, door, now }, act);
    desk.within(|| {
        app(desk).into_iter().for_each(El::mount);
        screen::attend(desk);
    });
    hands.attend(desk);
    launcher::connect(port, move || desk.emit(Event::Opened));
    spawn_local(hands.begin_with(desk, bundle));
    true
}
