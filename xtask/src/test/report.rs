//! What stands at the end of a run: what failed, and how to run it again.

use super::pool::Outcome;
use crate::say;
use anyhow::{Result, bail};
use std::time::Duration;

/// How many of the slowest are named.
const SLOWEST: usize = 8;

/// Says how it went; fails if a test did.
pub(super) fn end(outcomes: &[Outcome], took: Duration) -> Result<()> {
    let passed: u64 = outcomes.iter().map(|outcome| outcome.passed).sum();
    let took = say::seconds(took);
    let passed = if passed == 1 { "1 test".to_owned() } else { format!("{passed} tests") };
    say::line(&format!("\nSlowest: {}", slowest(outcomes)));
    for line in not_run(outcomes) {
        say::line(&line);
    }
    let lines = failures(outcomes);
    if lines.is_empty() {
        say::line(&format!("{passed} passed in {took}."));
        return Ok(());
    }
    let left_out = outcomes.iter().filter(|outcome| outcome.left_out).count();
    say::line(&format!("{passed} passed in {took}. These failed:"));
    for line in &lines {
        say::line(line);
    }
    if left_out > 0 {
        say::line(&format!("{left_out} programs or journeys were left out; --no-fail-fast runs them too."));
    }
    bail!(
        "{} failed",
        if lines.len() == 1 { "one test".to_owned() } else { format!("{} tests", lines.len()) }
    )
}

/// One line for each failed test.
fn failures(outcomes: &[Outcome]) -> Vec<String> {
    let line = |outcome: &Outcome, test: &String| {
        let word = test.split(' ').next().unwrap_or_default();
        format!("✗ {test}\n    again: cargo xtask test {word}\n    its log: {}", outcome.log.display())
    };
    outcomes.iter().flat_map(|outcome| outcome.failed.iter().map(move |test| line(outcome, test))).collect()
}

/// One line for each program with tests that this machine did not let run: they did not pass.
fn not_run(outcomes: &[Outcome]) -> Vec<String> {
    let line = |outcome: &Outcome| {
        let mut why = outcome.not_run.clone();
        why.dedup();
        (!why.is_empty()).then(|| format!("– not run: {}: {}", outcome.label, why.join("; ")))
    };
    outcomes.iter().filter_map(line).collect()
}

fn slowest(outcomes: &[Outcome]) -> String {
    let mut by_time: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.left_out).collect();
    by_time.sort_by_key(|outcome| std::cmp::Reverse(outcome.took));
    let name = |outcome: &&Outcome| format!("{} {}", outcome.label, say::seconds(outcome.took));
    by_time.iter().take(SLOWEST).map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn outcome(label: &str, failed: &[&str], left_out: bool) -> Outcome {
        Outcome {
            label: label.to_owned(),
            took: Duration::from_secs(3),
            passed: 1,
            failed: failed.iter().map(|test| (*test).to_owned()).collect(),
            not_run: Vec::new(),
            left_out,
            log: PathBuf::from("/logs/x.log"),
        }
    }

    #[test]
    fn a_failed_test_is_named_last_with_the_command_that_repeats_it() {
        let all = [outcome("seal", &["seal::a::b"], false), outcome("x::y", &[], false)];
        assert_eq!(
            failures(&all),
            ["✗ seal::a::b\n    again: cargo xtask test seal::a::b\n    its log: /logs/x.log"]
        );
        assert!(end(&all, Duration::ZERO).is_err());
        assert!(end(&all[1..], Duration::ZERO).is_ok());
        assert!(not_run(&all).is_empty());
        let skipped = Outcome { not_run: vec!["no root".to_owned(); 2], ..outcome("mail", &[], false) };
        assert_eq!(not_run(&[skipped]), ["– not run: mail: no root"]);
        assert_eq!(slowest(&[outcome("late", &[], true), outcome("ran", &[], false)]), "ran 3.0 s");
    }
}
