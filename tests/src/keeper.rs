//! The keeper in a page of its own (`tests/pages/keeper.html`), for journeys that need no relay.

use crate::{
    browser::{Browser, Look},
    company::Company,
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs;

/// A page with the built keeper, and a frame that speaks its channel, without a relay.
#[derive(Debug)]
pub struct Stage {
    /// The browser. First, so that it ends before what it talks to.
    pub browser: Browser,
    /// The company's web server.
    pub company: Company,
}

impl Stage {
    /// `first` runs before everything else in every document.
    pub fn start(first: &str) -> Result<Self> {
        let company = Company::start()?;
        let code = xtask::release::code()?;
        let keeper = xtask::paths::dist().join(code.keeper.path.trim_start_matches('/'));
        company.put("/keeper.js", &[], fs::read(keeper)?);
        let page = fs::read(xtask::paths::root().join("tests/pages/keeper.html"))?;
        company.put("/page", &[], page.clone());
        company.put("/other", &[], page);
        let browser = Browser::start(None, &Look { first: first.to_owned(), ..Look::default() })?;
        let stage = Self { browser, company };
        stage.go("/page")?;
        Ok(stage)
    }

    /// Goes to a path of the company.
    pub fn go(&self, path: &str) -> Result<()> {
        self.browser.leave()?;
        self.browser.go(&format!("{}{path}", self.company.origin()))
    }

    /// Loads the page anew, `ahead` seconds from now, opens a site's frame with its keeper and enters it.
    pub fn open(&self, site: &str, ahead: u64) -> Result<Value> {
        self.go("/page")?;
        self.browser.run("pass(arguments[0]);", &[json!(ahead)])?;
        self.enter(site, false)
    }

    /// Opens a site's frame in the present page, before or after its keeper, and enters it; answers the hello.
    pub fn enter(&self, site: &str, late: bool) -> Result<Value> {
        self.browser.run_async("await start(...arguments);", &[json!(site), json!(late)])?;
        let frame = self.browser.find("iframe")?;
        self.browser.enter(&frame)?;
        self.hello()
    }

    /// The hello, the bytes as a list.
    pub fn hello(&self) -> Result<Value> {
        let script = "const { title, kept, pending, unsent, ...more } = await hello;
            return { title, pending, unsent, more: Object.keys(more), kept: kept && Array.from(kept) };";
        self.browser.run_async(script, &[])
    }

    /// Keeps `length` bytes of `byte`.
    pub fn keep(&self, byte: u8, length: u64, until: Option<u64>) -> Result<Value> {
        let script = "const [byte, length, until] = arguments;
            return ask({ keep: new Uint8Array(length).fill(byte), until, pending: byte === 9 });";
        self.browser.run_async(script, &[json!(byte), json!(length), json!(until)])
    }

    /// Goes on with what the hello handed over.
    pub fn claim(&self) -> Result<()> {
        self.browser.run_async("await say({ claim: true });", &[]).map(drop)
    }

    /// The first byte of what is kept now, by `get`.
    pub fn kept(&self) -> Result<Value> {
        self.browser.run_async("const { kept } = await ask({ get: true }); return kept && kept[0];", &[])
    }

    /// Forgets.
    pub fn forget(&self) -> Result<Value> {
        self.browser.run_async("return ask({ forget: true });", &[])
    }

    /// Leaves the frame; everything that lies in the page's storage.
    pub fn snapshot(&self) -> Result<Value> {
        self.browser.leave()?;
        self.browser.run_async("return snapshot();", &[])
    }

    /// The page's time in seconds.
    pub fn now(&self) -> Result<u64> {
        self.browser.run("return Math.floor(Date.now() / 1000);", &[])?.as_u64().context("a time")
    }
}
