//! The command line, as people run it.

use anyhow::{Result, ensure};
use std::{env, path::PathBuf, process::Command, sync::OnceLock};

/// The program `einwurf`: the one that `cargo xtask test` made with the tests, else made now.
pub fn einwurf() -> Result<PathBuf> {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    if let Some(program) = env::var_os("EINWURF_CLI").map(PathBuf::from).or_else(|| MADE.get().cloned()) {
        return Ok(program);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "-q", "-p", "einwurf-cli"])
        .current_dir(xtask::paths::root())
        .status()?;
    ensure!(status.success(), "einwurf was not built");
    Ok(MADE.get_or_init(|| xtask::paths::target().join("debug/einwurf")).clone())
}
