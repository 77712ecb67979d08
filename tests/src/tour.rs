//! Every screen of the widget that a visitor meets between the first click and the end of the conversation.

use crate::{
    browser::{DESKTOP, PHONE},
    consent::{age, has_field},
    plan::Plan,
    widget::{
        AGREE, BELOW, BOX, DATA, DECLINE, POSTMARK, RECEIPT, RETRY, SEE, SEND, TEXT, WITHDRAW, Words, YES,
    },
    world::Stage,
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::{Mode, Notice, Register};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is written on a tour: of no language.
pub const WRITTEN: &str = "4711 · 0815";
/// The list of files of a paper: it is there once the paper is.
const FILES: &str = ".files";
/// Each differs from the one before in size or theme, so that the last pair differs in both from the first.
const LOOKS: [((u32, u32), bool); 3] = [(DESKTOP, false), (DESKTOP, true), (PHONE, true)];
/// Opens what is folded.
const UNFOLD: &str = "for (const one of document.querySelectorAll('main details')) one.open = true;";

/// What a visitor sees of one screen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Which screen.
    pub screen: &'static str,
    /// Legal basis of the site.
    pub mode: Mode,
    /// Register of the page.
    pub register: Register,
    /// The notice that the site published.
    pub notice: Notice,
    /// Language that the document says.
    pub lang: String,
    /// Every text and name on it, one a line.
    pub text: String,
    /// Where links lead.
    pub links: Vec<String>,
    /// Pictures, and whatever moves or makes a sound.
    pub pictures: u64,
    /// Fields that a visitor could fill in.
    pub fields: u64,
    /// Whether the way to withdraw is there, in view and on top, at 320 px and on a desktop.
    pub can_leave: bool,
    /// The accessibility tree: a role, a name and properties a line.
    pub tree: Vec<String>,
    /// The same at other sizes and in the other theme, where it differs.
    pub other_trees: Vec<String>,
}

impl Seen {
    /// Whether the screen comes after consent and before the end.
    pub fn is_between(&self) -> bool {
        is_between(self.screen)
    }
}

/// Whether the screen of this name comes after consent and before the end.
pub fn is_between(screen: &str) -> bool {
    !["notice", "notice-open", "nudged", "nudged-age", "declined", "young", "leaving", "ended"]
        .contains(&screen)
}

impl Stage {
    /// Goes through every screen; `look` is called on each, with its name.
    pub fn tour(
        &mut self,
        register: Register,
        mut look: impl FnMut(&Self, &'static str) -> Result<()>,
    ) -> Result<()> {
        self.before_consent(register, &mut look)?;
        self.decide(register, &BTreeSet::new())?;
        self.go_on()?;
        look(self, "compose")?;
        self.browser.click_on(SEND)?;
        self.says(&Words::of(register)?.start("fault_empty")?)?;
        self.browser.run(UNFOLD, &[])?;
        look(self, "compose-fault")?;
        self.paper(RECEIPT)?;
        look(self, "receipt-early")?;
        self.browser.click_on(BELOW)?;
        self.browser.wait_for(TEXT)?;
        self.delivery(register, &mut look)?;
        self.browser.click_on(SEE)?;
        self.says(WRITTEN)?;
        look(self, "talk")?;
        self.papers(&mut look)?;
        self.end(register, &mut look)
    }

    fn before_consent(
        &self,
        register: Register,
        look: &mut impl FnMut(&Self, &'static str) -> Result<()>,
    ) -> Result<()> {
        let words = Words::of(register)?;
        let notice = self.notice(register)?;
        self.anew(register)?;
        look(self, "notice")?;
        self.browser.run(UNFOLD, &[])?;
        self.browser.click_on("header .readers")?;
        look(self, "notice-open")?;
        self.browser.click_on("header .readers")?;
        if notice.age.is_some() {
            self.browser.click_on(AGREE)?;
            self.says(&words.start("age_missing")?)?;
            // The focus follows in a task of its own, and what has it comes into view.
            self.browser.focuses("input[type=radio]")?;
            ensure!(self.in_view(&age(1))?, "what is missing is out of view");
            look(self, "nudged-age")?;
            self.browser.click_on(&age(1))?;
        }
        if notice.mode == Mode::Consent {
            self.browser.click_on(AGREE)?;
            self.says(&words.start("tick_missing")?)?;
            self.browser.focuses(BOX)?;
            look(self, "nudged")?;
            self.browser.click_on(DECLINE)?;
            self.says(&words.start("declined_title")?)?;
            look(self, "declined")?;
            self.browser.click_on(BELOW)?;
            self.browser.wait_for(AGREE)?;
        }
        if notice.age.is_some() {
            self.anew(register)?;
            self.decide(register, &BTreeSet::new())?;
            self.browser.click_on(&age(3))?;
            self.browser.click_on(AGREE)?;
            self.says(&words.start("young_title")?)?;
            look(self, "young")?;
            self.anew(register)?;
        }
        ensure!(!has_field(&self.browser)?, "a field before consent");
        Ok(())
    }

    fn delivery(
        &mut self,
        register: Register,
        look: &mut impl FnMut(&Self, &'static str) -> Result<()>,
    ) -> Result<()> {
        self.world.relay.kill()?;
        self.send(WRITTEN)?;
        self.says(&Words::of(register)?.start("waiting")?)?;
        look(self, "waiting")?;
        self.world.relay.restart()?;
        self.once(RETRY, &format!("document.querySelector('{POSTMARK}')"))?;
        self.browser.run(UNFOLD, &[])?;
        look(self, "arrived")
    }

    fn papers(&self, look: &mut impl FnMut(&Self, &'static str) -> Result<()>) -> Result<()> {
        for (button, name) in [(DATA, "data"), (RECEIPT, "receipt")] {
            self.paper(button)?;
            self.browser.wait_for(".files a")?;
            self.browser.run(UNFOLD, &[])?;
            look(self, name)?;
            self.browser.click_on(BELOW)?;
            self.says(WRITTEN)?;
        }
        Ok(())
    }

    fn end(
        &mut self,
        register: Register,
        look: &mut impl FnMut(&Self, &'static str) -> Result<()>,
    ) -> Result<()> {
        self.browser.click_on(WITHDRAW)?;
        self.browser.wait_for(YES)?;
        look(self, "leave")?;
        self.world.relay.kill()?;
        self.browser.click_on(YES)?;
        let pending = self.notice(register)?.withdrawal.pending;
        self.says(&pending)?;
        look(self, "leaving")?;
        self.world.relay.restart()?;
        let ended = json!(Words::of(register)?.start("ended_title")?);
        self.once(".ways button.main", &format!("document.body.innerText.includes({ended})"))?;
        look(self, "ended")
    }

    /// Opens a paper and waits until it is there.
    pub fn paper(&self, button: &str) -> Result<()> {
        self.browser.click_on(button)?;
        self.browser.wait_for(FILES).map(drop)
    }

    /// Presses a button when it is there, until `done`: what it does may happen by itself, and fail in the moment before.
    pub fn once(&self, selector: &str, done: &str) -> Result<()> {
        self.browser.until(&format!(
            "{done} || ((found) => {{ if (found?.checkVisibility()) found.click(); }})
                (document.querySelector({}))",
            json!(selector)
        ))
    }

    /// Everything about the screen that is there.
    pub fn see(&self, register: Register, screen: &'static str) -> Result<Seen> {
        let browser = &self.browser;
        let notice = self.notice(register)?;
        let mut can_leave = browser.try_find(WITHDRAW)?.is_some();
        let mode = if notice.mode == Mode::Request { "request" } else { "consent" };
        let mut trees = Vec::new();
        for (size, dark) in LOOKS {
            browser.resize(size)?;
            browser.dark(dark)?;
            browser.settle()?;
            can_leave = can_leave && self.in_view(WITHDRAW)?;
            trees.push(browser.tree()?);
            let theme = if dark { "dark" } else { "light" };
            browser.picture(&format!("{screen}-{mode}-{register}-{}-{theme}", size.0))?;
        }
        browser.resize(DESKTOP)?;
        browser.dark(false)?;
        let tree = trees.first().cloned().unwrap_or_default();
        let other_trees = trees.iter().flat_map(|other| difference(&tree, other)).collect();
        let found = browser.run(SEE_SCRIPT, &[])?;
        let part = |name: &str| found.get(name).cloned().context("nothing seen");
        Ok(Seen {
            screen,
            mode: notice.mode,
            register,
            notice,
            lang: serde_json::from_value(part("lang")?)?,
            text: serde_json::from_value(part("text")?)?,
            links: serde_json::from_value(part("links")?)?,
            pictures: serde_json::from_value(part("pictures")?)?,
            fields: serde_json::from_value(part("fields")?)?,
            can_leave,
            tree,
            other_trees,
        })
    }
}

/// Every screen of a site in `mode` in `register`.
pub fn whole(mode: Mode, register: Register) -> Result<Vec<Seen>> {
    let plan = Plan { mode, ..Plan::default() };
    let mut stage = Stage::watched(&format!("tour-{mode:?}-{register}"), plan)?;
    let mut seen = Vec::new();
    stage.tour(register, |stage, screen| {
        seen.push(stage.see(register, screen)?);
        Ok(())
    })?;
    Ok(seen)
}

/// Texts as they are rendered or said, without what the visitor wrote.
const SEE_SCRIPT: &str = "
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      if (shown(parent) && !parent.closest('svg')) texts.push(walk.currentNode.data);
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      for (const element of document.querySelectorAll(`[${name}]`)) if (shown(element)) texts.push(element.getAttribute(name));
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    return {
      lang: document.documentElement.lang,
      text: texts.map((text) => text.trim()).filter(Boolean).join('\\n'),
      links: all('a[href]').map((link) => link.href),
      pictures: all('img, picture, video, audio, canvas, object, embed, iframe, marquee').length,
      fields: all('input, select, textarea:not([readonly]), [contenteditable]').length,
    };";

/// Numbers aside: the seconds until the next attempt grow meanwhile.
fn difference(tree: &[String], other: &[String]) -> Vec<String> {
    let bare = |line: &str| line.chars().filter(|char| !char.is_ascii_digit()).collect::<String>();
    let pairs = tree.iter().zip(other).filter(|(one, two)| bare(one) != bare(two));
    let mut found: Vec<_> = pairs.map(|(one, two)| format!("{one} / {two}")).collect();
    if tree.len() != other.len() {
        found.push(format!("{} nodes / {} nodes", tree.len(), other.len()));
    }
    found
}

/// A value of a node of the accessibility tree.
pub(crate) fn ax(node: &Value, name: &str) -> String {
    let value = node.get(name).and_then(|property| property.get("value"));
    value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
}
