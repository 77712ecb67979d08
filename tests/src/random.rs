//! Randomness: the system's for keys, and a seeded one whose seed is printed, for runs that must be repeatable.

use getrandom::{SysRng, rand_core::UnwrapErr};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's generator.
pub fn system() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// `N` random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    use getrandom::rand_core::Rng as _;
    let mut bytes = [0; N];
    system().fill_bytes(&mut bytes);
    bytes
}

/// `SplitMix64` (Steele et al. 2014): moments and choices of a test, never keys.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// With the seed in `EINWURF_SEED`, else one from the clock. The caller prints [`Seeded::seed`].
    pub fn from_environment() -> Self {
        let given = std::env::var("EINWURF_SEED").ok().and_then(|text| text.parse().ok());
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        Self(given.unwrap_or_else(|| u64::try_from(clock()).unwrap_or_default()))
    }

    /// With this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The present state; before the first draw, the seed.
    pub fn seed(&self) -> u64 {
        self.0
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}
