//! A member's own access: the password, and the devices that logged in.

use crate::state::{
    admin::Said,
    field::{FieldFault, Rule, Spec},
    setup::strength::{Strength, strength},
};
use einwurf_protocol::{api::admin::Device, ids::Thumbprint};
use std::fmt;
use zeroize::Zeroizing;

/// A device that logged in, as the relay knows it.
pub type Gadget = Device;

/// The new password.
pub const PASSWORD: Spec = Spec::new("new-password", |t| &t.account_password, Rule::Password)
    .hint(|t| &t.ask_password_hint)
    .autocomplete("new-password");

/// Where a change of the password stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Changing {
    /// Nothing is under way.
    #[default]
    Idle,
    /// Talking to the relay.
    Asking,
    /// The new password is stretched.
    Deriving,
}

/// What somebody does on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Sets the new password.
    Change,
    /// Ends a device's sessions and forgets it.
    End(Thumbprint),
}

/// Everything behind the page. The password lives here only while it is typed and used.
#[derive(Clone, Default)]
pub struct Account {
    /// Account name.
    pub name: String,
    /// Logged in with the emergency sheet, which has no password.
    pub recovering: bool,
    /// The new password.
    pub password: Zeroizing<String>,
    /// Faults are shown.
    pub tried: bool,
    /// Where a change stands.
    pub changing: Changing,
    /// Devices, the newest login first; none until they were fetched.
    pub devices: Option<Vec<Gadget>>,
    /// What is said below the password.
    pub said: Said,
    /// What is said below the devices.
    pub said_devices: Said,
}

impl Account {
    /// What is wrong with the new password, once somebody tried.
    pub fn fault(&self) -> Option<FieldFault> {
        self.tried.then(|| self.check()).flatten()
    }

    /// What is wrong with the new password.
    pub fn check(&self) -> Option<FieldFault> {
        PASSWORD.rule.check(&self.password)
    }

    /// How strong it looks, beside names that a guesser would know; none for an empty field.
    pub fn strength(&self, known: &[&str]) -> Option<Strength> {
        (!self.password.is_empty()).then(|| strength(&self.password, known))
    }

    /// The password was changed: it is forgotten here, and the other devices are logged out.
    pub fn changed(&mut self) {
        self.password = Zeroizing::default();
        (self.tried, self.changing) = (false, Changing::Idle);
        self.said = Said::Good(|t| &t.account_changed);
        if let Some(devices) = &mut self.devices {
            devices.retain(|device| device.current);
        }
    }

    /// It was not changed; what was typed stays.
    pub fn failed(&mut self, said: Said) {
        (self.changing, self.said) = (Changing::Idle, said);
    }

    /// Takes up the devices, the newest login first.
    pub fn take(&mut self, mut devices: Vec<Gadget>) {
        devices.sort_by_key(|device| std::cmp::Reverse((device.current, device.last, device.id)));
        self.devices = Some(devices);
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({:?}, typed text hidden)", self.changing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::NOW;

    fn typed(password: &str) -> Account {
        Account { password: Zeroizing::new(password.into()), ..Account::default() }
    }

    fn device(number: u8, last: u64, current: bool) -> Gadget {
        Gadget { id: Thumbprint([number; 32]), first: NOW, last: NOW.plus(last), sessions: 1, current }
    }

    #[test]
    fn a_password_one_character_short_is_refused_and_one_of_twelve_is_taken() {
        for (password, wanted) in [
            ("", Some(FieldFault::Empty)),
            ("elf zeichen", Some(FieldFault::Short)),
            ("zwölfzeichen", None),
            ("dreizehn sind", None),
        ] {
            assert_eq!(typed(password).check(), wanted, "{password}");
        }
        assert_eq!(typed("kurz").fault(), None, "nothing is blamed before somebody tries");
    }

    #[test]
    fn a_changed_password_is_forgotten_and_only_this_device_is_left() {
        let mut account = typed("zebra lampe tasse");
        account.take(vec![device(1, 5, false), device(2, 1, true)]);
        account.changed();
        assert!(account.password.is_empty());
        assert_eq!(account.devices.unwrap(), [device(2, 1, true)]);
    }

    #[test]
    fn a_failure_keeps_what_was_typed() {
        let mut account = Account { changing: Changing::Deriving, ..typed("zebra lampe tasse") };
        account.failed(Said::Care(|t| &t.fault_away));
        assert_eq!((account.password.as_str(), account.changing), ("zebra lampe tasse", Changing::Idle));
    }

    #[test]
    fn this_device_comes_first_then_the_newest_login() {
        let mut account = Account::default();
        account.take(vec![device(1, 1, false), device(2, 9, false), device(3, 0, true)]);
        let order: Vec<_> = account.devices.unwrap().iter().map(|device| device.id.0[0]).collect();
        assert_eq!(order, [3, 2, 1]);
    }

    #[test]
    fn debug_shows_no_password() {
        let account = typed("zebra lampe tasse");
        assert!(!format!("{account:?}").contains("zebra"));
    }
}
