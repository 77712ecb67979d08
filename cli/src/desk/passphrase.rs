//! What people type, or put into files: passphrases and passwords.

use super::{Place, Stop, folder::private};
use std::{env, fs, path::Path};
use zeroize::Zeroizing;

/// Shortest passphrase that is taken.
const SHORTEST: usize = 12;
/// Longest file with a passphrase or password that is read.
const LONGEST: usize = 4_096;

/// The passphrase: from the file, from systemd, or from whoever sits there.
pub(crate) fn passphrase(place: &Place) -> Result<Zeroizing<String>, Stop> {
    let credential = || {
        let file = Path::new(&env::var_os("CREDENTIALS_DIRECTORY")?).join("einwurf");
        file.exists().then_some(file)
    };
    match (&place.passphrase_file, credential()) {
        (Some(file), _) => secret(file),
        // systemd lets nobody else read it.
        (None, Some(file)) => line(&file),
        (None, None) => prompt(place, "ask-passphrase"),
    }
}

/// A new one: from the file, or asked for twice. It has to be long.
pub(crate) fn new(place: &Place, file: Option<&Path>) -> Result<Zeroizing<String>, Stop> {
    let given = if let Some(file) = file {
        secret(file)?
    } else {
        let first = prompt(place, "ask-new-passphrase")?;
        if *prompt(place, "ask-again")? != *first {
            return Err(Stop::wrong("differs"));
        }
        first
    };
    if given.chars().count() < SHORTEST {
        return Err(Stop::wrong("short").with("least", SHORTEST));
    }
    Ok(given)
}

/// The first line of a file that nobody else may read.
pub(crate) fn secret(path: &Path) -> Result<Zeroizing<String>, Stop> {
    private(path)?;
    line(path)
}

/// The first line of a file.
fn line(path: &Path) -> Result<Zeroizing<String>, Stop> {
    let text = fs::read(path).map(Zeroizing::new).map_err(|cause| Stop::file(path, &cause))?;
    first(&text).ok_or_else(|| Stop::wrong("no-line").with("file", path.display()))
}

/// The first line of what was given.
pub(crate) fn first(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)?;
    let line = text.lines().next().filter(|line| !line.is_empty())?;
    Some(Zeroizing::new(line.to_owned()))
}

/// Asks at the terminal, without showing what is typed.
pub(crate) fn prompt(place: &Place, key: &str) -> Result<Zeroizing<String>, Stop> {
    let question = crate::texts::Texts::of_desk(place.language()).say(key, &[]);
    rpassword::prompt_password(format!("{question} "))
        .map(Zeroizing::new)
        .map_err(|_| Stop::wrong("no-terminal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line_and_never_empty() {
        assert_eq!(first(b"one two\r\nthree").as_deref().map(String::as_str), Some("one two"));
        assert!(first(b"").is_none() && first(b"\nx").is_none() && first(&[0xff]).is_none());
        assert!(first(&[b'a'; LONGEST]).is_some() && first(&[b'a'; LONGEST + 1]).is_none());
    }
}
