//! What a set-up brings besides its publication.

use super::Checked;
use crate::{access::account, body, fault::Fault, mail::are_recipients};
use einwurf_protocol::{
    api::login::{RecoveryCheck, Setup, Wrapped},
    event::NONCE_BYTES,
    message::is_email,
    roster::Capability,
};

/// Groups of a recovery code.
const GROUPS: u8 = 9;

/// Bytes of what two groups are compared with.
const TAG_BYTES: usize = 32;

/// Account, wrapped keys, recovery check and recipients fit the publication. The account is that of somebody who signs:
/// nobody else could go on.
pub(crate) fn check_setup(setup: &Setup, checked: &Checked) -> Result<(), Fault> {
    body::version(setup.v)?;
    check_account(&setup.account, "account")?;
    if !are_recipients(&setup.recipients) {
        return Err(Fault::malformed("recipients", "not 1 to 20 e-mail addresses"));
    }
    let member = checked.roster.member(&setup.wrapped.member);
    if !member.is_some_and(|member| member.is_person() && member.may(Capability::Sign)) {
        return Err(Fault::malformed("wrapped.member", "not a person of the roster who may sign"));
    }
    check_wrapped(&setup.wrapped, "wrapped")?;
    check_recovery(&setup.recovery, "recovery")
}

/// An account name is an e-mail address.
pub(crate) fn check_account(name: &str, field: &str) -> Result<(), Fault> {
    if is_email(&account(name)) { Ok(()) } else { Err(Fault::malformed(field, "not an e-mail address")) }
}

/// Two private keys of 32 bytes with their label and tag; room for a longer label, none for a file.
const WRAPPED_BYTES: usize = 1_024;

/// Wrapped keys have their form; what is in them only the member can tell.
pub(crate) fn check_wrapped(wrapped: &Wrapped, field: &str) -> Result<(), Fault> {
    if wrapped.nonce.len() != NONCE_BYTES {
        return Err(Fault::malformed(format!("{field}.nonce"), "not 24 bytes"));
    }
    if wrapped.ciphertext.len() > WRAPPED_BYTES {
        return Err(Fault::malformed(format!("{field}.ciphertext"), "longer than wrapped keys are"));
    }
    Ok(())
}

/// Two of the code's groups, and what they are compared with.
pub(crate) fn check_recovery(check: &RecoveryCheck, field: &str) -> Result<(), Fault> {
    let [first, second] = check.groups;
    if first < second && second < GROUPS && check.tag.len() == TAG_BYTES {
        Ok(())
    } else {
        Err(Fault::malformed(field, "not two groups in order and 32 bytes"))
    }
}
