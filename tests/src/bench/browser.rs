//! The browser: from the click to a usable consent screen, against the least that a sandboxed frame can cost; from the
//! click to the first character; sealing.

use super::median;
use crate::{
    browser::{Browser, Engine, Look},
    company::Company,
    watch::ONE_PROCESS,
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

/// Notes what sealing draws and what leaves the frame, and in which task. Runs in the frame, wherever its process is.
const WATCH: &str = "
    const later = window.setTimeout;
    let began = 0;
    window.__left = [];
    window.setTimeout = (task, ...rest) => later(() => { began = performance.now(); task(); }, ...rest);
    const watch = (object, name) => {
      const real = object[name];
      object[name] = function (...all) {
        window.__left.push({ name, began, at: performance.now() });
        return real.apply(this, all);
      };
    };
    watch(Crypto.prototype, 'getRandomValues');
    watch(MessagePort.prototype, 'postMessage');
    watch(window, 'fetch');";

/// Sealing, and the way to the first request, in milliseconds after the task began that sealing is in: it begins by drawing
/// keys and ends with the next word to the keeper; the first request follows when what is sealed is kept.
const LEFT: &str = "
    const from = window.__left.findIndex(({ name }) => name === 'getRandomValues');
    const { began } = window.__left[from];
    const next = (wanted) => window.__left.slice(from).find(({ name }) => name === wanted).at - began;
    return [next('postMessage'), next('fetch')];";

/// In the frame: ticks, agrees and types as soon as it can, and tells the page. In the page: clicks and waits for that.
const KEYSTROKE: &str = "
    if (window === top) {
      window.keystroke = () => new Promise((resolve) => {
        const started = performance.now();
        addEventListener('message', ({ data }) => data === 'typed' && resolve(performance.now() - started));
        window.__shadows.find((root) => root.querySelector('dialog + button')).querySelector('dialog + button').click();
      });
    } else {
      const step = () => {
        const field = document.querySelector('#text');
        if (field && document.activeElement === field) {
          field.addEventListener('input', () => field.value === 'G' && parent.postMessage('typed', '*'));
          document.execCommand('insertText', false, 'G');
          return;
        }
        const box = document.querySelector('.foot .tick input');
        if (box && !box.checked) box.click();
        else if (box) document.querySelector('.foot .pair .equal').click();
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = step;
        port1.postMessage(0);
      };
      addEventListener('DOMContentLoaded', step);
    }";

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
    put("keystroke_ms", keystroke(&company)?);
    let (sealed, posted) = seal(&company, &[ONE_PROCESS])?;
    put("seal_ms", sealed);
    put("post_ms", posted);
    put("seal_first_ms", seal(&company, &[])?.0);
    Ok(())
}

/// The browser that people have: the engine alone gives a sandboxed frame no process of its own.
fn whole() -> Look {
    Look { engine: Some(Engine::Chromium), ..Look::default() }
}

/// From the click on the page over tick and button to the first character in the field, by a visitor who takes no time.
fn keystroke(company: &Company) -> Result<f64> {
    let look = Look { flags: vec![ONE_PROCESS.to_owned()], first: KEYSTROKE.to_owned(), ..whole() };
    let browser = Browser::start(None, &look)?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        browser.cdp("Network.clearBrowserCache", &json!({}))?;
        browser.go("about:blank")?;
        browser.go(&format!("{}/plain", company.origin()))?;
        // What the tab before kept would be shown instead of the notice.
        browser.run("sessionStorage.clear();", &[])?;
        browser.wait_for("dialog + button")?;
        times.push(
            browser
                .run_async("return await window.keystroke();", &[])?
                .as_f64()
                .context("nothing was typed")?,
        );
    }
    Ok(median(times))
}

fn consent(company: &Company) -> Result<(f64, f64)> {
    let browser = Browser::start(None, &whole())?;
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

/// A first message of 1 KB, by somebody who writes it in a second: conversation key, encapsulation, encryption, two
/// signatures; and until its first request, since it is kept on the device before. In one process with the page the browser
/// has compiled the program for the visit before; else each visit has a fresh one, as a visitor's first has.
fn seal(company: &Company, flags: &[&str]) -> Result<(f64, f64)> {
    let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let browser = Browser::start(None, &Look { flags, ..whole() })?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        browser.go(&format!("{}/plain", company.origin()))?;
        // A message that was sent in the round before would be shown instead of the notice.
        browser.run("sessionStorage.clear();", &[])?;
        browser.click_on("dialog + button")?;
        let frame = browser.wait_for("dialog[open] iframe")?;
        browser.enter(&frame)?;
        browser.click_on(BOX)?;
        browser.click_on(AGREE)?;
        browser.wait_for(TEXT)?;
        browser.run(WATCH, &[])?;
        let fill = "const field = document.querySelector('#text');
            field.value = 'Einwurf '.repeat(128);
            field.dispatchEvent(new InputEvent('input', { bubbles: true }));
            await new Promise((written) => setTimeout(written, 1000));
            window.__left.length = 0;";
        browser.run_async(fill, &[])?;
        browser.click_on(SEND)?;
        browser.wait_for(POSTMARK)?;
        let left: (f64, f64) = serde_json::from_value(browser.run(LEFT, &[])?)?;
        times.push(left);
        browser.leave()?;
    }
    let (sealed, posted) = times.into_iter().unzip();
    Ok((median(sealed), median(posted)))
}
