//! What opens things: bundles, recovery codes, sealed keys.

use crate::text;
use einwurf_protocol::{
    api::login::{KeyName, SealedKey},
    ids::{Digest, Thumbprint},
    limits::BUNDLE_BYTES,
};
use einwurf_seal::{Bundle, MemberKeys, RecoveryCode};
use std::sync::OnceLock;

/// A bundle that is read is written as the same bytes.
pub(crate) fn bundle(bytes: &[u8]) {
    let Ok(read) = Bundle::read(bytes) else { return };
    assert!(bytes.len() <= BUNDLE_BYTES);
    assert_eq!(read.conversation.bundle(&read.address, read.serial).as_slice(), bytes);
}

/// However a code was typed, it is one code, with one way to write it.
pub(crate) fn recovery(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(code) = RecoveryCode::from_text(text) else { return };
    let written = code.to_text();
    assert!(RecoveryCode::from_text(&written).is_ok_and(|again| again == code));
    assert!(RecoveryCode::from_text(&written.to_lowercase()).is_ok_and(|again| again == code));
    assert_eq!(written.len(), 36 + 8);
}

/// Nothing that anybody makes up opens as a key: what was sealed to this member is in no corpus.
pub(crate) fn sealed_key(bytes: &[u8]) {
    static MEMBER: OnceLock<MemberKeys> = OnceLock::new();
    let enc = bytes.get(..1_120).unwrap_or(bytes).to_vec();
    let ciphertext = bytes.get(1_120..).unwrap_or_default().to_vec();
    let member = MEMBER.get_or_init(|| MemberKeys::from_recovery(&code()));
    for what in [KeyName::Site(Thumbprint([1; 32])), KeyName::Inbox(Digest([1; 32]))] {
        let sealed =
            SealedKey { member: member.id(), what, enc: enc.clone(), ciphertext: ciphertext.clone() };
        assert!(member.open_key(&sealed, Thumbprint([1; 32])).is_err(), "a key out of nothing");
    }
}

/// Zeros with their checksum.
fn code() -> RecoveryCode {
    #[allow(
        clippy::expect_used,
        reason = "one of the codes below has the right checksum, or no target runs at all"
    )]
    RecoveryCode::from_text(ZEROS).expect("a code")
}

const ZEROS: &str = "0000-0000-0000-0000-0000-0000-0000-0000-YQF4";
