//! An object's one alarm, and what is known of it while the object is in memory.

use super::{now_ms, sql::storage};
use crate::fault::Fault;
use std::{cell::Cell, time::Duration};
use worker::State;

/// When the alarm is known to go off, in milliseconds. Nothing is known after a restart.
#[derive(Debug, Default)]
pub(super) struct Alarm(Cell<Option<u64>>);

impl Alarm {
    /// Sets it, unless it is set: mostly what happens to an object changes none of its dates.
    pub(super) async fn set(&self, state: &State, at: u64) -> Result<(), Fault> {
        let now = now_ms();
        if self.0.replace(Some(at)) == Some(at) && now < at {
            return Ok(());
        }
        let set = state.storage().set_alarm(Duration::from_millis(at.saturating_sub(now))).await;
        if set.is_err() {
            self.forget();
        }
        set.map_err(storage)
    }

    /// It has gone off, or was set by somebody else.
    pub(super) fn forget(&self) {
        self.0.set(None);
    }
}
