//! A wave of spam: everything that came in within a stretch of time and that nobody has worked with is hidden at once.

use super::Desk;
use einwurf_protocol::{
    ids::Cid,
    time::{DAY, Timestamp},
};

/// A stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wave {
    /// From then on, as the browser's field has it: `2026-11-25T09:30`.
    pub from: String,
    /// Up to then.
    pub until: String,
    /// Both were understood.
    range: Option<(Timestamp, Timestamp)>,
    /// They were not.
    pub unfit: bool,
}

/// A local moment of a date field as seconds, as if it were UTC.
pub fn local(text: &str) -> Option<u64> {
    let (day, time) = text.trim().split_once('T')?;
    let day = crate::state::rights::day::noon(day)?.0 / DAY;
    let (hours, minutes) = time.split_once(':')?;
    let minutes = minutes.split(':').next()?;
    let (hours, minutes) = (hours.parse::<u64>().ok()?, minutes.parse::<u64>().ok()?);
    (hours < 24 && minutes < 60).then_some(day * DAY + hours * 3_600 + minutes * 60)
}

impl Wave {
    /// Reads what is typed; `offset` is in minutes east of UTC. The last minute belongs to it.
    pub fn read(&mut self, offset: impl Fn(Timestamp) -> i32) {
        let moment = |text: &str| local(text).map(|seconds| crate::state::hours::zoned(seconds, &offset));
        self.range = moment(&self.from).zip(moment(&self.until).map(|until| until.plus(60)));
        self.range = self.range.filter(|(from, until)| from < until);
        self.unfit = self.range.is_none();
    }

    /// Somebody types another time.
    pub fn set(&mut self, until: bool, text: String) {
        *(if until { &mut self.until } else { &mut self.from }) = text;
        (self.range, self.unfit) = (None, false);
    }

    /// Whether it was counted.
    pub fn is_read(&self) -> bool {
        self.range.is_some()
    }
}

impl Desk {
    /// What the wave would hide, of what is loaded: begun within it, and nobody has worked with it.
    pub fn wave(&self) -> Vec<Cid> {
        let Some((from, until)) = self.work.wave.as_ref().and_then(|wave| wave.range) else {
            return Vec::new();
        };
        let begun = self.rows.iter().filter(|row| from <= row.entry.opened && row.entry.opened < until);
        let free = begun.filter(|row| row.entry.hold.is_none() && row.entry.erasure.is_none());
        free.map(|row| row.entry.cid).filter(|cid| self.is_untouched(*cid)).collect()
    }

    /// Whether further pages may have more of it.
    pub fn may_have_more_of_wave(&self) -> bool {
        let Some((from, _)) = self.work.wave.as_ref().and_then(|wave| wave.range) else { return false };
        self.after().is_some() && self.rows.last().is_none_or(|row| from <= row.entry.newest)
    }
}
