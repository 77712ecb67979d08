//! The word itself: beside a number it is an invitation, in a privacy notice a statement that must go with the rest, and
//! elsewhere a hint.

use super::address;
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Page, Piece},
};
use std::ops::Range;

const WORD: &str = "whatsapp";
/// How far a number may be from the word that labels it, in characters.
const REACH: usize = 40;
/// Most numbers of a page that are told.
const NUMBERS: usize = 100;
/// Fewest digits of a number that can be called from elsewhere.
const DIGITS: usize = 7;
/// What a page about data protection is called.
const PRIVACY: [&str; 5] = ["datenschutz", "privacy", "data-protection", "data protection", "dsgvo"];

/// Numbers and words in what a page shows.
pub(crate) fn check(page: &Page, found: &mut Vec<Finding>) {
    let shown = Shown::of(page);
    let (mut first, mut plain, mut numbers) = (None, 0, 0);
    for (at, _) in shown.lower.match_indices(WORD) {
        match labelled(&shown.text, at..at + WORD.len()) {
            Some(number) if numbers < NUMBERS => {
                numbers += 1;
                let place = shown.place(at);
                let again = found
                    .iter()
                    .any(|it| it.rule == Rule::WhatsappPhone && it.line == Some(page.line(place)));
                if !again {
                    found.push(
                        Finding::at(Rule::WhatsappPhone, Weight::Promise, page, place).excerpt(&number),
                    );
                }
            }
            Some(_) => {}
            None => {
                first = first.or_else(|| Some(shown.place(at)));
                plain += 1;
            }
        }
    }
    found.extend(first.map(|first| said(page, first, plain)));
}

/// The word in a source of which nothing is known but its text.
pub(crate) fn mention(page: &Page, found: &mut Vec<Finding>) {
    let lower = page.text.to_ascii_lowercase();
    let first = lower.find(WORD);
    found.extend(first.map(|first| said(page, first, lower.matches(WORD).count())));
}

/// One hint for all mentions of a source, at the first.
fn said(page: &Page, first: usize, count: usize) -> Finding {
    let subject = page.subject();
    let privacy = PRIVACY.iter().any(|word| subject.contains(word));
    let rule = if privacy { Rule::WhatsappPrivacy } else { Rule::WhatsappWord };
    Finding::at(rule, Weight::Hint, page, first).culprit(count.to_string())
}

/// What a reader sees, in one piece, and where it came from.
struct Shown {
    text: String,
    lower: String,
    /// The same of the source, for places.
    raw: String,
    /// Beginning in the text, and where that came from.
    parts: Vec<(usize, Range<usize>)>,
}

impl Shown {
    fn of(page: &Page) -> Self {
        let (mut text, mut parts) = (String::new(), Vec::new());
        let mut linked = false;
        for piece in &page.pieces {
            match piece {
                Piece::Open(tag) => {
                    linked |= tag.name == "a"
                        && tag.attributes.values().any(|value| !address::find(value).is_empty());
                    // A link that dials, and says by which app.
                    if tag
                        .get("href")
                        .is_some_and(|href| href.starts_with("tel:") || href.starts_with("sms:"))
                    {
                        for name in ["aria-label", "title", "href"] {
                            parts.push((text.len(), tag.at.start..tag.at.start));
                            text.push_str(tag.get(name).unwrap_or_default());
                            text.push(' ');
                        }
                    }
                }
                Piece::Close { name } => linked &= name != "a",
                Piece::Shown { at, text: shown } if !linked => {
                    parts.push((text.len(), at.clone()));
                    // What stands as an address is told as one.
                    if address::find(shown).is_empty() {
                        text.extend(
                            shown.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }),
                        );
                    }
                    text.push(' ');
                }
                _ => {}
            }
        }
        Self { lower: text.to_ascii_lowercase(), text, raw: page.text.to_ascii_lowercase(), parts }
    }

    /// The offset in the source of the word at an offset of the text. Entities move offsets, so words are counted.
    fn place(&self, at: usize) -> usize {
        let index = self.parts.partition_point(|(begin, _)| *begin <= at);
        let Some((begin, source)) = index.checked_sub(1).and_then(|index| self.parts.get(index)) else {
            return 0;
        };
        let earlier = self.lower.get(*begin..at).unwrap_or_default().matches(WORD).count();
        let mut words = self.raw.get(source.clone()).unwrap_or_default().match_indices(WORD);
        source.start + words.nth(earlier).map_or(0, |(within, _)| within)
    }
}

/// The number that the word at this place labels.
fn labelled(text: &str, word: Range<usize>) -> Option<String> {
    let after: String = text.get(word.end..)?.chars().take(REACH).collect();
    let before: String =
        text.get(..word.start)?.chars().rev().take(REACH).collect::<Vec<_>>().into_iter().rev().collect();
    number(&after).or_else(|| number(&before))
}

/// The first run of digits and what people write between them.
fn number(text: &str) -> Option<String> {
    let signs = |letter: char| letter.is_ascii_digit() || " +()/-.–\u{a0}".contains(letter);
    text.split(|letter| !signs(letter)).map(str::trim).find_map(|run| {
        // A date or a year is no number to call.
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let dialled = run.trim_start_matches(['(', ' ']).starts_with(['+', '0']);
        (digits >= DIGITS && dialled).then(|| run.trim_matches([' ', '.', '-', '–', '/', '(']).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::page::Kind;

    fn found(name: &str, text: &str) -> Vec<(Rule, Option<usize>)> {
        let mut found = Vec::new();
        check(&Page::read(name.to_owned(), Kind::Markup, text.to_owned()), &mut found);
        found.iter().map(|it| (it.rule, it.line)).collect()
    }

    #[test]
    fn a_number_beside_the_word_is_an_invitation() {
        for text in [
            "<p>WhatsApp: <b>0155 55 123 45</b></p>",
            "<p>+49 (0) 155 5512345 (auch WhatsApp)</p>",
            "<a href=\"tel:+4915555512345\" aria-label=\"WhatsApp\">Anrufen</a>",
            "<li>Whats&shy;app</li><li>WhatsApp 0155/5512345</li>",
        ] {
            assert_eq!(found("index.html", text), [(Rule::WhatsappPhone, Some(1))], "{text}");
        }
    }

    #[test]
    fn a_word_alone_is_one_hint_however_often_it_stands_there() {
        let text = "<p>\n\nWarum wir WhatsApp seit dem 12.03.2026 nicht mehr nutzen. WhatsApp hat 2,000,000,000 Nutzer.";
        assert_eq!(found("blog.html", text), [(Rule::WhatsappWord, Some(3))]);
        assert_eq!(found("datenschutz.html", text), [(Rule::WhatsappPrivacy, Some(3))]);
        let titled = format!("<title>Privacy notice</title>{text}");
        assert_eq!(found("p7.html", &titled), [(Rule::WhatsappPrivacy, Some(3))]);
        assert_eq!(found("blog.html", "<script>var whatsapp = 1</script><!-- WhatsApp -->"), []);
    }

    #[test]
    fn entities_do_not_move_the_line() {
        let text = format!("<p>{}\n{}\nWhatsApp", "x".repeat(5), "&auml;".repeat(9));
        assert_eq!(found("a.html", &text), [(Rule::WhatsappWord, Some(3))]);
    }

    #[test]
    fn numbers_one_digit_below_and_at_the_limit() {
        assert_eq!(number("012345"), None);
        assert_eq!(number(": 0123456, "), Some("0123456".to_owned()));
        assert_eq!(number("12.03.2026 und 1234567"), None);
    }

    #[test]
    fn a_number_out_of_reach_is_another_matter() {
        let gap = |length: usize| format!("<p>WhatsApp{}0155 5512345", "x".repeat(length));
        // The number's last digit is the last character within reach, or just behind it.
        assert_eq!(found("a.html", &gap(REACH - 12)), [(Rule::WhatsappPhone, Some(1))]);
        assert_eq!(found("a.html", &gap(REACH)), [(Rule::WhatsappWord, Some(1))]);
    }
}
