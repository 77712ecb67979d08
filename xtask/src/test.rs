//! All tests: those of each crate on the host, then the journeys through the real thing.

use crate::{
    build, command, say,
    setup::{self, Browser, Tools},
};
use anyhow::Result;
use std::{process::Command, time::Instant};

/// Runs everything, or only what cargo's filter words select: `cargo xtask test journeys_happy`.
pub fn run(args: &[String]) -> Result<()> {
    let browser = setup::browser()?;
    setup::exiftool()?;
    let tools = build::all()?;
    for package in command::HOST {
        let started = Instant::now();
        say::line(&format!("• tests of {package}"));
        let mut cargo = command::cargo();
        cargo.args(["test", "--quiet", "--package", package]);
        if command::ALL_FEATURES.contains(&package) {
            cargo.arg("--all-features");
        }
        command::run(with_paths(cargo.args(args), &tools, &browser))?;
        say::line(&format!("  {package} passed in {}", say::seconds(started.elapsed())));
    }
    journeys(args, &tools, &browser)
}

/// Only the journeys: they start the built relay, SMTP servers and browsers.
pub fn journeys(args: &[String], tools: &Tools, browser: &Browser) -> Result<()> {
    let started = Instant::now();
    say::line("• journeys: real relay, real mail server, real browser");
    let mut cargo = command::cargo();
    cargo.args(["test", "--package", "einwurf-tests"]).args(args);
    command::run(with_paths(&mut cargo, tools, browser))?;
    say::line(&format!("  journeys passed in {}", say::seconds(started.elapsed())));
    Ok(())
}

/// Tells the tests where the programs lie: `EINWURF_CHROMIUM`, `EINWURF_CHROMEDRIVER`, `EINWURF_WORKERD`.
pub(crate) fn with_paths<'a>(command: &'a mut Command, tools: &Tools, browser: &Browser) -> &'a mut Command {
    command
        .env("EINWURF_CHROMIUM", &browser.chromium)
        .env("EINWURF_CHROMEDRIVER", &browser.driver)
        .env("EINWURF_WORKERD", &tools.workerd)
}
