//! Waiting for what announces nothing, such as a file on disk: asked again until it holds or time is up.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How long anything in a journey may take on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `question` until it answers, at most for [`PATIENCE`].
pub fn until<T>(what: &str, mut question: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = question()? {
            return Ok(answer);
        }
        if started.elapsed() > PATIENCE {
            bail!("waited {} s for: {what}", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
