//! What is wrong with a state.

use super::{Gallery, SMALL, tree};
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Rules of axe-core whose answer depends on the theme; all others are the same in both.
const OF_COLOUR: [&str; 2] = ["color-contrast", "link-in-text-block"];
/// Controls are as high and wide (own goal; WCAG 2.5.8 asks for 24).
const FINGER: u32 = 44;
/// Twice the font on half of a desktop (WCAG 1.4.4).
const HALF: (u32, u32) = (640, 900);

/// A state on the screen, and what was found wrong with it so far.
#[derive(Debug)]
pub struct Shown<'a> {
    gallery: &'a Gallery,
    name: String,
    found: Vec<String>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(gallery: &'a Gallery, name: String) -> Self {
        Self { gallery, name, found: Vec::new() }
    }

    /// Asks the page; notes what it finds.
    fn ask(&mut self, what: &str, call: &str) -> Result<()> {
        let found = self.gallery.browser.run(&format!("return window.judge.{call};"), &[])?;
        let found: Vec<String> = serde_json::from_value(found).with_context(|| call.to_owned())?;
        self.note(what, found);
        Ok(())
    }

    fn note(&mut self, what: &str, found: Vec<String>) {
        let name = &self.name;
        self.found.extend(found.into_iter().map(|fault| format!("{name}, {what}: {fault}")));
    }

    /// axe-core in both themes; what does not depend on colours once.
    pub fn axe(&mut self) -> Result<()> {
        let browser = &self.gallery.browser;
        let light = browser.violations()?;
        self.gallery.media(&[("prefers-color-scheme", "dark")])?;
        browser.settle()?;
        let dark = browser.violations_of(&OF_COLOUR)?;
        self.note("light", light.iter().map(|one| format!("{one:?}")).collect());
        self.note("dark", dark.iter().map(|one| format!("{one:?}")).collect());
        self.gallery.media(&[("prefers-color-scheme", "light")])
    }

    /// Within the window, legible, large enough to be hit, and no puzzle.
    pub fn at_320(&mut self) -> Result<()> {
        self.ask("320 px", "fits()")?;
        self.ask("320 px", "legible()")?;
        // Words that were made longer on purpose may break.
        if !self.name.ends_with("-xa") {
            self.ask("320 px", "apart()")?;
        }
        self.ask("targets", &format!("targets({FINGER})"))?;
        self.ask("a11_05", "puzzles()")?;
        self.ask("a11_06", "help()")
    }

    /// The Tab key comes to everything once, in order, and what has the focus shows it and is not hidden; rings in the dark.
    pub fn keyboard(&mut self) -> Result<()> {
        let browser = &self.gallery.browser;
        let stops = browser.run("return window.judge.rewind();", &[])?.as_u64().context("no count")?;
        browser.press_often("\u{e004}", usize::try_from(stops)?.saturating_add(1))?;
        self.ask("Tab", "order()")?;
        self.gallery.media(&[("prefers-color-scheme", "dark")])?;
        self.rings("Tab in the dark")?;
        self.gallery.media(&[("prefers-color-scheme", "light")])
    }

    /// A key first: the browser shows where the focus is to those who use keys.
    fn rings(&mut self, what: &str) -> Result<()> {
        self.gallery.browser.press("\u{e004}")?;
        self.ask(what, "rings()")
    }

    /// Wider spacing of text (WCAG 1.4.12).
    pub fn spaced(&mut self) -> Result<()> {
        self.gallery.browser.run("window.judge.space(true);", &[])?;
        self.ask("spaced", "fits()")?;
        self.ask("spaced", "legible()")?;
        self.gallery.browser.run("window.judge.space(false);", &[]).map(drop)
    }

    /// Twice the font (WCAG 1.4.4).
    pub fn enlarged(&mut self) -> Result<()> {
        self.gallery.browser.resize(HALF)?;
        self.gallery.browser.run("window.judge.enlarge(200);", &[])?;
        self.ask("200 %", "fits()")?;
        self.ask("200 %", "legible()")?;
        self.gallery.browser.run("window.judge.enlarge(0);", &[])?;
        self.gallery.browser.resize(SMALL)
    }

    /// In forced colours nothing keeps its own, and fields and focus show their edges. That text is readable then is the
    /// person's choice.
    pub fn forced(&mut self) -> Result<()> {
        self.gallery.media(&[("forced-colors", "active"), ("prefers-color-scheme", "dark")])?;
        self.ask("forced colours", "edges()")?;
        self.rings("forced colours")?;
        self.gallery.media(&[("prefers-color-scheme", "light")])
    }

    /// For somebody who wants no motion nothing moves.
    pub fn still(&mut self) -> Result<()> {
        self.gallery.media(&[("prefers-reduced-motion", "reduce")])?;
        self.ask("reduced motion", "still()")?;
        self.gallery.media(&[("prefers-color-scheme", "light")])
    }

    /// What assistive technology is told, a node a line.
    pub fn tree(&self) -> Result<Vec<String>> {
        let answer: Value = self.gallery.browser.cdp("Accessibility.getFullAXTree", &json!({}))?;
        tree::lines(&answer)
    }

    /// Pictures for people, in both themes, small and on a desktop.
    pub fn pictures(&self) -> Result<()> {
        let (browser, name) = (&self.gallery.browser, self.name.replace(' ', "-"));
        for (theme, size, place) in [("light", SMALL, "320"), ("dark", crate::browser::DESKTOP, "desktop")] {
            browser.resize(size)?;
            self.gallery.media(&[("prefers-color-scheme", theme)])?;
            browser.settle()?;
            browser.picture(&format!("gallery-{name}-{place}-{theme}"))?;
        }
        browser.resize(SMALL)?;
        self.gallery.media(&[("prefers-color-scheme", "light")])
    }

    /// What was found.
    pub fn faults(self) -> Vec<String> {
        self.found
    }
}
