//! What a relay's databases say, whatever their files look like: a database that the runtime closes after a while folds its
//! log into itself, so that files change although nothing was stored.

use crate::{folder::Folder, relay::Relay};
use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// Every database of a relay, with a hash of all that it says.
pub type Stored = BTreeMap<PathBuf, u64>;

/// Times that a database is copied until nobody wrote meanwhile.
const TRIES: usize = 50;

/// All databases of a relay.
pub fn stored(relay: &Relay) -> Result<Stored> {
    let folder = Folder::new("stored")?;
    let databases = relay.storage().into_iter().map(|(path, _)| path);
    databases
        .filter(|path| path.extension().is_some_and(|kind| kind == "sqlite"))
        .map(|path| Ok((path.clone(), said(&path, folder.path())?)))
        .collect()
}

/// What a relay keeps of visitors: conversations and proofs. The site's own object lives on meanwhile.
pub fn of_visitors(relay: &Relay) -> Result<Stored> {
    let own = |path: &Path| path.components().any(|part| part.as_os_str() == "einwurf-inbox");
    Ok(stored(relay)?.into_iter().filter(|(path, _)| !own(path)).collect())
}

/// A hash of the statements that would write a database anew.
fn said(database: &Path, folder: &Path) -> Result<u64> {
    let copy = folder.join("copy.sqlite");
    copied(database, &copy)?;
    let output = Command::new("sqlite3").arg(&copy).arg(".dump").output();
    let output = output.context("the command sqlite3 is missing")?;
    let fault = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && fault.is_empty(), "{}: {fault}", database.display());
    let mut hasher = DefaultHasher::new();
    output.stdout.hash(&mut hasher);
    Ok(hasher.finish())
}

/// Copies a database with its log, both of one moment.
fn copied(database: &Path, copy: &Path) -> Result<()> {
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
