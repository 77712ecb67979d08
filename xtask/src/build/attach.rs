//! The module for files: its two parts in WebAssembly, and the script that holds the glue of both.

use super::{
    app::{self, App, esbuild, forbid_imports, glue, stands_alone},
    release,
};
use crate::{
    paths, say,
    setup::{Tools, Wasm},
};
use anyhow::Result;
use std::{ffi::OsString, fs};

/// Sealing, opening, cleaning.
const ATTACH: App = App { name: "attach", package: "einwurf-attach", stem: "einwurf_attach", gallery: false };
/// The same crate with what cleans PDF, which is most of it.
const PDF: App =
    App { name: "attach_pdf", package: "einwurf-attach", stem: "einwurf_attach_pdf", gallery: false };

/// The compiler's part.
pub(super) fn compile(wasm: &Wasm) -> Result<()> {
    [&ATTACH, &PDF].into_iter().try_for_each(|part| app::compile(wasm, part, |_| {}))
}

/// Builds all three files of the module into the release folder.
pub(super) fn build(tools: &Tools) -> Result<()> {
    let step = say::step("attach", "the module for files, in two parts; 1–2 min the first time");
    let mut aliases = Vec::new();
    for (part, module, name) in
        [(&ATTACH, "einwurf:attach", "attach_wasm"), (&PDF, "einwurf:attach-pdf", "attach_pdf")]
    {
        app::compile(&tools.wasm, part, |_| {})?;
        fs::create_dir_all(paths::app(name))?;
        glue(tools, part)?;
        release::put_file(name, &part.out("app.wasm"))?;
        let mut alias = OsString::from(format!("--alias:{module}="));
        alias.push(part.out(&format!("{}.js", part.stem)));
        aliases.push(alias);
    }
    let out = ATTACH.out("bundle.js");
    let fixed = [&["--target=es2022"], &stands_alone()[..]].concat();
    esbuild(tools, &paths::root().join("www/attach/main.js"), &out, &fixed, &aliases)?;
    forbid_imports(&out)?;
    release::put_file("attach", &out)?;
    step.done();
    Ok(())
}
