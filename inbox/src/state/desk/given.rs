//! What was agreed to: a grant, and what only its visitor and staff know of it.

use einwurf_protocol::{
    consent::{By, Choices, Grant},
    notice::{Mode, Purpose, Register},
    time::Timestamp,
};

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When the relay stored it.
    pub at: Timestamp,
    /// Register of the notice.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
    /// Purposes that were granted.
    pub purposes: Vec<Purpose>,
    /// The box for special categories, if there was one. It travels sealed in the messages.
    pub special: Option<bool>,
    /// Who consents, if children may write. It travels sealed, too.
    pub by: Option<By>,
    /// The first characters of the notice's digest.
    pub digest: String,
}

impl Given {
    /// `sealed` are the choices that the messages brought; only those that the grant names count.
    pub(super) fn of(grant: &Grant, at: Timestamp, sealed: &[Choices]) -> Self {
        let named = |choices: &&Choices| grant.choices == Some(choices.digest());
        let choices = sealed.iter().find(named);
        let special = choices.and_then(|choices| choices.special);
        let granted = grant.grants.iter().filter(|(_, granted)| **granted).map(|(purpose, _)| *purpose);
        let mut purposes: Vec<_> = granted.filter(|purpose| *purpose != Purpose::Special).collect();
        if special == Some(true) {
            purposes.push(Purpose::Special);
        }
        Self {
            at,
            register: grant.register,
            mode: grant.mode,
            purposes,
            special,
            by: choices.and_then(|choices| choices.by),
            digest: grant.notice.to_string().chars().take(12).collect(),
        }
    }
}
