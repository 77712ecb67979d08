//! The inbox of a site with 20,000 conversations: from the moment that it is unlocked until its newest page is there and
//! the first conversation is open; and what it holds in memory when all of them were scrolled past and more were opened
//! than stay at hand.

use super::median;
use crate::{
    browser::{Browser, Look},
    desk::{ACCOUNT, MAIN, PASSWORD},
    world::World,
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const RUNS: usize = 5;
/// Conversations that visitors begin: more than the inbox keeps at hand (200), and more than one page of the list.
const REAL: usize = 250;

/// Older ones are written into the storage, since thousands of visitors would take minutes: nothing asks for their
/// content before somebody scrolls to them.
const OLDER: &str = "
    WITH RECURSIVE older(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM older WHERE n < 19750)
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
      if (exports.memory) window.__memories = [...(window.__memories ?? []), exports.memory];
      return made;
    };";

/// Scrolls on for some seconds; answers how many rows have come by so far, and whether the end is reached.
const SCROLL: &str = "
    const list = document.querySelector('.list');
    const seen = (window.__seen ??= new Set());
    const end = performance.now() + 20_000;
    let still = 0;
    while (still < 300 && performance.now() < end) {
      const before = seen.size;
      list.scrollTop = list.scrollHeight;
      list.dispatchEvent(new Event('scroll'));
      await new Promise((next) => setTimeout(next, 10));
      document.querySelectorAll('.rows .row').forEach((row) => seen.add(row.id));
      still = seen.size > before ? 0 : still + 1;
    }
    return [seen.size, still >= 300];";
/// Times that this is done, at most.
const SCROLLS: usize = 30;

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
    put("inbox_memory_mb", memory(&browser)?);
    Ok(())
}

/// Memory of the scripts and of the wasm, in megabytes, after everything was scrolled past.
fn memory(browser: &Browser) -> Result<f64> {
    let mut rows = 0;
    for _ in 0..SCROLLS {
        let (seen, ended): (usize, bool) = serde_json::from_value(browser.run_async(SCROLL, &[])?)?;
        rows = seen;
        if ended {
            break;
        }
    }
    ensure!(rows >= 19_900, "{rows} conversations were scrolled past");
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

/// The storage of the one object that lists conversations.
fn index(folder: &Path) -> Result<PathBuf> {
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|kind| kind == "sqlite") {
                let found = sql(&path, "SELECT name FROM sqlite_master WHERE name = 'conversation_keys';")?;
                if !found.is_empty() {
                    return Ok(path);
                }
            }
        }
    }
    anyhow::bail!("no storage of an inbox object")
}

fn write(path: &Path) -> Result<String> {
    sql(path, OLDER)
}

fn sql(path: &Path, statements: &str) -> Result<String> {
    let output = Command::new("sqlite3")
        .arg(path)
        .arg(statements)
        .output()
        .context("the command sqlite3 is missing")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
