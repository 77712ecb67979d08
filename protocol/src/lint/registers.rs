//! Words that give away another form of address or another language (CON-08).

use crate::notice::Register;

const DU: [&str; 13] = [
    "du", "dir", "dich", "dein", "deine", "deinem", "deinen", "deiner", "deines", "euch", "euer", "eure",
    "eurem",
];
/// With "ihr" before them they address several people as friends.
const DU_VERBS: [&str; 6] = ["dürft", "könnt", "habt", "seid", "müsst", "wollt"];
const SIE: [&str; 6] = ["Ihnen", "Ihre", "Ihrem", "Ihren", "Ihrer", "Ihres"];
/// With "Sie" at the beginning before them they address; other verbs may be about some thing or some people.
const SIE_VERBS: [&str; 9] =
    ["haben", "können", "müssen", "dürfen", "möchten", "wollen", "sollten", "erreichen", "schreiben"];
/// Small English words that no German text or name has in small letters.
const ENGLISH: [&str; 7] = ["the", "you", "your", "we", "our", "and", "with"];
/// Small German words that no English text and hardly any name has.
const GERMAN: [&str; 10] = ["das", "wir", "nicht", "ist", "wird", "unser", "deine", "dein", "Ihre", "Sie"];

/// Words of another register, as they stand in the text.
pub(super) fn mixed(register: Register, text: &str) -> Vec<String> {
    let words = words(text);
    let next = words.iter().skip(1).map(Some).chain([None]);
    let foreign = words.iter().zip(next).filter(|(word, next)| match register {
        Register::DeFormal => is_du(word, *next) || ENGLISH.contains(&word.text),
        Register::DeInformal => is_sie(word, *next) || ENGLISH.contains(&word.text),
        Register::En => GERMAN.contains(&word.text),
    });
    foreign.map(|(word, _)| word.text.to_owned()).collect()
}

struct Word<'a> {
    text: &'a str,
    /// Begins a sentence, where every word has a capital letter.
    first: bool,
}

fn is_du(word: &Word<'_>, next: Option<&Word<'_>>) -> bool {
    let small = word.text.to_lowercase();
    DU.contains(&small.as_str()) || (small == "ihr" && next.is_some_and(|next| DU_VERBS.contains(&next.text)))
}

fn is_sie(word: &Word<'_>, next: Option<&Word<'_>>) -> bool {
    let before = |verbs: &[&str]| next.is_some_and(|next| verbs.contains(&next.text));
    match word.text {
        "Sie" => !word.first || before(&SIE_VERBS),
        "Ihr" => !before(&DU_VERBS),
        other => SIE.contains(&other),
    }
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
