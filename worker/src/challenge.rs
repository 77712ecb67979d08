//! What the relay asks before a login, without keeping anything: work of unknown devices, and a signature by the recovery
//! code (`docs/protocol.md` sections 15.2, 15.4). Both are authenticated under the address key; what was used is kept
//! until it ends.

use crate::address::{AddressKey, ObjectId};
use einwurf_protocol::{
    codec::{Reader, Writer},
    ids::{Digest, MessageId},
    limits::{LOGIN_SECONDS, WORK_BITS, WORK_BITS_MOST},
    time::Timestamp,
    work::{Challenge, Work},
};

const ACCOUNT: &str = "einwurf/1 account";
const WORK: &str = "einwurf/1 work challenge";
const RECOVERY: &str = "einwurf/1 recovery challenge";
const FORM: &str = "w";

/// Tries at an account count for so long, in seconds.
pub const TRY_SECONDS: u64 = 3_600;

/// What stands for an account, whether it exists or not, where its tries are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountHash(pub [u8; 32]);

impl AccountHash {
    /// Of an account name in its compared form.
    pub fn of(account: &str) -> Self {
        Self(Writer::labelled(ACCOUNT).var(account.as_bytes()).sha256())
    }
}

/// How much an unknown device works after so many tries at the account within [`TRY_SECONDS`].
pub fn bits(tries: u64) -> u8 {
    let more = u8::try_from(tries).unwrap_or(u8::MAX);
    WORK_BITS.saturating_add(more).min(WORK_BITS_MOST)
}

fn work_input(site: ObjectId, account: AccountHash, body: &[u8]) -> Vec<u8> {
    Writer::labelled(WORK).fixed(&site.0).fixed(&account.0).var(body).finish()
}

/// A challenge for one try at `account` of `site`.
pub fn work(
    key: &AddressKey,
    site: ObjectId,
    account: AccountHash,
    bits: u8,
    now: Timestamp,
    drawn: [u8; 16],
) -> Challenge {
    let expires = now.plus(LOGIN_SECONDS);
    let body = Writer::labelled(FORM).fixed(&drawn).u64(expires.0).u8(bits).finish();
    let tag = key.tag(&work_input(site, account, &body));
    Challenge { challenge: [body, tag.to_vec()].concat(), bits }
}

/// When the challenge ends that `work` solves, if it is of this relay for `account` of `site`, has not ended, asked for
/// at least `bits`, and is solved. Work that was asked for before others tried is not enough any more: otherwise
/// somebody could have many challenges made first.
pub fn is_worked(
    key: &AddressKey,
    site: ObjectId,
    account: AccountHash,
    bits: u8,
    now: Timestamp,
    work: &Work,
) -> Option<Timestamp> {
    let (body, tag) = work.challenge.split_at_checked(work.challenge.len().checked_sub(32)?)?;
    let mut reader = Reader::labelled(body, FORM).ok()?;
    reader.take(16).ok()?;
    let (expires, asked) = (Timestamp(reader.u64().ok()?), reader.u8().ok()?);
    reader.end().ok()?;
    let ours = key.is_tag(&work_input(site, account, body), tag);
    (ours && now < expires && asked >= bits && work.is_worth(asked)).then_some(expires)
}

/// A login by recovery code: its name says when it ends, and gives what to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Names the login.
    pub login: MessageId,
    /// What the code signs.
    pub challenge: Digest,
    /// When it ends.
    pub expires: Timestamp,
}

impl Recovery {
    /// A fresh one.
    pub fn begin(key: &AddressKey, site: ObjectId, now: Timestamp, drawn: [u8; 8]) -> Self {
        let mut login = [0; 16];
        let (end, random) = login.split_at_mut(8);
        end.copy_from_slice(&now.plus(LOGIN_SECONDS).0.to_be_bytes());
        random.copy_from_slice(&drawn);
        Self::of(key, site, MessageId(login))
    }

    /// The one that was begun under this name. A made-up name has a challenge that nobody could sign beforehand, since
    /// only the relay can compute it.
    pub fn of(key: &AddressKey, site: ObjectId, login: MessageId) -> Self {
        let input = Writer::labelled(RECOVERY).fixed(&site.0).fixed(&login.0).finish();
        let end = login.0.first_chunk().copied().unwrap_or_default();
        Self { login, challenge: Digest(key.tag(&input)), expires: Timestamp(u64::from_be_bytes(end)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    const SITE: ObjectId = ObjectId([1; 32]);

    fn key() -> AddressKey {
        AddressKey::new([7; 32])
    }

    fn account() -> AccountHash {
        AccountHash::of("meike@fensterbau.example")
    }

    /// Few bits, so that tests do not work long.
    fn solved(bits: u8) -> Work {
        work(&key(), SITE, account(), bits, NOW, [9; 16]).solve(0, u64::MAX).unwrap()
    }

    fn end(work: &Work, bits: u8, now: Timestamp) -> Option<Timestamp> {
        is_worked(&key(), SITE, account(), bits, now, work)
    }

    #[test]
    fn every_try_makes_the_next_one_dearer_up_to_the_most() {
        assert_eq!([0, 1, 5, 6, 7, 255, 256, u64::MAX].map(bits), [15, 16, 20, 21, 21, 21, 21, 21]);
    }

    #[test]
    fn work_holds_for_two_minutes() {
        assert_eq!(end(&solved(4), 4, NOW), Some(NOW.plus(120)));
        assert_eq!(end(&solved(4), 4, NOW.plus(119)), Some(NOW.plus(120)));
        assert_eq!(end(&solved(4), 4, NOW.plus(120)), None);
    }

    #[test]
    fn work_for_another_account_site_or_relay_is_worth_nothing() {
        let work = solved(4);
        let other = AccountHash::of("jonas@fensterbau.example");
        assert_eq!(is_worked(&key(), SITE, other, 4, NOW, &work), None);
        assert_eq!(is_worked(&key(), ObjectId([2; 32]), account(), 4, NOW, &work), None);
        assert_eq!(is_worked(&AddressKey::new([8; 32]), SITE, account(), 4, NOW, &work), None);
    }

    #[test]
    fn challenges_made_before_others_tried_are_not_enough_later() {
        assert!(end(&solved(4), 3, NOW).is_some());
        assert!(end(&solved(4), 4, NOW).is_some());
        assert_eq!(end(&solved(4), 5, NOW), None);
    }

    #[test]
    fn nobody_makes_their_own_challenge_or_lowers_its_bits() {
        let good = solved(4);
        for index in 0..good.challenge.len() {
            let mut challenge = good.challenge.clone();
            challenge[index] ^= 1;
            let forged = Challenge { challenge, bits: 4 }.solve(0, u64::MAX).unwrap();
            assert_eq!(end(&forged, 0, NOW), None, "byte {index}");
        }
        for challenge in [vec![], vec![0; 31], vec![0; 32], good.challenge[1..].to_vec()] {
            assert_eq!(end(&Work { challenge, nonce: 0 }, 0, NOW), None);
        }
        let lazy = Work {
            nonce: (0..1_000).find(|nonce| !Work { nonce: *nonce, ..good.clone() }.is_worth(4)).unwrap(),
            ..good
        };
        assert_eq!(end(&lazy, 4, NOW), None);
    }

    #[test]
    fn a_recovery_is_known_again_by_its_name_only_here() {
        let begun = Recovery::begin(&key(), SITE, NOW, [3; 8]);
        assert_eq!(begun.expires, NOW.plus(120));
        assert_eq!(Recovery::of(&key(), SITE, begun.login), begun);
        let elsewhere = Recovery::of(&key(), ObjectId([2; 32]), begun.login);
        assert_ne!(elsewhere.challenge, begun.challenge);
        // Its end is part of its name: a later end is another challenge.
        let mut later = begun.login;
        later.0[0] = 1;
        assert_ne!(Recovery::of(&key(), SITE, later).challenge, begun.challenge);
        assert_ne!(Recovery::begin(&key(), SITE, NOW, [4; 8]).challenge, begun.challenge);
    }
}
