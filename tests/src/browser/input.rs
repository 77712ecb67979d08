//! Pointer and keys as a person uses them: real input events, in whatever frame is entered.

use super::{Browser, DriverError, Element};
use crate::pace::PATIENCE;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{path::Path, time::Instant};

impl Browser {
    /// Clicks the middle of an element.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.driver.call("POST", &format!("/element/{}/click", element.id()?), Some(&json!({}))).map(drop)
    }

    /// Waits for an element and clicks it. One that is drawn anew in this moment is clicked once it is.
    pub fn click_on(&self, selector: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            let element = self.wait_for(selector)?;
            match self.click(&element) {
                Err(error) if is_away(&error) && started.elapsed() < PATIENCE => {}
                done => return done.with_context(|| format!("click on {selector}")),
            }
        }
    }

    /// Scrolls an element to the middle.
    pub fn reveal(&self, element: &Element) -> Result<()> {
        self.of(element, "arguments[0].scrollIntoView({ block: 'center' });").map(drop)
    }

    /// Types text into an element, once the page stands still: what was opened just now takes the focus when it is drawn,
    /// and the rest of the text with it.
    pub fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.wait_for(selector)?;
        self.drawn()?;
        let text = json!({ "text": text });
        let put = |element: &Element| {
            let path = format!("/element/{}/value", element.id()?);
            self.driver.call("POST", &path, Some(&text)).with_context(|| selector.to_owned())
        };
        match put(&self.wait_for(selector)?) {
            // `WebKit` lets no script put the focus into a frame that nobody has touched; a person touches the field. It may
            // also be another one by now.
            Err(error) if is_away(&error) => {
                self.click_on(selector)?;
                put(&self.wait_for(selector)?).map(drop)
            }
            done => done.map(drop),
        }
    }

    /// Empties a field as a person does, then types.
    pub fn retype(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.wait_for(selector)?;
        self.driver.call("POST", &format!("/element/{}/clear", element.id()?), Some(&json!({})))?;
        self.type_into(selector, text)
    }

    /// Presses and releases one key wherever the focus is: a character or a code of the W3C's table, `\u{e00c}` Escape.
    pub fn press(&self, key: &str) -> Result<()> {
        let actions = json!([
            { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key },
        ]);
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.driver.call("POST", "/actions", Some(&body)).map(drop)
    }

    /// Presses Tab until the focus is on what fits `selector`.
    pub fn tab_to(&self, selector: &str) -> Result<()> {
        for _ in 0..40 {
            if self.focused(selector)? {
                return Ok(());
            }
            self.press("\u{e004}")?;
        }
        anyhow::bail!("Tab never reached {selector}")
    }

    /// Chooses a file for a file field.
    pub fn choose(&self, field: &Element, file: &Path) -> Result<()> {
        let text = json!({ "text": file.display().to_string() });
        self.driver.call("POST", &format!("/element/{}/value", field.id()?), Some(&text)).map(drop)
    }

    /// Closes the present tab and goes to another.
    pub fn close_tab(&self, next: &str) -> Result<()> {
        self.driver.call("DELETE", "/window", None)?;
        self.driver.call("POST", "/window", Some(&json!({ "handle": next }))).map(drop)
    }

    /// Whether the focus is on the element that fits `selector`.
    pub fn focused(&self, selector: &str) -> Result<bool> {
        let script = format!("return ({FOCUSED})(arguments[0]);");
        Ok(self.run(&script, &[json!(selector)])? == Value::Bool(true))
    }

    /// Waits until it is: a page moves it after it has drawn what it says.
    pub fn focuses(&self, selector: &str) -> Result<()> {
        self.until(&format!("({FOCUSED})({})", json!(selector)))
    }

    /// Box of an element in its frame's viewport: left, top, width, height.
    pub fn rectangle(&self, element: &Element) -> Result<[f64; 4]> {
        let script =
            "const r = arguments[0].getBoundingClientRect(); return [r.left, r.top, r.width, r.height];";
        let values = self.of(element, script)?;
        let numbers: Vec<f64> =
            values.as_array().context("no box")?.iter().filter_map(Value::as_f64).collect();
        ensure!(numbers.len() == 4, "no box");
        numbers.try_into().ok().context("no box")
    }
}

/// A JavaScript function: whether the focus is on what fits.
const FOCUSED: &str = "(selector) => { let active = document.activeElement;
    for (const root of window.__shadows ?? []) if (root.activeElement) active = root.activeElement;
    return Boolean(active && active.matches(selector)); }";

/// Whether nothing was there to act on: it was replaced, or has no size yet.
fn is_away(error: &anyhow::Error) -> bool {
    let code = error.downcast_ref::<DriverError>().map(|error| error.code.as_str());
    matches!(code, Some("element not interactable" | "stale element reference"))
}

impl Element {
    fn id(&self) -> Result<&str> {
        self.name.get(super::ELEMENT).and_then(Value::as_str).context("not an element")
    }
}
