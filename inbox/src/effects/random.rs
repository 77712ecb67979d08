//! Randomness: the browser's generator.

use getrandom::{SysRng, rand_core::UnwrapErr};

/// `crypto.getRandomValues`. Every browser that runs wasm has it, in any context.
pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
