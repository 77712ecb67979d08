//! Runs test programs beside each other.

use super::{NOT_RUN, file_name, logs};
use crate::{relay::clock, say};
use anyhow::{Context, Result};
use std::{
    collections::VecDeque,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// A test that takes longer hangs: whatever one waits for, it gives up after half a minute.
const LIMIT: Duration = Duration::from_mins(10);
/// Journeys mostly wait for browsers, mail and alarms.
const PER_CORE: usize = 2;

/// A program to run.
#[derive(Debug)]
pub(super) struct Job {
    /// How it is called.
    pub(super) label: String,
    /// How it is started.
    pub(super) command: Command,
    /// Whether it is one test, and not a program with many.
    one: bool,
}

impl Job {
    /// One test.
    pub(super) fn one(label: &str, command: Command) -> Self {
        Self { label: label.to_owned(), command, one: true }
    }

    /// A program of many tests.
    pub(super) fn whole(label: &str, command: Command) -> Self {
        Self { one: false, ..Self::one(label, command) }
    }
}

/// How a job ended.
#[derive(Debug)]
pub(super) struct Outcome {
    /// How the job is called.
    pub(super) label: String,
    /// How long it took.
    pub(super) took: Duration,
    /// How many tests passed.
    pub(super) passed: u64,
    /// Tests that failed; empty if the job was not started.
    pub(super) failed: Vec<String>,
    /// Why tests of it were not run on this machine, one for each.
    pub(super) not_run: Vec<String>,
    /// What was left out after a failure.
    pub(super) left_out: bool,
    /// Everything it printed, kept if it failed.
    pub(super) log: PathBuf,
}

/// Runs all, two for each core; after a failure starts no more, unless told to go on. Each begins at the moment `at`, if
/// there is one.
pub(super) fn run(jobs: Vec<Job>, no_fail_fast: bool, at: Option<u64>) -> Result<Vec<Outcome>> {
    if logs().exists() {
        fs::remove_dir_all(logs())?;
    }
    let lanes = thread::available_parallelism().map_or(1, usize::from) * PER_CORE;
    let queue = Mutex::new(VecDeque::from(jobs));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let (done, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..lanes {
            let done = done.clone();
            scope.spawn(move || {
                while let Some(job) = next() {
                    // Nobody listens any more after an error of this machine's.
                    if done.send(start(job, at)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut ended = Vec::new();
        for outcome in outcomes {
            let outcome = outcome?;
            tell(&outcome);
            if !outcome.failed.is_empty() && !no_fail_fast {
                let rest = queue.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect::<Vec<_>>();
                ended.extend(rest.into_iter().map(left_out));
            }
            ended.push(outcome);
        }
        Ok(ended)
    })
}

fn left_out(job: Job) -> Outcome {
    Outcome {
        label: job.label,
        took: Duration::ZERO,
        passed: 0,
        failed: Vec::new(),
        not_run: Vec::new(),
        left_out: true,
        log: PathBuf::new(),
    }
}

fn tell(outcome: &Outcome) {
    let took = say::seconds(outcome.took);
    if outcome.failed.is_empty() && !outcome.not_run.is_empty() {
        return say::line(&format!("– {} (not run: {})", outcome.label, outcome.not_run.join("; ")));
    }
    if outcome.failed.is_empty() {
        let count = if outcome.passed == 1 { String::new() } else { format!(", {} tests", outcome.passed) };
        return say::line(&format!("✓ {} ({took}{count})", outcome.label));
    }
    let said = fs::read_to_string(&outcome.log).unwrap_or_default();
    say::line(&format!("✗ {} ({took})\n{said}", outcome.label));
}

/// Runs one to its end.
fn start(mut job: Job, at: Option<u64>) -> Result<Outcome> {
    fs::create_dir_all(logs())?;
    let log = logs().join(file_name(&job.label)).with_extension("log");
    let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    job.command.stdout(out.try_clone()?).stderr(out);
    if let Some(moment) = at {
        clock::begin_at(&mut job.command, moment)?;
    }
    let started = Instant::now();
    let mut child = job.command.spawn().with_context(|| format!("cannot start {}", job.label))?;
    let well = wait(&mut child)?;
    let took = started.elapsed();
    let said = fs::read_to_string(&log).unwrap_or_default();
    let (passed, mut failed) = counts(&said);
    let not_run = not_run(&said);
    let passed = passed.saturating_sub(u64::try_from(not_run.len()).unwrap_or(u64::MAX));
    match well {
        Some(true) => fs::remove_file(&log)?,
        Some(false) if job.one || failed.is_empty() => failed = vec![job.label.clone()],
        Some(false) => {
            failed = failed.into_iter().map(|test| format!("{}::{test}", job.label)).collect();
        }
        None => failed = vec![format!("{} did not end within {} min", job.label, LIMIT.as_secs() / 60)],
    }
    Ok(Outcome { label: job.label, took, passed, failed, not_run, left_out: false, log })
}

/// Whether it ended well; nothing if it had to be ended.
fn wait(child: &mut Child) -> Result<Option<bool>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// How many tests passed and which failed, of what libtest prints.
fn counts(said: &str) -> (u64, Vec<String>) {
    let passed = said
        .lines()
        .filter_map(|line| {
            line.strip_prefix("test result: ")?.split_once(". ")?.1.split(' ').next()?.parse::<u64>().ok()
        })
        .sum();
    let failed = said
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(str::to_owned))
        .collect();
    (passed, failed)
}

/// Why tests were not run, of those that said so and passed for libtest. It begins a line of its own, or stands behind
/// what libtest says before a test.
fn not_run(said: &str) -> Vec<String> {
    said.lines().filter_map(|line| Some(line.split_once(NOT_RUN)?.1.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(label: &str, script: &str) -> Job {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Job::whole(label, command)
    }

    #[test]
    fn counts_are_those_that_libtest_prints() {
        let said = "running 3 tests\ntest a ... ok\ntest b::c ... FAILED\ntest d ... ok\n\n\
                    test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
                    test result: ok. 40 passed; 0 failed; 0 ignored\n";
        assert_eq!(counts(said), (42, vec!["b::c".to_owned()]));
    }

    #[test]
    fn what_was_not_run_is_no_test_that_passed() {
        let script = format!(
            "echo 'test a ... {NOT_RUN}no root'; echo 'ok'; echo '{NOT_RUN}no root'; \
             echo 'test result: ok. 3 passed; 0 failed'"
        );
        let outcome = start(shell("partly", &script), None).unwrap();
        assert_eq!((outcome.passed, outcome.failed.len()), (1, 0));
        assert_eq!(outcome.not_run, ["no root", "no root"]);
    }

    #[test]
    fn a_failure_is_named_and_its_log_kept_and_a_success_leaves_none() {
        let good = start(shell("good-one", "echo 'test result: ok. 5 passed; 0 failed'"), None).unwrap();
        assert_eq!((good.passed, good.failed.len(), good.log.exists()), (5, 0, false));

        let bad =
            start(shell("bad-one", "echo 'test x::y ... FAILED'; echo why >&2; exit 101"), None).unwrap();
        assert_eq!(bad.failed, ["bad-one::x::y"]);
        assert!(fs::read_to_string(&bad.log).unwrap().contains("why"));
        fs::remove_file(&bad.log).unwrap();

        // It died before it could say which test it was.
        let died = start(shell("dead-one", "kill -9 $$"), None).unwrap();
        assert_eq!(died.failed, ["dead-one"]);
        fs::remove_file(&died.log).unwrap();
    }
}
