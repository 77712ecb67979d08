//! Work that an unknown device does before it may try a password: SHA-256 with leading zero bits, as in hashcash
//! (`docs/protocol.md` section 15.2). It slows guessing without locking anybody out and without looking at addresses.

use crate::codec::{Writer, base64url};
use serde::{Deserialize, Serialize};

const LABEL: &str = "einwurf/1 work";

/// What to solve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Opaque; made by the relay for one try.
    #[serde(with = "base64url")]
    pub challenge: Vec<u8>,
    /// Leading zero bits of the hash.
    pub bits: u8,
}

/// A solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// As it came.
    #[serde(with = "base64url")]
    pub challenge: Vec<u8>,
    /// Makes the hash small enough.
    pub nonce: u64,
}

fn zeros(challenge: &[u8], nonce: u64) -> u32 {
    let hash = Writer::labelled(LABEL).var(challenge).u64(nonce).sha256();
    let (head, _) = hash.split_first_chunk().unwrap_or((&[0xff; 8], &[]));
    u64::from_be_bytes(*head).leading_zeros()
}

impl Challenge {
    /// Tries `count` numbers from `from` on, so that a caller can let the page draw in between.
    pub fn solve(&self, from: u64, count: u64) -> Option<Work> {
        let bits = u32::from(self.bits);
        let nonce =
            (from..from.saturating_add(count)).find(|nonce| zeros(&self.challenge, *nonce) >= bits)?;
        Some(Work { challenge: self.challenge.clone(), nonce })
    }
}

impl Work {
    /// Whether it is worth `bits`. Whose challenge it is, the relay knows.
    pub fn is_worth(&self, bits: u8) -> bool {
        zeros(&self.challenge, self.nonce) >= u32::from(bits)
    }
}
