//! All tests: those of each crate on the host, then the journeys through the real thing.
//!
//! One cargo call compiles them all, since a dependency is then compiled once. They run beside each other, each journey
//! in a process of its own: most of its time it waits for a browser.

mod moment;
mod pool;
mod report;
mod suites;

use crate::{
    build, command, say,
    setup::{self, Programs, Tools},
};
use anyhow::{Context, Result, bail};
use std::{path::Path, process::Command, thread, time::Instant};
use suites::{Made, Suite};

/// How a test says that this machine does not let it run, and why: it stands in the summary, and does not pass.
pub const NOT_RUN: &str = "not run: ";

/// What somebody asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Run on after a failure.
    no_fail_fast: bool,
    /// When every program begins, in seconds since 1970, if not now.
    at: Option<u64>,
    /// Only tests with one of these words in `suite::name`; all if there are none.
    words: Vec<String>,
}

impl Asked {
    fn read(args: &[String]) -> Result<Self> {
        let mut asked = Self::default();
        for arg in args {
            match arg.as_str() {
                "--no-fail-fast" => asked.no_fail_fast = true,
                option if option.starts_with("--at=") => {
                    asked.at = Some(moment::read(option.trim_start_matches("--at="))?);
                }
                option if option.starts_with('-') => {
                    bail!("no option `{option}`; there are --no-fail-fast and --at=2027-02-28T23:59:50Z")
                }
                word => asked.words.push(word.to_owned()),
            }
        }
        Ok(asked)
    }

    fn wants(&self, test: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| test.contains(word.as_str()))
    }
}

/// Runs everything, or what has one of the words in its name: `cargo xtask test journey_consent`.
pub fn run(args: &[String]) -> Result<()> {
    let asked = Asked::read(args)?;
    let (tools, browsers, made) = prepare(&asked)?;
    let started = Instant::now();
    let mut jobs = Vec::new();
    for suite in &made.suites {
        jobs.extend(jobs_of(suite, &asked)?);
    }
    if jobs.is_empty() {
        bail!("no test has {} in its name", asked.words.join(" or "));
    }
    for job in &mut jobs {
        with_paths(&mut job.command, &tools, &browsers);
        job.command.envs(made.cli.iter().map(|program| ("EINWURF_CLI", program)));
    }
    say::line(&format!("• {} programs and journeys: real relay, real mail server, real browser", jobs.len()));
    report::end(&pool::run(jobs, asked.no_fail_fast, asked.at)?, started.elapsed())
}

/// Compiles the tests while the apps are built and packages are fetched: on their own, the last steps of the apps leave
/// all cores but one idle. The galleries are built here too: within their journey that would count as its time.
fn prepare(asked: &Asked) -> Result<(Tools, Programs, Made)> {
    let compiling = say::step("tests", "one call for all crates; 4–6 min the first time");
    thread::scope(|scope| {
        let made = scope.spawn(|| suites::compile().inspect(|_| compiling.done()));
        let browsers = scope.spawn(|| programs(asked));
        let tools = build::all()?;
        if asked.wants("journey_gallery") {
            build::gallery(build::INBOX)?;
            build::gallery(build::WIDGET)?;
        }
        let ended = "a thread of the set-up panicked";
        Ok((tools, browsers.join().ok().context(ended)??, made.join().ok().context(ended)??))
    })
}

/// Browsers, and what single suites need: within their tests the installation would count as their time.
fn programs(asked: &Asked) -> Result<Programs> {
    let browsers = setup::browsers()?;
    if asked.wants("api_mail_real") {
        setup::mail_server()?;
    }
    if asked.wants("api_cli") {
        setup::keyring()?;
    }
    if asked.wants("api_openapi") {
        setup::schemathesis()?;
    }
    Ok(browsers)
}

/// One job for a suite of a crate; for journeys, one for each test.
fn jobs_of(suite: &Suite, asked: &Asked) -> Result<Vec<pool::Job>> {
    let tests = suite.tests()?;
    let wanted: Vec<&String> =
        tests.iter().filter(|test| asked.wants(&format!("{}::{test}", suite.name))).collect();
    if suite.journeys {
        let exact = |test: &&String| {
            let mut command = suite.command();
            command.args(["--exact", test.as_str()]);
            pool::Job::one(&format!("{}::{test}", suite.name), command)
        };
        return Ok(wanted.iter().map(exact).collect());
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = suite.command();
    // The others run beside it.
    command.arg("--test-threads=1");
    if wanted.len() < tests.len() {
        command.arg("--exact").args(wanted);
    }
    Ok(vec![pool::Job::whole(&suite.name, command)])
}

/// Tells the tests where the programs lie: browsers, drivers, `EINWURF_WORKERD`.
pub(crate) fn with_paths<'a>(
    command: &'a mut Command,
    tools: &Tools,
    browsers: &Programs,
) -> &'a mut Command {
    browsers.tell(command).env("EINWURF_WORKERD", &tools.workerd)
}

/// Where the whole output of failed tests is kept.
fn logs() -> std::path::PathBuf {
    crate::paths::target().join("test-logs")
}

/// Cargo as all of this calls it: without what only somebody who debugs needs, since machines that test begin from
/// nothing; in a folder of its own, so that somebody who tests one crate meanwhile need not wait.
fn cargo() -> Command {
    let mut cargo = command::cargo();
    for (name, value) in
        [("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_PROFILE_TEST_DEBUG", "0")]
    {
        cargo.env(name, value);
    }
    cargo.env("CARGO_TARGET_DIR", crate::paths::target().join("test"));
    cargo
}

/// A name for a file.
fn file_name(label: &str) -> String {
    label.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_', "-")
}

/// The folder of a manifest.
fn folder(manifest: &Path) -> &Path {
    manifest.parent().unwrap_or(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Result<Asked> {
        Asked::read(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_word_selects_by_suite_and_by_test_and_an_unknown_option_is_refused() {
        let two = asked(&["journey_link", "--no-fail-fast", "con_02"]).unwrap();
        assert!(two.no_fail_fast);
        assert!(two.wants("journey_link::a_link_opens"));
        assert!(two.wants("seal::con_02_no_consent_no_message"));
        assert!(!two.wants("journey_consent::con_03_x"));
        assert!(asked(&[]).unwrap().wants("anything"));
        assert!(asked(&["--nocapture"]).is_err());
        assert_eq!(asked(&["--at=2027-01-01"]).unwrap().at, Some(1_798_761_600));
        assert!(asked(&["--at=tomorrow"]).is_err());
    }
}
