//! A hint on passwords: length counts most, and what is easily guessed counts little.

use crate::{state::field::PASSWORD_CHARS, texts::Pick};

/// How strong a password looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Too short, or easily guessed.
    Weak,
    /// Enough.
    Fair,
    /// Better.
    Good,
}

impl Strength {
    /// From 1 to 3, for a meter.
    pub fn level(self) -> u8 {
        match self {
            Self::Weak => 1,
            Self::Fair => 2,
            Self::Good => 3,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Weak => |t| &t.strength_weak,
            Self::Fair => |t| &t.strength_fair,
            Self::Good => |t| &t.strength_good,
        }
    }
}

/// Beginnings that guessers try first.
const COMMON: [&str; 10] =
    ["passwort", "password", "12345", "qwertz", "qwerty", "asdf", "hallo", "admin", "geheim", "letmein"];

/// The strength of `password` for somebody whose account and company are known.
pub fn strength(password: &str, known: &[&str]) -> Strength {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let common = COMMON.iter().any(|word| lower.starts_with(word));
    let named = known
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .any(|word| word.len() >= 4 && lower.contains(&word.to_lowercase()) && length < word.len() + 12);
    let mut different: Vec<_> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if length < PASSWORD_CHARS || different.len() < 6 || common || named {
        Strength::Weak
    } else if length >= 18 || (length >= 15 && different.len() >= 11) {
        Strength::Good
    } else {
        Strength::Fair
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_guessable_words_do_not() {
        for (password, wanted) in [
            ("kurz", Strength::Weak),
            ("aaaaaaaaaaaaaaaa", Strength::Weak),
            ("Passwort12345678", Strength::Weak),
            ("Fensterbau2026", Strength::Weak),
            ("zebra-lampe-3", Strength::Fair),
            ("zebra lampe tasse blau", Strength::Good),
        ] {
            assert_eq!(
                strength(password, &["Fensterbau GmbH", "anna@fensterbau.example"]),
                wanted,
                "{password}"
            );
        }
    }
}
