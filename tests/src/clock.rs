//! The time of a test: this machine's, or ahead of it beside a relay whose clock was shifted. Of the present thread only,
//! since tests run beside each other.

use einwurf_protocol::time::Timestamp;
use std::{
    cell::Cell,
    time::{SystemTime, UNIX_EPOCH},
};

/// A day, in seconds.
pub const DAY: u64 = 86_400;

thread_local! {
    static AHEAD: Cell<u64> = const { Cell::new(0) };
}

/// Now.
pub fn now() -> Timestamp {
    let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Timestamp(machine).plus(AHEAD.get())
}

/// Goes `seconds` ahead; answers how far ahead the clock is then.
pub(crate) fn advance(seconds: u64) -> u64 {
    AHEAD.set(AHEAD.get() + seconds);
    AHEAD.get()
}
