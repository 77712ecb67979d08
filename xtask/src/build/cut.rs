//! The visitor's app in two parts: what a click loads, and the rest, which is there before somebody needs it.
//!
//! It is compiled and linked as one program. The cut follows what leads where: a function that only the split point
//! (`widget/src/later.rs`) leads to goes into the second file, with its data; both share memory and table.

use super::App;
use crate::{command, setup::Tools};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Name of the second part in the release.
pub(super) const REST: &str = "widget_rest";
/// Its file.
pub(super) const WASM: &str = "rest.wasm";
/// What the linker must leave in: which function leads to which. The cut takes it out again.
pub(super) const LINK: [&str; 2] = ["--", "-Clink-arg=--emit-relocs"];
/// The module that the first part imports. It is asked for the second part only when that is there (`widget/main.js`
/// loads it, since what is loaded must be checked), and says so at once.
const LOADER: &str = "\
import { initSync } from \"{{glue}}\";
export const __wasm_split_load_later = (then, data) => initSync().__indirect_function_table.get(then)(data, 1);
";

/// What is left of one file.
pub(super) struct Parts {
    /// For wasm-bindgen.
    pub(super) first: PathBuf,
    /// Imports from the first only.
    pub(super) rest: PathBuf,
}

/// Cuts what the linker made.
pub(super) fn cut(tools: &Tools, app: &App, built: &Path) -> Result<Parts> {
    let folder = app.out("cut");
    fs::create_dir_all(&folder)?;
    command::quiet(Command::new(&tools.split).arg(built).arg(&folder).args(["--out-name", app.stem]))?;
    let parts =
        Parts { first: folder.join(app.stem).with_extension("wasm"), rest: folder.join("split_later.wasm") };
    fs::metadata(&parts.rest).context("the widget was not cut: its split point is `later`")?;
    let glue = format!("./{}.js", app.stem);
    fs::write(app.out("__wasm_split.js"), LOADER.replace("{{glue}}", &glue))?;
    Ok(parts)
}
