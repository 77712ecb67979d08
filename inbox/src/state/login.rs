//! The login page: what is typed, what is going on, what went wrong.

use crate::state::fault::Fault;
pub use einwurf_staff::login::{account, is_fair};
use zeroize::Zeroizing;

/// Where a login stands. Argon2id takes a moment, and the page says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Progress {
    /// Waiting for the person.
    #[default]
    Idle,
    /// Talking to the relay.
    Asking,
    /// Working, since this device is new to the account.
    Working,
    /// Argon2id runs.
    Deriving,
    /// Opening keys and checking signatures.
    Checking,
}

/// Which login it is, of those that this page has seen. An act belongs to the login that began it: what comes back after
/// somebody left, or after somebody else came, is not taken up and not sent on. Typing the password again for an
/// administrative act is the same login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Generation(u64);

impl Generation {
    /// Somebody came or left.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// Why the app stands at the login again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// By choice.
    LoggedOut,
    /// Nobody did anything for a while.
    Locked,
    /// The session ended.
    Ended,
    /// The site has another key now, which only a login follows.
    Switched,
}

/// The page's state. The password lives here only while it is typed and used.
#[derive(Clone, Default)]
pub struct Login {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: Zeroizing<String>,
    /// Address or link of the site, asked for only if it is not known.
    pub site: String,
    /// Where it stands.
    pub progress: Progress,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// Why the app is here again.
    pub left: Option<Left>,
    /// This device is to stay signed in; unticked unless the person ticks it.
    pub stay: bool,
    /// This device stays signed in, so the inbox opens again without the password.
    pub kept: bool,
}

impl Login {
    /// Whether there is something to try.
    pub fn is_complete(&self) -> bool {
        !self.account.trim().is_empty() && !self.password.is_empty()
    }

    /// Whether the site is asked for: no link ever brought it, or the one that is known is not there.
    pub fn asks_site(&self, site_known: bool) -> bool {
        !site_known || !self.site.is_empty() || self.fault == Some(Fault::Unknown)
    }

    /// Whether a login is under way.
    pub fn is_busy(&self) -> bool {
        self.progress != Progress::Idle
    }

    /// Back at the beginning, with the account still filled in and the password forgotten.
    #[must_use]
    pub fn again(&self, left: Option<Left>, fault: Option<Fault>) -> Self {
        // Who mistyped does not tick again; whoever comes after somebody left does.
        let stay = self.stay && left.is_none() && fault.is_some();
        Self { account: self.account.clone(), site: self.site.clone(), left, fault, stay, ..Self::default() }
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login({:?}, typed text hidden)", self.progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_login_keeps_the_account_and_forgets_the_password() {
        let login =
            Login { account: "a@b.example".into(), password: Zeroizing::new("x".into()), ..Login::default() };
        let again = login.again(None, Some(Fault::Refused));
        assert_eq!((again.account.as_str(), again.password.as_str()), ("a@b.example", ""));
        assert!(!format!("{login:?}").contains('@'));
    }

    #[test]
    fn the_box_to_stay_is_unticked_for_whoever_comes_next() {
        let login = Login { stay: true, ..Login::default() };
        assert!(!Login::default().stay);
        assert!(login.again(None, Some(Fault::Refused)).stay, "a mistyped password unticks nothing");
        assert!(!login.again(None, None).stay && !login.again(Some(Left::LoggedOut), None).stay);
        assert!(!login.again(Some(Left::Ended), Some(Fault::Refused)).stay);
    }

    #[test]
    fn the_site_is_asked_for_only_when_it_is_unknown_or_not_there() {
        let login =
            Login { account: "a@b.example".into(), password: Zeroizing::new("x".into()), ..Login::default() };
        assert!(login.is_complete() && !Login { account: " ".into(), ..login.clone() }.is_complete());
        assert!(!login.asks_site(true) && login.asks_site(false));
        assert!(!login.again(None, Some(Fault::Refused)).asks_site(true));
        assert!(login.again(None, Some(Fault::Unknown)).asks_site(true), "a mistyped site is not for ever");
        assert!(Login { site: "a".into(), ..login }.asks_site(true), "the field stays while somebody types");
    }

    #[test]
    fn an_act_ends_when_somebody_leaves_and_is_not_the_next_ones() {
        let began = Generation::default();
        let left = began.next();
        let other = left.next();
        assert!(began != left && began != other && left != other);
    }
}
