//! An epoch: HPKE (RFC 9180) Base mode to the inbox key, of which only the exports are used: one key per direction. The
//! opening event commits to both, since XChaCha20-Poly1305 by itself does not commit to its key: whoever opens the
//! epoch, by the inbox key or by keys that a later epoch names, holds the same keys or none.
//!
//! Suite: KEM X-Wing 0x647a (X25519 and ML-KEM-768), KDF HKDF-SHA256, AEAD `ChaCha20Poly1305`.

use einwurf_protocol::{
    VERSION,
    codec::Writer,
    event::Direction,
    ids::{Cid, Digest, Thumbprint},
};
use hpke::{Kem, kem::XWing};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub(crate) type Kdf = hpke::kdf::HkdfSha256;
pub(crate) type Aead = hpke::aead::ChaCha20Poly1305;
pub(crate) type KemPublic = <XWing as Kem>::PublicKey;
#[cfg(feature = "open")]
pub(crate) type KemEnc = <XWing as Kem>::EncappedKey;
#[cfg(feature = "open")]
pub(crate) type KemPrivate = <XWing as Kem>::PrivateKey;

const INFO: &str = "einwurf/1 epoch";
const TO_STAFF: &str = "einwurf/1 to staff";
const TO_VISITOR: &str = "einwurf/1 to visitor";
const COMMITMENT: &str = "einwurf/1 commitment";

/// Which epoch of which conversation. Another value of any field gives other keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EpochName {
    pub(crate) site: Thumbprint,
    pub(crate) cid: Cid,
    pub(crate) epoch: u32,
}

impl EpochName {
    fn info(&self, inbox_key: &Digest) -> Vec<u8> {
        Writer::labelled(INFO)
            .u8(VERSION)
            .fixed(&self.site.0)
            .fixed(&inbox_key.0)
            .fixed(&self.cid.0)
            .u32(self.epoch)
            .finish()
    }
}

/// The two keys of an epoch.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct EpochKeys {
    pub(crate) to_staff: [u8; 32],
    pub(crate) to_visitor: [u8; 32],
}

impl EpochKeys {
    pub(crate) fn of(&self, direction: Direction) -> &[u8; 32] {
        match direction {
            Direction::ToStaff => &self.to_staff,
            Direction::ToVisitor => &self.to_visitor,
        }
    }

    /// What the opening event says of these keys. Tells nothing about them: they are 64 uniform bytes.
    pub(crate) fn commitment(&self) -> [u8; 32] {
        Writer::labelled(COMMITMENT).fixed(&self.to_staff).fixed(&self.to_visitor).sha256()
    }
}

impl std::fmt::Debug for EpochKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochKeys(hidden)")
    }
}

/// Keys from the exporter of either side. HPKE refuses only outputs that are far longer.
fn exports(export: impl Fn(&[u8], &mut [u8]) -> Result<(), hpke::HpkeError>) -> Option<EpochKeys> {
    let one = |label: &str, out: &mut [u8; 32]| export(&Writer::labelled(label).finish(), out).ok();
    let mut keys = EpochKeys { to_staff: [0; 32], to_visitor: [0; 32] };
    one(TO_STAFF, &mut keys.to_staff)?;
    one(TO_VISITOR, &mut keys.to_visitor)?;
    Some(keys)
}

#[cfg(feature = "seal")]
mod sender {
    use super::{Aead, EpochKeys, EpochName, Kdf, KemPublic, XWing, exports};
    use crate::SealError;
    use einwurf_protocol::{
        event::Opening,
        manifest::{InboxKey, inbox_key_id},
    };
    use hpke::rand_core::CryptoRng;
    use hpke::{Deserializable as _, OpModeS, Serializable as _, setup_sender_with_rng};

    impl EpochName {
        /// Draws fresh keys, and what staff need to find them.
        pub(crate) fn open(
            &self,
            inbox: &InboxKey,
            rng: &mut impl CryptoRng,
        ) -> Result<(EpochKeys, Opening), SealError> {
            if inbox.id != inbox_key_id(&inbox.public) {
                return Err(SealError::InboxKey);
            }
            let public = KemPublic::from_bytes(&inbox.public).map_err(|_| SealError::InboxKey)?;
            let info = self.info(&inbox.id);
            let (enc, context) =
                setup_sender_with_rng::<Aead, Kdf, XWing>(&OpModeS::Base, &public, &info, rng)
                    .map_err(|_| SealError::InboxKey)?;
            let keys = exports(|label, out| context.export(label, out)).ok_or(SealError::InboxKey)?;
            let commitment = keys.commitment();
            Ok((keys, Opening { inbox_key: inbox.id, enc: enc.to_bytes().to_vec(), commitment }))
        }
    }
}

#[cfg(feature = "open")]
mod receiver {
    use super::{Aead, EpochKeys, EpochName, Kdf, KemEnc, KemPrivate, XWing, exports};
    use einwurf_protocol::event::Opening;
    use hpke::{Deserializable as _, OpModeR, setup_receiver};
    use p256::elliptic_curve::subtle::ConstantTimeEq as _;

    impl EpochName {
        /// The keys that `opening` commits to; `None` if `secret` gives others.
        pub(crate) fn recover(&self, opening: &Opening, secret: &KemPrivate) -> Option<EpochKeys> {
            let enc = KemEnc::from_bytes(&opening.enc).ok()?;
            let info = self.info(&opening.inbox_key);
            let context = setup_receiver::<Aead, Kdf, XWing>(&OpModeR::Base, secret, &enc, &info).ok()?;
            exports(|label, out| context.export(label, out))?.committed_by(opening)
        }
    }

    impl EpochKeys {
        /// These keys, if `opening` commits to them.
        pub(crate) fn committed_by(self, opening: &Opening) -> Option<Self> {
            bool::from(self.commitment().ct_eq(&opening.commitment)).then_some(self)
        }
    }
}
