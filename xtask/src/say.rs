//! The only place that prints. A step says what happens, why and how long it usually takes.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Whether steps go to stderr, because stdout belongs to a program that reads the result.
static TO_STDERR: AtomicBool = AtomicBool::new(false);

/// From now on only [`result`] writes to stdout.
pub fn to_stderr() {
    TO_STDERR.store(true, Ordering::Relaxed);
}

/// A step that has been announced and not yet ended.
#[must_use = "call `done`, so that the person sees that it ended"]
#[derive(Debug)]
pub struct Step(String, Instant);

/// Announces a step.
pub fn step(what: &str, why: &str) -> Step {
    line(&format!("• {what}: {why}"));
    Step(what.to_owned(), Instant::now())
}

impl Step {
    /// Ends the step and prints how long it took; by name, since steps run beside each other.
    pub fn done(self) {
        line(&format!("  {}: done in {}", self.0, seconds(self.1.elapsed())));
    }
}

/// Prints one line.
pub fn line(text: &str) {
    // A closed pipe is no reason to stop working.
    if TO_STDERR.load(Ordering::Relaxed) {
        drop(writeln!(std::io::stderr(), "{text}"));
    } else {
        result(text);
    }
}

/// Prints what was asked for.
pub fn result(text: &str) {
    let mut out = std::io::stdout();
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// "0.4 s", "75 s".
pub fn seconds(time: Duration) -> String {
    if time.as_secs() < 10 { format!("{:.1} s", time.as_secs_f32()) } else { format!("{} s", time.as_secs()) }
}
