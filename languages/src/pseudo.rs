//! Languages that nobody speaks, made of English: whoever looks at them sees what is cut, what does not mirror, and
//! what is no text of a file. For the gallery, never for a release.

use crate::Language;
use serde_json::Value;

/// Accented, longer by two fifths, between brackets, so that a text that is cut shows; and written from right to left.
pub const NAMES: [&str; 2] = ["en-xa", "ar-xb"];

/// Members that are no texts: names of facts.
const NAME: &str = "field";

/// Both, made of a language.
pub fn of(language: &Language) -> [Language; 2] {
    [("en-xa", "en-XA", "ltr", "[Ķîñð]"), ("ar-xb", "ar-XB", "rtl", "[dniK]")].map(
        |(name, lang, dir, own)| {
            let mut sections = language.sections.clone();
            for (section, texts) in &mut sections {
                match section.as_str() {
                    "meta" => facts(texts, lang, dir, own),
                    "lint" => {}
                    _ => *texts = value(name, texts),
                }
            }
            Language { name: name.to_owned(), sections }
        },
    )
}

fn facts(meta: &mut Value, lang: &str, dir: &str, own: &str) {
    let Some(meta) = meta.as_object_mut() else { return };
    for (member, fact) in [("lang", lang), ("dir", dir), ("name", own)] {
        meta.insert(member.to_owned(), fact.into());
    }
}

/// A section's texts, made over for the pseudo-language of this name.
pub fn value(name: &str, given: &Value) -> Value {
    match given {
        Value::String(words) => text(name, words).into(),
        Value::Array(list) => list.iter().map(|one| value(name, one)).collect::<Vec<_>>().into(),
        Value::Object(members) => {
            let one = |(member, given): (&String, &Value)| {
                let given = if member == NAME { given.clone() } else { value(name, given) };
                (member.clone(), given)
            };
            Value::Object(members.iter().map(one).collect())
        }
        other => other.clone(),
    }
}

/// A text; places for values stay what they are.
pub fn text(name: &str, words: &str) -> String {
    let mirrored = name == "ar-xb";
    let mut made = String::with_capacity(words.len() * 2);
    let mut rest = words;
    while let Some((before, place, after)) = next(rest) {
        run(&mut made, before, mirrored);
        made.push_str(place);
        rest = after;
    }
    run(&mut made, rest, mirrored);
    if mirrored { made } else { ["⟦", &made, "⟧"].concat() }
}

/// What stands before the first place, the place with its braces, and what follows.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from) = text.split_at(text.find('{')?);
    let (place, after) = from.split_at(from.find('}')? + 1);
    Some((before, place, after))
}

fn run(made: &mut String, words: &str, mirrored: bool) {
    if words.is_empty() {
        return;
    }
    if mirrored {
        // Each letter as one of a script that runs to the left.
        made.extend(['\u{200f}', '\u{202e}']);
        made.push_str(words);
        made.extend(['\u{202c}', '\u{200f}']);
        return;
    }
    for letter in words.chars() {
        let accented = accent(letter);
        made.push(accented);
        if "aeiouAEIOU".contains(letter) {
            made.extend(accented.to_lowercase());
        }
    }
}

fn accent(letter: char) -> char {
    const PLAIN: &str = "aceghijklnorstuwyzACDEGHIJKLNORSTUWYZ";
    const ACCENTED: &str = "àçéĝĥîĵķļñöŕšţûŵýžÀÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽ";
    PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == letter).map_or(letter, |(_, with)| with)
}
