//! What a company hands out in place of a `WhatsApp` code: a poster with its door's address, the line below its mails and
//! the answer that `WhatsApp` gives by itself. Words by register, as on its page; the code is drawn by whoever prints.

use crate::notice::Register;
use serde::Deserialize;
use std::fmt::Write as _;

/// Characters of an address whose code can be read from the other side of the street.
pub const ADDRESS: usize = 200;
/// Characters of a name that fit the head of the page.
pub const NAME: usize = 80;
/// Characters of an answer that `WhatsApp` gives by itself (DOC-04).
pub const REPLY: usize = 500;
/// Characters of an address that stands on paper in large letters.
const SHORT: usize = 28;
const PAGE: &str = include_str!("../poster/poster.html");

/// Sizes of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// For the door and the shop window.
    A4,
    /// For the counter; half as high and wide.
    A6,
}

impl Paper {
    /// Width and height, and a twenty-first of the width. In numbers: style sheets have no name for A6.
    fn sizes(self) -> (&'static str, &'static str) {
        match self {
            Self::A4 => ("210mm 297mm", "10mm"),
            Self::A6 => ("105mm 148mm", "5mm"),
        }
    }
}

/// A code as one path over a square, its quiet zone included.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Modules of each side.
    pub size: usize,
    /// Path data.
    pub path: &'a str,
}

/// Modules of quiet zone on each side of a code (ISO/IEC 18004, 6.3.8).
pub const QUIET: usize = 4;

/// Draws a code of `size` modules, of which `dark` says by column and row which are: modules of each side with the quiet
/// zone, and path data.
pub fn drawn(size: usize, dark: impl Fn(usize, usize) -> bool) -> (usize, String) {
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| dark(*x, y)) {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    (size + 2 * QUIET, path)
}

/// What stands on the poster.
#[derive(Debug, Clone, Copy)]
pub struct Poster<'a> {
    /// Whom it speaks to, and how.
    pub register: Register,
    /// The company as visitors know it.
    pub name: &'a str,
    /// Where the code leads.
    pub address: &'a str,
    /// Other ways to reach the company, one a line, for an address that nobody can type.
    pub ways: &'a str,
}

/// The words of a register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Head of the poster.
    pub title: String,
    /// What to do with the code.
    pub how: String,
    /// Before an address to type.
    pub typed: String,
    /// Before other ways.
    pub spoken: String,
    /// What is special about it.
    pub what: String,
    /// Of the code, for those who do not see it.
    pub alt: String,
    /// The line below mails.
    pub signature: String,
    /// What `WhatsApp` answers by itself.
    pub reply: String,
}

impl Words {
    /// Those of a register. Files that cannot be read are a fault of this build, caught by its tests.
    pub fn of(register: Register) -> Self {
        serde_json::from_str(register.poster()).unwrap_or_default()
    }
}

/// The line below mails.
pub fn signature(register: Register, address: &str) -> String {
    Words::of(register).signature.replacen("{address}", address, 1)
}

/// What `WhatsApp` answers by itself; none if the address leaves no room for it.
pub fn reply(register: Register, address: &str) -> Option<String> {
    let text = Words::of(register).reply.replacen("{address}", address, 1);
    (text.chars().count() <= REPLY).then_some(text)
}

/// Whether somebody could type it: without a fragment, which has no end that a person could remember.
fn is_typed(address: &str) -> bool {
    !address.contains('#')
}

impl Poster<'_> {
    /// The page: HTML without scripts, which asks nobody.
    pub fn page(&self, paper: Paper, code: Code<'_>) -> String {
        let words = Words::of(self.register);
        let typed = is_typed(self.address);
        let plain = self.address.trim_start_matches("https://").trim_end_matches('/');
        let shown = if typed { plain } else { self.ways };
        let before = match (typed, shown.is_empty()) {
            (true, _) => words.typed.as_str(),
            (false, false) => &words.spoken,
            (false, true) => "",
        };
        let longest = shown.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        let (format, unit) = paper.sizes();
        let size = code.size.to_string();
        let alt = words.alt.replacen("{address}", plain, 1);
        let values = [
            ("lang", self.register.lang()),
            ("paper", format),
            ("unit", unit),
            ("name", self.name),
            ("title", &words.title),
            ("how", &words.how),
            ("what", &words.what),
            ("alt", &alt),
            ("before", before),
            ("class", if longest > SHORT { " long" } else { "" }),
            ("address", shown),
            ("size", &size),
            ("path", code.path),
        ];
        let mut parts = PAGE.split("{{");
        let mut said = parts.next().unwrap_or_default().to_owned();
        // In one pass, so that no value is taken for a place.
        for part in parts {
            let (place, rest) = part.split_once("}}").unwrap_or(("", part));
            let value = values.iter().find(|(known, _)| *known == place).map_or("", |(_, value)| *value);
            said.push_str(&escaped(value));
            said.push_str(rest);
        }
        said
    }
}

/// As text of an element or an attribute; signs that turn the writing around or steer a printer are left out.
fn escaped(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => said.push_str("&amp;"),
            '<' => said.push_str("&lt;"),
            '>' => said.push_str("&gt;"),
            '"' => said.push_str("&quot;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => {}
            other => said.push(other),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Code<'_> = Code { size: 29, path: "M4 4h1v1h-1z" };

    fn printed(name: &str, address: &str) -> String {
        let poster = Poster { register: Register::DeFormal, name, address, ways: "0155 5512345" };
        poster.page(Paper::A4, CODE)
    }

    #[test]
    fn the_page_has_name_address_and_code_and_asks_nobody() {
        let page = printed("Beispiel & Söhne", "https://post.beispiel.example/");
        for part in [
            "Beispiel &amp; Söhne",
            ">post.beispiel.example<",
            "viewBox=\"0 0 29 29\"",
            "d=\"M4 4h1v1h-1z\"",
            "lang=\"de\"",
            "size: 210mm 297mm",
            "Schreiben Sie uns",
        ] {
            assert!(page.contains(part), "{part}");
        }
        for part in ["{{", "<script", "http:", "https:", "src=", "url(", "0155"] {
            assert!(!page.contains(part), "{part}");
        }
    }

    #[test]
    fn an_address_that_nobody_can_type_is_replaced_by_other_ways() {
        let page = printed("Firma", "https://relay.example/door#site=abc");
        assert!(page.contains(">0155 5512345<") && page.contains("Ohne Kamera"), "{page}");
        assert!(!page.contains(">relay.example/door#site=abc<"));
        let poster = Poster {
            register: Register::En,
            name: "Firm",
            address: "https://r.example/door#site=a",
            ways: "",
        };
        let page = poster.page(Paper::A6, CODE);
        assert!(
            !page.contains("Without a camera")
                && page.contains("size: 105mm 148mm")
                && page.contains("lang=\"en\"")
        );
    }

    #[test]
    fn a_hostile_name_stays_a_name() {
        let page =
            printed("<script>alert(1)</script>{{path}}\u{202e}\u{7}", "https://beispiel.example/\"><script>");
        assert!(!page.contains("<script") && !page.contains(['\u{202e}', '\u{7}']));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;{{path}}"));
    }

    #[test]
    fn doc_04_the_answer_leads_to_the_page_and_is_short_enough_with_the_longest_address_in_every_register() {
        let longest = format!("https://a.example/{}", "a".repeat(ADDRESS - 18));
        for register in Register::ALL {
            let words = Words::of(register);
            assert_ne!(words, Words::default(), "{register}");
            let text = reply(register, &longest).unwrap();
            assert!(text.contains(&longest) && text.contains("WhatsApp") && !text.contains('{'), "{text}");
            assert!(text.chars().count() <= REPLY);
            assert!(signature(register, "https://a.example/").ends_with("https://a.example/"));
        }
    }

    #[test]
    fn an_answer_one_below_at_and_one_above_its_limit() {
        let room = REPLY - Words::of(Register::En).reply.chars().count() + "{address}".len();
        for (length, fits) in [(room - 1, true), (room, true), (room + 1, false)] {
            assert_eq!(reply(Register::En, &"ä".repeat(length)).is_some(), fits, "{length}");
        }
    }

    #[test]
    fn german_says_sie_or_du_and_no_register_shouts_or_promises() {
        for register in Register::ALL {
            let words = Words::of(register);
            let all = [
                words.title,
                words.how,
                words.typed,
                words.spoken,
                words.what,
                words.alt,
                words.signature,
                words.reply,
            ]
            .join(" ");
            let said: Vec<_> = all.split(|letter: char| !letter.is_alphanumeric()).collect();
            let has = |word: &[&str]| said.iter().any(|it| word.contains(it));
            assert_eq!(has(&["Sie", "Ihre", "Ihrem"]), register == Register::DeFormal, "{register}");
            assert_eq!(has(&["du", "deine", "deinem"]), register == Register::DeInformal, "{register}");
            assert!(!all.contains('!') && !all.contains("100 %"), "{register}");
        }
    }
}
