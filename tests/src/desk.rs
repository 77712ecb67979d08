//! The staff's app as a member uses it: what to find on its pages.

use crate::{browser::Browser, world::Stage};
use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use serde_json::Value;
use std::fs;

/// A field of the login.
pub const ACCOUNT: &str = "#account";
/// A field of the login.
pub const PASSWORD: &str = "#password";
/// The button that goes on, on every page.
pub const MAIN: &str = "form .button-main";
/// A conversation in the list.
pub const ROW: &str = ".rows .row";
/// The line above the list that says whether everything runs.
const RUNS: &str = ".list .health";
/// A message in the reading view.
pub const ITEM: &str = ".item-text";
/// The button that does what a page of the panel is about.
pub const DO: &str = ".task .button-main";
/// The same if it cannot be undone.
pub const DO_GRAVELY: &str = ".task .button-grave-main";
/// What a member did, in the reading view.
pub const DID: &str = ".item-did";
/// The way out.
pub const LOG_OUT: &str = "#nav-out";
/// To the settings.
pub const SETTINGS: &str = "#nav-settings";
/// "Done" or "reopen" in the reading view.
pub const DONE: &str = ".reading-head .button";
/// "Send a test mail".
pub const TEST_MAIL: &str = "form .buttons button[type=button]";

/// A text of the inbox, up to its first placeholder.
pub fn words(register: Register, key: &str) -> Result<String> {
    let file = xtask::paths::root().join(format!("languages/{register}.json"));
    let whole: Value = serde_json::from_slice(&fs::read(file)?)?;
    let text = whole.pointer(&format!("/inbox/{key}")).and_then(Value::as_str);
    let text = text.with_context(|| format!("no text {key}"))?;
    Ok(text.split('{').next().unwrap_or_default().trim_end().to_owned())
}

impl Browser {
    /// Opens the newest conversation. The line above the list comes after it and moves it: a click before that may end
    /// beside the row.
    pub fn open_newest(&self) -> Result<()> {
        self.wait_for(RUNS)?;
        let row = self.wait_for(ROW)?;
        // On the smallest phone it lies under the areas at the bottom until somebody scrolls.
        self.reveal(&row)?;
        self.click_on(ROW)
    }
}

impl Stage {
    /// Opens the inbox by a link, as a mail has it, and logs in with the site's account.
    pub fn log_in(&self, link: &str) -> Result<()> {
        self.knock(link, &self.site.plan.account, &self.site.plan.password)?;
        self.browser.wait_for(".inbox").map(drop)
    }

    /// Opens the inbox by a link and tries account and password.
    pub fn knock(&self, link: &str, account: &str, password: &str) -> Result<()> {
        self.browser.leave()?;
        // The same page with another fragment would not load anew.
        self.browser.go("about:blank")?;
        self.browser.go(link)?;
        self.browser.type_into(ACCOUNT, account)?;
        self.browser.type_into(PASSWORD, password)?;
        self.browser.click_on(MAIN)
    }

    /// The link that every relay mail has.
    pub fn inbox_link(&self) -> String {
        format!("{}/inbox#site={}", self.site.relay, self.site.address)
    }

    /// Clicks the newest conversation and answers its messages.
    pub fn read_newest(&self) -> Result<Vec<String>> {
        self.browser.open_newest()?;
        self.browser.wait_for(ITEM)?;
        let texts = self.browser.run(
            "return [...document.querySelectorAll('.item-text')].map((item) => item.textContent);",
            &[],
        )?;
        Ok(serde_json::from_value(texts)?)
    }

    /// Opens a page of the panel beside a conversation.
    pub fn task(&self, name: &str) -> Result<()> {
        self.browser.click_on(&format!("#to-{name}:not([aria-disabled])"))?;
        self.browser.wait_for(".task").map(drop)
    }

    /// The whole way of a message: click, agree, write, arrive.
    pub fn write(&self, register: Register, text: &str) -> Result<()> {
        self.page(register)?;
        self.visit("/plain")?;
        self.open_widget()?;
        self.agree()?;
        self.send(text)?;
        self.arrived()?;
        self.browser.leave()
    }
}
