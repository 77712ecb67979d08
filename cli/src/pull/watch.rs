//! Staying: when to look again, and when to try for a live connection, until somebody says that it is enough.

use crate::desk::live::Live;
use std::{
    net::{Shutdown, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Between two tries after failures, at most.
const LONGEST: Duration = Duration::from_mins(5);

/// Before a live connection is tried for again, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Rings once: the program is to end after what it is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bell(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    rung: bool,
    /// The connection that is listened to.
    line: Option<TcpStream>,
}

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
        let mut state = self.state();
        state.rung = true;
        if let Some(line) = &state.line {
            // Whoever listens hears its end.
            let _ = line.shutdown(Shutdown::Both);
        }
        drop(state);
        self.0.1.notify_all();
    }

    /// Whether it has.
    pub(crate) fn has_rung(&self) -> bool {
        self.state().rung
    }

    /// Ringing ends this connection, too.
    pub(crate) fn listens(&self, line: Option<TcpStream>) {
        self.state().line = line;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until it rings.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut state = self.state();
        while !state.rung {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.0.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// How long to wait after so many failures in a row.
pub(crate) fn pause(every: Duration, failed: u32) -> Duration {
    every.saturating_mul(1_u32.checked_shl(failed).unwrap_or(u32::MAX)).min(LONGEST.max(every))
}

/// How long to wait before a new login, which a session that is over needs to hear of anything again.
pub(crate) fn anew(pause: Duration) -> Duration {
    pause.min(LONGEST)
}

/// A live connection, or when one is tried for next.
#[derive(Default)]
pub(crate) struct Ear {
    pub(crate) live: Option<Live>,
    failed: u32,
    next: Option<Instant>,
}

impl Ear {
    /// A connection stands.
    pub(crate) fn opened(&mut self, live: Live) {
        self.live = Some(live);
    }

    /// It has said something, or stood for long.
    pub(crate) fn stands(&mut self) {
        self.failed = 0;
    }

    /// It is gone, or did not come about; `chance` is drawn, so that machines that lost it together do not come back
    /// together.
    pub(crate) fn lost(&mut self, now: Instant, chance: u32) {
        let (first, most) = PAUSES;
        let pause = first.saturating_mul(1_u32.checked_shl(self.failed).unwrap_or(u32::MAX)).min(most);
        let half = pause / 2;
        let drawn = half.mul_f64(f64::from(chance) / f64::from(u32::MAX));
        *self = Self { live: None, failed: self.failed.saturating_add(1), next: Some(now + half + drawn) };
    }

    /// When it is tried for; now if it never was.
    pub(crate) fn due(&self, now: Instant) -> Instant {
        self.next.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_tried_for_ever_more_slowly_with_chance_and_never_too_slowly() {
        let now = Instant::now();
        let mut ear = Ear::default();
        assert_eq!(ear.due(now), now);
        for most in [1, 2, 4, 8, 16, 30, 30] {
            let most = Duration::from_secs(most);
            ear.lost(now, u32::MAX);
            assert_eq!(ear.due(now) - now, most);
            ear.failed -= 1;
            ear.lost(now, 0);
            assert_eq!(ear.due(now) - now, most / 2);
        }
        ear.failed = u32::MAX;
        ear.lost(now, u32::MAX);
        assert_eq!(ear.due(now) - now, PAUSES.1);
    }

    #[test]
    fn failures_make_it_wait_longer_and_never_for_ever() {
        let every = Duration::from_secs(15);
        let pauses: Vec<_> = [0, 1, 2, 5, 40].map(|failed| pause(every, failed).as_secs()).into();
        assert_eq!(pauses, [15, 30, 60, 300, 300]);
        assert_eq!(pause(Duration::from_mins(15), 3).as_secs(), 900);
        assert_eq!(anew(pause(Duration::from_mins(15), 3)).as_secs(), 300);
        assert_eq!(anew(pause(every, 0)), every);
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
