//! How the widget looks beside its accent (`docs/protocol.md` section 4.7): part of what a manifest displays. Whoever
//! publishes may say only what is sound; an app that meets something else leaves that out and shows its default, so that
//! a visitor can write whatever a theme says.

use crate::colour::Rgb;
use serde::{Deserialize, Serialize};

/// The roundest corner, in CSS pixels: rounder ones would cut into the words of a button.
pub const RADIUS: u32 = 24;
/// Letters that the names of font families may have together: three or four of them.
pub const FONT_CHARS: usize = 100;

/// `display.theme` of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// `auto`, `light` or `dark`.
    pub scheme: String,
    /// Corners of panels in CSS pixels, 0 to [`RADIUS`].
    pub radius: u32,
    /// Font families of the visitor's device, separated by commas; empty: the system's.
    pub font: String,
    /// Accent in the dark as `#rrggbb`; without it the nearest readable colour to the accent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent_dark: Option<String>,
}

/// Light or dark: a visitor's window, and the staff's app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// As the device is set.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Scheme {
    /// All, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// As a manifest names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Theme {
    /// The scheme, if it is one.
    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name() == self.scheme)
    }

    /// The corners, if a widget can have them.
    pub fn radius(&self) -> Option<u32> {
        Some(self.radius).filter(|radius| *radius <= RADIUS)
    }

    /// The families, if they are families and nothing else.
    pub fn font(&self) -> Option<&str> {
        Some(self.font.as_str()).filter(|font| is_families(font))
    }

    /// The accent in the dark, if it is a colour.
    pub fn accent_dark(&self) -> Option<Rgb> {
        Rgb::parse(self.accent_dark.as_deref()?)
    }

    /// Whether an app understands all of it: nothing else is published.
    pub fn is_sound(&self) -> bool {
        self.scheme().is_some()
            && self.radius().is_some()
            && (self.font.is_empty() || self.font().is_some())
            && self.accent_dark.is_none() == self.accent_dark().is_none()
    }
}

/// Whether `text` is a list of font families as CSS takes them without quotes: words that begin with a letter. It can
/// hold no function, no address and no end of a declaration.
pub fn is_families(text: &str) -> bool {
    const NOT_FAMILIES: [&str; 6] = ["inherit", "initial", "unset", "revert", "revert-layer", "default"];
    let word = |word: &str| {
        let mut letters = word.trim_start_matches('-').chars();
        letters.next().is_some_and(char::is_alphabetic)
            && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
            && !word.starts_with("--")
            && !NOT_FAMILIES.iter().any(|taken| word.eq_ignore_ascii_case(taken))
    };
    let family = |family: &str| family.trim_matches(' ').split(' ').all(word);
    text.chars().count() <= FONT_CHARS && text.split(',').all(family)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme() -> Theme {
        Theme { scheme: "auto".into(), radius: 12, font: String::new(), accent_dark: None }
    }

    #[test]
    fn families_are_words_and_nothing_that_a_style_sheet_could_act_on() {
        for good in
            ["Lato", "Open Sans, Segoe UI,sans-serif", "-apple-system", "system-ui", "Größe", "ヒラギノ角ゴ"]
        {
            assert!(is_families(good), "{good}");
        }
        for bad in [
            "",
            " ",
            ",",
            "Lato,",
            ",Lato",
            "\"Open Sans\"",
            "'Lato'",
            "Lato;color:red",
            "url(x)",
            "url(//evil.example)",
            "var(--x)",
            "Lato}",
            "Lato{",
            "Lato!important",
            "Lato\\",
            "Lato/*",
            "a.b",
            "Source Sans 3",
            "3270 Nerd",
            "--x",
            "@import",
            "Open  Sans",
            "Open\tSans",
            "Open\nSans",
            "inherit",
            "Lato, INITIAL",
            "Lato default",
            "<b>",
            "a.b",
            "Source Sans 3",
            "a\u{0}",
            "a\r",
            "a\u{b}, b",
            "\u{3000}a",
        ] {
            assert!(!is_families(bad), "{bad:?}");
        }
        let long = |letters: usize| "a".repeat(letters);
        assert!(is_families(&long(FONT_CHARS - 1)) && is_families(&long(FONT_CHARS)));
        assert!(!is_families(&long(FONT_CHARS + 1)));
        assert!(is_families(&"ß".repeat(FONT_CHARS)), "letters are counted, not bytes");
    }

    #[test]
    fn what_an_app_does_not_understand_is_not_sound_and_is_left_out_alone() {
        assert!(theme().is_sound());
        let dark = Theme {
            scheme: "dark".into(),
            radius: RADIUS,
            font: "Lato".into(),
            accent_dark: Some("#5cc2bc".into()),
        };
        assert!(dark.is_sound());
        assert_eq!(
            (dark.scheme(), dark.radius(), dark.font()),
            (Some(Scheme::Dark), Some(RADIUS), Some("Lato"))
        );
        let odd = [
            Theme { scheme: "sepia".into(), ..dark.clone() },
            Theme { scheme: String::new(), ..dark.clone() },
            Theme { radius: RADIUS + 1, ..dark.clone() },
            Theme { font: "url(//evil.example)".into(), ..dark.clone() },
            Theme { accent_dark: Some("red".into()), ..dark.clone() },
        ];
        for (number, odd) in odd.iter().enumerate() {
            assert!(!odd.is_sound(), "{odd:?}");
            let understood = [
                odd.scheme().is_some(),
                odd.radius().is_some(),
                odd.font().is_some(),
                odd.accent_dark().is_some(),
            ];
            assert_eq!(understood.iter().filter(|is| **is).count(), 3, "{number}: the rest counts");
        }
        assert!(Theme { radius: RADIUS - 1, ..theme() }.is_sound());
        assert!(Theme { radius: 0, ..theme() }.is_sound());
    }

    #[test]
    fn every_scheme_has_its_name() {
        for scheme in Scheme::ALL {
            assert_eq!(Theme { scheme: scheme.name().into(), ..theme() }.scheme(), Some(scheme));
        }
    }
}
