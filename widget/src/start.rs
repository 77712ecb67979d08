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
use leptos::mount::mount_to_body;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// What the launcher handed over, its manifest verified, and what `main.js` fetched with integrity.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Config {
    relay: String,
    address: SiteAddress,
    register: Register,
    site: Site,
    texts: Texts,
}

#[wasm_bindgen]
impl Config {
    /// `None` if a part is not what it should be: then `main.js` says `fail`.
    pub fn read(
        relay: String,
        address: String,
        register: &str,
        manifest: &str,
        notice: &[u8],
        texts: &str,
    ) -> Option<Config> {
        let register = Register::from_name(register)?;
        let manifest: Manifest = json::from_slice(manifest.as_bytes()).ok()?;
        let notice = ShownNotice::read(notice, manifest.notice(register)?).ok()?;
        let site = Site { manifest, notice };
        Some(Self { relay, address: SiteAddress(address), register, site, texts: Texts::parse(texts)? })
    }

    /// Shows the notice and says `ready`. Called once.
    pub fn start(self, port: MessagePort) {
        launcher::fail_on_panic();
        let Self { relay, address, register, site, texts } = self;
        let courier = Courier::new(site.manifest.site, address.clone());
        let hands = Hands::new(Known { relay, address, register }, courier);
        let act = Rc::new(move |desk, effect| hands.act(desk, effect));
        let display = &site.manifest.display;
        screen::dress(register, &display.name, &display.accent);
        // Leptos brings the owner of signals and effects, and what runs them.
        mount_to_body(move || {
            let desk = Desk::new(Model::new(site), texts, register, act);
            app(desk).into_iter().for_each(El::mount);
            screen::attend(desk);
            launcher::connect(port, move || desk.emit(Event::Opened));
        });
        launcher::tell(Tell::Ready);
    }
}
