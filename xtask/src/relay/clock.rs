//! A relay whose clock is ahead or behind, so that tests see what happens after months; one whose clock jumps and whose
//! disk is full while it runs; and tests that begin at another moment, with everything that they start.

use crate::{command, paths};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

/// Read by `tests/clock/clock.c`.
const VARIABLE: &str = "EINWURF_TEST_CLOCK";
/// Read by `tests/clock/disk.c`.
const FAULTS: &str = "EINWURF_TEST_FAULTS";

/// Has a program start with its clock shifted by `seconds`, and with the faults that a file will name; at 0 and without
/// such a file nothing is preloaded.
pub(super) fn shift(program: &mut Command, seconds: i64, faults: Option<&Path>) -> Result<()> {
    if seconds != 0 || faults.is_some() {
        program.env("LD_PRELOAD", library()?).env(VARIABLE, (own() + seconds).to_string());
        program.envs(faults.map(|faults| (FAULTS, faults)));
    }
    Ok(())
}

/// Has a program begin at a moment, in seconds since 1970; what it starts goes on from there.
pub(crate) fn begin_at(program: &mut Command, moment: u64) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    shift(program, i64::try_from(moment)?.saturating_sub(i64::try_from(now)?), None)
}

/// Seconds by which the clock of this process is shifted itself, as those that it starts inherit it.
fn own() -> i64 {
    std::env::var(VARIABLE).ok().and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

/// The preloaded library, compiled when its sources are newer.
fn library() -> Result<PathBuf> {
    let sources = ["clock.c", "disk.c"].map(|name| paths::root().join("tests/clock").join(name));
    let library = paths::target().join("clock/libeinwurf-clock.so");
    if sources.iter().all(|source| is_newer(&library, source)) {
        return Ok(library);
    }
    let folder = paths::target().join("clock");
    fs::create_dir_all(&folder)?;
    // Tests that start at the same time each compile under a name of their own; renaming is one step.
    let made = folder.join(format!("{}-{:?}.so", std::process::id(), std::thread::current().id()));
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&made).args(&sources);
    command::quiet(&mut cc).context("the shifted clock needs a C compiler, as Rust's linker does")?;
    fs::rename(&made, &library)?;
    Ok(library)
}

fn is_newer(made: &Path, source: &Path) -> bool {
    let time = |file: &Path| fs::metadata(file).and_then(|data| data.modified()).ok();
    matches!((time(made), time(source)), (Some(made), Some(source)) if made > source)
}

#[cfg(test)]
mod tests {
    use super::{begin_at, shift};
    use std::{
        process::Command,
        time::{SystemTime, UNIX_EPOCH},
    };

    fn seconds(shifted_by: i64) -> i64 {
        let mut date = Command::new("date");
        shift(date.arg("+%s"), shifted_by, None).unwrap();
        String::from_utf8(date.output().unwrap().stdout).unwrap().trim().parse().unwrap()
    }

    #[test]
    fn a_program_begins_at_a_moment_and_what_it_starts_goes_on_from_there() {
        let moment = 1_835_481_590;
        let mut shell = Command::new("sh");
        begin_at(shell.args(["-c", "date +%s"]), moment).unwrap();
        let seen: u64 = String::from_utf8(shell.output().unwrap().stdout).unwrap().trim().parse().unwrap();
        assert!((moment..moment + 60).contains(&seen), "{seen}");
    }

    #[test]
    fn a_program_sees_the_clock_jump_and_the_disk_full() {
        let folder = std::env::temp_dir().join(format!("einwurf-{}", std::process::id()));
        let storage = folder.join("storage");
        std::fs::create_dir_all(&storage).unwrap();
        let faults = folder.join("faults");
        for (jump, full) in [(0_i64, 0_i64), (86_400, 0), (-86_400, 1)] {
            std::fs::write(&faults, [jump, full, 0].map(i64::to_ne_bytes).concat()).unwrap();
            let mut shell = Command::new("sh");
            shell.arg("-c").arg("date +%s; printf x >> \"$0\"").arg(storage.join("file"));
            shift(&mut shell, 0, Some(&faults)).unwrap();
            let output = shell.output().unwrap();
            let seen: i64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let off = seen - i64::try_from(now).unwrap() - jump;
            assert!((-60..60).contains(&off), "{jump}: off by {off} s");
            assert_eq!(output.status.success(), full == 0, "{full}");
        }
        assert_eq!(std::fs::read(storage.join("file")).unwrap(), b"xx");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_program_sees_the_shifted_time_of_day() {
        for days in [0, 200, -40] {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let off = seconds(days * 86_400) - i64::try_from(now).unwrap() - days * 86_400;
            assert!((0..60).contains(&off), "{days} days: off by {off} s");
        }
    }
}
