//! Format, lints and documentation.

use crate::{
    command,
    setup::{self, WASM_TARGET, Wasm},
};
use anyhow::{Result, bail};

/// Linted for wasm too, where they run.
const WASM: [&str; 4] = ["einwurf-worker", "einwurf-widget", "einwurf-inbox", "einwurf-attach"];

pub(super) fn format() -> Result<()> {
    command::quiet(command::cargo().args(["fmt", "--all", "--check"])).map(drop)
}

pub(super) fn clippy() -> Result<()> {
    let tools = setup::tools()?;
    let mut failed = Vec::new();
    for package in command::HOST.into_iter().chain(["einwurf-tests"]) {
        let mut cargo = command::cargo();
        cargo.args(["clippy", "--quiet", "--all-targets", "--package", package]);
        if command::ALL_FEATURES.contains(&package) {
            cargo.arg("--all-features");
        }
        if command::run(cargo.args(["--", "--deny", "warnings"])).is_err() {
            failed.push(package.to_owned());
        }
    }
    for package in WASM {
        // clippy is part of the plain toolchain; Debian's compiler only checks what is for wasm alone.
        let (lint, deny): (&str, &[&str]) = match tools.wasm {
            Wasm::Plain => ("clippy", &["--", "--deny", "warnings"]),
            Wasm::Debian(_) => ("check", &[]),
        };
        let flags = [lint, "--quiet", "--lib", "--target", WASM_TARGET, "--package", package];
        if command::run(tools.wasm.cargo().args(flags).args(deny)).is_err() {
            failed.push(format!("{package} for wasm"));
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("see above: {}", failed.join(", ")) }
}

/// Missing docs are denied by the compiler; this finds broken links.
pub(super) fn docs() -> Result<()> {
    for package in ["einwurf-protocol", "einwurf-seal", "einwurf-clean", "xtask"] {
        let mut cargo = command::cargo();
        cargo
            .args(["doc", "--quiet", "--no-deps", "--package", package])
            .env("RUSTDOCFLAGS", "--deny warnings");
        if command::ALL_FEATURES.contains(&package) {
            cargo.arg("--all-features");
        }
        command::run(&mut cargo)?;
    }
    Ok(())
}
