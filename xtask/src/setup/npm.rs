//! npm packages, pinned by `package-lock.json`.

use crate::{command, paths, say};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Installs the tools of the root's `package.json`.
pub(super) fn packages() -> Result<()> {
    install(&paths::root(), "workerd, esbuild, wasm-opt, mail catcher and test servers; about 20 s")?;
    install(
        &paths::root().join("npm"),
        "TypeScript, React and a recorder, for tests of our package; about 5 s",
    )
}

/// Installs a folder's pinned packages unless this lockfile's are there.
pub(super) fn install(folder: &Path, why: &str) -> Result<()> {
    let lock =
        fs::read(folder.join("package-lock.json")).context("package-lock.json belongs into the checkout")?;
    // A copy of the lockfile inside node_modules says what is installed.
    let stamp = folder.join("node_modules/.einwurf-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if command::version("npm").is_none() {
        anyhow::bail!("npm is missing: install Node 20 or newer (Debian: `apt-get install nodejs npm`)");
    }
    let step = say::step("npm packages", why);
    // No install scripts: the tools work without theirs, and nothing else gets to run code.
    let ci = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    command::quiet(Command::new("npm").args(ci).current_dir(folder))?;
    fs::write(stamp, lock)?;
    step.done();
    Ok(())
}

/// The native program of a package, else npm's script that starts it (40 ms slower).
pub fn native(name: &str) -> PathBuf {
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let file = match name {
        "esbuild" => format!("@esbuild/linux-{arch}/bin/esbuild"),
        "workerd" => {
            format!("@cloudflare/workerd-linux-{}/bin/workerd", if arch == "x64" { "64" } else { "arm64" })
        }
        _ => return paths::npm_bin(name),
    };
    let native = paths::root().join("node_modules").join(file);
    if native.is_file() { native } else { paths::npm_bin(name) }
}
