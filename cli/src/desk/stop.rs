//! Why a command ends: one sentence, and a code that scripts can tell apart.

use crate::texts::{Language, Texts};
use std::process::ExitCode;

/// Something was left, the rest is done.
pub(crate) const LEFT: u8 = 1;
const WRONG: u8 = 2;
const LATER: u8 = 3;
const TRUST: u8 = 4;
const ACCESS: u8 = 5;

/// The reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    key: &'static str,
    fill: Vec<(&'static str, String)>,
    code: u8,
}

impl Stop {
    fn new(key: &'static str, code: u8) -> Self {
        Self { key, fill: Vec::new(), code }
    }

    /// Something is left as it was, and somebody has to look at it.
    pub(crate) fn left(key: &'static str) -> Self {
        Self::new(key, LEFT)
    }

    /// The call or this machine is wrong.
    pub(crate) fn wrong(key: &'static str) -> Self {
        Self::new(key, WRONG)
    }

    /// Trying again later may help.
    pub(crate) fn later(key: &'static str) -> Self {
        Self::new(key, LATER)
    }

    /// What the relay shows is not what the site signed.
    pub(crate) fn trust(key: &'static str) -> Self {
        Self::new(key, TRUST)
    }

    /// No access.
    pub(crate) fn access(key: &'static str) -> Self {
        Self::new(key, ACCESS)
    }

    /// With a value for a place in the sentence.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over what they have")]
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fill.push((name, value.to_string()));
        self
    }

    /// A file or folder that does not do.
    pub(crate) fn file(path: &std::path::Path, cause: &std::io::Error) -> Self {
        Self::wrong("file").with("file", path.display()).with("cause", cause)
    }

    pub(crate) fn passes(&self) -> bool {
        self.code == LATER
    }

    /// Whether a new login may help.
    pub(crate) fn is_session(&self) -> bool {
        self.key == "session"
    }

    /// Whether it stops everything, and not one conversation alone.
    pub(crate) fn is_general(&self) -> bool {
        !matches!(self.key, "files" | "gone" | "restricted" | "not-mine" | "forged" | "another-past" | "mail")
    }

    /// Whether the conversation is looked at again without having changed.
    pub(crate) fn is_again(&self) -> bool {
        matches!(self.key, "files" | "forged" | "another-past" | "mail")
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// Places of its sentence that nothing fills; none if it has no sentence.
    #[cfg(test)]
    pub(crate) fn open(&self, texts: &Texts) -> Option<Vec<String>> {
        let mut places = texts.places(self.key)?;
        places.retain(|place| self.fill.iter().all(|(name, value)| name != place || value.is_empty()));
        Some(places)
    }

    /// Its sentence.
    pub(crate) fn sentence(&self, language: Language) -> String {
        let fill: Vec<_> = self.fill.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Texts::of_desk(language).say(self.key, &fill)
    }
}

/// Says a sentence where it does not mix with what a command answers.
pub(crate) fn say(sentence: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr().lock(), "{sentence}");
}

/// How a command ends.
pub(crate) fn end(language: Language, outcome: Result<u8, Stop>) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            say(&stop.sentence(language));
            ExitCode::from(stop.code())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }

    #[test]
    fn every_reason_has_its_sentence() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let code: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let mut found = 0;
        for kind in ["left", "wrong", "later", "trust", "access"] {
            for rest in code.split(&format!("Stop::{kind}(\"")).skip(1) {
                let key = rest.split('"').next().unwrap();
                // What stands here itself is no key.
                if key.starts_with(|first: char| first.is_ascii_lowercase()) {
                    assert!(Texts::of_desk(Language::En).places(key).is_some(), "{key}");
                    found += 1;
                }
            }
        }
        assert!(found > 60, "{found}");
    }
}
