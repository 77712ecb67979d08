//! A mail server that did not let the relay in. Its wait is one for all mails: forty of them try it once, not forty times,
//! and whichever comes next speaks for the others.

use crate::backoff;
use einwurf_protocol::{
    codec::{Writer, to_base64url},
    time::Timestamp,
};

use super::Account;

/// How it was, when it was last tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Failed tries in a row.
    pub failed: u32,
    /// When the first of them was, in milliseconds.
    pub since_ms: u64,
    /// When it is tried next, in milliseconds.
    pub next_ms: u64,
    /// Whether it is there, but the settings are wrong.
    pub wrong: bool,
    /// What it answered.
    pub reason: String,
}

impl Target {
    /// After another failed try at `now` (milliseconds); `draw` is any random number.
    pub fn failing(before: Option<&Self>, (wrong, reason): (bool, String), now: u64, draw: u32) -> Self {
        let failed = before.map_or(0, |before| before.failed).saturating_add(1);
        let since_ms = before.map_or(now, |before| before.since_ms).min(now);
        Self { failed, since_ms, next_ms: now.saturating_add(backoff::wait(failed, draw)), wrong, reason }
    }

    /// When it may be tried. A clock that was ahead when it failed puts nothing off.
    pub fn opens_ms(&self, now: u64) -> u64 {
        if self.next_ms > backoff::latest(now) { now } else { self.next_ms }
    }

    /// Since when it lets nobody in.
    pub fn since(&self) -> Timestamp {
        Timestamp(self.since_ms / 1_000)
    }

    /// When it is tried next. Not before that second has begun.
    pub fn next(&self) -> Timestamp {
        Timestamp(self.next_ms.div_ceil(1_000))
    }
}

/// By which an account's server is told from others. Who changes anything of it, the password included, wants it tried at
/// once.
pub fn id(account: &Account) -> String {
    let Account { host, port, security, user, password, from } = account;
    let writer = Writer::labelled("einwurf/1 mail target");
    let writer = writer.var(host.as_bytes()).u64(u64::from(*port)).var(format!("{security:?}").as_bytes());
    let writer = writer.var(user.as_bytes()).var(password.as_bytes()).var(from.as_bytes());
    let id = writer.sha256();
    to_base64url(id.get(..16).unwrap_or(&id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::account;
    use einwurf_protocol::api::staff::Security;

    const MIDDLE: u32 = u32::MAX / 2;

    #[test]
    fn tries_grow_apart_and_the_first_failure_stays_the_beginning() {
        let failing =
            |before: Option<&Target>, now| Target::failing(before, (false, "gone".into()), now, MIDDLE);
        let first = failing(None, 1_000);
        let second = failing(Some(&first), 7_000);
        assert_eq!(
            (first.failed, first.since_ms, first.next_ms),
            (1, 1_000, 1_000 + backoff::wait(1, MIDDLE))
        );
        assert_eq!(
            (second.failed, second.since_ms, second.next_ms),
            (2, 1_000, 7_000 + backoff::wait(2, MIDDLE))
        );
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_no_beginning_in_the_future() {
        let before = Target::failing(None, (true, "no".into()), 9_000, MIDDLE);
        assert_eq!(Target::failing(Some(&before), (true, "no".into()), 4_000, MIDDLE).since_ms, 4_000);
    }

    #[test]
    fn a_clock_that_was_ahead_puts_no_try_off() {
        let longest = backoff::wait(u32::MAX, u32::MAX);
        let target =
            Target { failed: 1, since_ms: 0, next_ms: 5 + longest, wrong: false, reason: String::new() };
        assert_eq!([4, 5, 6].map(|now| target.opens_ms(now)), [4, 5 + longest, 5 + longest]);
        assert_eq!(target.opens_ms(6 + longest), 5 + longest, "and is in the past later");
    }

    #[test]
    fn whatever_is_changed_makes_another_target() {
        let one = account(Security::Tls);
        let mut others = vec![one.clone(); 6];
        others[0].host.push('x');
        others[1].port += 1;
        others[2].security = Security::Starttls;
        others[3].user.push('x');
        others[4].password.push('x');
        others[5].from.push('x');
        assert!(others.iter().all(|other| id(other) != id(&one)));
        assert_eq!(id(&one), id(&one.clone()));
        assert!(!id(&one).contains("geheim"));
    }
}
