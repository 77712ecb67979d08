//! The OPAQUE ciphersuite (RFC 9807, section 7), so that relay and inbox cannot differ.

use opaque_ke::{CipherSuite, Ristretto255, TripleDh, argon2::Argon2};

/// ristretto255 and SHA-512, 3DH, Argon2id with the crate's defaults (19 MiB, 2 passes, 1 lane: OWASP's first choice).
#[derive(Debug, Clone, Copy)]
pub struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_010::Sha512>;
    type Ksf = Argon2<'static>;
}
