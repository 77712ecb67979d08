//! Load from many conversations while the relay is killed, and what must be true afterwards.

pub mod ledger;
pub mod life;
pub mod machine;
pub mod queue;
pub mod raw;
pub mod rogue;
pub mod told;

use crate::{
    http::{Http, Reply},
    pace,
};
use anyhow::{Result, ensure};
use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

/// One kill follows the other: on a busy machine, somebody finds the relay away for long.
const PATIENCE: Duration = pace::PATIENCE.saturating_mul(4);

/// Asks until it answers, whatever becomes of the relay.
fn until<T>(what: &str, question: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    pace::within(PATIENCE, what, question)
}

/// How many requests were acknowledged so far.
#[derive(Debug, Default)]
pub struct Progress(Mutex<u64>, Condvar);

impl Progress {
    /// One more.
    pub fn count(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.1.notify_all();
    }

    /// Waits until `more` further ones were acknowledged.
    pub fn wait(&self, more: u64) -> Result<()> {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goal = *count + more;
        let waited = self.1.wait_timeout_while(count, PATIENCE, |count| *count < goal);
        let waited = waited.unwrap_or_else(PoisonError::into_inner);
        ensure!(!waited.1.timed_out(), "nothing is acknowledged any more");
        Ok(())
    }
}

/// Sends until the relay answers, as an app does: the same bytes again whenever the connection breaks or the relay says that
/// it is away. What it refuses is an answer, too.
pub fn persist(origin: &str, send: impl Fn(&Http) -> Result<Reply>) -> Result<Reply> {
    until("an answer", || match send(&Http::new(origin)) {
        Ok(reply) if reply.status >= 500 => Ok(None),
        answered => Ok(answered.ok()),
    })
}
