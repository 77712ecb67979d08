//! The staff's keys: a site's private keys, a member's, the recovery code, and how the first travel to the second.

pub(crate) mod inbox;
pub(crate) mod invitation;
pub(crate) mod member;
pub(crate) mod recovery;
pub(crate) mod sealed;
pub(crate) mod site;

use einwurf_protocol::codec::Writer;
use hkdf::Hkdf;
use hpke::rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// 32 bytes of HKDF-SHA256 (RFC 5869) without salt; `info` begins with its label.
pub(crate) fn derive(secret: &[u8], info: Writer) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // `expand` refuses only more than 255 blocks; this is one.
    if Hkdf::<Sha256>::new(None, secret).expand(&info.finish(), key.as_mut()).is_err() {
        unreachable!("32 bytes are one block of HKDF-SHA256")
    }
    key
}

fn random<const N: usize>(rng: &mut impl CryptoRng) -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    rng.fill_bytes(bytes.as_mut());
    bytes
}
