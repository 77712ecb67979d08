//! Phrases that no notice may have, found at the beginning of words, in small or capital letters.

use super::words::Words;
use crate::notice::Register;

type List = fn(&'static Words) -> &'static [&'static str];

/// The words of all registers, each once: whoever pastes from another language is told all the same.
fn all(list: List) -> Vec<&'static str> {
    let mut all = Vec::new();
    for word in Register::ALL.into_iter().flat_map(|register| list(register.words())) {
        if !all.contains(word) {
            all.push(*word);
        }
    }
    all
}

/// Forbidden phrases in the order of the lists, in small letters.
pub(super) fn forbidden(text: &str) -> Vec<String> {
    let text = plain(text);
    let mut found = matching(|words| words.whole, |word| has_word(&text, word));
    found.extend(matching(|words| words.stems, |stem| has_stem(&text, stem)));
    found.extend(text.split(['.', '!', '?', ':']).filter_map(bundled));
    if text.contains('!') {
        found.push("!".to_owned());
    }
    found
}

/// Words of consent, in small letters.
pub(super) fn of_consent(text: &str) -> Vec<String> {
    let text = plain(text);
    matching(|words| words.consent, |stem| has_stem(&text, stem))
}

fn matching(list: List, is: impl Fn(&str) -> bool) -> Vec<String> {
    all(list).into_iter().filter(|word| is(word)).map(ToOwned::to_owned).collect()
}

fn bundled(sentence: &str) -> Option<String> {
    let first = |list| all(list).into_iter().find(|stem| has_stem(sentence, stem));
    Some([first(|words| words.documents)?, " … ", first(|words| words.acceptance)?].concat())
}

/// Small letters, and one ordinary space between words, whatever spaces were typed.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has_stem(text: &str, stem: &str) -> bool {
    found(text, stem).next().is_some()
}

fn has_word(text: &str, word: &str) -> bool {
    found(text, word).any(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// What follows each place where a word begins with the phrase.
fn found<'a>(text: &'a str, phrase: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(phrase).filter_map(move |(at, _)| {
        let (before, from) = text.split_at_checked(at)?;
        let begins = !before.ends_with(char::is_alphanumeric);
        begins.then(|| from.strip_prefix(phrase)).flatten()
    })
}
