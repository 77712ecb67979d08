//! Words that give away another form of address or another language (CON-08).

use super::words::Foreign;
use crate::notice::Register;

/// Words of another register, as they stand in the text.
pub(super) fn mixed(register: Register, text: &str) -> Vec<String> {
    let words = words(text);
    let next = words.iter().skip(1).map(Some).chain([None]);
    let rules = register.words().foreign;
    let foreign =
        words.iter().zip(next).filter(|(word, next)| rules.iter().any(|rule| is(rule, word, *next)));
    foreign.map(|(word, _)| word.text.to_owned()).collect()
}

struct Word<'a> {
    text: &'a str,
    /// Begins a sentence, where every word has a capital letter.
    first: bool,
}

fn is(rule: &Foreign, word: &Word<'_>, next: Option<&Word<'_>>) -> bool {
    let Foreign { words, any_case, inside, before, not_before } = rule;
    let next = |list: &[&str]| next.is_some_and(|next| list.contains(&next.text));
    let named = if *any_case {
        words.contains(&word.text.to_lowercase().as_str())
    } else {
        words.contains(&word.text)
    };
    named && !(*inside && word.first) && (before.is_empty() || next(before)) && !next(not_before)
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut first = true;
    for token in text.split_whitespace() {
        // A quotation or bracket begins a sentence of its own.
        let opened = token.starts_with(['„', '“', '"', '(']);
        let inner = token.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        for (nth, part) in inner.enumerate() {
            words.push(Word { text: part, first: nth == 0 && (first || opened) });
        }
        first = token.trim_end_matches(['“', '”', '"', ')']).ends_with(['.', '!', '?', ':']);
    }
    words
}
