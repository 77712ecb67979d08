//! Accessibility by axe-core (A11-01), run inside the frame that is entered, and a walk by keys.

use super::Browser;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs;

/// A rule that an element breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// axe-core's name of the rule.
    pub rule: String,
    /// Selectors of the elements, with what is wrong.
    pub places: Vec<String>,
}

/// Runs the rules with these tags, or these rules; one place of a rule that holds is enough.
const RUN: &str = "
    const { violations } = await window.axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'], iframes: false });
    return violations.map(({ id, nodes }) => [id, nodes.map((n) => `${n.target}: ${n.failureSummary}`)]);";
/// WCAG 2.0, 2.1 and 2.2, levels A and AA.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

impl Browser {
    /// Every violation of WCAG 2.0, 2.1 and 2.2, levels A and AA.
    pub fn violations(&self) -> Result<Vec<Violation>> {
        self.axe(&json!({ "type": "tag", "values": TAGS }))
    }

    /// Violations of these rules alone.
    pub fn violations_of(&self, rules: &[&str]) -> Result<Vec<Violation>> {
        self.axe(&json!({ "type": "rule", "values": rules }))
    }

    fn axe(&self, which: &Value) -> Result<Vec<Violation>> {
        // Half a megabyte: not sent where it is already.
        if self.run("return Boolean(window.axe);", &[])? != Value::Bool(true) {
            let file = xtask::paths::root().join("node_modules/axe-core/axe.min.js");
            let axe = fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
            self.run(&format!("{axe}; window.axe = window.axe ?? axe;"), &[])?;
        }
        let found = self.run_async(RUN, std::slice::from_ref(which))?;
        let found: Vec<(String, Vec<String>)> = serde_json::from_value::<Vec<(String, Vec<Value>)>>(found)?
            .into_iter()
            .map(|(rule, nodes)| (rule, nodes.iter().map(ToString::to_string).collect()))
            .collect();
        Ok(found.into_iter().map(|(rule, places)| Violation { rule, places }).collect())
    }

    /// Presses and releases one key so often, in one command: what the page does at each press it does before the next.
    pub fn press_often(&self, key: &str, times: usize) -> Result<()> {
        let once = [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        let actions: Vec<Value> = once.iter().cycle().take(times.saturating_mul(2)).cloned().collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.driver.call("POST", "/actions", Some(&body)).map(drop)
    }

    /// Goes one stop back, by Shift and Tab.
    pub fn press_back(&self) -> Result<()> {
        let key = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let (shift, tab) = ("\u{e008}", "\u{e004}");
        let actions = [key("keyDown", shift), key("keyDown", tab), key("keyUp", tab), key("keyUp", shift)];
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.driver.call("POST", "/actions", Some(&body)).map(drop)
    }
}
