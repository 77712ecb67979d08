//! Words on the button that cannot be read: what snippet, styles and elements say of its colours (WCAG 2.2, 1.4.3).

use super::snippet;
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Kind, Page, Piece},
};
use einwurf_protocol::colour::{READABLE, Rgb, contrast, nearest};

const ACCENT: &str = "--einwurf-accent";
const INK: &str = "--einwurf-ink";
/// What the button has by itself (docs/embedding.en.md).
const OWN: (Rgb, Rgb) = (Rgb([0x0f, 0x5c, 0x5c]), Rgb([0xff; 3]));
/// Most places of a source that are told.
const MOST: usize = 16;

/// What a place says of a colour.
#[derive(Debug, Clone, Copy, Default)]
enum Colour {
    #[default]
    Unsaid,
    /// Another form than `#rgb` or `#rrggbb`.
    Unknown,
    Known(Rgb),
}

impl Colour {
    fn read(value: &str) -> Self {
        Rgb::parse(value).map_or(Self::Unknown, Self::Known)
    }

    /// The colour that holds, if it is known: this, or `own` if no other place says anything of it either.
    fn or(self, elsewhere: Self, own: Rgb) -> Option<Rgb> {
        match (self, elsewhere) {
            (Self::Known(colour), _) => Some(colour),
            (Self::Unsaid, Self::Unsaid) => Some(own),
            _ => None,
        }
    }
}

/// Both colours as one place says them.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    accent: Colour,
    ink: Colour,
}

impl Said {
    /// From declarations, of which the last counts.
    fn of(text: &str) -> Self {
        let mut said = Self::default();
        for declaration in text.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().trim_end_matches("!important").trim();
            // What stands before it may be a selector, or a comment.
            match name.trim_end() {
                name if name.ends_with(ACCENT) => said.accent = Colour::read(value),
                name if name.ends_with(INK) => said.ink = Colour::read(value),
                _ => {}
            }
        }
        said
    }

    /// The pair, if both colours are known, and cannot be read. `elsewhere` says that other places speak of either.
    fn weak(self, elsewhere: Self) -> Option<(Rgb, Rgb)> {
        if matches!((self.accent, self.ink), (Colour::Unsaid, Colour::Unsaid)) {
            return None;
        }
        let (accent, ink) = (self.accent.or(elsewhere.accent, OWN.0)?, self.ink.or(elsewhere.ink, OWN.1)?);
        (contrast(accent, ink) < READABLE).then_some((accent, ink))
    }
}

/// Every place of a source where accent and ink do not go together.
pub(crate) fn check(page: &Page) -> Vec<Finding> {
    if !page.text.contains(ACCENT) && !page.text.contains(INK) {
        return Vec::new();
    }
    let everywhere = Said::of(&page.text.replace(['{', '}', '"', '\''], ";"));
    let mut found = Vec::new();
    let mut judge = |at: usize, text: &str| {
        if let Some((accent, ink)) = Said::of(text).weak(everywhere) {
            found.push(told(page, at, accent, ink));
        }
    };
    for (at, text) in places(page) {
        judge(at, &text);
    }
    found.truncate(MOST);
    found
}

/// Declarations with where they stand: of a snippet, of an element, of a rule in a style sheet.
fn places(page: &Page) -> Vec<(usize, String)> {
    if page.kind == Kind::Style {
        return rules(&page.text, 0).collect();
    }
    let looks = snippet::all(page);
    let looks = looks.iter().filter_map(|one| Some((one.tag.at.start, one.tag.get("data-look")?.to_owned())));
    let elements = page.tags().filter_map(|tag| Some((tag.at.start, tag.get("style")?.to_owned())));
    let sheets = page.pieces.iter().filter_map(|piece| {
        let Piece::Code { at, tag } = piece else { return None };
        let Some(Piece::Open(tag)) = page.pieces.get(*tag) else { return None };
        (tag.name == "style").then(|| rules(page.slice(at), at.start))
    });
    looks.chain(elements).chain(sheets.flatten()).collect()
}

/// What stands between two braces, wherever they are nested.
fn rules(sheet: &str, start: usize) -> impl Iterator<Item = (usize, String)> {
    sheet.split(['{', '}']).scan(start, |at, text| {
        let here = *at;
        *at += text.len() + 1;
        Some((here, text.to_owned()))
    })
}

fn told(page: &Page, at: usize, accent: Rgb, ink: Rgb) -> Finding {
    let found = Finding::at(Rule::LookContrast, Weight::Hint, page, at);
    let ratio = (contrast(accent, ink) * 10.0).floor() / 10.0;
    let found = found.excerpt(&format!("{} / {}: {ratio:.1} : 1", accent.hex(), ink.hex()));
    match nearest(accent, &[ink], READABLE) {
        Some(colour) => found.fix(format!("{ACCENT}: {}", colour.hex())),
        None => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, text: &str) -> Vec<(Option<usize>, String, String)> {
        let page = Page::read("x".to_owned(), kind, text.to_owned());
        let all = check(&page).into_iter();
        all.map(|it| (it.line, it.excerpt.unwrap_or_default(), it.fix.unwrap_or_default())).collect()
    }

    const SNIPPET: &str = "<script src=/e.js data-site=a data-pin=b data-look='LOOK'></script>";

    #[test]
    fn a11_04_an_accent_that_words_cannot_be_read_on_is_told_with_the_nearest_that_they_can() {
        let ours = SNIPPET.replace("LOOK", "--einwurf-accent:#8aa77b;--einwurf-radius:4px");
        let all = found(Kind::Markup, &ours);
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].1, "#8aa77b / #ffffff: 2.6 : 1");
        let fixed = Rgb::parse(all[0].2.strip_prefix("--einwurf-accent: ").unwrap()).unwrap();
        assert!(contrast(fixed, Rgb([0xff; 3])) >= READABLE);
        assert_eq!(found(Kind::Markup, &SNIPPET.replace("LOOK", &all[0].2)), []);
    }

    #[test]
    fn styles_and_elements_are_read_with_their_lines() {
        let sheet =
            ":root {\n  color: red;\n}\n@media (x) {\n  :root { --einwurf-accent: #EEE !important; }\n}";
        let all = found(Kind::Style, sheet);
        assert_eq!((all.len(), all[0].0), (1, Some(5)));
        assert_eq!(found(Kind::Markup, &format!("<style>{sheet}</style>")).len(), 1);
        assert_eq!(found(Kind::Markup, "<einwurf-chat style='--einwurf-ink: #333'></einwurf-chat>").len(), 1);
    }

    #[test]
    fn what_goes_together_or_is_not_known_here_is_no_fault() {
        for sheet in [
            ":root { --einwurf-accent: #ffee00; --einwurf-ink: #10181d }",
            ":root { --einwurf-accent: #ffee00 } einwurf-button { --einwurf-ink: #10181d }",
            ":root { --einwurf-accent: var(--brand) }",
            ":root { --einwurf-accent: #0f5c5c; --einwurf-radius: 3px }",
            ":root { --einwurf-accent: #767676 }",
            ":root { --accent: #eee }",
        ] {
            assert_eq!(found(Kind::Style, sheet), [], "{sheet}");
        }
        assert_eq!(
            found(Kind::Style, ":root { --einwurf-accent: #777777 }").len(),
            1,
            "4.48, one shade lighter"
        );
    }

    #[test]
    fn many_places_are_told_up_to_a_number() {
        for (count, told) in [(MOST - 1, MOST - 1), (MOST, MOST), (MOST + 1, MOST)] {
            assert_eq!(found(Kind::Style, &"a { --einwurf-accent: #eee }".repeat(count)).len(), told);
        }
    }
}
