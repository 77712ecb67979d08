//! The time of a test: this machine's, or another one beside a relay whose clock was shifted. Of the present thread only,
//! since tests run beside each other.

use einwurf_protocol::time::Timestamp;
use std::{
    cell::Cell,
    time::{SystemTime, UNIX_EPOCH},
};

/// A day, in seconds.
pub const DAY: u64 = 86_400;

thread_local! {
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Now.
pub fn now() -> Timestamp {
    Timestamp(machine().saturating_add_signed(AHEAD.get()))
}

fn machine() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// How far ahead of this machine's clock it is: what a relay is started with.
pub(crate) fn ahead() -> i64 {
    AHEAD.get()
}

/// Goes `seconds` ahead; answers how far ahead the clock is then.
pub(crate) fn advance(seconds: u64) -> i64 {
    AHEAD.set(AHEAD.get().saturating_add_unsigned(seconds));
    AHEAD.get()
}

/// It is this time, for relays that are started from now on, too.
pub fn set(time: Timestamp) {
    AHEAD.set(0_i64.saturating_add_unsigned(time.0).saturating_sub_unsigned(machine()));
}
