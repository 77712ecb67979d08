//! Staying: again and again, slower after failures, until somebody says that it is enough.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Between two tries after failures, at most.
const LONGEST: Duration = Duration::from_mins(5);

/// Rings once: the program is to end after what it is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bell(Arc<(Mutex<bool>, Condvar)>);

impl Bell {
    /// One that SIGTERM, SIGINT and SIGHUP ring.
    pub(crate) fn of_system() -> Result<Self, ctrlc::Error> {
        let bell = Self::default();
        let rung = bell.clone();
        ctrlc::set_handler(move || rung.ring())?;
        Ok(bell)
    }

    /// Rings.
    pub(crate) fn ring(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Whether it has.
    pub(crate) fn has_rung(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until it rings.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut rung = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !*rung {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            rung = self.0.1.wait_timeout(rung, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// How long to wait after so many failures in a row.
pub(crate) fn pause(every: Duration, failed: u32) -> Duration {
    every.saturating_mul(1_u32.checked_shl(failed).unwrap_or(u32::MAX)).min(LONGEST.max(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_make_it_wait_longer_and_never_for_ever() {
        let every = Duration::from_secs(15);
        let pauses: Vec<_> = [0, 1, 2, 5, 40].map(|failed| pause(every, failed).as_secs()).into();
        assert_eq!(pauses, [15, 30, 60, 300, 300]);
        assert_eq!(pause(Duration::from_mins(15), 3).as_secs(), 900);
    }

    #[test]
    fn a_bell_that_rings_ends_the_waiting() {
        let bell = Bell::default();
        assert!(!bell.wait(Duration::ZERO) && !bell.has_rung());
        let other = bell.clone();
        let waits = std::thread::spawn(move || other.wait(Duration::from_mins(10)));
        bell.ring();
        assert!(waits.join().unwrap() && bell.has_rung());
    }
}
