//! How long and how hard a text is.

use super::words::Words;
use crate::notice::Register;

/// Reading ease by the scale of the language, 0 (hard) to 100 (easy). None without a sentence.
pub(super) fn ease(register: Register, text: &str) -> Option<f64> {
    let Words { vowels, ease: [all, by_length, by_weight], .. } = register.words();
    let (words, sentences, syllables) = count(text, vowels);
    if words == 0 || sentences == 0 {
        return None;
    }
    let length = f64::from(words) / f64::from(sentences);
    let weight = f64::from(syllables) / f64::from(words);
    Some(all - by_length * length - by_weight * weight)
}

/// Runs of letters, hyphens and apostrophes: numbers are no words.
pub(super) fn words(text: &str) -> u32 {
    count(text, "").0
}

fn count(text: &str, vowels: &str) -> (u32, u32, u32) {
    let text = spoken(text);
    let (mut words, mut syllables) = (0, 0);
    for word in text.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty()) {
        words += 1;
        syllables += syllables_of(word, vowels);
    }
    (words, sentences(&text), syllables)
}

/// Placeholders as the words that they will be: one of two syllables each.
fn spoken(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('{') {
        spoken.push_str(head);
        rest = tail.split_once('}').map_or(tail, |(_, after)| after);
        spoken.push_str("value");
    }
    spoken + rest
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || "'-".contains(c)
}

/// Runs of vowels, at least one.
fn syllables_of(word: &str, vowels: &str) -> u32 {
    let word = word.to_lowercase();
    let runs = word.split(|c| !vowels.contains(c)).filter(|run| !run.is_empty());
    runs.fold(0, |count, _| count + 1).max(1)
}

/// A sentence ends with `.`, `!`, `?` or `:` before a space or at the end.
fn sentences(text: &str) -> u32 {
    let mut count = 0;
    let mut open = false;
    let mut marks = text.chars().peekable();
    while let Some(c) = marks.next() {
        let ends = matches!(c, '.' | '!' | '?' | ':') && marks.peek().is_none_or(|next| next.is_whitespace());
        if ends && open {
            count += 1;
            open = false;
        } else if !c.is_whitespace() && !ends {
            open = true;
        }
    }
    count + u32::from(open)
}
