//! Whether what goes out looks as if it were for one person alone: then the member is asked whether that person was called
//! back first. A simple rule, which asks too often rather than too seldom, and never stops anybody.

use crate::texts::Pick;
use einwurf_protocol::message::Label;

/// Beginnings of words that point to accounts, contracts, health, courts and access, German and English.
const WORDS: [&str; 34] = [
    "konto",
    "iban",
    "kredit",
    "rechnung",
    "vertrag",
    "kündigung",
    "gehalt",
    "lohn",
    "steuer",
    "passwort",
    "zugangsdaten",
    "geheim",
    "vertraulich",
    "diagnose",
    "befund",
    "krank",
    "arzt",
    "patient",
    "therapie",
    "medikament",
    "gericht",
    "klage",
    "anzeige",
    "mandant",
    "account",
    "contract",
    "invoice",
    "salary",
    "password",
    "confidential",
    "diagnosis",
    "medical",
    "court",
    "lawsuit",
];
/// Shortest and longest IBAN (ISO 13616).
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// Whether a text looks like it, or a file goes with it.
pub fn is_sensitive(text: &str, files: usize) -> bool {
    files > 0 || has_word(text) || has_iban(text)
}

fn has_word(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|one: char| !one.is_alphanumeric());
    words.any(|word| WORDS.iter().any(|wanted| word.starts_with(wanted)))
}

/// Two letters, two digits, then letters and digits; written with or without spaces.
fn has_iban(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|start| {
        let mut joined = String::new();
        for word in words.iter().skip(start) {
            joined.push_str(word);
            if joined.len() > *IBAN.end() {
                return false;
            }
            if is_iban(&joined) {
                return true;
            }
        }
        false
    })
}

/// By its own check number: letters count from 10, and the number of all is 1 modulo 97.
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = IBAN.contains(&bytes.len())
        && bytes.iter().take(2).all(u8::is_ascii_alphabetic)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit);
    let turned = bytes.iter().skip(4).chain(bytes.iter().take(4));
    let rest = turned.fold(0_u32, |rest, byte| {
        let value = char::from(*byte).to_digit(36).unwrap_or(0);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    shaped && rest == 1
}

/// What was done to make sure, in the member's words; none if there are none, or too many.
pub fn how(typed: &str) -> Option<Label> {
    let typed = typed.trim();
    Label::try_from(typed.to_owned()).ok().filter(|_| !typed.is_empty())
}

/// What the button that records a call says: with a text it sends it, too.
pub fn button(text: &str) -> Pick {
    if text.trim().is_empty() { |t| &t.callback_note } else { |t| &t.callback_send }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::limits::LABEL_BYTES;

    #[test]
    fn accounts_contracts_health_and_files_are_asked_about_and_small_talk_is_not() {
        for text in [
            "Bitte auf DE89 3704 0044 0532 0130 00 überweisen.",
            "de89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
            "Ihr Vertrag liegt bei.",
            "Der BEFUND ist da.",
            "your password is",
            "Die Kontonummer:",
        ] {
            assert!(is_sensitive(text, 0), "{text}");
        }
        for text in [
            "Gern, morgen um acht.",
            "DE89 3704 0044 0532 0130 01",
            "Bestellung AB12345678901234",
            "",
            "Fenster 78 × 118, Anzahl 12",
        ] {
            assert!(!is_sensitive(text, 0), "{text}");
        }
        assert!(is_sensitive("", 1));
    }

    #[test]
    fn long_texts_are_looked_through_quickly() {
        let text = "DE89 3704 0044 0532 0130 01 ".repeat(1_200);
        assert!(!is_sensitive(&text, 0));
    }

    #[test]
    fn what_is_recorded_has_words_that_fit() {
        assert_eq!(how("  "), None);
        assert_eq!(how(" 030 123456, Herr Muster ").as_deref(), Some("030 123456, Herr Muster"));
        for (length, fits) in [(LABEL_BYTES - 1, true), (LABEL_BYTES, true), (LABEL_BYTES + 1, false)] {
            assert_eq!(how(&"a".repeat(length)).is_some(), fits, "{length}");
        }
    }
}
