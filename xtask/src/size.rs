//! Sizes as they travel: brotli 11 for what browsers load, gzip 9 for the relay.

use crate::{build, packed, paths, say};
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::{fs, io::Write, path::Path};

/// Bars of the design's "Numbers to hold": key, most bytes.
pub(crate) const BARS: [(&str, u64); 3] =
    [("launcher_br", 2_000), ("widget_br", 100_000), ("relay_gz", 600_000)];

/// Prints the sizes of a fresh build, as one flat JSON object with `--json`.
pub fn run(args: &[String]) -> Result<()> {
    let json = args.iter().any(|arg| arg == "--json");
    if json {
        say::to_stderr();
    }
    build::run(&[])?;
    let sizes = measure()?;
    if json {
        say::result(&Value::Object(sizes).to_string());
        return Ok(());
    }
    for (key, value) in &sizes {
        let bar =
            BARS.iter().find(|(name, _)| name == key).map_or(String::new(), |(_, bar)| format!("  ≤ {bar}"));
        say::line(&format!("{key:18} {:>9}{bar}", value.to_string()));
    }
    Ok(())
}

/// All sizes of the last build in bytes.
pub(crate) fn measure() -> Result<Map<String, Value>> {
    let mut sizes = Map::new();
    let launcher = paths::dist().join("launcher.js");
    if launcher.is_file() {
        sizes.insert("launcher_br".to_owned(), packed::size(&launcher)?.into());
    }
    // What the launcher loads at a click belongs to what a click loads.
    let opener = packed::size(&paths::app("opener").join("opener.js"))?;
    sizes.insert("opener_br".to_owned(), opener.into());
    let release: Value = serde_json::from_slice(
        &fs::read(paths::dist().join("release.json")).context("no release; run: cargo xtask build")?,
    )?;
    for app in ["widget", "inbox"] {
        let entry = release.get(app).with_context(|| format!("release.json lacks {app}"))?;
        let mut total = 0;
        for (part, key) in [("wasm", "wasm"), ("script", "js"), ("style", "css")] {
            let size = packed::size(&asset(entry.get(part))?)?;
            sizes.insert(format!("{app}_{key}_br"), size.into());
            total += size;
        }
        let texts = largest_texts(entry.get("texts"))?;
        sizes.insert(format!("{app}_texts_br"), texts.into());
        total += texts + if app == "widget" { opener + documents(&mut sizes)? } else { 0 };
        sizes.insert(format!("{app}_br"), total.into());
    }
    // Loaded while somebody reads the notice, and at the latest with the consent.
    sizes.insert("widget_rest_br".to_owned(), packed::size(&asset(release.get("widget_rest"))?)?.into());
    // Loaded with the first file, by those who send or open one; the last only with the first PDF.
    for part in ["attach", "attach_wasm", "attach_pdf"] {
        sizes.insert(format!("{part}_br"), packed::size(&asset(release.get(part))?)?.into());
    }
    sizes.insert("relay_gz".to_owned(), gzip(&paths::relay().join("index_bg.wasm"))?.into());
    Ok(sizes)
}

/// A visitor loads one register; the largest counts.
fn largest_texts(texts: Option<&Value>) -> Result<u64> {
    let mut largest = 0;
    for text in texts.and_then(Value::as_object).into_iter().flat_map(Map::values) {
        largest = largest.max(packed::size(&asset(Some(text))?)?);
    }
    Ok(largest)
}

/// A manifest and a notice of usual length, kept with the tests, belong to what a click loads. `bench weight` renews them.
fn documents(sizes: &mut Map<String, Value>) -> Result<u64> {
    let mut total = 0;
    for (key, file) in [("widget_manifest_br", "manifest.jws"), ("widget_notice_br", "notice.json")] {
        let size = packed::size(&paths::root().join("tests/fixtures").join(file))?;
        sizes.insert(key.to_owned(), size.into());
        total += size;
    }
    Ok(total)
}

fn asset(entry: Option<&Value>) -> Result<std::path::PathBuf> {
    let path =
        entry.and_then(|asset| asset.get("path")).and_then(Value::as_str).context("an asset has a path")?;
    Ok(paths::dist().join(path.trim_start_matches('/')))
}

fn gzip(file: &Path) -> Result<u64> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&fs::read(file).context("no relay; run: cargo xtask build")?)?;
    Ok(u64::try_from(encoder.finish()?.len())?)
}
