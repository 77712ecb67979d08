//! The test programs: compiled by one cargo call for all crates, so that features are unified and every dependency is
//! compiled once. What visitors get is built elsewhere, one crate per call.

use super::{cargo, folder};
use crate::{command, paths};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The crate of the journeys.
const JOURNEYS: &str = "einwurf-tests";
/// Journeys whose tests look at what one of them has seen: each in a process of its own would see it all again.
const TOGETHER: [&str; 1] = ["journey_tour"];

/// A test program that cargo made.
#[derive(Debug)]
pub(super) struct Suite {
    /// `seal`, `seal/compile_fail`, `journey_link`.
    pub(super) name: String,
    /// Whether each test starts relays and browsers, and so runs in a process of its own.
    pub(super) journeys: bool,
    program: PathBuf,
    manifest: PathBuf,
    package: String,
}

impl Suite {
    /// The program, started as cargo would start it.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let folder = folder(&self.manifest);
        command.current_dir(folder).env("CARGO_MANIFEST_DIR", folder).env("CARGO_PKG_NAME", &self.package);
        command.env_remove("LD_LIBRARY_PATH").stdin(Stdio::null());
        command
    }

    /// Names of its tests.
    pub(super) fn tests(&self) -> Result<Vec<String>> {
        let listed = command::quiet(self.command().args(["--list", "--format", "terse"]))?;
        Ok(listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }
}

/// What the compiler made.
#[derive(Debug)]
pub(super) struct Made {
    /// Test programs, in the order in which they are started.
    pub(super) suites: Vec<Suite>,
    /// The command line, which journeys start.
    pub(super) cli: Option<PathBuf>,
}

/// Compiles all of them.
pub(super) fn compile() -> Result<Made> {
    let mut cargo = cargo();
    cargo.args(["test", "--no-run", "--quiet", "--tests", "--message-format=json-render-diagnostics"]);
    select(&mut cargo)?;
    let output =
        cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        anyhow::bail!("the tests do not compile; see above");
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let mut suites: Vec<Suite> = said.lines().filter_map(suite).collect();
    // Faults of a crate show before those of journeys; what takes longest begins, so that the short fills the gaps.
    let long = |suite: &Suite| suite.name.starts_with("journey") || suite.name == "under_fire";
    suites.sort_by_key(|suite| (suite.journeys, !long(suite), suite.name.clone()));
    Ok(Made { suites, cli: said.lines().find_map(cli) })
}

/// All packages and features in one call, so that nothing is compiled twice.
fn select(cargo: &mut Command) -> Result<()> {
    for package in command::HOST.into_iter().chain([JOURNEYS]) {
        cargo.args(["--package", package]);
    }
    cargo.arg("--features").arg(features()?.join(","));
    Ok(())
}

/// Every feature of those crates that are tested with all of them.
fn features() -> Result<Vec<String>> {
    let listed = command::quiet(command::cargo().args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]))?;
    let listed: Value = serde_json::from_str(&listed).context("cargo metadata")?;
    let mut features = Vec::new();
    for package in listed.get("packages").and_then(Value::as_array).into_iter().flatten() {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        if command::ALL_FEATURES.contains(&name) {
            let its = package.get("features").and_then(Value::as_object);
            features.extend(its.into_iter().flat_map(|its| its.keys()).map(|its| format!("{name}/{its}")));
        }
    }
    Ok(features)
}

/// A line of cargo's, if it announces the command line.
fn cli(line: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let program = PathBuf::from(message.get("executable")?.as_str()?);
    let test = message.get("profile")?.get("test")?.as_bool()?;
    (!test && program.file_name()? == "einwurf").then_some(program)
}

/// A line of cargo's, if it announces a test program.
fn suite(line: &str) -> Option<Suite> {
    let message: Value = serde_json::from_str(line).ok()?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if !message.get("profile")?.get("test")?.as_bool()? {
        return None;
    }
    let program = PathBuf::from(text(&message, "executable")?);
    let manifest = PathBuf::from(text(&message, "manifest_path")?);
    let target = message.get("target")?;
    let (kind, target) = (target.get("kind")?.get(0)?.as_str()?, text(target, "name")?);
    let krate = folder(&manifest).strip_prefix(paths::root()).ok().map(Path::to_path_buf)?;
    let krate = krate.to_string_lossy();
    let package = if krate == "xtask" { krate.to_string() } else { format!("einwurf-{krate}") };
    let journey = package == JOURNEYS && kind == "test";
    let journeys = journey && !TOGETHER.contains(&target.as_str());
    let name = match kind {
        "test" if journey => target,
        "test" | "bin" => format!("{krate}/{target}"),
        _ => krate.to_string(),
    };
    Some(Suite { name, journeys, program, manifest, package })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(krate: &str, kind: &str, name: &str, test: bool) -> String {
        serde_json::json!({
            "reason": "compiler-artifact",
            "manifest_path": paths::root().join(krate).join("Cargo.toml"),
            "target": { "kind": [kind], "name": name },
            "profile": { "test": test },
            "executable": "/made/program",
        })
        .to_string()
    }

    #[test]
    fn programs_are_named_after_crate_and_target_and_journeys_after_their_file() {
        let named = |krate, kind, name| {
            let suite = suite(&line(krate, kind, name, true)).unwrap();
            (suite.name, suite.journeys)
        };
        assert_eq!(named("seal", "lib", "einwurf_seal"), ("seal".to_owned(), false));
        assert_eq!(named("seal", "test", "compile_fail"), ("seal/compile_fail".to_owned(), false));
        assert_eq!(named("cli", "bin", "einwurf"), ("cli/einwurf".to_owned(), false));
        assert_eq!(named("tests", "lib", "einwurf_tests"), ("tests".to_owned(), false));
        assert_eq!(named("tests", "test", "journey_link"), ("journey_link".to_owned(), true));
        assert_eq!(named("tests", "test", "journey_tour"), ("journey_tour".to_owned(), false));
        assert!(suite(&line("cli", "bin", "einwurf", false)).is_none(), "no test program");
        assert!(suite("   Compiling x").is_none(), "no message of cargo's");
    }

    #[test]
    fn the_command_line_is_the_program_and_not_its_tests() {
        let made = |test, name: &str| {
            cli(&line("cli", "bin", "einwurf", test).replace("/made/program", &format!("/made/{name}")))
        };
        assert_eq!(made(false, "einwurf"), Some(PathBuf::from("/made/einwurf")));
        assert_eq!(made(true, "einwurf-0f1e"), None);
        assert_eq!(made(false, "seed"), None);
    }

    #[test]
    fn all_features_are_those_of_the_crates_that_are_tested_with_all() {
        let features = features().unwrap();
        for one in ["einwurf-protocol/login", "einwurf-seal/open", "einwurf-clean/pdf"] {
            assert!(features.iter().any(|feature| feature == one), "{one} is not in {features:?}");
        }
        assert!(!features.iter().any(|feature| feature.contains("gallery")), "{features:?}");
    }
}
