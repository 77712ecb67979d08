//! The browser: from the click to a usable consent screen, against the least that a sandboxed frame can cost; sealing.

use super::median;
use crate::{
    browser::{Browser, Look},
    company::Company,
    widget::{AGREE, BOX, POSTMARK, SEND, TEXT},
    world::World,
};
use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use serde_json::json;

const RUNS: usize = 15;

/// From the click until the launcher shows the frame, which it does when the widget says that its first screen is usable.
const CLICK: &str = "
    const root = window.__shadows.find((root) => root.querySelector('dialog + button'));
    const dialog = root.querySelector('dialog');
    const started = performance.now();
    const shown = new Promise((resolve) => new MutationObserver(() => dialog.open && resolve(performance.now() - started))
      .observe(dialog, { attributes: true }));
    root.querySelector('dialog + button').click();
    const time = await shown;
    return dialog.querySelector('iframe') ? time : null;";

/// Notes for each request how long the task that led to it had run: sealing is the only work before the first one.
const WATCH: &str = "
    const later = window.setTimeout;
    let began = 0;
    window.__tasks = [];
    window.setTimeout = (task, ...rest) => later(() => { began = performance.now(); task(); }, ...rest);
    const realFetch = window.fetch;
    window.fetch = (...all) => { window.__tasks.push(performance.now() - began); return realFetch(...all); };";

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let world = World::quiet("bench-browser")?;
    let site = world.site()?;
    let company = Company::start()?;
    company.put_page("plain", &[], &site.inline_snippet(Register::DeFormal)?)?;
    let page = std::fs::read(xtask::paths::root().join("tests/baseline/frame.html"))?;
    company.put("/frame", &[], page);
    let (consent, frame) = consent(&company)?;
    put("consent_ms", consent);
    put("frame_ms", frame);
    put("consent_ratio", consent / frame);
    put("seal_ms", seal(&company)?);
    Ok(())
}

fn consent(company: &Company) -> Result<(f64, f64)> {
    let browser = Browser::start(None, &Look::default())?;
    let (mut consent, mut frame) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        // Every visitor's first click: nothing is in the cache.
        browser.cdp("Network.clearBrowserCache", &json!({}))?;
        browser.go(&format!("{}/frame", company.origin()))?;
        frame.push(browser.run_async("return await openEmptyFrame();", &[])?.as_f64().context("no time")?);
        browser.go(&format!("{}/plain", company.origin()))?;
        browser.wait_for("dialog + button")?;
        consent.push(browser.run_async(CLICK, &[])?.as_f64().context("the contact ways showed instead")?);
    }
    Ok((median(consent), median(frame)))
}

/// A first message of 1 KB: conversation key, encapsulation, encryption, two signatures, and the step to its first
/// request.
fn seal(company: &Company) -> Result<f64> {
    let look = Look {
        flags: vec!["--disable-features=IsolateSandboxedIframes".to_owned()],
        first: WATCH.to_owned(),
        ..Look::default()
    };
    let browser = Browser::start(None, &look)?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        browser.go(&format!("{}/plain", company.origin()))?;
        browser.click_on("dialog + button")?;
        let frame = browser.wait_for("dialog[open] iframe")?;
        browser.enter(&frame)?;
        browser.click_on(BOX)?;
        browser.click_on(AGREE)?;
        browser.wait_for(TEXT)?;
        let fill = "const field = document.querySelector('#text');
            field.value = 'Einwurf '.repeat(128);
            field.dispatchEvent(new InputEvent('input', { bubbles: true }));
            window.__tasks.length = 0;";
        browser.run(fill, &[])?;
        browser.click_on(SEND)?;
        browser.wait_for(POSTMARK)?;
        let first = browser.run("return window.__tasks[0];", &[])?;
        times.push(first.as_f64().context("no request after sealing")?);
        browser.leave()?;
    }
    Ok(median(times))
}
