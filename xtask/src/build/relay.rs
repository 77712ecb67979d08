//! The relay: worker-build in `worker/`, its entry around that, result in `target/relay/`.

use super::{app::esbuild, stamp::Stamp};
use crate::{
    command, paths, say,
    setup::{NO_PLACES, Tools, WASM_TARGET, Wasm},
};
use anyhow::Result;
use std::{ffi::OsString, fs, path::Path, process::Command};

/// What workerd loads.
const FILES: [&str; 2] = ["index.js", "index_bg.wasm"];

/// As worker-build itself calls wasm-opt; `--all-features` may emit what workerd does not read.
const FEATURES: [&str; 7] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];

/// The runtime's own modules and the wasm stay imports.
const BUNDLE: [&str; 4] = ["--format=esm", "--target=es2022", "--external:cloudflare:*", "--external:*.wasm"];

pub(super) fn build(tools: &Tools) -> Result<()> {
    let root = paths::root();
    let inputs = [
        "worker/src",
        "worker/entry",
        "worker/Cargo.toml",
        "protocol/src",
        "protocol/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
    ];
    let inputs = inputs.map(|path| root.join(path));
    let version = command::version(&tools.worker_build).unwrap_or_default();
    let stamp = Stamp::new("relay", &inputs, &[&version, &format!("{:?}", tools.wasm), NO_PLACES])?;
    let outputs = FILES.map(|file| paths::relay().join(file));
    if stamp.is_fresh(&outputs) {
        return Ok(());
    }
    let step = say::step("relay", "the worker's wasm; 1–3 min the first time");
    let mut packer = Command::new(&tools.worker_build);
    packer.args(["--profile", "relay", "--quiet"]).current_dir(root.join("worker"));
    tools.wasm.apply_to_relay(&mut packer)?;
    packer.env("WASM_BINDGEN_BIN", &tools.bindgen).env("WASM_OPT_BIN", &tools.wasm_opt);
    packer.env("ESBUILD_BIN", &tools.esbuild);
    command::quiet(&mut packer)?;
    fs::create_dir_all(paths::relay())?;
    let built = root.join("worker/build");
    let mut glue = OsString::from("--alias:einwurf:glue=");
    glue.push(built.join("index.js"));
    let entry = root.join("worker/entry/main.js");
    esbuild(tools, &entry, &paths::relay().join("index.js"), &BUNDLE, &[glue])?;
    strip(tools, &built.join("index_bg.wasm"))?;
    stamp.keep()?;
    step.done();
    Ok(())
}

/// The compiler's part, as worker-build calls it: it then finds everything made.
pub(super) fn compile(wasm: &Wasm) -> Result<()> {
    let mut cargo = command::cargo();
    wasm.apply_to_relay(&mut cargo)?;
    cargo.args(["build", "--quiet", "--lib", "--profile", "relay", "--target", WASM_TARGET]);
    cargo.current_dir(paths::root().join("worker")).env("WASM_BINDGEN_USE_JS_SYS", "1");
    command::run(&mut cargo)
}

/// worker-build keeps the names of all functions, which no log of ours shows. A pass for size comes with it.
fn strip(tools: &Tools, wasm: &Path) -> Result<()> {
    let mut opt = Command::new(&tools.wasm_opt);
    opt.args(FEATURES).args(["-Oz", "--low-memory-unused", "--strip-debug", "--strip-producers"]).arg(wasm);
    let whole = paths::relay().join("index_bg.wasm");
    // In one step, since a relay may be starting from it.
    let made = whole.with_extension("made");
    command::quiet(opt.arg("-o").arg(&made))?;
    fs::rename(made, whole)?;
    Ok(())
}
