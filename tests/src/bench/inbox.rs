//! The inbox of a site with 20,000 conversations: from the moment that it is unlocked until its newest page is there and
//! the first conversation is open; and what the tab holds in memory then, and after thousands were scrolled past.

use super::median;
use crate::{
    browser::{Browser, Look},
    desk::{ACCOUNT, MAIN, PASSWORD},
    stored::{index, sqlite},
    world::World,
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;

const RUNS: usize = 5;
/// Conversations that visitors begin: one page of the list, so that all that is shown can be opened.
const REAL: usize = 100;
/// Conversations that are scrolled past: many times what the page keeps at hand.
const PASSED: usize = 4_000;

/// Older ones are written into the storage, since thousands of visitors would take minutes: nothing asks for their
/// content before somebody scrolls to them.
const OLDER: &str = "
    WITH RECURSIVE older(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM older WHERE n < 19900)
    INSERT INTO conversations (id, cid, code, opened, newest, events, read, done, deleted, waiting)
    SELECT printf('%064x', n), randomblob(32), printf('%08d', n), least - n * 60, least - n * 60, 1, 1, n % 2, least + 7000000, 0
    FROM older, (SELECT min(newest) AS least FROM conversations);
    SELECT count(*) FROM conversations;";

/// Notes when the inbox shows, and when its first page is usable.
const WATCH: &str = "
    const look = () => {
      if (!window.__shown && document.querySelector('.inbox')) window.__shown = performance.now();
      const rows = document.querySelectorAll('.rows .row-name');
      const usable = rows.length >= 100 && document.querySelector('.rows .row-line')?.textContent;
      if (usable) window.__usable = performance.now() - window.__shown;
      else requestAnimationFrame(look);
    };
    addEventListener('DOMContentLoaded', look);
    const make = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...given) => {
      const made = await make.apply(WebAssembly, given);
      const { exports } = made.instance ?? made;
      if (exports.memory) (window.__memories ??= []).push(exports.memory);
      return made;
    };
    const Instance = WebAssembly.Instance;
    WebAssembly.Instance = function (...given) {
      const made = new Instance(...given);
      if (made.exports.memory) (window.__memories ??= []).push(made.exports.memory);
      return made;
    };";

/// Scrolls on for some seconds; answers how many rows have come by so far.
const SCROLL: &str = "
    const list = document.querySelector('.list');
    const seen = (window.__seen ??= new Set());
    const end = performance.now() + 15_000;
    const note = () => document.querySelectorAll('.rows .row').forEach((row) => seen.add(row.id));
    const change = () => new Promise((next) => {
      const observer = new MutationObserver(() => (observer.disconnect(), next()));
      observer.observe(list, { childList: true, subtree: true });
      setTimeout(next, 1000);
    });
    while (performance.now() < end && seen.size < arguments[0]) {
      const changed = change();
      list.scrollTop = list.scrollHeight;
      list.dispatchEvent(new Event('scroll'));
      await changed;
      note();
    }
    return seen.size;";

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let mut world = World::quiet("bench-inbox")?;
    let site = world.site()?;
    for number in 0..REAL {
        world.visitor(&site)?.open(&format!("Anliegen {number}"))?;
    }
    world.staff(&site)?.count(REAL)?;
    world.relay.kill()?;
    let count = write(&index(world.relay.storage_folder())?)?;
    ensure!(count == "20000", "{count} conversations");
    world.relay.restart()?;
    let look = Look { first: WATCH.to_owned(), ..Look::default() };
    let browser = Browser::start(None, &look)?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        browser.go("about:blank")?;
        browser.go(&format!("{}/inbox#site={}", site.relay, site.address))?;
        browser.type_into(ACCOUNT, &site.plan.account)?;
        browser.type_into(PASSWORD, &site.plan.password)?;
        browser.click_on(MAIN)?;
        browser.until("window.__usable")?;
        times.push(browser.run("return window.__usable;", &[])?.as_f64().context("no time")?);
    }
    put("inbox_open_ms", median(times));
    let before = memory(&browser)?;
    put("inbox_memory_mb", before);
    let mut passed = 0;
    while passed < PASSED {
        let now = browser.run_async(SCROLL, &[json!(PASSED)])?.as_u64().context("no count of rows")?;
        ensure!(now > passed as u64, "the list ends after {now} conversations");
        passed = usize::try_from(now)?;
    }
    let after = memory(&browser)?;
    put("inbox_scrolled_memory_mb", after);
    put("inbox_memory_growth_ratio", after / before);
    Ok(())
}

/// Memory of the scripts and of the wasm, in megabytes.
fn memory(browser: &Browser) -> Result<f64> {
    browser.cdp("HeapProfiler.collectGarbage", &json!({}))?;
    browser.cdp("Performance.enable", &json!({}))?;
    let metrics = browser.cdp("Performance.getMetrics", &json!({}))?;
    let heap = metrics
        .get("metrics")
        .and_then(Value::as_array)
        .and_then(|all| all.iter().find(|one| one.get("name") == Some(&json!("JSHeapUsedSize"))))
        .and_then(|one| one.get("value")?.as_f64())
        .context("no size of the heap")?;
    let wasm = "return (window.__memories ?? []).reduce((sum, memory) => sum + memory.buffer.byteLength, 0);";
    let wasm = browser.run(wasm, &[])?.as_f64().filter(|bytes| *bytes > 0.0).context("no wasm memory")?;
    Ok((heap + wasm) / 1_048_576.0)
}

fn write(path: &Path) -> Result<String> {
    Ok(String::from_utf8(sqlite(path, OLDER)?)?.trim().to_owned())
}
