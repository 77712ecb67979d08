//! The browser and its driver for the journeys.

use super::debian;
use anyhow::Result;
use std::path::PathBuf;

/// A browser that can be driven.
#[derive(Debug, Clone)]
pub struct Browser {
    /// `chromium`.
    pub chromium: PathBuf,
    /// `chromedriver` of the same version.
    pub driver: PathBuf,
}

/// Finds Chromium and its driver, or installs Debian's.
pub fn browser() -> Result<Browser> {
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install(
        &["chromium", "chromium-driver", "fonts-liberation"],
        "the journeys drive a real browser; about 60 s",
    )?;
    find().ok_or_else(|| anyhow::anyhow!("chromium and chromedriver are installed but not in PATH"))
}

/// Makes sure that the programs are there by which tests look at what was made, independent of what made it.
pub fn witnesses() -> Result<()> {
    program(
        "exiftool",
        "libimage-exiftool-perl",
        "tests ask exiftool what cleaned files still tell; about 10 s",
    )?;
    program("sqlite3", "sqlite3", "tests and bench look into the relay's databases; about 10 s")
}

fn program(name: &str, package: &str, purpose: &str) -> Result<()> {
    if in_path(name).is_some() { Ok(()) } else { debian::install(&[package], purpose) }
}

fn find() -> Option<Browser> {
    Some(Browser { chromium: in_path("chromium")?, driver: in_path("chromedriver")? })
}

/// Where a program lies.
pub(super) fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
