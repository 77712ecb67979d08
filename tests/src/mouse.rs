//! The buttons of a mouse, where an element is: also in shadow trees, of which the driver sees the host alone.

use crate::browser::Browser;
use anyhow::{Context, Result};
use serde_json::json;

impl Browser {
    /// Has the pointer rest in the corner, over nothing that shows it, in Chromium.
    pub fn rest(&self) -> Result<()> {
        let event = json!({ "type": "mouseMoved", "x": 0, "y": 0 });
        self.cdp("Input.dispatchMouseEvent", &event).map(drop)
    }

    /// Clicks an element with the left, the middle or the right button, in Chromium.
    pub fn click_with(&self, button: u8, selector: &str) -> Result<()> {
        let element = self.wait_for(selector)?;
        let [left, top, width, height] = self.rectangle(&element)?;
        let (x, y) = (left + width / 2.0, top + height / 2.0);
        let name = ["left", "middle", "right"].get(usize::from(button)).context("no such button")?;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": name, "clickCount": 1 });
            self.cdp("Input.dispatchMouseEvent", &event)?;
        }
        Ok(())
    }
}
