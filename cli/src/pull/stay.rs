//! `--watch`: the relay says when there is something to look at. While it cannot, it is asked from time to time.

use super::{
    LOGIN_SECONDS, Pull, Tally,
    watch::{anew, pause},
};
use crate::desk::{
    Desk, Stop,
    live::{Heard, Live},
    stop,
};
use getrandom::{SysRng, rand_core::UnwrapErr};
use rand_core::Rng as _;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

impl Pull<'_> {
    /// Until the bell rings, or something is wrong that does not pass.
    pub(super) fn stay(&mut self) -> Result<u8, Stop> {
        let every = Duration::from_secs(self.options.every);
        let (mut failed, mut told) = (0_u32, BTreeSet::new());
        loop {
            let mut waits = true;
            let sentences: BTreeSet<String> = match self.round() {
                Ok(tally) => {
                    (failed, waits) = (0, tally.waits());
                    self.said(&tally)
                }
                Err(stop) if stop.is_session() && self.seat.take().is_some() => {
                    failed += 1;
                    BTreeSet::new()
                }
                Err(stop) if stop.passes() || stop.code() == stop::LEFT => {
                    failed = failed.saturating_add(1);
                    BTreeSet::from([stop.sentence(self.options.place.language())])
                }
                Err(stop) => return Err(stop),
            };
            for sentence in sentences.difference(&told) {
                stop::say(sentence);
            }
            told = sentences;
            if self.rest(pause(every, failed), waits) {
                self.leave();
                return Ok(0);
            }
        }
    }

    fn said(&self, tally: &Tally) -> BTreeSet<String> {
        tally.left.iter().map(|stop| stop.sentence(self.options.place.language())).collect()
    }

    /// Until the next look: after the pause, or as soon as the relay says so. `waits`: for something that it says nothing
    /// of. True if the bell rang.
    fn rest(&mut self, pause: Duration, waits: bool) -> bool {
        let mut look = Instant::now() + pause;
        while !self.bell.has_rung() {
            let now = Instant::now();
            let Some(seat) = &mut self.seat else {
                return self.bell.wait(anew(look.saturating_duration_since(now)));
            };
            let due = seat.ear.due(now);
            let heard = match &mut seat.ear.live {
                Some(live) => live.wait(if waits { look } else { now + left(&seat.desk) }),
                None if due <= now => {
                    match Live::open(&seat.desk.relay, &seat.desk.staff.session) {
                        Err(heard) => heard,
                        Ok(live) => {
                            self.bell.listens(live.handle());
                            seat.ear.opened(live);
                            // What came before it stood is not told.
                            return self.bell.has_rung();
                        }
                    }
                }
                None if look <= now => return false,
                None => {
                    self.bell.wait(look.min(due) - now);
                    continue;
                }
            };
            match heard {
                Heard::Change | Heard::Silence => {
                    seat.ear.stands();
                    return self.bell.has_rung();
                }
                Heard::Lost => seat.ear.lost(Instant::now(), UnwrapErr(SysRng).next_u32()),
                // A new login comes after the pause: a relay that ends every session is not served without rest.
                Heard::Over => (self.seat, look) = (None, Instant::now() + pause),
            }
        }
        true
    }
}

/// How long the login still lasts.
fn left(desk: &Desk) -> Duration {
    Duration::from_secs(desk.since.plus(LOGIN_SECONDS).0.saturating_sub(crate::now().0))
}
