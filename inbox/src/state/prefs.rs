//! Language and theme: the choices that outlive a session.

use serde::{Deserialize, Serialize};

/// Language of the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    #[default]
    De,
    /// English.
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::De, Self::En];

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// Its own name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::De => "Deutsch",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag such as `de-AT`; English for all others.
    pub fn of(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("de")) { Self::De } else { Self::En }
    }
}

/// Light, dark, or as the device says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value of the root element's `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Kept on the device: no secret, and nothing about visitors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// Language.
    pub language: Language,
    /// Theme.
    pub theme: Theme,
    /// Address of the site, as in its public snippet.
    pub site: Option<String>,
    /// Keys that are characters do nothing.
    pub letters_off: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_of_any_country_is_german_and_all_else_english() {
        for (tag, language) in
            [("de", Language::De), ("DE-at", Language::De), ("en-GB", Language::En), ("", Language::En)]
        {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn kept_choices_of_an_older_version_still_open() {
        assert_eq!(serde_json::from_str::<Prefs>("{}").unwrap(), Prefs::default());
    }
}
