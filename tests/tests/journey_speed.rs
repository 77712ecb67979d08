//! What the company's page feels of the button and of the window that opens: nothing on it moves, and its thread is never
//! kept for more than 50 ms. How fast the window opens, `cargo xtask bench` measures (`docs/performance.md`).

use anyhow::{Context, Result, ensure};
use einwurf_tests::{
    browser::{Browser, Engine, Look},
    watch::ONE_PROCESS,
    world::{LAUNCHER, Stage, World},
};
use serde_json::Value;

/// Notes everything that moves on the page, and every task that keeps its thread for more than 50 ms.
const WATCH: &str = "
    const seen = [];
    const note = (entries) => entries.forEach(({ entryType, value, duration }) => seen.push([entryType, value ?? duration]));
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    for (const type of ['layout-shift', 'longtask']) observer.observe({ type, buffered: true });
    const painted = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    Object.defineProperty(window, '__felt', { value: async () => {
      for (let frames = 0; frames < 3; frames++) await painted();
      note(observer.takeRecords());
      return seen.splice(0);
    } });";

/// Another program may take the processor in the middle of a task: what belongs to the task is there every time.
const TRIES: usize = 10;

#[derive(Debug, Default)]
struct Felt {
    moved: Vec<Value>,
    kept: Vec<Value>,
}

/// What the page felt since it was asked last.
fn felt(browser: &Browser) -> Result<Felt> {
    let entries = browser.run_async("return await window.__felt();", &[])?;
    let mut felt = Felt::default();
    for entry in entries.as_array().context("nothing was noted")? {
        let list = if entry.get(0) == Some(&"longtask".into()) { &mut felt.kept } else { &mut felt.moved };
        list.extend(entry.get(1).cloned());
    }
    Ok(felt)
}

/// Loads the page and looks at the closed button, then opens the window and agrees, which needs all of the widget.
fn visit(stage: &Stage) -> Result<[Felt; 2]> {
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    let closed = felt(&stage.browser)?;
    stage.open_widget()?;
    stage.agree()?;
    stage.browser.leave()?;
    Ok([closed, felt(&stage.browser)?])
}

fn is_felt_by_nobody(stage: &Stage) -> Result<()> {
    let mut kept = Vec::new();
    for _ in 0..TRIES {
        let [closed, open] = visit(stage)?;
        ensure!(closed.moved.is_empty(), "the closed button moves the page: {closed:?}");
        ensure!(open.moved.is_empty(), "the window moves the page: {open:?}");
        if closed.kept.is_empty() && open.kept.is_empty() {
            return Ok(());
        }
        kept.push((closed.kept, open.kept));
    }
    anyhow::bail!("tasks of more than 50 ms each time, before the click and after it: {kept:?}")
}

/// Chromium gives the frame a process of its own, so that the page's thread has the launcher's work only. In one process,
/// as other browsers and phones with little memory may have it, the widget's work is the page's too.
#[test]
fn button_and_window_move_nothing_on_the_page_and_never_keep_its_thread_for_50_ms() -> Result<()> {
    let look = Look { engine: Some(Engine::Chromium), first: WATCH.to_owned(), ..Look::default() };
    let mut stage = Stage::start(World::quiet("speed")?, &look)?;
    is_felt_by_nobody(&stage).context("the frame in a process of its own")?;
    let look = Look { flags: vec![ONE_PROCESS.to_owned()], ..look };
    stage.browser = Browser::start(Some(&stage.proxy), &look)?;
    is_felt_by_nobody(&stage).context("the frame in the page's process")?;

    // What must not be would have been seen.
    let worse = "
        const before = document.createElement('div');
        before.style.height = '200px';
        document.body.prepend(before);
        await new Promise((next) => setTimeout(next));
        const end = performance.now() + 60;
        while (performance.now() < end);";
    stage.browser.run_async(worse, &[])?;
    let felt = felt(&stage.browser)?;
    ensure!(!felt.moved.is_empty() && !felt.kept.is_empty(), "{felt:?}");
    Ok(())
}
