//! Speeds: the benches live in `tests/`, which may use every part.

use crate::{build, command, say, setup};
use anyhow::Result;

/// Builds, then runs `tests`' bench program, which prints its figures (`--json`: one flat object on stdout).
pub fn run(args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--json") {
        say::to_stderr();
    }
    let tools = build::all()?;
    let browser = setup::browser()?;
    let mut bench = command::cargo();
    bench
        .args(["run", "--quiet", "--release", "--package", "einwurf-tests", "--bin", "bench", "--"])
        .args(args);
    command::run(crate::test::with_paths(&mut bench, &tools, &browser))
}
