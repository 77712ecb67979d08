//! The door from `main.js`: checked bytes in, an app on the screen out.

use crate::{
    api::{SiteAddress, refresh::Known},
    components::app,
    courier::Courier,
    desk::Desk,
    dom::El,
    effects::{Hands, launcher, screen},
    state::{Event, Model, Site, Tell},
    texts::Texts,
};
use einwurf_protocol::{consent::ShownNotice, json, manifest::Manifest, notice::Register};
use reactive_graph::owner::Owner;
use std::{mem::ManuallyDrop, rc::Rc};
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// What the launcher handed over, its manifest verified, and what `main.js` fetched with integrity.
struct Parts {
    known: Known,
    site: Site,
    texts: Texts,
}

impl Parts {
    /// `None` if a part is not what it should be.
    fn read(words: Vec<String>, notice: &[u8]) -> Option<Self> {
        let [relay, address, register, manifest, texts]: [String; 5] = words.try_into().ok()?;
        let register = Register::from_name(&register)?;
        let manifest: Manifest = json::from_slice(manifest.as_bytes()).ok()?;
        let notice = ShownNotice::read(notice, manifest.notice(register)?).ok()?;
        let known = Known { relay, address: SiteAddress(address), register };
        Some(Self { known, site: Site { manifest, notice }, texts: Texts::parse(&texts)? })
    }
}

/// Shows the notice and says `ready`; false if a part is not what it should be, and then `main.js` says `fail`.
///
/// `words` are the relay's origin, the site's address, the register, the manifest's payload and the texts.
#[wasm_bindgen]
pub fn start(words: Vec<String>, notice: &[u8], port: MessagePort) -> bool {
    launcher::fail_on_panic();
    let Some(Parts { known, site, texts }) = Parts::read(words, notice) else { return false };
    let register = known.register;
    let courier = Courier::new(known.address.clone());
    let hands = Hands::new(known, courier);
    let act = Rc::new(move |desk, effect| hands.act(desk, effect));
    let display = &site.manifest.display;
    screen::dress(register, &display.name, &display.accent);
    // Owns signals and effects as long as the frame lives.
    let owner = ManuallyDrop::new(Owner::new());
    owner.with(|| {
        let desk = Desk::new(Model::new(site), texts, register, act);
        app(desk).into_iter().for_each(El::mount);
        screen::attend(desk);
        launcher::connect(port, move || desk.emit(Event::Opened));
    });
    launcher::tell(Tell::Ready);
    true
}
