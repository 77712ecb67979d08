//! Accessibility by axe-core (A11-01), run inside the frame that is entered.

use super::Browser;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;

/// A rule that an element breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// axe-core's name of the rule.
    pub rule: String,
    /// Selectors of the elements, with what is wrong.
    pub places: Vec<String>,
}

impl Browser {
    /// Every violation of WCAG 2.0, 2.1 and 2.2, levels A and AA.
    pub fn violations(&self) -> Result<Vec<Violation>> {
        let file = xtask::paths::root().join("node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
        self.run(&format!("if (!window.axe) {{ {axe}; window.axe = window.axe ?? axe; }}"), &[])?;
        let script = "
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
            const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags }, iframes: false });
            return violations.map(({ id, nodes }) => [id, nodes.map((n) => `${n.target}: ${n.failureSummary}`)]);";
        let found = self.run_async(script, &[])?;
        let found: Vec<(String, Vec<String>)> = serde_json::from_value::<Vec<(String, Vec<Value>)>>(found)?
            .into_iter()
            .map(|(rule, nodes)| (rule, nodes.iter().map(ToString::to_string).collect()))
            .collect();
        Ok(found.into_iter().map(|(rule, places)| Violation { rule, places }).collect())
    }
}
