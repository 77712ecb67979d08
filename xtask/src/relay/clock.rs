//! A relay whose clock is ahead or behind, so that tests see what happens after months.

use crate::{command, paths};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Read by `tests/clock/clock.c`.
const VARIABLE: &str = "EINWURF_TEST_CLOCK";

/// Has a program start with its clock shifted by `seconds`; at 0 nothing is preloaded.
pub(super) fn shift(program: &mut Command, seconds: i64) -> Result<()> {
    if seconds != 0 {
        program.env("LD_PRELOAD", library()?).env(VARIABLE, seconds.to_string());
    }
    Ok(())
}

/// The preloaded library, compiled when its source is newer.
fn library() -> Result<PathBuf> {
    let source = paths::root().join("tests/clock/clock.c");
    let library = paths::target().join("clock/libeinwurf-clock.so");
    if is_newer(&library, &source) {
        return Ok(library);
    }
    let folder = paths::target().join("clock");
    fs::create_dir_all(&folder)?;
    // Tests that start at the same time each compile under a name of their own; renaming is one step.
    let made = folder.join(format!("{}-{:?}.so", std::process::id(), std::thread::current().id()));
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&made).arg(&source);
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
    use super::shift;
    use std::{
        process::Command,
        time::{SystemTime, UNIX_EPOCH},
    };

    fn seconds(shifted_by: i64) -> i64 {
        let mut date = Command::new("date");
        shift(date.arg("+%s"), shifted_by).unwrap();
        String::from_utf8(date.output().unwrap().stdout).unwrap().trim().parse().unwrap()
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
