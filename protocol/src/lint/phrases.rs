//! Phrases that no notice may have, found at the beginning of words, in small or capital letters.

/// Whole words only: "leider" is not in "Kleider" or "leiderfahren".
const WORDS: [&str; 4] = ["schade", "leider", "agb", "newsletter"];

/// Beginnings of words.
const STEMS: [&str; 31] = [
    // Promises that nobody can keep.
    "privacy shield",
    "100 %",
    "100%",
    "hundertprozentig",
    "vollkommen sicher",
    "absolut sicher",
    "completely secure",
    "absolutely secure",
    "kann niemand",
    "kann keiner",
    "kannst niemand",
    "kannst keiner",
    "nobody can",
    "no one can",
    "dsgvo-konform",
    "gdpr-compliant",
    "gdpr compliant",
    "anonym",
    // Steering (DP-06).
    "nur so können wir",
    "trust us",
    "vertrauen sie uns",
    "vertrau uns",
    "unfortunately",
    // Blurring (DP-16).
    "ggf.",
    "gegebenenfalls",
    "unter umständen",
    "improve your experience",
    "and partners",
    // Bundling (CON-07).
    "nutzungsbedingungen",
    "allgemeine geschäftsbedingungen",
    "terms and conditions",
];

/// Both in one sentence make an acceptance of a document out of a consent (CON-07).
const DOCUMENTS: [&str; 5] = [
    "datenschutzerklärung",
    "datenschutzhinweis",
    "datenschutzbestimmung",
    "privacy policy",
    "privacy notice",
];
const ACCEPTANCE: [&str; 10] = [
    "gelesen",
    "akzeptier",
    "zustimm",
    "zugestimmt",
    "stimme",
    "einverstanden",
    "anerkenn",
    "have read",
    "accept",
    "agree",
];

/// What belongs to consent and to nothing else (CON-06).
const CONSENT: [&str; 11] = [
    "willig",
    "einwillig",
    "eingewillig",
    "zustimm",
    "zugestimm",
    "einverstanden",
    "widerruf",
    "consent",
    "agree",
    "withdraw",
    "withdrew",
];

/// Forbidden phrases in the order of the lists, in small letters.
pub(super) fn forbidden(text: &str) -> Vec<String> {
    let text = plain(text);
    let mut found: Vec<String> =
        WORDS.iter().filter(|word| has_word(&text, word)).map(ToString::to_string).collect();
    found.extend(STEMS.iter().filter(|stem| has_stem(&text, stem)).map(ToString::to_string));
    found.extend(text.split(['.', '!', '?', ':']).filter_map(bundled));
    if text.contains('!') {
        found.push("!".to_owned());
    }
    found
}

/// Words of consent, in small letters.
pub(super) fn of_consent(text: &str) -> Vec<String> {
    let text = plain(text);
    CONSENT.iter().filter(|stem| has_stem(&text, stem)).map(ToString::to_string).collect()
}

fn bundled(sentence: &str) -> Option<String> {
    let document = DOCUMENTS.iter().find(|document| has_stem(sentence, document))?;
    let acceptance = ACCEPTANCE.iter().find(|acceptance| has_stem(sentence, acceptance))?;
    Some([document, " … ", acceptance].concat())
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
