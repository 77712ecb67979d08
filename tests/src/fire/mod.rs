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
    random::Seeded,
};
use anyhow::{Result, anyhow, ensure};
use life::{Around, Life};
use std::{
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
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

/// So many visitors live one conversation after the other until `fire` is over, as the seed says.
pub fn under_load(
    around: Around<'_>,
    visitors: u64,
    seed: u64,
    fire: impl FnOnce() -> Result<()>,
) -> Result<Vec<Life>> {
    let stop = &AtomicBool::new(false);
    let visitor = move |number: u64| -> Result<Vec<Life>> {
        let mut seeded = Seeded::new(seed.wrapping_add(number));
        let mut lives = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            lives.push(Life::live(around, &format!("{number}-{}", lives.len()), &mut seeded)?);
        }
        Ok(lives)
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..visitors).map(|number| scope.spawn(move || visitor(number))).collect();
        let burnt = fire();
        stop.store(true, Ordering::Relaxed);
        let lives: Vec<_> = all.into_iter().map(thread::ScopedJoinHandle::join).collect();
        burnt?;
        let mut known = Vec::new();
        for life in lives {
            known.extend(life.map_err(|_| anyhow!("a visitor panicked"))??);
        }
        Ok(known)
    })
}
