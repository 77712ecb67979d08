//! "Stay signed in on this device": what opens the inbox again without the password, until the session ends.
//!
//! Kept are the session and the member's keys, wrapped anew under a key that is drawn for it: neither the password nor
//! what follows from it. An effect encrypts both once more, under a key that the browser does not hand out.

use crate::state::keyring::{Known, Staff, unlock};
use einwurf_protocol::{api::login::Session, ids::Secret, time::Timestamp};
use einwurf_seal::wrapping_key;
use einwurf_staff::Refusal;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// For so long at most, whatever the relay says of its session's end.
pub const STAY_SECONDS: u64 = 43_200;

/// From when to when something may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The login.
    pub since: Timestamp,
    /// The end.
    pub until: Timestamp,
}

impl Span {
    /// From now to the end of the session, and not longer than allowed.
    pub fn of(now: Timestamp, expires: Timestamp) -> Self {
        Self { since: now, until: expires.min(now.plus(STAY_SECONDS)) }
    }

    /// Whether the password is asked for again. A clock that was set back does not lengthen it.
    pub fn is_over(self, now: Timestamp) -> bool {
        now < self.since || now >= self.until || self.until > self.since.plus(STAY_SECONDS)
    }
}

/// What is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    account: String,
    session: Session,
    opens: Secret,
    /// How far the relay's clock was ahead: a device whose own is wrong gets in again, too.
    ahead: i64,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(session and keys hidden)")
    }
}

impl Kept {
    /// Of a login that just verified.
    pub fn of(account: &str, session: &Session, staff: &Staff, ahead: i64, rng: &mut impl CryptoRng) -> Self {
        let mut opens = Secret([0; 32]);
        rng.fill_bytes(&mut opens.0);
        let wrapped = staff.keys.wrap(wrapping_key(&opens.0, &staff.root).as_ref(), rng);
        let session = Session { wrapped: Some(wrapped), ..session.clone() };
        Self { account: account.to_owned(), session, opens, ahead }
    }

    /// As bytes to encrypt; none if it cannot be written, then nothing is kept.
    pub fn write(&self) -> Option<Zeroizing<Vec<u8>>> {
        serde_json::to_vec(self).ok().map(Zeroizing::new)
    }

    /// From decrypted bytes.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The account, for when the password is asked for all the same.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What the relay's clock shows when this device's shows `now`.
    pub fn relay_clock(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_add_signed(self.ahead))
    }

    /// Enters as a login does: everything that the relay showed is verified once more, against what this device has
    /// seen since.
    pub fn open(&self, known: &Known<'_>) -> Result<Staff, Refusal> {
        unlock(&self.session, &self.opens.0, known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Dice, EXPORT_KEY, KNOWN, session, staff};

    fn kept() -> Vec<u8> {
        Kept::of("a@b.example", &session(), &staff(1), -7, &mut Dice::new(5)).write().unwrap().to_vec()
    }

    #[test]
    fn what_is_kept_opens_again_as_the_same_member_with_the_same_session() {
        let again = Kept::read(&kept()).unwrap();
        let opened = again.open(&KNOWN).unwrap();
        assert_eq!((opened.member.id, opened.session), (staff(1).member.id, session().session));
        assert_eq!(opened.inbox_keys.len(), staff(1).inbox_keys.len());
        assert_eq!(again.account(), "a@b.example");
        assert_eq!(again.relay_clock(Timestamp(100)), Timestamp(93));
        assert!(!format!("{again:?}").contains("a@b"));
    }

    #[test]
    fn neither_the_password_nor_what_follows_from_it_is_kept() {
        let bytes = kept();
        assert!(!bytes.windows(EXPORT_KEY.len()).any(|window| window == EXPORT_KEY));
        // What the relay wrapped does not open with it either: it is another wrapping each time.
        let read = Kept::read(&bytes).unwrap();
        assert_ne!(read.session.wrapped, session().wrapped);
        assert_eq!(unlock(&read.session, EXPORT_KEY, &KNOWN).unwrap_err(), Refusal::Keys);
        let other = Kept::of("a@b.example", &session(), &staff(1), -7, &mut Dice::new(6)).write().unwrap();
        assert_ne!(bytes, other.to_vec());
    }

    #[test]
    fn what_is_older_than_this_device_has_seen_since_asks_for_the_password() {
        for (serial, opens) in [(1, true), (2, false)] {
            let known = Known { serial, ..KNOWN };
            assert_eq!(Kept::read(&kept()).unwrap().open(&known).is_ok(), opens, "{serial}");
        }
    }

    #[test]
    fn a_changed_record_is_no_record() {
        let bytes = kept();
        assert!(Kept::read(&bytes[..bytes.len() - 1]).is_none() && Kept::read(b"{}").is_none());
    }

    #[test]
    fn it_ends_after_twelve_hours_and_not_a_second_later() {
        let span = Span::of(Timestamp(100_000), Timestamp(100_000 + STAY_SECONDS));
        for (now, over) in [
            (99_999, true),
            (100_000, false),
            (100_000 + STAY_SECONDS - 1, false),
            (100_000 + STAY_SECONDS, true),
            (100_000 + STAY_SECONDS + 1, true),
        ] {
            assert_eq!(span.is_over(Timestamp(now)), over, "{now}");
        }
    }

    #[test]
    fn a_relay_that_promises_years_and_a_record_that_says_so_change_nothing() {
        let now = Timestamp(100_000);
        assert_eq!(Span::of(now, Timestamp(u64::MAX)).until, now.plus(STAY_SECONDS));
        assert!(!Span { since: now, until: now.plus(STAY_SECONDS) }.is_over(now));
        assert!(Span { since: now, until: now.plus(STAY_SECONDS + 1) }.is_over(now));
    }
}
