//! The inbox of a site with 20,000 conversations: from the moment that it is unlocked until its newest page is there and
//! the first conversation is open.

use super::median;
use crate::{
    browser::{Browser, Look},
    desk::{ACCOUNT, MAIN, PASSWORD},
    world::World,
};
use anyhow::{Context, Result, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const RUNS: usize = 5;
/// Conversations that visitors begin: one page of the list, so that all that is shown can be opened.
const REAL: usize = 100;

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
    addEventListener('DOMContentLoaded', look);";

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
    Ok(())
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
