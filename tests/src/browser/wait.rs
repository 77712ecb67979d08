//! Waiting in the page, whatever happens to it meanwhile: it is drawn anew, or loaded again.

use super::{Browser, DriverError, Element, FIND, report::failed};
use crate::pace::PATIENCE;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Browser {
    /// Waits in the page until an expression is true, looking again whenever something changes.
    pub fn until(&self, condition: &str) -> Result<()> {
        self.awaited(&format!("Boolean({condition})"), condition).map(drop)
    }

    /// The first element that fits a CSS selector, in the document or in any shadow root.
    pub fn find(&self, selector: &str) -> Result<Element> {
        self.try_find(selector)?.with_context(|| format!("no element {selector}"))
    }

    /// Waits for an element.
    pub fn wait_for(&self, selector: &str) -> Result<Element> {
        let found = format!("({FIND})({})", json!(selector));
        let name = self.awaited(&found, &found)?;
        Ok(Element { name, selector: Some(selector.to_owned()) })
    }

    /// Waits until the page has drawn what it shows, and has done what it does then.
    pub(super) fn drawn(&self) -> Result<()> {
        // One that nobody sees draws nothing.
        let script = "await Promise.race([
                new Promise((next) => requestAnimationFrame(next)),
                new Promise((next) => setTimeout(next, 2000)),
            ]);
            await new Promise((next) => setTimeout(next));";
        match self.run_async(script, &[]) {
            Err(error) if is_unloaded(&error) => Ok(()),
            done => done.map(drop),
        }
    }

    /// What an expression of the page is, once it is something. A page that is loaded again in this moment is asked once it
    /// is there.
    fn awaited(&self, expression: &str, what: &str) -> Result<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.asked_for(expression, left) {
                Ok(Value::Null) => return self.in_vain(what),
                Err(error) if is_unloaded(&error) && !left.is_zero() => {}
                found => return found,
            }
        }
    }

    fn asked_for(&self, expression: &str, time: Duration) -> Result<Value> {
        let script = format!(
            "const found = () => {{ try {{ return ({expression}) || null; }} catch {{ return null; }} }};
             const end = performance.now() + {};
             while (found() === null && performance.now() < end) await new Promise((next) => setTimeout(next, 10));
             return found();",
            time.as_millis()
        );
        self.run_async(&script, &[])
    }

    fn in_vain(&self, what: &str) -> Result<Value> {
        let picture = self.screenshot(&failed())?;
        let text = self.page_text()?;
        bail!("waited in vain until {what}; a picture: {}; the page says: {text}", picture.display())
    }
}

/// Whether the page was left while a script waited in it. Chromium says that the script took too long, as if it had been
/// asked for longer than anything is waited for.
fn is_unloaded(error: &anyhow::Error) -> bool {
    let Some(DriverError { code, message }) = error.downcast_ref() else { return false };
    let message = message.to_lowercase();
    code == "script timeout" || ["unload", "context", "navigat"].iter().any(|word| message.contains(word))
}
