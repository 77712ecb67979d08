//! The languages: one file for each language and form of address holds every text that visitors and staff read.
//! This crate reads the folder, compares the files with each other, divides them into what each part of the product
//! loads, and writes the registers that the rules know (`protocol/src/registers.rs`). `docs/languages.md` says how to
//! add one.
//!
//! Left out on purpose: showing texts (`einwurf-widget`, `einwurf-inbox`), choosing the form of a number (the browser's
//! `Intl`), and where files go (`xtask`).

mod check;
pub mod pseudo;
mod registers;
#[cfg(test)]
mod tests;

pub use check::{CATEGORIES, Fault, is_plural};
pub use registers::registers;

use serde_json::{Map, Value};
use std::{fs, path::Path};

/// What every other file is compared with.
pub const REFERENCE: &str = "en";

/// The parts of a file.
pub const SECTIONS: [&str; 9] =
    ["meta", "button", "notice", "widget", "papers", "mail", "poster", "inbox", "lint"];

/// One language and form of address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// The name of its register, as on the wire and as the file is called: `de-formal`.
    pub name: String,
    sections: Map<String, Value>,
}

/// All languages of a folder in the order of their names, compared with each other.
pub fn read(folder: &Path) -> Result<Vec<Language>, Faults> {
    let languages = files(folder)?;
    let faults = check::all(&languages);
    if faults.is_empty() { Ok(languages) } else { Err(Faults(faults)) }
}

/// Everything that is wrong with a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

fn files(folder: &Path) -> Result<Vec<Language>, Faults> {
    let unreadable = |file: &Path, why: String| {
        let file = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        Faults(vec![Fault::Unreadable { file, why }])
    };
    let entries = fs::read_dir(folder).map_err(|why| unreadable(folder, why.to_string()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    let one = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).map_err(|why| unreadable(path, why.to_string()))?;
        Language::of(&name, &text).map_err(|why| unreadable(path, why))
    };
    paths.iter().map(one).collect()
}

impl Language {
    /// From a file's content, not yet compared with others.
    pub fn of(name: &str, text: &str) -> Result<Self, String> {
        let sections = serde_json::from_str(text).map_err(|why| why.to_string())?;
        Ok(Self { name: name.to_owned(), sections })
    }

    /// A part of it; nothing if it has none of this name.
    pub fn section(&self, name: &str) -> &Value {
        self.sections.get(name).unwrap_or(&Value::Null)
    }

    /// A part of it as an app loads it, without spaces.
    pub fn divided(&self, section: &str) -> String {
        self.section(section).to_string()
    }

    /// A fact about the language; empty if the file lacks it.
    pub fn meta(&self, member: &str) -> &str {
        text(self.section("meta"), member)
    }

    /// A text of the button, or of the first things that a page shows.
    pub fn button(&self, member: &str) -> &str {
        text(self.section("button"), member)
    }
}

fn text<'a>(section: &'a Value, member: &str) -> &'a str {
    section.get(member).and_then(Value::as_str).unwrap_or_default()
}
