//! Programs from crates.io, installed into `target/tools/`.

use crate::{command, paths, say};
use anyhow::{Context, Result};
use std::{fs, path::PathBuf, process::Command};

/// Version of `worker-build`; the relay's `worker` crate is of the same generation.
const WORKER_BUILD: &str = "0.8.7";
/// Version of what cuts the widget in two: the same generation as the macro in the workspace's `Cargo.toml`.
const SPLIT: &str = "0.2.4";
/// Version of geckodriver, which drives every Firefox since 128.
const GECKODRIVER: &str = "0.37.1";
/// Version of `cargo-deny`.
const DENY: &str = "0.20.2";

/// wasm-bindgen writes the glue for exactly its own version of the library.
pub(super) fn bindgen() -> Result<PathBuf> {
    let version = locked("wasm-bindgen")?;
    let why = "makes JS modules of the apps' wasm; about 1 min";
    install("wasm-bindgen-cli", "wasm-bindgen", &version, why, &[])
}

/// worker-build packs the relay for workerd.
pub(super) fn worker_build() -> Result<PathBuf> {
    install("worker-build", "worker-build", WORKER_BUILD, "packs the relay for workerd; about 1 min", &[])
}

/// Cuts the widget's wasm.
pub(super) fn split() -> Result<PathBuf> {
    let how = ["--features", "build-binary"];
    install("wasm_split_cli_support", "wasm-split-cli", SPLIT, "cuts the widget in two; about 1 min", &how)
}

/// geckodriver drives Firefox.
pub(super) fn geckodriver() -> Result<PathBuf> {
    install("geckodriver", "geckodriver", GECKODRIVER, "drives Firefox in the journeys; about 1 min", &[])
}

/// cargo-deny checks licences and sources; only `check` needs it.
pub fn deny() -> Result<PathBuf> {
    let why = "checks licences and sources of all dependencies; about 5 min";
    install("cargo-deny", "cargo-deny", DENY, why, &[])
}

/// Where a program is installed.
pub(super) fn place(program: &str) -> PathBuf {
    paths::tools().join("bin").join(program)
}

/// Cargo for programs that run for seconds: optimising them takes longer than it saves. One folder for all of them,
/// since most of what they are made of is the same.
fn quick() -> Command {
    let mut cargo = command::cargo();
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_LTO", "off");
    cargo.env("CARGO_TARGET_DIR", paths::tools().join("build"));
    cargo
}

fn install(package: &str, program: &str, version: &str, why: &str, how: &[&str]) -> Result<PathBuf> {
    let path = place(program);
    // Not every program says its version; cargo notes what it installed.
    let installed = fs::read_to_string(paths::tools().join(".crates.toml")).unwrap_or_default();
    if path.is_file() && installed.contains(&format!("\"{package} {version} (")) {
        return Ok(path);
    }
    let step = say::step(&format!("{package} {version}"), why);
    let mut cargo = quick();
    cargo
        .args(["install", "--quiet", "--force", "--bin", program, "--version", version, "--root"])
        .arg(paths::tools())
        .args(how)
        .arg(package);
    // Not --locked: the registry lags behind the crates' own lockfiles.
    command::quiet(cargo.current_dir(paths::target()))
        .with_context(|| format!("{package} is needed; crates.io must be reachable for its installation"))?;
    step.done();
    Ok(path)
}

/// Version of a package in `Cargo.lock`.
fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))?;
    version_in(&lock, package).with_context(|| format!("Cargo.lock names no {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_package_and_not_its_namesakes() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "bindgen"), None);
    }
}
