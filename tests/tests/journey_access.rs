//! Accessibility in the real browser: axe-core in every state, language and theme, and the whole way by keyboard.

use anyhow::{Result, ensure};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{DESKTOP, Look, PHONE},
    desk::{DONE, LOG_OUT, ROW, SETTINGS},
    proxy::Verdict,
    widget::{AGREE, BOX, DECLINE, EDIT, POSTMARK, SEND, TEXT, Words},
    world::{LAUNCHER, Stage, World},
};

/// Collects what axe-core finds; a test fails with all of it at its end.
struct Audit<'a> {
    stage: &'a Stage,
    found: Vec<String>,
}

impl<'a> Audit<'a> {
    fn new(stage: &'a Stage) -> Self {
        Self { stage, found: Vec::new() }
    }

    /// The state on the screen, light on a desktop and dark on the smallest phone.
    fn look(&mut self, state: &str) -> Result<()> {
        let browser = &self.stage.browser;
        for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
            browser.resize(size)?;
            browser.dark(dark)?;
            // Animations end, so that no colour is measured half-way.
            browser.run(
                "for (const animation of document.getAnimations()) try { animation.finish(); } catch {}",
                &[],
            )?;
            let violations = browser.violations()?;
            self.found
                .extend(violations.into_iter().map(|violation| format!("{state}, {size:?}: {violation:?}")));
        }
        Ok(())
    }

    fn end(self) -> Result<()> {
        ensure!(self.found.is_empty(), "{}", self.found.join("\n"));
        Ok(())
    }
}

fn widget_states(register: Register) -> Result<()> {
    let mut stage = Stage::quiet(&format!("axe-{register}"))?;
    stage.page(register)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let words = Words::of(register)?;
    let mut audit = Audit::new(&stage);
    audit.look("notice")?;
    stage.browser.run("for (const one of document.querySelectorAll('details')) one.open = true;", &[])?;
    stage.browser.click_on("header .readers")?;
    audit.look("notice, readers and details open")?;
    stage.browser.click_on("header .readers")?;
    stage.browser.click_on(AGREE)?;
    stage.says(&words.start("tick_missing")?)?;
    audit.look("notice, tick missing")?;
    stage.browser.click_on(DECLINE)?;
    stage.says(&words.start("declined_title")?)?;
    audit.look("declined")?;
    stage.browser.click_on(".foot button")?;
    stage.agree()?;
    audit.look("compose")?;
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("fault_empty")?)?;
    stage.browser.click_on(".reply summary")?;
    audit.look("compose, text missing, reply open")?;
    let found = audit.found;

    stage.world.relay.kill()?;
    stage.send("Guten Tag")?;
    stage.says(&words.start("waiting")?)?;
    let mut audit = Audit { stage: &stage, found };
    audit.look("waiting")?;
    let found = audit.found;
    stage.world.relay.restart()?;
    stage.browser.wait_for(POSTMARK)?;
    let mut audit = Audit { stage: &stage, found };
    audit.look("arrived")?;
    stage.browser.run("for (const one of document.querySelectorAll('details')) one.open = true;", &[])?;
    audit.look("arrived, text open")?;
    // The relay does not know this conversation any more.
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
    stage.browser.click_on(".foot.pair button:nth-of-type(1)")?;
    stage.send("noch etwas")?;
    stage.says(&words.start("stopped_title")?)?;
    audit.look("stopped")?;
    audit.end()
}

#[test]
fn a11_01_the_widget_in_german_with_sie_has_no_violations() -> Result<()> {
    widget_states(Register::DeFormal)
}

#[test]
fn a11_01_the_widget_in_german_with_du_has_no_violations() -> Result<()> {
    widget_states(Register::DeInformal)
}

#[test]
fn a11_01_the_widget_in_english_has_no_violations() -> Result<()> {
    widget_states(Register::En)
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
        let mut audit = Audit::new(&stage);
        audit.look("launcher")?;
        stage.proxy.rule(|_| Verdict::Cut);
        stage.click_launcher()?;
        stage.ways_show()?;
        audit.look("contact ways")?;
        audit.end()?;
    }
    Ok(())
}

#[test]
fn a11_01_the_inbox_has_no_violations_in_any_language_and_theme() -> Result<()> {
    let stage = Stage::quiet("axe-inbox")?;
    stage.write(Register::DeFormal, "Mein Fenster klemmt, https://example.org")?;
    let mut audit = Audit::new(&stage);
    for language in [0, 1] {
        stage.knock(&stage.inbox_link(), &stage.site.plan.account, "falsches Passwort")?;
        stage.browser.click_on(&format!("label:has(input[name=language]):nth-of-type({})", language + 1))?;
        stage.browser.until("document.querySelector('#login-fault').textContent.length > 5")?;
        audit.look(&format!("login {language}"))?;
        stage.log_in(&stage.inbox_link())?;
        stage.browser.wait_for(ROW)?;
        audit.look(&format!("list {language}"))?;
        stage.read_newest()?;
        audit.look(&format!("reading {language}"))?;
        if stage.browser.try_find(DONE)?.is_some() {
            stage.browser.click_on(DONE)?;
            audit.look(&format!("done {language}"))?;
            stage.browser.click_on(".toast button")?;
        }
        stage.browser.click_on(SETTINGS)?;
        stage.browser.until("document.querySelector('#mail-recipients')?.value.includes('@')")?;
        stage.browser.click_on("label:has(#mail-sender-1)")?;
        audit.look(&format!("settings {language}"))?;
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
    stage.browser.leave()?;
    stage.browser.until("!window.__shadows.some((root) => root.querySelector('dialog[open]'))")?;
    assert!(stage.browser.focused("button")?, "the focus is not back on the button");
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["Hallo"]);
    Ok(())
}
