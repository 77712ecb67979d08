//! Credentials that the relay issued: set-up secrets, visitors' tokens, staff sessions. Stored as SHA-256 only.

use einwurf_protocol::{
    ids::{Secret, token_hash},
    limits::{FRESH_SECONDS, SESSION_SECONDS},
    time::Timestamp,
};
use p256::elliptic_curve::subtle::ConstantTimeEq;

/// A set-up link stays open for a week: long enough for a holiday, short enough for a forgotten mail.
pub const SETUP_SECONDS: u64 = 7 * 86_400;

/// What is stored of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// Of a secret.
    pub fn of(secret: &Secret) -> Self {
        Self(token_hash(secret))
    }

    /// Whether `secret` is the one; takes the same time wherever they differ.
    pub fn accepts(&self, secret: &Secret) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }
}

/// A credential with an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// Of the secret.
    pub hash: SecretHash,
    /// Valid before.
    pub expires: Timestamp,
}

impl Credential {
    /// Of a session that begins now.
    pub fn session(secret: &Secret, now: Timestamp) -> Self {
        Self { hash: SecretHash::of(secret), expires: now.plus(SESSION_SECONDS) }
    }

    /// Of a set-up link that is made now.
    pub fn setup(secret: &Secret, now: Timestamp) -> Self {
        Self { hash: SecretHash::of(secret), expires: now.plus(SETUP_SECONDS) }
    }

    /// Whether `secret` opens it at this time.
    pub fn accepts(&self, secret: &Secret, now: Timestamp) -> bool {
        self.hash.accepts(secret) && now < self.expires
    }
}

/// Whether a login is young enough for administrative acts.
pub fn is_fresh(started: Timestamp, now: Timestamp) -> bool {
    now <= started.plus(FRESH_SECONDS)
}

/// The form in which an account name is compared: without spaces around, ASCII letters small.
pub fn account(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn a_session_holds_twelve_hours_and_not_longer() {
        let session = Credential::session(&Secret([1; 32]), NOW);
        assert!(session.accepts(&Secret([1; 32]), NOW.plus(43_199)));
        assert!(!session.accepts(&Secret([1; 32]), NOW.plus(43_200)));
        assert!(!session.accepts(&Secret([2; 32]), NOW));
    }

    #[test]
    fn a_setup_link_holds_seven_days_and_not_longer() {
        let setup = Credential::setup(&Secret([1; 32]), NOW);
        assert!(setup.accepts(&Secret([1; 32]), NOW.plus(604_799)));
        assert!(!setup.accepts(&Secret([1; 32]), NOW.plus(604_800)));
    }

    #[test]
    fn a_login_is_fresh_for_ten_minutes() {
        assert!(is_fresh(NOW, NOW) && is_fresh(NOW, NOW.plus(599)) && is_fresh(NOW, NOW.plus(600)));
        assert!(!is_fresh(NOW, NOW.plus(601)));
    }

    #[test]
    fn the_hash_is_not_the_secret() {
        let hash = SecretHash::of(&Secret([1; 32]));
        assert_ne!(hash.0, [1; 32]);
        assert_ne!(hash, SecretHash::of(&Secret([2; 32])));
    }

    #[test]
    fn an_account_is_found_however_it_is_typed() {
        assert_eq!(account("  Meike@Fensterbau.Example "), "meike@fensterbau.example");
    }
}
