//! `cargo xtask check`: everything that must hold besides the tests.

mod arrows;
mod budgets;
mod lint;
mod numbers;

use crate::{command, say, setup};
use anyhow::{Result, bail};
use std::time::Instant;

/// A named check.
type Check = (&'static str, fn() -> Result<()>);

/// In the order of their cost, so that cheap faults show first.
const CHECKS: [Check; 9] = [
    ("format", lint::format),
    ("numbers", numbers::run),
    ("languages", crate::languages::check),
    ("arrows", arrows::run),
    ("lints", lint::clippy),
    ("docs", lint::docs),
    ("licences", licences),
    ("budgets", budgets::run),
    ("deploy", deploy),
];

/// Runs all checks, or those named; says at the end which failed.
pub fn run(args: &[String]) -> Result<()> {
    let names = CHECKS.map(|(name, _)| name);
    if let Some(wrong) = args.iter().find(|arg| !names.contains(&arg.as_str())) {
        bail!("no check `{wrong}`; checks are {}", names.join(", "));
    }
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        if !args.is_empty() && !args.iter().any(|arg| arg == name) {
            continue;
        }
        let started = Instant::now();
        match check() {
            Ok(()) => say::line(&format!("✓ {name} ({})", say::seconds(started.elapsed()))),
            Err(error) => {
                say::line(&format!("✗ {name}: {error:#}"));
                failed.push(name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// cargo-deny, without the advisory database, which is no package and cannot be had from the registries.
fn licences() -> Result<()> {
    let deny = setup::deny()?;
    let mut cargo = command::cargo();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let tools = deny.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&path)))?;
    cargo.env("PATH", path).args(["deny", "--log-level", "error", "check", "bans", "licenses", "sources"]);
    command::quiet(&mut cargo).map(drop)
}

/// What Cloudflare would receive: bundle, bindings and migrations, without an account.
fn deploy() -> Result<()> {
    crate::build::run(&[])?;
    let out = crate::paths::target().join("wrangler/dry-run");
    let mut wrangler = setup::wrangler()?;
    command::quiet(wrangler.args(["deploy", "--dry-run", "--outdir"]).arg(out)).map(drop)
}
