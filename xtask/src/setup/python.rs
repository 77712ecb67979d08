//! Programs from `PyPI`, installed into `target/tools/python/`.

use super::debian;
use crate::{command, paths, say};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// schemathesis asks the relay whatever the API's document allows, and much that it does not. Its file names every
/// package with version and digest.
pub fn schemathesis() -> Result<PathBuf> {
    let wanted = paths::root().join("tests/openapi/requirements.txt");
    let place = paths::tools().join("python");
    let program = place.join("bin/schemathesis");
    let installed = place.join("installed.txt");
    let text = fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    if program.is_file() && fs::read_to_string(&installed).is_ok_and(|before| before == text) {
        return Ok(program);
    }
    let step = say::step("schemathesis", "asks the relay what nobody thought of; about 1 min");
    if !has_venv() {
        debian::install(&["python3-venv"], "schemathesis is a Python program")?;
    }
    environment(&place)?;
    let mut pip = Command::new(place.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(&wanted);
    command::quiet(&mut pip).context("PyPI must be reachable for the installation of schemathesis")?;
    fs::write(installed, text)?;
    step.done();
    Ok(program)
}

/// Debian has the module and what it needs apart from Python itself.
fn has_venv() -> bool {
    command::quiet(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}

/// A fresh one: what an installation that broke off left is of no use.
fn environment(place: &Path) -> Result<()> {
    command::quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(place)).map(drop)
}
