//! The accessibility tree of the frame on the page, as assistive technology is told.

use super::{Browser, Engine};
use crate::tour::ax;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Roles that say nothing.
const SILENT: [&str; 4] = ["none", "generic", "InlineTextBox", "ListMarker"];
/// Properties that follow the focus or the layout.
const FLEETING: [&str; 3] = ["focused", "url", "busy"];

impl Browser {
    /// Role, name and properties of every node of the first frame below the page, in its order. The frame has to be kept in
    /// the page's process.
    pub fn tree(&self) -> Result<Vec<String>> {
        let frames = self.cdp("Page.getFrameTree", &json!({}))?;
        let frame = frames.pointer("/frameTree/childFrames/0/frame/id").context("no frame")?;
        let answer = self.cdp("Accessibility.getFullAXTree", &json!({ "frameId": frame }))?;
        let nodes = answer.get("nodes").and_then(Value::as_array).context("no tree")?;
        let told = nodes.iter().filter(|node| node.get("ignored") != Some(&Value::Bool(true)));
        Ok(told.map(line).filter(|line| !SILENT.iter().any(|role| line.starts_with(role))).collect())
    }

    /// Lets the pointer rest over nothing, animations end and the layout settle.
    pub fn settle(&self) -> Result<()> {
        if self.engine() == Engine::Chromium {
            self.rest()?;
        }
        let script = "
            await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            for (const animation of document.getAnimations()) try { animation.finish(); } catch {}";
        self.run_async(script, &[]).map(drop)
    }
}

fn line(node: &Value) -> String {
    let mut line = format!("{} {:?}", ax(node, "role"), ax(node, "name"));
    for property in node.get("properties").and_then(Value::as_array).into_iter().flatten() {
        let name = property.get("name").and_then(Value::as_str).unwrap_or_default();
        let value = ax(property, "value");
        if !FLEETING.contains(&name) && !value.is_empty() {
            line.extend([" ", name, "=", &value]);
        }
    }
    line
}
