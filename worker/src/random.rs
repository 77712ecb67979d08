//! Randomness of the runtime. The rules take it as an argument.

use opaque_ke::rand::{CryptoRng, Error, RngCore};

/// `N` random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

fn fill(bytes: &mut [u8]) {
    #[allow(
        clippy::expect_used,
        reason = "without randomness nothing may go on; `crypto.getRandomValues` cannot fail"
    )]
    getrandom::fill(bytes).expect("the runtime's randomness");
}

/// The same as the generator that OPAQUE asks for.
#[derive(Debug, Clone, Copy)]
pub struct Rng;

impl CryptoRng for Rng {}

impl RngCore for Rng {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(bytes())
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        fill(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        fill(dest);
        Ok(())
    }
}
