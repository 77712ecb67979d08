//! Accessibility of what is not in the galleries: the real screens on their way, the launcher and its contact ways.

use anyhow::{Result, ensure};
use einwurf_protocol::notice::{Mode, Register};
use einwurf_tests::{
    browser::{DESKTOP, Look, PHONE},
    plan::Plan,
    proxy::Verdict,
    widget::{ANOTHER, Words},
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

/// Every screen of a conversation, then what the widget says when the relay does not know it any more: as the real parts show
/// them. All other states are in `journey_gallery`.
#[test]
fn a11_01_the_widget_on_its_way_has_no_violations() -> Result<()> {
    let register = Register::DeInformal;
    let plan = Plan::everything(Mode::Request);
    let mut stage = Stage::of(World::quiet("axe-widget")?, plan, &Look::default())?;
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
