//! Web Push (RFC 8030): to which services, what is sent, when, and what becomes of it. A push says that something arrived
//! and nothing else: the same few bytes for everything, encrypted for the browser all the same, since that is the only form
//! that all of them take.

pub mod encrypt;
pub mod subscription;
pub mod vapid;

use crate::{backoff, load::holds};
use einwurf_protocol::time::DAY;

/// What a device is sent. Nothing reads it.
pub const PLAIN: &[u8] = b"einwurf";
/// How long a push service keeps it for a device that is away, in seconds.
pub const TTL: &str = "86400";
/// One that waits there is replaced by the next.
pub const TOPIC: &str = "einwurf";
/// The services of the browsers that there are, each with the names below it: Firefox, Chromium, Safari, Edge. An endpoint
/// is an address that somebody else chose, and the relay writes to no others.
pub const SERVICES: [&str; 4] =
    ["push.services.mozilla.com", "fcm.googleapis.com", "push.apple.com", "notify.windows.com"];

/// A device that has not looked is told again after this time, in milliseconds.
const EVERY_MS: u64 = 600_000;
/// Whoever has the inbox open sees what arrives, and the inbox asks for it at once. After this time nobody holds it any more,
/// in milliseconds.
const GRACE_MS: u64 = 30_000;
/// An inbox gives a sign of life every twenty seconds. One that gave none for so long, in milliseconds, is that of a
/// telephone that went to sleep, for instance.
const SIGN_MS: u64 = 45_000;
/// What could not be told within the time that a push service keeps it is no news, in milliseconds.
const OLD_MS: u64 = DAY * 1_000;

/// Whether anybody holds a live connection that gave its last sign of life then, in milliseconds.
pub fn is_held(heard: u64, now: u64) -> bool {
    holds(heard, SIGN_MS, now)
}

/// When a device is told of a message that arrives now; none: it was told, `told` being when, and has not looked since.
/// `open`: its member holds a live connection.
pub fn due(now: u64, told: Option<u64>, open: bool) -> Option<u64> {
    if told.is_some_and(|told| (told..told.saturating_add(EVERY_MS)).contains(&now)) {
        return None;
    }
    Some(if open { now.saturating_add(GRACE_MS) } else { now })
}

/// The latest that anything can wait for, in milliseconds: as long as it is worth something, and then for the end of quiet
/// hours. What waits longer, or since a time to come, was put off by a clock that has gone back since.
pub fn latest(now: u64) -> u64 {
    now.saturating_add(2 * OLD_MS)
}

/// A push that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Since when, in milliseconds.
    pub queued: u64,
    /// Tries that failed.
    pub attempts: u32,
}

/// What a push service answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its status; none: nobody answered.
    pub status: Option<u16>,
    /// Before when it wants to hear nothing, in milliseconds.
    pub not_before: Option<u64>,
}

/// What becomes of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The service took it.
    Told,
    /// Another try at this time, in milliseconds.
    Again(u64),
    /// It is old by now.
    Over,
    /// There is no such subscription (any more), or not for this relay.
    Ended,
}

/// After a try at `now` (milliseconds); `draw` is any random number.
pub fn after(waiting: Waiting, answer: Answer, now: u64, draw: u32) -> Next {
    match answer.status {
        Some(200..=299) => return Next::Told,
        // 408 and 429 say that a later try may succeed.
        Some(400..=407 | 409..=428 | 430..=499) => return Next::Ended,
        _ => {}
    }
    let end = waiting.queued.saturating_add(OLD_MS);
    let due = backoff::next(waiting.queued, waiting.attempts.saturating_add(1), now, draw);
    let due = due.map(|due| due.max(answer.not_before.unwrap_or(0)));
    due.filter(|due| *due < end).map_or(Next::Over, Next::Again)
}

#[cfg(test)]
mod tests;
