//! The emergency sheet: a new one, and the question twice a year whether it is still there (`docs/protocol.md` section
//! 14.5).

use crate::state::{publishing::Draft, setup::confirm::Confirm, site::succession};
use einwurf_protocol::{
    roster::{Capability, MemberKind},
    time::Timestamp,
};
use einwurf_seal::{CryptoRng, MemberKeys, RecoveryCode};
use std::fmt;
use zeroize::Zeroizing;

/// Half a year.
pub const CHECK_SECONDS: u64 = 182 * 86_400;

/// Whether the sheet should be asked for.
pub fn is_due(checked: Timestamp, now: Timestamp) -> bool {
    now > checked.plus(CHECK_SECONDS)
}

/// A code that is on the screen and not published yet.
#[derive(Clone)]
pub struct Drawn {
    /// In groups.
    pub code: Zeroizing<String>,
    /// Two groups that are asked back.
    pub confirm: Confirm,
}

impl Drawn {
    /// A fresh code, and which groups of it to ask back.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self { code: RecoveryCode::generate(rng).to_text(), confirm: Confirm::draw(rng) }
    }

    /// The code, once both groups were typed as they stand on the sheet.
    pub fn confirmed(&self) -> Option<RecoveryCode> {
        RecoveryCode::from_text(&self.code).ok().filter(|_| self.confirm.fits(&self.code))
    }
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drawn(code hidden)")
    }
}

/// The new sheet takes the place of every one before. Whoever has an old one has the announced next key, too, so that key
/// is announced no more.
pub fn replace(draft: &mut Draft, code: &RecoveryCode, rng: &mut impl CryptoRng) {
    let entry = MemberKeys::from_recovery(code).member(
        "",
        MemberKind::Recovery,
        &[Capability::Sign, Capability::Read],
    );
    draft.says.members.retain(|member| member.kind != MemberKind::Recovery);
    draft.says.members.push(entry);
    succession::withdraw(&mut draft.says);
    draft.recovery = Some(code.check(&draft.signer, rng));
}
