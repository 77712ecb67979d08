//! `cargo xtask languages`: what is written from the files in `languages/`, so that a language is one file and no code.

use crate::{paths, say};
use anyhow::{Result, bail};
use einwurf_languages::{Language, REFERENCE, pseudo, registers};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// All languages, compared with each other.
pub fn read() -> Result<Vec<Language>> {
    Ok(einwurf_languages::read(&paths::root().join("languages"))?)
}

/// Those that only the gallery knows.
pub fn pseudo(languages: &[Language]) -> Vec<Language> {
    languages.iter().filter(|one| one.name == REFERENCE).flat_map(pseudo::of).collect()
}

/// Writes what follows from the files, where it has changed.
pub fn write() -> Result<()> {
    let written = written(&read()?)?;
    for stale in stale(&written, &paths::root())? {
        fs::remove_file(stale)?;
    }
    for (path, text) in written {
        let path = paths::root().join(path);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text)?;
            say::line(&format!("  {} follows from languages/ and was written anew", path.display()));
        }
    }
    Ok(())
}

/// Whether everything follows from the files.
pub fn check() -> Result<()> {
    let written = written(&read()?)?;
    let differs = |path: &PathBuf, text: &String| {
        fs::read_to_string(paths::root().join(path)).ok().as_ref() != Some(text)
    };
    let mut wrong: Vec<_> =
        written.iter().filter(|(path, text)| differs(path, text)).map(|(path, _)| path.clone()).collect();
    wrong.extend(stale(&written, &paths::root())?);
    if let Some(path) = wrong.first() {
        bail!("{} does not follow from languages/: run `cargo xtask languages`", path.display());
    }
    Ok(())
}

/// What follows from the files, by its path.
fn written(languages: &[Language]) -> Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::from([("protocol/src/registers.rs".into(), registers(languages))]);
    let mut papers = serde_json::Map::new();
    for language in languages {
        for (folder, section) in FOLDERS {
            let path = PathBuf::from(folder).join(&language.name).with_extension("json");
            files.insert(path, lines(language.section(section))?);
        }
        let mut texts = language.section("papers").as_object().cloned().unwrap_or_default();
        for member in ["lang", "locale", "dir"] {
            texts.insert(member.to_owned(), language.meta(member).into());
        }
        papers.insert(language.name.clone(), texts.into());
    }
    let names: Vec<_> = languages.iter().map(|language| language.name.as_str()).collect();
    files.insert("www/papers/texts.json".into(), lines(&papers.into())?);
    files.insert("www/check/registers.json".into(), lines(&json!(names))?);
    Ok(files)
}

/// Folders with a part of each language.
const FOLDERS: [(&str, &str); 3] =
    [("protocol/wording", "notice"), ("protocol/mails", "mail"), ("protocol/poster", "poster")];

/// Parts of a language that is gone.
fn stale(written: &BTreeMap<PathBuf, String>, root: &Path) -> Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    for (folder, _) in FOLDERS {
        for entry in fs::read_dir(root.join(folder))? {
            let path = entry?.path();
            let own = path.strip_prefix(root)?;
            let part = path.extension().is_some_and(|ending| ending == "json");
            if part && !written.contains_key(own) {
                stale.push(path);
            }
        }
    }
    Ok(stale)
}

fn lines(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_follows_from_the_files() {
        check().unwrap();
    }

    #[test]
    fn one_more_file_is_a_language_everywhere_and_no_code() {
        let mut languages = read().unwrap();
        let text = fs::read_to_string(paths::root().join("languages/en.json")).unwrap();
        let further = text.replacen("\"lang\": \"en\"", "\"lang\": \"fr\"", 1).replacen(
            "\"name\": \"English\"",
            "\"name\": \"Français\"",
            1,
        );
        languages.push(Language::of("fr", &further).unwrap());
        let written = written(&languages).unwrap();
        let of = |path: &str| written.get(Path::new(path)).unwrap().as_str();
        assert!(of("protocol/src/registers.rs").contains("Self::Fr => \"Français\","));
        assert!(of("protocol/src/registers.rs").contains("pub const ALL: [Self; 4]"));
        assert!(of("www/check/registers.json").contains("\"fr\""));
        assert!(of("www/papers/texts.json").contains("\"lang\": \"fr\""));
        assert_eq!(of("protocol/wording/fr.json"), of("protocol/wording/en.json"));
    }
}
