//! From one site key to the next (`docs/protocol.md` section 4.5): announce, give visitors a snippet with both pins,
//! switch. In between nothing breaks: the old key signs until the last step.

use crate::state::{fault::Fault, publishing::Draft};
use einwurf_protocol::api::login::RecoveryCheck;
use einwurf_seal::{SealError, SiteKey, publish::Says};

/// How far the change is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is announced.
    #[default]
    None,
    /// The next key is announced; this device has it or has not.
    Announced {
        /// It can be switched to from here.
        held: bool,
    },
}

/// Announces a fresh key: the present one names it, and it is sealed to everybody who may sign.
pub fn announce(draft: &mut Draft, next: &SiteKey) -> Result<(), Fault> {
    if draft.says.succession.next.is_some() {
        return Err(Fault::Conflict);
    }
    draft.says.succession.next = Some(next.thumbprint());
    draft.next = Some(next.clone());
    Ok(())
}

/// Takes an announcement back; a snippet that pins both keys goes on working. Also when somebody leaves who has the
/// announced key: it would be known to a stranger.
pub fn withdraw(says: &mut Says) {
    says.succession.next = None;
}

/// The announced key takes over; nothing comes after it yet. `recovery` is the question for the sheet, carried over.
pub fn switch(draft: &mut Draft, next: &SiteKey, recovery: Option<&RecoveryCheck>) -> Result<(), Fault> {
    if draft.says.succession.next != Some(next.thumbprint()) {
        return Err(Fault::Conflict);
    }
    draft.says.succession.next = None;
    draft.signer = next.clone();
    draft.recovery = recovery.cloned();
    Ok(())
}

/// The question for the recovery code is bound to the site key; two groups from the sheet bind it to the next one. None
/// if they are not on the sheet.
pub fn carry_check(
    present: &SiteKey,
    next: &SiteKey,
    check: &RecoveryCheck,
    words: [&str; 2],
) -> Result<Option<RecoveryCheck>, SealError> {
    if !present.fits(check, words)? {
        return Ok(None);
    }
    next.check_again(check, words).map(Some)
}
