//! Files: how fast they are sealed, against what the browser itself can do with as many bytes, and how much of the tab's
//! memory the longest one takes.

use super::median;
use crate::attach::Workshop;
use anyhow::{Context, Result};
use serde_json::{Value, json};

const RUNS: usize = 9;
const MEGABYTES: f64 = 10.0;

/// Ten megabytes of noise, sealed in parts; and as many encrypted at once by the browser itself.
const SEAL: &str = "
    window.noise ??= (length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
      return bytes;
    };
    const bytes = noise(10_000_000);
    const blob = new Blob([bytes]);
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const started = performance.now();
    await einwurfAttach.seal({ blob, name: 'x', mediaType: 'y' }, { cid: arguments[0] });
    const sealed = performance.now();
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, bytes);
    return [sealed - started, performance.now() - sealed];";

/// The longest file that a message may carry: an original picture, from the field to its parts. It is made of a small
/// one and of much that the cleaner keeps.
const LONGEST: &str = "
    window.done = false;
    window.failed = '';
    (async () => {
      const file = picked();
      const prepared = await einwurfAttach.prepare(file, { original: true });
      window.kept = await einwurfAttach.seal(prepared, { cid: arguments[0] });
    })().catch((error) => { window.failed = String(error); }).finally(() => { window.done = true; });";

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let workshop = Workshop::open(None)?;
    let cid = json!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
    let (mut sealing, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let times = workshop.run(SEAL, std::slice::from_ref(&cid))?;
        let time = |index: usize| times.get(index).and_then(Value::as_f64).context("a time");
        sealing.push(time(0)?);
        bare.push(time(1)?);
    }
    let (sealing, bare) = (median(sealing), median(bare));
    put("attachment_mb_s", MEGABYTES * 1_000.0 / sealing);
    put("attachment_ratio", sealing / bare);
    put("attachment_memory_mb", memory(&cid)?);
    Ok(())
}

/// The most memory of a fresh tab while it prepares and seals 25 MB, over what it had before.
fn memory(cid: &Value) -> Result<f64> {
    let workshop = Workshop::open(None)?;
    let folder = crate::folder::Folder::new("bench-attach")?;
    let file = folder.path().join("lang.mp4");
    std::fs::write(&file, video()?)?;
    workshop.pick(&file)?;
    let before = used(&workshop)?;
    workshop.browser.run(LONGEST, std::slice::from_ref(cid))?;
    let mut most = before;
    while workshop.browser.run("return window.done;", &[])? != Value::Bool(true) {
        most = most.max(used(&workshop)?);
    }
    let failed = workshop.text("return window.failed;", &[])?;
    anyhow::ensure!(failed.is_empty(), "25 MB were not sealed: {failed}");
    Ok((most - before) / 1_000_000.0)
}

/// A video of 25 MB: one of the corpus with a long box behind it that players pass over.
fn video() -> Result<Vec<u8>> {
    let small = xtask::paths::root().join("clean/corpus/accepted/mp4-place.mp4");
    let mut bytes = std::fs::read(small)?;
    let rest = 25_000_000 - bytes.len();
    bytes.extend(u32::try_from(rest)?.to_be_bytes());
    bytes.extend(b"free");
    bytes.resize(25_000_000, 7);
    Ok(bytes)
}

/// Heap, buffers and WebAssembly of the page.
fn used(workshop: &Workshop) -> Result<f64> {
    let usage = workshop.browser.cdp("Runtime.getHeapUsage", &json!({}))?;
    let parts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];
    let heap: f64 = parts.iter().filter_map(|name| usage.get(name).and_then(Value::as_f64)).sum();
    let script = "return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);";
    Ok(heap + workshop.browser.run(script, &[])?.as_f64().context("WebAssembly's memory")?)
}
