//! Language and theme: the choices that outlive a session.

use einwurf_protocol::notice::Register;
pub use einwurf_protocol::theme::Scheme as Theme;
use serde::{Deserialize, Deserializer, Serialize};

/// Kept on the device: no secret, and nothing about visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// Language and form of address.
    #[serde(deserialize_with = "kept")]
    pub language: Register,
    /// Theme.
    pub theme: Theme,
    /// Address of the site, as in its public snippet.
    pub site: Option<String>,
    /// Keys that are characters do nothing.
    pub letters_off: bool,
}

impl Default for Prefs {
    fn default() -> Self {
        Self { language: Register::DeFormal, theme: Theme::default(), site: None, letters_off: false }
    }
}

/// The language of a BCP 47 tag such as `de-AT`; English for all that there is no file of.
pub fn language(tag: &str) -> Register {
    Register::of_language(tag).unwrap_or(Register::En)
}

/// A language that is no longer there, or was kept by its tag alone, costs no other choice.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Register, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(Register::from_name(&name).unwrap_or_else(|| language(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_of_any_country_is_german_and_all_else_english() {
        for (tag, language) in [
            ("de", Register::DeFormal),
            ("DE-at", Register::DeFormal),
            ("en-GB", Register::En),
            ("", Register::En),
        ] {
            assert_eq!(super::language(tag), language, "{tag}");
        }
    }

    #[test]
    fn kept_choices_of_an_older_version_still_open() {
        assert_eq!(serde_json::from_str::<Prefs>("{}").unwrap(), Prefs::default());
        for (kept, language) in [
            ("de", Register::DeFormal),
            ("en", Register::En),
            ("de-informal", Register::DeInformal),
            ("xx", Register::En),
        ] {
            let kept = format!("{{\"language\":\"{kept}\",\"theme\":\"dark\"}}");
            let prefs = serde_json::from_str::<Prefs>(&kept).unwrap();
            assert_eq!((prefs.language, prefs.theme), (language, Theme::Dark));
        }
        let prefs = Prefs { language: Register::DeInformal, ..Prefs::default() };
        assert_eq!(serde_json::from_str::<Prefs>(&serde_json::to_string(&prefs).unwrap()).unwrap(), prefs);
    }
}
