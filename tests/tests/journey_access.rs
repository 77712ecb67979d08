//! Accessibility in the real browser: axe-core in every state, language and theme, and the whole way by keyboard.

use anyhow::{Result, ensure};
use einwurf_protocol::notice::{Mode, Register};
use einwurf_tests::{
    browser::{DESKTOP, Look, PHONE},
    desk::{DONE, LOG_OUT, ROW, SETTINGS},
    plan::Plan,
    proxy::Verdict,
    widget::{AGREE, ANOTHER, BOX, EDIT, SEND, TEXT, Words},
    world::{LAUNCHER, Stage, World},
};
use std::collections::BTreeSet;

/// Collects what axe-core finds; a test fails with all of it at its end.
#[derive(Default)]
struct Audit {
    found: Vec<String>,
}

impl Audit {
    /// The state on the screen, light on a desktop and dark on the smallest phone.
    fn look(&mut self, stage: &Stage, screen: &str) -> Result<()> {
        let browser = &stage.browser;
        for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
            browser.resize(size)?;
            browser.dark(dark)?;
            // Animations end, so that no colour is measured half-way.
            browser.settle()?;
            let violations = browser.violations()?;
            self.found
                .extend(violations.into_iter().map(|violation| format!("{screen}, {size:?}: {violation:?}")));
        }
        Ok(())
    }

    fn end(self) -> Result<()> {
        ensure!(self.found.is_empty(), "{}", self.found.join("\n"));
        Ok(())
    }
}

/// Every screen of a conversation, then what the widget says when the relay does not know it any more.
fn widget_states(register: Register, plan: Plan) -> Result<()> {
    let mut stage = Stage::of(World::quiet(&format!("axe-{register}"))?, plan, &Look::default())?;
    let mut audit = Audit::default();
    stage.tour(register, |stage, screen| audit.look(stage, screen))?;
    stage.anew(register)?;
    stage.decide(register, &BTreeSet::new())?;
    stage.go_on()?;
    stage.send("4711")?;
    stage.arrived()?;
    stage.proxy.rule(|asked| {
        if asked.method == "POST" && asked.path == "/v1/events" {
            return Verdict::Change(Box::new(|mut answered| {
                answered.status = 401;
                answered.body = serde_json::to_vec(&einwurf_protocol::problem::Problem::new(
                    einwurf_protocol::problem::Code::Unauthorized,
                ))
                .unwrap_or_default();
                answered
            }));
        }
        Verdict::Pass
    });
    stage.browser.click_on(ANOTHER)?;
    stage.send("0815")?;
    stage.says(&Words::of(register)?.start("stopped_access")?)?;
    audit.look(&stage, "stopped")?;
    audit.end()
}

#[test]
fn a11_01_the_widget_in_german_with_sie_has_no_violations() -> Result<()> {
    widget_states(Register::DeFormal, Plan::everything(Mode::Consent))
}

#[test]
fn a11_01_the_widget_in_german_with_du_has_no_violations() -> Result<()> {
    widget_states(Register::DeInformal, Plan::everything(Mode::Request))
}

#[test]
fn a11_01_the_widget_in_english_has_no_violations() -> Result<()> {
    widget_states(Register::En, Plan::health())
}

/// axe-core looks into open shadow roots only.
const OPEN_SHADOWS: &str = "
const closed = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return closed.call(this, { mode: 'open' }); };";

#[test]
fn a11_01_launcher_and_contact_ways_have_no_violations() -> Result<()> {
    let look = Look { first: OPEN_SHADOWS.to_owned(), ..Look::default() };
    let stage = Stage::start(World::quiet("axe-launcher")?, &look)?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.proxy.clear_rules();
        stage.visit("/plain")?;
        stage.browser.wait_for(LAUNCHER)?;
        let mut audit = Audit::default();
        audit.look(&stage, "launcher")?;
        stage.proxy.rule(|_| Verdict::Cut);
        stage.click_launcher()?;
        stage.ways_show()?;
        audit.look(&stage, "contact ways")?;
        audit.end()?;
    }
    Ok(())
}

#[test]
fn a11_01_the_inbox_has_no_violations_in_any_language_and_theme() -> Result<()> {
    let stage = Stage::quiet("axe-inbox")?;
    stage.write(Register::DeFormal, "Mein Fenster klemmt, https://example.org")?;
    let mut audit = Audit::default();
    for language in [0, 1] {
        stage.knock(&stage.inbox_link(), &stage.site.plan.account, "falsches Passwort")?;
        stage.browser.click_on(&format!("label:has(input[name=language]):nth-of-type({})", language + 1))?;
        stage.browser.until("document.querySelector('#login-fault').textContent.length > 5")?;
        audit.look(&stage, &format!("login {language}"))?;
        stage.log_in(&stage.inbox_link())?;
        stage.browser.wait_for(ROW)?;
        audit.look(&stage, &format!("list {language}"))?;
        stage.read_newest()?;
        audit.look(&stage, &format!("reading {language}"))?;
        if stage.browser.try_find(DONE)?.is_some() {
            stage.browser.click_on(DONE)?;
            audit.look(&stage, &format!("done {language}"))?;
            stage.browser.click_on(".toast button")?;
        }
        stage.browser.click_on(SETTINGS)?;
        stage.browser.until("document.querySelector('#mail-recipients')?.value.includes('@')")?;
        stage.browser.click_on("label:has(#mail-sender-1)")?;
        audit.look(&stage, &format!("settings {language}"))?;
        stage.browser.click_on(LOG_OUT)?;
        stage.browser.wait_for("#password")?;
    }
    audit.end()
}

/// Presses Tab until the focus is on `selector`.
fn tab_to(stage: &Stage, selector: &str) -> Result<()> {
    for _ in 0..40 {
        if stage.browser.focused(selector)? {
            return Ok(());
        }
        stage.browser.press("\u{e004}")?;
    }
    anyhow::bail!("Tab never reached {selector}")
}

#[test]
fn a11_02_the_whole_way_goes_by_keyboard() -> Result<()> {
    let stage = Stage::quiet("keyboard")?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    tab_to(&stage, LAUNCHER)?;
    stage.browser.press("\u{e007}")?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.browser.wait_for(BOX)?;
    tab_to(&stage, BOX)?;
    stage.browser.press(" ")?;
    tab_to(&stage, AGREE)?;
    stage.browser.press("\u{e007}")?;
    stage.browser.wait_for(TEXT)?;
    stage.browser.until("document.activeElement.id === 'text'")?;
    for key in ["H", "a", "l", "l", "o"] {
        stage.browser.press(key)?;
    }
    tab_to(&stage, SEND)?;
    stage.browser.press("\u{e007}")?;
    stage.arrived()?;
    assert!(stage.browser.try_find(EDIT)?.is_some() || stage.browser.focused("h1")?, "the focus is lost");
    stage.browser.press("\u{e00c}")?;
    stage.browser.wait_for(".warning:not(:empty)")?;
    stage.browser.press("\u{e00c}")?;
    stage.closed()?;
    assert!(stage.browser.focused("button")?, "the focus is not back on the button");
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["Hallo"]);
    Ok(())
}
