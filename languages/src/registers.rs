//! The registers as the rules know them: Rust text, written from the files.

use crate::{Language, REFERENCE, pseudo};
use serde_json::Value;
use std::fmt::Write as _;

const HEAD: &str = "\
//! Which languages and forms of address there are: written by `cargo xtask languages` from the files in `languages/`,
//! and compared with them by `cargo xtask check`. Change those instead.

#[cfg(feature = \"wording\")]
use crate::lint::words::{Foreign, Words};
use serde::{Deserialize, Serialize};

";

/// A function of all registers: its documentation, its name, and its answer for one.
type Fact = (&'static str, &'static str, fn(&Language) -> String);

const FACTS: [Fact; 7] = [
    ("The name on the wire and of the file in `languages/`.", "as_str", |language| language.name.clone()),
    ("BCP 47 language tag.", "lang", |language| language.meta("lang").to_owned()),
    ("BCP 47 tag by which `Intl` writes dates and numbers.", "locale", |language| {
        language.meta("locale").to_owned()
    }),
    ("Direction of the script: `ltr`, `rtl`.", "dir", |language| language.meta("dir").to_owned()),
    ("Form of address as in consent records: `Sie`, `Du`, `neutral`.", "form", |language| {
        language.meta("form").to_owned()
    }),
    ("Its own name, the same in every language.", "own_name", |language| language.meta("name").to_owned()),
    ("What a button says unless the company has words of its own.", "label", |language| {
        language.button("label").to_owned()
    }),
];

/// `protocol/src/registers.rs`.
pub fn registers(languages: &[Language]) -> String {
    let pseudo: Vec<Language> =
        languages.iter().filter(|one| one.name == REFERENCE).flat_map(pseudo::of).collect();
    let mut text = HEAD.to_owned();
    kinds(&mut text, languages, &pseudo);
    lists(&mut text, languages, &pseudo);
    for (says, name, answer) in FACTS {
        function(&mut text, says, &format!("pub const fn {name}(self) -> &'static str"), |text| {
            arms(text, languages, &pseudo, |one| format!("{:?}", answer(one)));
        });
    }
    text.push_str("\n    /// What its notices say, with places for a site's facts.\n    #[cfg(feature = \"wording\")]\n");
    body(&mut text, "pub(crate) const fn wording(self) -> &'static str", |text| {
        arms(text, languages, &pseudo, |one| format!("include_str!(\"../wording/{}.json\")", written(one)));
    });
    text.push_str("\n    /// What the relay's mails say: JSON.\n");
    body(&mut text, "pub const fn mails(self) -> &'static str", |text| {
        arms(text, languages, &pseudo, |one| format!("include_str!(\"../mails/{}.json\")", written(one)));
    });
    text.push_str("\n    /// What stands on its poster: JSON.\n    #[cfg(feature = \"wording\")]\n");
    body(&mut text, "pub(crate) const fn poster(self) -> &'static str", |text| {
        arms(text, languages, &pseudo, |one| format!("include_str!(\"../poster/{}.json\")", written(one)));
    });
    text.push_str("\n    /// Words by which its notices are judged.\n    #[cfg(feature = \"wording\")]\n");
    body(&mut text, "pub(crate) const fn words(self) -> &'static Words", |text| {
        arms(text, languages, &pseudo, |one| format!("&{}", constant(written(one))));
    });
    text.push_str("}\n");
    for language in languages {
        words(&mut text, language);
    }
    text
}

/// Whose notices it has: a pseudo-language has those of the reference, made over where they are read.
fn written(language: &Language) -> &str {
    if pseudo::NAMES.contains(&language.name.as_str()) { REFERENCE } else { &language.name }
}

// Writing to a string cannot fail; so throughout.
macro_rules! put {
    ($text:expr, $($given:tt)*) => { let _ = writeln!($text, $($given)*); };
}

fn kinds(text: &mut String, languages: &[Language], pseudo: &[Language]) {
    put!(text, "/// Language and form of address: one notice, one file of texts each.");
    put!(text, "#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]");
    put!(text, "pub enum Register {{");
    for (language, shipped) in both(languages, pseudo) {
        put!(text, "    /// {}.", language.meta("name").replace(['[', ']'], "|"));
        if !shipped {
            put!(text, "    #[cfg(feature = \"pseudo\")]");
        }
        put!(text, "    #[serde(rename = {:?})]", language.name);
        put!(text, "    {},", variant(&language.name));
    }
    put!(text, "}}\n");
}

fn lists(text: &mut String, languages: &[Language], pseudo: &[Language]) {
    let names = |languages: &[Language]| {
        let names: Vec<_> = languages.iter().map(|one| format!("Self::{}", variant(&one.name))).collect();
        names.join(", ")
    };
    put!(text, "#[allow(clippy::match_same_arms, reason = \"an answer for each file\")]");
    put!(text, "impl Register {{");
    put!(text, "    /// All registers.");
    put!(text, "    pub const ALL: [Self; {}] = [{}];", languages.len(), names(languages));
    put!(text, "    /// Made of English, for the gallery: never offered, never published.");
    put!(text, "    #[cfg(feature = \"pseudo\")]");
    put!(text, "    pub const PSEUDO: [Self; {}] = [{}];", pseudo.len(), names(pseudo));
}

fn function(text: &mut String, says: &str, head: &str, inside: impl FnOnce(&mut String)) {
    put!(text, "\n    /// {says}");
    body(text, head, inside);
}

fn body(text: &mut String, head: &str, inside: impl FnOnce(&mut String)) {
    put!(text, "    {head} {{\n        match self {{");
    inside(text);
    put!(text, "        }}\n    }}");
}

fn arms(
    text: &mut String,
    languages: &[Language],
    pseudo: &[Language],
    answer: impl Fn(&Language) -> String,
) {
    for (language, shipped) in both(languages, pseudo) {
        if !shipped {
            put!(text, "            #[cfg(feature = \"pseudo\")]");
        }
        put!(text, "            Self::{} => {},", variant(&language.name), answer(language));
    }
}

fn both<'a>(shipped: &'a [Language], pseudo: &'a [Language]) -> impl Iterator<Item = (&'a Language, bool)> {
    shipped.iter().map(|one| (one, true)).chain(pseudo.iter().map(|one| (one, false)))
}

/// `de-formal` as `DeFormal`.
fn variant(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(part).collect()
}

/// `de-formal` as `DE_FORMAL`.
fn constant(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

fn words(text: &mut String, language: &Language) {
    let lint = language.section("lint");
    put!(text, "\n#[cfg(feature = \"wording\")]");
    put!(text, "const {}: Words = Words {{", constant(&language.name));
    for member in ["example", "vowels"] {
        put!(text, "    {member}: {:?},", lint.get(member).and_then(Value::as_str).unwrap_or_default());
    }
    put!(text, "    ease: [{}],", numbers(lint.get("ease")));
    for member in ["whole", "stems", "documents", "acceptance", "consent"] {
        put!(text, "    {member}: &[{}],", strings(lint.get(member)));
    }
    put!(text, "    foreign: &[");
    for rule in lint.get("foreign").and_then(Value::as_array).into_iter().flatten() {
        let is = |member| rule.get(member).and_then(Value::as_bool).unwrap_or_default();
        let said = |member| strings(rule.get(member));
        put!(
            text,
            "        Foreign {{ words: &[{}], any_case: {}, inside: {}, before: &[{}], not_before: &[{}] }},",
            said("words"),
            is("any_case"),
            is("inside"),
            said("before"),
            said("not_before")
        );
    }
    put!(text, "    ],\n}};");
}

fn strings(list: Option<&Value>) -> String {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|word| format!("{:?}", word.as_str().unwrap_or_default())).collect::<Vec<_>>().join(", ")
}

fn numbers(list: Option<&Value>) -> String {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|number| format!("{:?}", number.as_f64().unwrap_or_default())).collect::<Vec<_>>().join(", ")
}
