//! What changed, for the people who approve a release: `docs/releases/<version>.<language>.md`, one sentence a list item.

use crate::paths;
use anyhow::{Context, Result, bail};
use einwurf_protocol::limits::CHANGES;
use std::{collections::BTreeMap, fs, path::Path};

/// Languages of the staff's app.
const LANGUAGES: [&str; 2] = ["de", "en"];

/// The sentences of a version by language.
pub(super) fn of(version: &str) -> Result<BTreeMap<String, Vec<String>>> {
    read(&paths::root().join("docs/releases"), version)
}

fn read(folder: &Path, version: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let mut changes = BTreeMap::new();
    for language in LANGUAGES {
        let file = folder.join(format!("{version}.{language}.md"));
        let text = fs::read_to_string(&file).with_context(|| {
            format!("{} is missing: what changed, one sentence a list item", file.display())
        })?;
        let items = items(&text);
        if items.is_empty() || items.len() > CHANGES {
            bail!("{} has {} list items; one to {CHANGES} are needed", file.display(), items.len());
        }
        changes.insert(language.to_owned(), items);
    }
    let lengths: Vec<_> = changes.values().map(Vec::len).collect();
    if lengths.iter().any(|length| Some(length) != lengths.first()) {
        bail!("the languages of {version} tell different numbers of changes: {lengths:?}");
    }
    Ok(changes)
}

/// Items begin with `- `; what is indented below one goes on with it.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        if let Some(first) = line.strip_prefix("- ") {
            items.push(first.trim().to_owned());
            within = true;
        } else if let Some(item) = items.last_mut().filter(|_| within && line.starts_with("  ")) {
            item.push(' ');
            item.push_str(line.trim());
        } else {
            within = false;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sentences_and_all_else_is_left_out() {
        let text = "# 1.0.0\n\nWords.\n  more words\n\n- One\n  and a half.\n- Two.\n\n  outside\n";
        assert_eq!(items(text), ["One and a half.", "Two."]);
    }

    #[test]
    fn each_language_says_the_same_number_of_things_within_the_limit() {
        let folder = std::env::temp_dir().join(format!("einwurf-changes-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let write = |language: &str, count: usize| {
            fs::write(folder.join(format!("1.0.0.{language}.md")), "- A sentence.\n".repeat(count)).unwrap();
        };
        assert!(read(&folder, "1.0.0").is_err(), "missing");
        for (de, en, good) in [
            (1, 1, true),
            (0, 0, false),
            (2, 1, false),
            (CHANGES - 1, CHANGES - 1, true),
            (CHANGES, CHANGES, true),
            (CHANGES + 1, CHANGES + 1, false),
        ] {
            write("de", de);
            write("en", en);
            assert_eq!(read(&folder, "1.0.0").is_ok(), good, "{de} {en}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn this_version_says_what_changed() {
        of(env!("CARGO_PKG_VERSION")).unwrap();
    }
}
