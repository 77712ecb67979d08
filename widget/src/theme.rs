//! How the window looks, from what the manifest displays (`docs/protocol.md` section 4.7). What cannot be read becomes
//! readable, what is no look is left out: whatever is signed, a visitor can write (WCAG 2.2, 1.4.3; A11-04).

use einwurf_protocol::{
    colour::{DARK, LIGHT, READABLE, Rgb, nearest},
    manifest::Display,
    theme::{Scheme, Theme},
};

/// Properties of the root element by name. The style sheet has the defaults for those that are not here.
pub fn properties(display: &Display) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    let theme = display.theme.as_ref();
    let readable = |colour, against: &[Rgb]| Some(nearest(colour, against, READABLE)?.hex());
    if let Some(brand) = Rgb::parse(&display.accent) {
        let dark = theme.and_then(Theme::accent_dark).unwrap_or(brand);
        let both = [("--brand", readable(brand, &LIGHT)), ("--brand-dark", readable(dark, &DARK))];
        properties.extend(both.into_iter().filter_map(|(name, value)| Some((name, value?))));
    }
    let Some(theme) = theme else { return properties };
    // The module that fetched the style sheet switches its rules for the dark (`main.js`).
    if let Some(scheme @ (Scheme::Light | Scheme::Dark)) = theme.scheme() {
        properties.push(("color-scheme", scheme.name().to_owned()));
    }
    if let Some(radius) = theme.radius() {
        let pixels = |radius: u32| [&radius.to_string(), "px"].concat();
        properties.push(("--radius-panel", pixels(radius)));
        properties.push(("--radius-control", pixels(radius * 2 / 3)));
    }
    if let Some(font) = theme.font() {
        properties.push(("--face", [font, ", system-ui, sans-serif"].concat()));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{Kind, site};
    use einwurf_protocol::{colour::lowest, notice::Register};

    fn shown(accent: &str, theme: Option<Theme>) -> Vec<(&'static str, String)> {
        let display = site(Kind::usual(Register::En)).unwrap().manifest.display;
        properties(&Display { accent: accent.into(), theme, ..display })
    }

    fn theme() -> Theme {
        Theme {
            scheme: "dark".into(),
            radius: 9,
            font: "Open Sans".into(),
            accent_dark: Some("#F0a080".into()),
        }
    }

    fn value<'a>(of: &'a [(&str, String)], wanted: &str) -> Option<&'a str> {
        of.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_readable_brand_stays_as_it_is() {
        let shown = shown("#0f5c5c", Some(theme()));
        assert_eq!(value(&shown, "--brand"), Some("#0f5c5c"));
        assert_eq!(value(&shown, "--brand-dark"), Some("#f0a080"));
    }

    #[test]
    fn a11_04_every_brand_becomes_readable_in_both_schemes() {
        for step in (0_u32..4096).step_by(5) {
            let brand = Rgb([step >> 8, (step >> 4) & 15, step & 15].map(|n| u8::try_from(n * 17).unwrap()));
            for theme in [None, Some(Theme { accent_dark: Some(brand.hex()), ..theme() })] {
                let shown = shown(&brand.hex(), theme);
                let found = |name| Rgb::parse(value(&shown, name).unwrap()).unwrap();
                assert!(lowest(found("--brand"), &LIGHT) >= 4.5, "{brand:?}");
                assert!(lowest(found("--brand-dark"), &DARK) >= 4.5, "{brand:?}");
            }
        }
    }

    #[test]
    fn what_is_no_colour_is_left_alone() {
        for bad in ["", "red", "#12345", "#1234567", "#12345g", "#12345é", "url(x)"] {
            assert_eq!(shown(bad, None), [], "{bad}");
        }
    }

    #[test]
    fn a_theme_is_shown_and_each_part_that_is_none_is_left_out_alone() {
        let all = shown("#0f5c5c", Some(theme()));
        for (name, wanted) in [
            ("color-scheme", "dark"),
            ("--radius-panel", "9px"),
            ("--radius-control", "6px"),
            ("--face", "Open Sans, system-ui, sans-serif"),
        ] {
            assert_eq!(value(&all, name), Some(wanted));
        }
        for (odd, missing) in [
            (Theme { scheme: "sepia".into(), ..theme() }, 1),
            (Theme { scheme: "auto".into(), ..theme() }, 1),
            (Theme { radius: 25, ..theme() }, 2),
            (Theme { radius: u32::MAX, ..theme() }, 2),
            (Theme { font: "a;color:red".into(), ..theme() }, 1),
            (Theme { font: "url(//evil.example)".into(), ..theme() }, 1),
            (Theme { font: String::new(), ..theme() }, 1),
            (Theme { accent_dark: Some("red".into()), ..theme() }, 0),
        ] {
            assert_eq!(shown("#0f5c5c", Some(odd.clone())).len(), all.len() - missing, "{odd:?}");
        }
    }
}
