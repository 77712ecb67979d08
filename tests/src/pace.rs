//! Waiting for what announces nothing, such as a file on disk: asked again until it holds or time is up.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How long anything in a journey may take on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `question` until it answers, at most for [`PATIENCE`].
pub fn until<T>(what: &str, question: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, question)
}

/// The same, at most for this time.
pub fn within<T>(time: Duration, what: &str, mut question: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = question()? {
            return Ok(answer);
        }
        if started.elapsed() > time {
            bail!("waited {} s for: {what}", time.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
