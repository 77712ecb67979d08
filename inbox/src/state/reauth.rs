//! Asking for the password again before an administrative act (`docs/protocol.md` section 15.5). What was typed on the
//! page below stays as it is.

use crate::state::{fault::Fault, login::Progress};
use zeroize::Zeroizing;

/// The dialog.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reauth {
    /// It is shown.
    pub open: bool,
    /// How often it was asked: what comes of an earlier time must not open the dialog again.
    pub attempt: u64,
    /// The account that is logged in.
    pub account: String,
    /// The password, while it is typed and used.
    pub password: Zeroizing<String>,
    /// Where the login stands.
    pub progress: Progress,
    /// What went wrong.
    pub fault: Option<Fault>,
}

impl Reauth {
    /// Asks.
    #[must_use]
    pub fn ask(&self, account: String) -> Self {
        Self { open: true, attempt: self.attempt.wrapping_add(1), account, ..Self::default() }
    }

    /// Closed, with nothing left of what was typed.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { attempt: self.attempt, ..Self::default() }
    }

    /// Whether this is still the time that was asked.
    pub fn is(&self, attempt: u64) -> bool {
        self.open && self.attempt == attempt
    }

    /// Whether there is something to try.
    pub fn is_ready(&self) -> bool {
        self.open && self.progress == Progress::Idle && !self.password.is_empty()
    }

    /// It did not work: the password is asked for anew.
    #[must_use]
    pub fn again(&self, fault: Fault) -> Self {
        Self {
            open: true,
            attempt: self.attempt,
            account: self.account.clone(),
            fault: Some(fault),
            ..Self::default()
        }
    }
}

impl std::fmt::Debug for Reauth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reauth({:?}, typed text hidden)", self.progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_forgotten_and_asked_for_again() {
        let asked = Reauth::default().ask("a@b.example".into());
        assert!(!asked.is_ready());
        let typed = Reauth { password: Zeroizing::new("zebra-lampe".into()), ..asked };
        assert!(typed.is_ready() && !format!("{typed:?}").contains("zebra"));
        let again = typed.again(Fault::Refused);
        assert!(again.open && again.password.is_empty() && again.account == "a@b.example");
    }

    #[test]
    fn a_login_under_way_is_not_begun_twice() {
        let busy = Reauth {
            password: Zeroizing::new("x".into()),
            progress: Progress::Asking,
            ..Reauth::default().ask(String::new())
        };
        assert!(!busy.is_ready());
        assert!(!Reauth { open: false, progress: Progress::Idle, ..busy }.is_ready());
    }

    #[test]
    fn what_comes_of_an_earlier_time_finds_the_dialog_closed_or_another() {
        let first = Reauth::default().ask("a@b.example".into());
        assert!(first.is(first.attempt) && first.again(Fault::Refused).is(first.attempt));
        let closed = Reauth { password: Zeroizing::new("zebra".into()), ..first.clone() }.closed();
        assert!(!closed.is(first.attempt) && closed.account.is_empty() && closed.password.is_empty());
        let second = closed.ask("b@b.example".into());
        assert!(second.is(second.attempt) && !second.is(first.attempt));
    }
}
