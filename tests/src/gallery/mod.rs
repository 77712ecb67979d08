//! The galleries of both apps (`cargo xtask gallery`): every state from fixtures, shown one after the other in the same page,
//! and judged as people with other eyes, hands and ears meet it.

mod judge;
mod tree;

pub use judge::Shown;
pub use tree::compare;

use crate::{
    browser::{Browser, Engine, Look},
    watch::ONE_PROCESS,
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{collections::BTreeSet, net::Ipv4Addr};
use xtask::{
    build::{self, App},
    paths,
    serve::{Server, folder},
};

/// The window of the walk: WCAG 1.4.10.
pub const SMALL: (u32, u32) = (320, 640);
/// What is asked of a page.
const JUDGE: &str = include_str!("judge.js");

/// A gallery in a browser.
#[derive(Debug)]
pub struct Gallery {
    /// The browser.
    pub browser: Browser,
    /// Names of all states, in the order of the gallery.
    pub states: Vec<String>,
    /// Registers that the app has texts in.
    pub registers: Vec<String>,
    _server: Server,
}

impl Gallery {
    /// Builds the gallery of an app and opens it.
    pub fn open(app: App) -> Result<Self> {
        let page = format!("{}.html", app.name);
        build::gallery(app)?;
        let server = Server::start((Ipv4Addr::LOCALHOST, 0).into(), folder(paths::gallery(), Vec::new()))?;
        let browser = Browser::start(
            None,
            &Look {
                engine: Some(Engine::Chromium),
                size: SMALL,
                flags: vec![ONE_PROCESS.to_owned()],
                ..Look::default()
            },
        )?;
        // Tab leads out of the page at its end, and who is out of the page sees no focus in it.
        browser.cdp("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }))?;
        browser.go(&format!("{}/{page}", server.origin()))?;
        browser.until("document.links.length > 50")?;
        let names = "return [...document.links].map((link) => link.hash.slice(1).split('&')[0]);";
        let names: Vec<String> = serde_json::from_value(browser.run(names, &[])?).context("no states")?;
        let mut states: Vec<String> = Vec::new();
        for name in names {
            if states.last() != Some(&name) {
                states.push(name);
            }
        }
        let once: BTreeSet<_> = states.iter().collect();
        ensure!(once.len() == states.len(), "two states have one name, so that one of them is never seen");
        let registers =
            "return Object.keys(JSON.parse(document.getElementById('einwurf').textContent).texts);";
        let registers = serde_json::from_value(browser.run(registers, &[])?).context("no registers")?;
        browser.run(JUDGE, &[])?;
        Ok(Self { browser, states, registers, _server: server })
    }

    /// Shows a state in a register, in the light theme and at rest.
    pub fn show(&self, state: &str, register: &str) -> Result<Shown<'_>> {
        let hash = format!("{state}&register={register}");
        self.media(&[("prefers-color-scheme", "light")])?;
        self.browser.run("location.hash = arguments[0];", &[json!(hash)])?;
        self.browser.until(&format!("document.documentElement.dataset.state === {}", json!(hash)))?;
        self.browser.settle()?;
        Ok(Shown::new(self, format!("{state} {register}")))
    }

    /// What the device or the person prefers.
    pub(crate) fn media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.browser.cdp("Emulation.setEmulatedMedia", &json!({ "features": features })).map(drop)
    }
}
