//! Every file has the same texts with the same places, and says what it is.

use crate::{Language, REFERENCE, SECTIONS};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The forms that a number can have in some language (CLDR).
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Words that judge a language's texts: how many there are is its own matter.
const OWN: &str = "lint";

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not there, or not JSON.
    #[error("{file}: {why}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// What the reader says.
        why: String,
    },
    /// Without it nothing can be compared.
    #[error("{REFERENCE}.json is missing")]
    NoReference,
    /// The name of a register has small letters and single hyphens.
    #[error("{0}.json: a register's name is small letters with hyphens between them")]
    Name(String),
    /// Something about the language.
    #[error("{file}.json: meta.{member}: {wanted}")]
    Meta {
        /// The file.
        file: String,
        /// Which fact.
        member: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
    /// A text that other files have.
    #[error("{file}.json: {path} is missing")]
    Missing {
        /// The file.
        file: String,
        /// Where the text belongs.
        path: String,
    },
    /// A text that no other file has.
    #[error("{file}.json: {path} is not known")]
    Unknown {
        /// The file.
        file: String,
        /// Where it stands.
        path: String,
    },
    /// Text, list or forms of a number: another than in the other files; or a text without a word.
    #[error("{file}.json: {path} is not {wanted}")]
    Kind {
        /// The file.
        file: String,
        /// Where it stands.
        path: String,
        /// What belongs there.
        wanted: &'static str,
    },
    /// Places for values: others than in the other files.
    #[error("{file}.json: {path} has the places {given:?} instead of {wanted:?}")]
    Places {
        /// The file.
        file: String,
        /// Where the text stands.
        path: String,
        /// Those that it has.
        given: Vec<String>,
        /// Those that it should have.
        wanted: Vec<String>,
    },
}

/// Forms of a number: an object of nothing but forms, `other` among them.
pub fn is_plural(value: &Value) -> bool {
    let forms = |forms: &Map<String, Value>| {
        forms.contains_key("other") && forms.keys().all(|form| CATEGORIES.contains(&form.as_str()))
    };
    value.as_object().is_some_and(forms)
}

/// The faults of all files.
pub(crate) fn all(languages: &[Language]) -> Vec<Fault> {
    let Some(reference) = languages.iter().find(|language| language.name == REFERENCE) else {
        return vec![Fault::NoReference];
    };
    languages.iter().flat_map(|language| one(language, reference)).collect()
}

fn one(language: &Language, reference: &Language) -> Vec<Fault> {
    let mut checker = Checker { file: &language.name, faults: facts(language) };
    checker.members("", &language.sections, &reference.sections);
    for section in SECTIONS.iter().filter(|section| !language.sections.contains_key(**section)) {
        if !reference.sections.contains_key(*section) {
            checker.missing(section);
        }
    }
    checker.faults
}

/// A member, what it has to be, and how that is said.
type Fact = (&'static str, fn(&str) -> bool, &'static str);

/// What a file says of its language.
fn facts(language: &Language) -> Vec<Fault> {
    let name = &language.name;
    let mut faults = Vec::new();
    let small = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    if !name.split('-').all(small) {
        faults.push(Fault::Name(name.clone()));
    }
    let tag = |text: &str| text.split('-').all(|part| (1..=8).contains(&part.len())) && plain(text, "-");
    let facts: [Fact; 5] = [
        ("lang", tag, "a language tag (BCP 47), as \"de\""),
        ("locale", tag, "a language tag (BCP 47) by which dates are written, as \"en-GB\""),
        ("dir", |dir| ["ltr", "rtl"].contains(&dir), "\"ltr\" or \"rtl\""),
        (
            "form",
            |form| plain(form, "") && form.len() <= 16,
            "the form of address in one word, as \"Sie\" or \"neutral\"",
        ),
        ("name", |own| !own.trim().is_empty() && own.len() <= 64, "the language's own name, up to 64 bytes"),
    ];
    let unfit = facts.into_iter().filter(|(member, fits, _)| !fits(language.meta(member)));
    faults.extend(unfit.map(|(member, _, wanted)| Fault::Meta { file: name.clone(), member, wanted }));
    faults
}

fn plain(text: &str, more: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

struct Checker<'a> {
    file: &'a str,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn missing(&mut self, path: &str) {
        self.faults.push(Fault::Missing { file: self.file.to_owned(), path: path.to_owned() });
    }

    fn kind(&mut self, path: &str, wanted: &'static str) {
        self.faults.push(Fault::Kind { file: self.file.to_owned(), path: path.to_owned(), wanted });
    }

    fn members(&mut self, path: &str, given: &Map<String, Value>, wanted: &Map<String, Value>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { [path, ".", name].concat() };
        for (name, wanted) in wanted {
            match given.get(name) {
                None => self.missing(&below(name)),
                Some(given) => self.value(&below(name), given, wanted),
            }
        }
        for name in given.keys().filter(|name| !wanted.contains_key(*name)) {
            self.faults.push(Fault::Unknown { file: self.file.to_owned(), path: below(name) });
        }
    }

    fn value(&mut self, path: &str, given: &Value, wanted: &Value) {
        match (given, wanted) {
            _ if is_plural(wanted) => self.forms(path, given, wanted),
            (Value::Object(given), Value::Object(wanted)) => self.members(path, given, wanted),
            (Value::Array(_), Value::Array(_)) if path.split('.').next() == Some(OWN) => {}
            (Value::Array(given), Value::Array(wanted)) if given.len() == wanted.len() => {
                for (place, (given, wanted)) in given.iter().zip(wanted).enumerate() {
                    self.value(&format!("{path}.{place}"), given, wanted);
                }
            }
            (_, Value::Array(_)) => self.kind(path, "a list as long as in the other files"),
            (Value::String(given), Value::String(wanted)) => self.text(path, given, wanted),
            (Value::Number(_), Value::Number(_)) => {}
            (_, Value::Object(_)) => self.kind(path, "an object"),
            _ => self.kind(path, "a text"),
        }
    }

    /// Names of facts are the same in all files; texts have a word at least, and the same places.
    fn text(&mut self, path: &str, given: &str, wanted: &str) {
        if path.rsplit('.').next() == Some("field") && given != wanted {
            self.kind(path, "the name that it has in the other files");
        } else if given.trim().is_empty() {
            self.kind(path, "a text with a word in it");
        } else {
            self.places(path, given, wanted, BTreeSet::is_superset);
        }
    }

    /// Which forms there are is the language's matter; each may leave out the number, and none may bring a new place.
    fn forms(&mut self, path: &str, given: &Value, wanted: &Value) {
        let (Some(forms), true) = (given.as_object(), is_plural(given)) else {
            return self.kind(path, "an object with the forms of a number, \"other\" among them");
        };
        let wanted = wanted.get("other").and_then(Value::as_str).unwrap_or_default();
        for (form, text) in forms {
            let path = [path, ".", form].concat();
            match text.as_str() {
                Some(text) if form == "other" => self.text(&path, text, wanted),
                Some(text) => self.places(&path, text, wanted, |_, _| true),
                None => self.kind(&path, "a text"),
            }
        }
    }

    fn places(
        &mut self,
        path: &str,
        given: &str,
        wanted: &str,
        enough: fn(&BTreeSet<String>, &BTreeSet<String>) -> bool,
    ) {
        let (given, wanted) = (places(given), places(wanted));
        if !given.is_subset(&wanted) || !enough(&given, &wanted) {
            let [given, wanted] = [given, wanted].map(|places| places.into_iter().collect());
            self.faults.push(Fault::Places {
                file: self.file.to_owned(),
                path: path.to_owned(),
                given,
                wanted,
            });
        }
    }
}

fn places(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}
