//! The consent screen as a visitor uses it: boxes by their purpose, the question of age, both buttons.

use crate::{
    browser::Browser,
    staff::Staff,
    widget::{AGREE, CLOSE, TEXT},
    world::Stage,
};
use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::Conversation,
    consent::{Choices, Grant},
    notice::{Notice, Purpose, Register},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Everything on it that can be ticked or chosen.
pub const CHOICES: &str = "input[type=checkbox], input[type=radio]";
/// What scrolls: facts, and boxes that nobody needs.
pub const FACTS: &str = "main > .scroll";
/// Where the facts end.
pub const LINKS: &str = ".links a";

/// Where the box of `purpose` stands: beside the buttons if it is needed, else above them.
pub fn box_of(notice: &Notice, purpose: Purpose) -> Result<String> {
    let of = |purpose| notice.statements.iter().find(move |statement| statement.purpose == purpose);
    let required = of(purpose).context("the notice has no such box")?.required;
    let beside = notice.statements.iter().filter(|statement| statement.required == required);
    let place = beside.take_while(|statement| statement.purpose != purpose).count() + 1;
    let region = if required { ".foot" } else { ".scroll" };
    Ok(format!("{region} > div.boxes > label:nth-of-type({place}) input"))
}

/// The answer to the question of age, from 1.
pub fn age(place: u8) -> String {
    format!("fieldset.boxes label:nth-of-type({place}) input")
}

/// What a conversation was agreed to with, as the relay stores it.
pub fn grants(conversation: &Conversation) -> Result<Vec<Grant>> {
    let payload = |grant: &str| -> Result<Grant> {
        let payload = grant.split('.').nth(1).context("no payload")?;
        let bytes = einwurf_protocol::codec::from_base64url(payload).ok().context("no base64url")?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    conversation.grants.iter().map(|stored| payload(&stored.grant)).collect()
}

/// Whether anything can be written.
pub fn has_field(browser: &Browser) -> Result<bool> {
    let fields = "textarea:not([readonly]), input:not([type=checkbox]):not([type=radio]), [contenteditable]";
    Ok(browser.count(fields)? > 0)
}

impl Staff {
    /// The sealed choices of the newest message, and whether it names the page.
    pub fn sealed_choices(&self, address: &str) -> Result<(Option<Choices>, Option<String>)> {
        let thread = self.read(address)?;
        let payload = thread.entries.last().and_then(|entry| entry.payload.clone()).context("no message")?;
        Ok((payload.choices, payload.page.map(String::from)))
    }
}

impl Stage {
    /// The notice that the site published in `register`.
    pub fn notice(&self, register: Register) -> Result<Notice> {
        self.site.notice(register)
    }

    /// The page as somebody opens it who was never here: the consent screen is there and nothing is kept.
    pub fn anew(&self, register: Register) -> Result<()> {
        self.browser.leave()?;
        self.forget_device()?;
        self.page(register)?;
        self.visit("/plain")?;
        self.open_widget()?;
        self.browser.wait_for(AGREE)?;
        self.whole()
    }

    /// Forgets what the company's origin keeps, as a new device would have it.
    pub fn forget_device(&self) -> Result<()> {
        self.company.put("/blank", &[], "<!doctype html><title>leer</title><link rel=icon href=data:,>");
        self.visit("/blank")?;
        self.browser.run("localStorage.clear(); sessionStorage.clear();", &[])?;
        let gone = "await new Promise((done) => {
            const asked = indexedDB.deleteDatabase('einwurf');
            asked.onsuccess = asked.onerror = asked.onblocked = done;
        });";
        self.browser.run_async(gone, &[]).map(drop)
    }

    /// Ticks the boxes of these purposes, each beside its own words.
    pub fn tick(&self, register: Register, purposes: &BTreeSet<Purpose>) -> Result<()> {
        let notice = self.notice(register)?;
        for purpose in purposes {
            self.browser.click_on(&box_of(&notice, *purpose)?)?;
        }
        Ok(())
    }

    /// Ticks what is needed and `further`, and says that the visitor is old enough where that is asked.
    pub fn decide(&self, register: Register, further: &BTreeSet<Purpose>) -> Result<()> {
        let notice = self.notice(register)?;
        let needed = notice.statements.iter().filter(|statement| statement.required);
        self.tick(
            register,
            &needed.map(|statement| statement.purpose).chain(further.iter().copied()).collect(),
        )?;
        if notice.age.is_some() {
            self.browser.click_on(&age(1))?;
        }
        Ok(())
    }

    /// Presses the button that agrees, and waits for the field.
    pub fn go_on(&self) -> Result<()> {
        self.browser.click_on(AGREE)?;
        self.browser.wait_for(TEXT).map(drop)
    }

    /// Closes the panel and opens it again on a screen of this size: small ones get a full sheet.
    pub fn hold(&self, size: (u32, u32)) -> Result<()> {
        self.browser.click_on(CLOSE)?;
        self.closed()?;
        self.browser.resize(size)?;
        self.open_widget()?;
        self.browser.settle()
    }

    /// Whether anything on the screen is ticked or chosen.
    pub fn ticked(&self) -> Result<bool> {
        let script =
            format!("return [...document.querySelectorAll('{CHOICES}')].some((box) => box.checked);");
        Ok(self.browser.run(&script, &[])? == Value::Bool(true))
    }

    /// Whether what `selector` finds can be seen and reached without scrolling: all of it, and its middle is on top.
    pub fn in_view(&self, selector: &str) -> Result<bool> {
        let element = self.browser.find(selector)?;
        let script = "const r = arguments[0].getBoundingClientRect();
            const inside = r.left >= 0 && r.top >= 0 && r.right <= innerWidth + 1 && r.bottom <= innerHeight + 1;
            const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
            return inside && r.width > 0 && arguments[0].contains(hit);";
        Ok(self.browser.of(&element, script)? == Value::Bool(true))
    }
}
