//! Work before something is taken that costs its sender nothing otherwise: a visitor's message, a try at a password by an
//! unknown device (`docs/protocol.md` section 15.2). The form is that of ALTCHA's proof of work, version 2: somebody draws
//! numbers until a key derived from one of them begins with a zero byte. It slows whoever sends thousands, locks nobody
//! out, and looks at no address.
//!
//! Solving is here for whoever has no `crypto.subtle` at hand; the visitor's app and the relay derive with that.

use crate::{codec::unhex, time::Timestamp};
use pbkdf2::pbkdf2_hmac_array;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How a key is derived.
pub const ALGORITHM: &str = "PBKDF2/SHA-256";
/// What the key of a solution begins with, in hexadecimal: one number in 256 does.
pub const KEY_PREFIX: &str = "00";
/// Length of a derived key.
pub const KEY_BYTES: usize = 32;
/// Hashes that a solution takes with one iteration, as a power of two: 256 numbers, and two for each.
const BITS_OF_ONE: u8 = 9;

/// What to solve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// What to derive.
    pub parameters: Parameters,
    /// The relay's MAC over them, in hexadecimal; to be sent back as it came.
    pub signature: String,
}

/// What a key is derived from. In alphabetical order, since that is what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameters {
    /// [`ALGORITHM`].
    pub algorithm: String,
    /// Iterations.
    pub cost: u32,
    /// When it ends.
    pub expires_at: Timestamp,
    /// [`KEY_BYTES`].
    pub key_length: u32,
    /// [`KEY_PREFIX`].
    pub key_prefix: String,
    /// 16 bytes in hexadecimal; the number follows them in the password.
    pub nonce: String,
    /// 16 bytes in hexadecimal.
    pub salt: String,
}

/// The number that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Solution {
    /// The number.
    pub counter: u32,
    /// The key derived from it, in hexadecimal. How long it took, which solvers may add, is not read here.
    pub derived_key: String,
}

/// A challenge with its solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// As it came.
    pub challenge: Challenge,
    /// What was found.
    pub solution: Solution,
}

/// One derivation, for whoever derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// Nonce and number.
    pub password: Vec<u8>,
    /// The salt.
    pub salt: Vec<u8>,
    /// How often.
    pub iterations: u32,
}

/// Iterations of a challenge that takes about two to the power of `bits` hashes.
pub fn cost(bits: u8) -> u32 {
    1u32.checked_shl(u32::from(bits.saturating_sub(BITS_OF_ONE))).unwrap_or(u32::MAX)
}

impl Parameters {
    /// Of the form that this protocol has, drawn from 32 bytes.
    pub fn new(bits: u8, expires_at: Timestamp, drawn: [u8; 32]) -> Self {
        let hex = |bytes: &[u8]| crate::codec::hex(bytes);
        let (nonce, salt) = drawn.split_at(16);
        Self {
            algorithm: ALGORITHM.to_owned(),
            cost: cost(bits),
            expires_at,
            key_length: 32,
            key_prefix: KEY_PREFIX.to_owned(),
            nonce: hex(nonce),
            salt: hex(salt),
        }
    }

    /// What is signed: JSON without spaces, members in alphabetical order.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it is of this protocol's form, and nothing else that the format allows.
    pub fn is_ours(&self) -> bool {
        let Self { algorithm, cost, key_length, key_prefix, nonce, salt, .. } = self;
        let form = algorithm == ALGORITHM && *key_length == 32 && key_prefix == KEY_PREFIX;
        form && cost.is_power_of_two() && [nonce, salt].iter().all(|text| text.len() == 32)
    }

    /// What to derive for a number; none if it is not of this protocol's form.
    pub fn derivation(&self, counter: u32) -> Option<Derivation> {
        if !self.is_ours() {
            return None;
        }
        let mut password = unhex(&self.nonce)?;
        password.extend(counter.to_be_bytes());
        Some(Derivation { password, salt: unhex(&self.salt)?, iterations: self.cost })
    }
}

impl Derivation {
    /// The key.
    pub fn key(&self) -> [u8; KEY_BYTES] {
        pbkdf2_hmac_array::<Sha256, KEY_BYTES>(&self.password, &self.salt, self.iterations)
    }
}

impl Challenge {
    /// How many hashes a solution takes, as a power of two.
    pub fn bits(&self) -> u8 {
        let cost = self.parameters.cost.checked_ilog2().and_then(|bits| u8::try_from(bits).ok());
        cost.unwrap_or_default().saturating_add(BITS_OF_ONE)
    }

    /// Tries `count` numbers from `from` on, so that a caller can let the page draw in between.
    pub fn solve(&self, from: u64, count: u64) -> Option<Work> {
        let mut derivation = self.parameters.derivation(0)?;
        let found = (from..from.saturating_add(count)).find_map(|counter| {
            let counter = u32::try_from(counter).ok();
            let place = derivation.password.last_chunk_mut::<4>();
            if let (Some(counter), Some(place)) = (counter, place) {
                *place = counter.to_be_bytes();
            }
            let key = derivation.key();
            // Beyond the last number there is no solution: the search ends.
            (counter.is_none() || begins(&key)).then_some((counter, key))
        })?;
        let (counter, key) = (found.0?, found.1);
        let solution = Solution { counter, derived_key: crate::codec::hex(&key) };
        Some(Work { challenge: self.clone(), solution })
    }
}

impl Work {
    /// What to derive to check it.
    pub fn derivation(&self) -> Option<Derivation> {
        self.challenge.parameters.derivation(self.solution.counter)
    }

    /// Whether `key`, derived for its number, is the one that it shows, and one that counts. Whose challenge it is, the
    /// relay knows.
    pub fn is_solved(&self, key: &[u8]) -> bool {
        key.len() == KEY_BYTES && begins(key) && crate::codec::hex(key) == self.solution.derived_key
    }
}

fn begins(key: &[u8]) -> bool {
    key.first() == Some(&0)
}
