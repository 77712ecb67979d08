//! The recovery code: 160 random bits as 32 letters and digits in Crockford's base32, and four more that check them.

use crate::{
    SealError, SiteKey,
    keys::{derive, random},
};
use einwurf_protocol::{
    api::login::RecoveryCheck,
    codec::{CROCKFORD, Writer},
};
use hpke::rand_core::CryptoRng;
use std::fmt;
use zeroize::Zeroizing;

const LABEL: &str = "einwurf/1 recovery code";
const CHARACTERS: usize = 36;
const GROUP: usize = 4;
/// Groups of a code.
const GROUPS: u8 = 9;
const CHECK: &str = "einwurf/1 recovery check";

/// What a printed emergency sheet holds. A roster entry like a member's keys. Zeroized on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; 20]>);

impl RecoveryCode {
    /// A fresh code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random(rng))
    }

    /// Nine groups of four, joined by hyphens; the last one is the checksum.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
        for (index, value) in self.values().iter().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(CROCKFORD.get(usize::from(*value)).map_or('?', |byte| char::from(*byte)));
        }
        text
    }

    /// Reads a code as people type it: any case, spaces and hyphens anywhere, O for 0, I and L for 1.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let separator =
            |letter: &char| letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}');
        let letters = text.chars().filter(|letter| !separator(letter));
        let values = Zeroizing::new(letters.map(value).collect::<Result<Vec<u8>, _>>()?);
        if values.len() != CHARACTERS {
            return Err(SealError::RecoveryLength);
        }
        let code = Self(bits(&values));
        if *code.values() == **values { Ok(code) } else { Err(SealError::RecoveryChecksum) }
    }

    /// Lets holders of the site key ask for two groups later: 40 of the 180 bits, and nobody else learns even those.
    pub fn check(&self, site: &SiteKey, rng: &mut impl CryptoRng) -> RecoveryCheck {
        let mut drawn = [0; 2];
        rng.fill_bytes(&mut drawn);
        let [one, other] = drawn;
        let (first, step) = (one % GROUPS, 1 + other % (GROUPS - 1));
        let second = (first + step) % GROUPS;
        let groups = [first.min(second), first.max(second)];
        let text = self.to_text();
        let words = groups.map(|group| text.split('-').nth(usize::from(group)).unwrap_or_default());
        RecoveryCheck { groups, tag: site.recovery_tag(groups, words).to_vec() }
    }

    pub(crate) fn bits(&self) -> &[u8; 20] {
        &self.0
    }

    /// Values of all characters, 0 to 31: 160 bits, then the first 20 of the checksum.
    fn values(&self) -> Zeroizing<Vec<u8>> {
        let checksum = Writer::labelled(LABEL).fixed(self.0.as_ref()).sha256();
        let all = self.0.iter().chain(checksum.iter());
        let bits = all.flat_map(|byte| (0..8).rev().map(move |shift| (byte >> shift) & 1));
        let mut values = Zeroizing::new(vec![0; CHARACTERS]);
        for (index, bit) in bits.take(CHARACTERS * 5).enumerate() {
            if let Some(value) = values.get_mut(index / 5) {
                *value = (*value << 1) | bit;
            }
        }
        values
    }
}

impl SiteKey {
    /// Whether these are the two groups that [`RecoveryCode::check`] asks for, as people type them.
    pub fn fits(&self, check: &RecoveryCheck, words: [&str; 2]) -> Result<bool, SealError> {
        Ok(self.check_again(check, words)?.tag == check.tag)
    }

    /// The question for the same two groups under this key: the next site key asks like the one before it.
    pub fn check_again(&self, check: &RecoveryCheck, words: [&str; 2]) -> Result<RecoveryCheck, SealError> {
        let read = |word: &str| -> Result<String, SealError> {
            let letters = word.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
            let letter = |value: u8| CROCKFORD.get(usize::from(value)).map_or('?', |byte| char::from(*byte));
            let text = letters.map(|typed| value(typed).map(letter)).collect::<Result<String, _>>()?;
            if text.len() == GROUP { Ok(text) } else { Err(SealError::RecoveryLength) }
        };
        let [first, second] = words;
        let (first, second) = (Zeroizing::new(read(first)?), Zeroizing::new(read(second)?));
        let tag = self.recovery_tag(check.groups, [&first, &second]).to_vec();
        Ok(RecoveryCheck { groups: check.groups, tag })
    }

    fn recovery_tag(&self, groups: [u8; 2], words: [&str; 2]) -> Zeroizing<[u8; 32]> {
        let [first, second] = words;
        let info = Writer::labelled(CHECK).fixed(&groups).var(first.as_bytes()).var(second.as_bytes());
        derive(self.0.to_bytes().as_ref(), info)
    }
}

fn value(letter: char) -> Result<u8, SealError> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let index = CROCKFORD.iter().position(|byte| char::from(*byte) == letter);
    index.and_then(|index| u8::try_from(index).ok()).ok_or(SealError::RecoveryCharacter)
}

fn bits(values: &[u8]) -> Zeroizing<[u8; 20]> {
    let mut bytes = Zeroizing::new([0; 20]);
    let bits = values.iter().flat_map(|value| (0..5).rev().map(move |shift| (value >> shift) & 1));
    for (index, bit) in bits.enumerate() {
        if let Some(byte) = bytes.get_mut(index / 8) {
            *byte = (*byte << 1) | bit;
        }
    }
    bytes
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}
