//! The service worker of staff's devices (`www/push/`): a script for each language, with its two sentences in it, since it
//! reads nothing from anywhere. Browsers know no `integrity` for service workers, so it is in no manifest.

use super::app::{esbuild, forbid_imports};
use crate::{languages, paths, setup::Tools};
use anyhow::{Context, Result};
use einwurf_languages::Language;
use serde_json::json;
use std::{ffi::OsString, fs};

/// Folder of the scripts, here and at the relay; also their scope, below which no page lies.
pub(super) const FOLDER: &str = "push";

/// Writes the scripts.
pub(super) fn build(tools: &Tools) -> Result<()> {
    let (main, folder) = (paths::root().join("www").join(FOLDER).join("main.js"), paths::dist().join(FOLDER));
    // One of a language that is gone must not be served any longer.
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    for language in languages::read()? {
        let out = folder.join(&language.name).with_extension("js");
        esbuild(tools, &main, &out, &super::www::SCRIPT, &[note(&language)?])?;
        forbid_imports(&out)?;
    }
    Ok(())
}

/// What it says, as the script has it.
fn note(language: &Language) -> Result<OsString> {
    let text = |name: &str| language.section("inbox").get(name).cloned().with_context(|| name.to_owned());
    let note = json!({
        "title": text("push_note_title")?,
        "body": text("push_note")?,
        "lang": language.meta("lang"),
        "dir": language.meta("dir"),
    });
    Ok(format!("--define:NOTE={note}").into())
}
