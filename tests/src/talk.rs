//! The conversation as a visitor meets it again: in a tab that is loaded anew, by the private link, in papers.

use crate::{
    browser::Browser,
    plan::Plan,
    widget::{AGREE, BELOW, CLOSE, POSTMARK, TEXT},
    world::{LAUNCHER, Stage},
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf};

/// A message in the conversation.
pub const LETTER: &str = "[role=log] .letter";
/// What has not arrived yet.
pub const UNSENT: &str = ".unsent .letter";
/// How long it is kept, and what else holds.
pub const STANDING: &str = ".standing";
/// The private link, once it was asked for.
pub const LINK: &str = "details textarea";
/// "Forget on this device", below my data.
pub const FORGET: &str = "section.fact button";

/// Files of a paper: names with their text.
pub type Files = BTreeMap<String, String>;

/// The text of the one whose name ends with `end`.
pub fn file<'a>(files: &'a Files, end: &str) -> Result<&'a str> {
    let found = files.iter().find(|(name, _)| name.ends_with(end));
    found.map(|(_, text)| text.as_str()).with_context(|| format!("no {end} among {:?}", files.keys()))
}

/// The day of a time as people write it, by the page's own calendar.
pub fn day(browser: &Browser, at: u64) -> Result<String> {
    let script = "return new Date(arguments[0] * 1000).toLocaleDateString('de', { dateStyle: 'long' });";
    let day = browser.run(script, &[json!(at)])?;
    day.as_str().map(str::to_owned).context("no date")
}

/// Enters the frame of a door or a page.
pub fn enter(browser: &Browser) -> Result<()> {
    browser.leave()?;
    let frame = browser.wait_for("dialog[open] iframe")?;
    browser.enter(&frame)
}

/// Messages on the screen, in their order.
pub fn letters(browser: &Browser) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((letter) => letter.innerText);";
    Ok(serde_json::from_value(browser.run(script, &[json!(LETTER)])?)?)
}

/// Waits until the conversation says `text`.
pub fn reads(browser: &Browser, text: &str) -> Result<()> {
    browser.until(&format!(
        "[...document.querySelectorAll('{LETTER}')].some((letter) => letter.innerText.includes({}))",
        json!(text)
    ))
}

/// The private link of the paper on the screen.
pub fn private_link(browser: &Browser) -> Result<String> {
    let field = browser.wait_for(LINK)?;
    ensure!(
        browser.of(&field, "return arguments[0].checkVisibility();")? == Value::Bool(false),
        "the link shows before it is asked for"
    );
    browser.click_on("main details summary")?;
    let link = browser.of(&field, "return arguments[0].value;")?;
    link.as_str().map(str::to_owned).context("no link")
}

/// Files of the paper on the screen, as they are offered to be saved. Of a browser with [`crate::watch::look`].
pub fn files(browser: &Browser) -> Result<Files> {
    browser.wait_for(".files a")?;
    let script = "
        const names = [...document.querySelectorAll('.files a')].map((link) => link.download);
        const texts = await Promise.all(window.__files.slice(-names.length).map((file) => file.text()));
        return Object.fromEntries(names.map((name, at) => [name, texts[at]]));";
    Ok(serde_json::from_value(browser.run_async(script, &[])?)?)
}

/// A site of this plan with its notice on the screen; the browser keeps the files that are offered.
pub fn noticed(name: &str, plan: Plan) -> Result<Stage> {
    let stage = Stage::watched(name, plan)?;
    stage.anew(Register::DeFormal)?;
    Ok(stage)
}

/// An ordinary site whose notice was agreed to.
pub fn agreed(name: &str) -> Result<Stage> {
    let stage = noticed(name, Plan::default())?;
    stage.agree()?;
    Ok(stage)
}

impl Stage {
    /// Sends a message, until the relay has taken it.
    pub fn written(&self, text: &str) -> Result<()> {
        self.send(text)?;
        self.browser.wait_for(POSTMARK).map(drop)
    }

    /// Writes in the conversation, until the relay has taken it.
    pub fn more(&self, text: &str) -> Result<()> {
        self.send(text)?;
        self.browser.until(&format!(
            "[...document.querySelectorAll('[role=log] .own .letter')].some((one) => one.innerText === {})",
            json!(text)
        ))
    }

    /// Closes a conversation whose answer nobody would find again: a sentence first, and then it closes. Leads to the page.
    pub fn shut(&self) -> Result<()> {
        self.browser.click_on(CLOSE)?;
        self.browser.wait_for(".warning:not(:empty)")?;
        self.browser.click_on(CLOSE)?;
        self.browser.leave()?;
        self.browser.wait_for(&format!("{LAUNCHER}[aria-expanded=false]")).map(drop)
    }

    /// Loads a page of the company anew and opens the widget there.
    pub fn again(&self, path: &str) -> Result<()> {
        self.browser.leave()?;
        self.browser.go("about:blank")?;
        self.visit(path)?;
        self.browser.wait_for(LAUNCHER)?;
        self.open_widget()
    }

    /// Opens a paper, takes its files and goes back.
    pub fn take(&self, button: &str) -> Result<Files> {
        self.paper(button)?;
        let files = files(&self.browser)?;
        self.browser.click_on(BELOW)?;
        Ok(files)
    }

    /// Nothing can be written, and nothing agreed to.
    pub fn is_over(&self) -> Result<bool> {
        Ok(self.browser.count(&format!("{TEXT}, {AGREE}"))? == 0
            && !crate::consent::has_field(&self.browser)?)
    }

    /// Puts a file into this run's folder.
    pub fn save(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.world.folder().path().join(name);
        fs::write(&path, bytes)?;
        Ok(path)
    }
}
