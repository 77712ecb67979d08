//! What tests share: a generator that repeats itself.

use einwurf_protocol::time::Timestamp;
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;

/// Some day in 2027.
pub const NOW: Timestamp = Timestamp(1_800_000_000);

/// SHA-256 in counter mode: the same numbers for the same seed.
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    count: u64,
}

impl Dice {
    /// The one of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }
}

impl TryRng for Dice {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            self.count += 1;
            let input = [self.seed.to_be_bytes(), self.count.to_be_bytes()].concat();
            chunk.iter_mut().zip(Sha256::digest(input)).for_each(|(byte, drawn)| *byte = drawn);
        }
        Ok(())
    }
}

impl TryCryptoRng for Dice {}
