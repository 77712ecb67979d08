//! Debian packages.

use crate::{command, say};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    process::Command,
    sync::{Mutex, PoisonError},
};

/// Who installs.
static TURN: Mutex<()> = Mutex::new(());

/// Installs packages when root on Debian; else says what to type.
pub(super) fn install(packages: &[&str], why: &str) -> Result<()> {
    let names = packages.join(" ");
    if !is_debian() {
        bail!(
            "{names} missing ({why}). Install them with this system's package manager; the names are Debian's"
        );
    }
    if !is_root() {
        bail!("{names} missing ({why}). Run: sudo apt-get install --no-install-recommends {names}");
    }
    // Packages are looked for by several threads, and Debian installs one after the other.
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let step = say::step(&format!("Debian packages {names}"), why);
    // A foreign package source that does not answer must not stop this; whether it matters, the next step says.
    let _ = apt(&["update", "--quiet=2"]);
    let mut args = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    args.extend(packages);
    apt(&args).with_context(|| format!("cannot install {names}"))?;
    step.done();
    Ok(())
}

fn apt(args: &[&str]) -> Result<()> {
    command::quiet(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
}

/// Whether this is Debian itself, whose package names we know.
pub(super) fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Whether packages can be installed without asking.
pub(super) fn is_root() -> bool {
    command::quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
