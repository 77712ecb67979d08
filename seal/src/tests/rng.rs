//! A generator that draws the same in every run: SHA-256 of a seed and a counter.

use einwurf_protocol::codec::Writer;
use hpke::rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

pub(crate) struct Drawn {
    seed: String,
    count: u64,
}

/// The generator of this name.
pub(crate) fn drawn(seed: &str) -> Drawn {
    Drawn { seed: seed.to_owned(), count: 0 }
}

impl TryRng for Drawn {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_be_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_be_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for block in out.chunks_mut(32) {
            let drawn = Writer::labelled("einwurf/1 test").var(self.seed.as_bytes()).u64(self.count).sha256();
            block.copy_from_slice(&drawn[..block.len()]);
            self.count += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
