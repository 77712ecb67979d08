//! Texts by language and key, and what may stand in them.

use clap::ValueEnum;
use std::collections::BTreeMap;

/// Languages of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// German where the system speaks it, English everywhere else. As POSIX orders the variables.
    pub(crate) fn of_system() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        if named.is_some_and(|named| named.starts_with("de")) { Self::De } else { Self::En }
    }
}

/// The texts of a language by their key.
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// What `verify` says.
    pub(crate) fn of(language: Language) -> Self {
        Self::read(match language {
            Language::De => include_str!("../texts/de.json"),
            Language::En => include_str!("../texts/en.json"),
        })
    }

    /// What `doctor` says.
    pub(crate) fn of_doctor(language: Language) -> Self {
        Self::read(match language {
            Language::De => include_str!("../texts/doctor.de.json"),
            Language::En => include_str!("../texts/doctor.en.json"),
        })
    }

    /// What a logged-in device says.
    pub(crate) fn of_desk(language: Language) -> Self {
        Self::read(match language {
            Language::De => include_str!("../texts/desk.de.json"),
            Language::En => include_str!("../texts/desk.en.json"),
        })
    }

    /// The places of a text; none if there is no such text.
    #[cfg(test)]
    pub(crate) fn places(&self, key: &str) -> Option<Vec<String>> {
        let mut places: Vec<_> = self
            .0
            .get(key)?
            .split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
            .collect();
        places.sort();
        Some(places)
    }

    fn read(file: &str) -> Self {
        // The parity test reads every file: what is compiled in is JSON.
        Self(serde_json::from_str(file).unwrap_or_default())
    }

    /// In one pass, so that no value is taken for a place.
    pub(crate) fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        let mut parts = self.0.get(key).map_or(key, String::as_str).split('{');
        let mut said = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            let value = fill.iter().find(|(place, _)| *place == name).map_or("", |(_, value)| value);
            said.push_str(&printable(value));
            said.push_str(rest);
        }
        said
    }
}

/// What stands in a file must not write over the report: no control character, and none that breaks the line or
/// turns the direction.
pub(crate) fn printable(value: &str) -> String {
    let turns = |letter| matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    value
        .chars()
        .map(|letter| if letter.is_control() || turns(letter) { '\u{fffd}' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_places() {
        for (of, least) in
            [(Texts::of as fn(Language) -> Texts, 30), (Texts::of_doctor, 60), (Texts::of_desk, 60)]
        {
            let [de, en] = [Language::De, Language::En].map(of);
            assert!(de.0.len() > least);
            assert_eq!(de.0.keys().collect::<Vec<_>>(), en.0.keys().collect::<Vec<_>>());
            for (key, text) in &de.0 {
                assert_eq!(de.places(key), en.places(key), "{key}");
                assert!(!text.contains('!') && !en.0[key].contains('!'), "{key}");
            }
        }
    }
}
