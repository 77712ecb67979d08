//! The only place that prints. A step says what happens, why and how long it usually takes.
#![allow(clippy::print_stdout, reason = "talking to the person at the terminal is this crate's job")]

use std::{
    io::Write,
    time::{Duration, Instant},
};

/// A step that has been announced and not yet ended.
#[must_use = "call `done`, so that the person sees that it ended"]
#[derive(Debug)]
pub struct Step(Instant);

/// Announces a step.
pub fn step(what: &str, why: &str) -> Step {
    line(&format!("• {what}: {why}"));
    Step(Instant::now())
}

impl Step {
    /// Ends the step and prints how long it took.
    pub fn done(self) {
        line(&format!("  done in {}", seconds(self.0.elapsed())));
    }
}

/// Prints one line.
pub fn line(text: &str) {
    println!("{text}");
    // A closed pipe is no reason to stop working.
    drop(std::io::stdout().flush());
}

/// "0.4 s", "75 s".
pub fn seconds(time: Duration) -> String {
    if time.as_secs() < 10 { format!("{:.1} s", time.as_secs_f32()) } else { format!("{} s", time.as_secs()) }
}
