//! What a relay's databases say, whatever their files look like: a database that the runtime closes after a while folds its
//! log into itself, so that files change although nothing was stored.

use crate::{folder::Folder, pace, relay::Relay};
use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// Every file of a relay with a hash: of all that it says, if it is a database.
pub type Stored = BTreeMap<PathBuf, u64>;

/// Times that a database is copied until nobody wrote meanwhile.
const TRIES: usize = 50;

/// All that a relay stores.
pub fn stored(relay: &Relay) -> Result<Stored> {
    let folder = Folder::new("stored")?;
    let mut stored = Stored::new();
    for (path, bytes) in relay.storage() {
        let kind = path.extension().unwrap_or_default().to_string_lossy();
        let hash = match &*kind {
            "sqlite" => hash(&said(&path, folder.path())?),
            // What stands in them is read with their database.
            "sqlite-wal" | "sqlite-shm" => continue,
            _ => hash(&bytes),
        };
        stored.insert(path, hash);
    }
    Ok(stored)
}

/// What the command `sqlite3` answers.
pub fn sqlite(database: &Path, statements: &str) -> Result<Vec<u8>> {
    let output = Command::new("sqlite3").arg(database).arg(statements).output();
    let output = output.context("the command sqlite3 is missing")?;
    let fault = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && fault.is_empty(), "{}: {fault}", database.display());
    Ok(output.stdout)
}

/// The storage of the one object that lists conversations.
pub fn index(folder: &Path) -> Result<PathBuf> {
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|kind| kind == "sqlite") {
                let found =
                    sqlite(&path, "SELECT name FROM sqlite_master WHERE name = 'conversation_keys';")?;
                if !found.is_empty() {
                    return Ok(path);
                }
            }
        }
    }
    bail!("no storage of an inbox object")
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// What a relay keeps of visitors: conversations and proofs. The site's own object lives on meanwhile.
pub fn of_visitors(relay: &Relay) -> Result<Stored> {
    let own = |path: &Path| path.components().any(|part| part.as_os_str() == "einwurf-inbox");
    Ok(stored(relay)?.into_iter().filter(|(path, _)| !own(path)).collect())
}

/// The same, once no conversation owes anything to another object: what is delivered is written down on both sides.
pub fn settled(relay: &Relay) -> Result<Stored> {
    pace::until("nothing to be owed", || {
        if is_owing(relay)? {
            return Ok(None);
        }
        let found = of_visitors(relay)?;
        let again = of_visitors(relay)?;
        Ok((found == again).then_some(found))
    })
}

/// Whether a conversation owes something to another object, whatever the relay is able to answer.
pub fn is_owing(relay: &Relay) -> Result<bool> {
    let folder = Folder::new("owing")?;
    let copy = folder.path().join("copy.sqlite");
    let mut conversations =
        relay.storage().into_iter().map(|(path, _)| path).filter(|path| is_conversation(path));
    conversations.try_fold(false, |owing, path| Ok(owing || owes(&path, &copy)?))
}

fn is_conversation(path: &Path) -> bool {
    let of_one = path.components().any(|part| part.as_os_str() == "einwurf-conversation");
    of_one && path.extension().is_some_and(|kind| kind == "sqlite")
}

/// Whether a conversation has something in its outbox. An object that nobody opened has none.
fn owes(database: &Path, copy: &Path) -> Result<bool> {
    copied(database, copy)?;
    let has_one = sqlite(copy, "SELECT 1 FROM sqlite_master WHERE name = 'outbox'")?;
    Ok(!has_one.is_empty() && !sqlite(copy, "SELECT 1 FROM outbox")?.is_empty())
}

/// The statements that would write a database anew.
fn said(database: &Path, folder: &Path) -> Result<Vec<u8>> {
    let copy = folder.join("copy.sqlite");
    copied(database, &copy)?;
    sqlite(&copy, ".dump")
}

/// Copies a database with its log, both of one moment.
pub fn copied(database: &Path, copy: &Path) -> Result<()> {
    let log = beside(database, "-wal");
    for _ in 0..TRIES {
        for old in ["", "-wal", "-shm"] {
            let old = beside(copy, old);
            if old.exists() {
                fs::remove_file(old)?;
            }
        }
        let before = (moment(database), moment(&log));
        fs::copy(database, copy)?;
        if log.exists() && fs::copy(&log, beside(copy, "-wal")).is_err() {
            continue;
        }
        if before == (moment(database), moment(&log)) {
            return Ok(());
        }
    }
    bail!("{} is written all the time", database.display())
}

fn moment(file: &Path) -> Option<(u64, SystemTime)> {
    let about = fs::metadata(file).ok()?;
    Some((about.len(), about.modified().ok()?))
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
