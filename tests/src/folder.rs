//! A folder for one run, under `target/`. It stays when the test fails, so that its logs can be read.

use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Removed on drop, unless a test is failing.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder whose name begins with `name`.
    pub fn new(name: &str) -> Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            xtask::paths::target().join("journeys").join(format!("{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // A leftover folder harms nobody.
            drop(fs::remove_dir_all(&self.0));
        }
    }
}

/// Every file below `folder`, with its bytes. Files that vanish while this reads are left out.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files_named(folder, "")
}

/// Those whose name has `part` in it.
pub fn files_named(folder: &Path, part: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let named = || entry.file_name().to_string_lossy().contains(part);
            if path.is_dir() {
                open.push(path);
            } else if named()
                && let Ok(bytes) = fs::read(&path)
            {
                found.push((path, bytes));
            }
        }
    }
    found
}

/// Copies every file below `from` to the same place below `to`.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for (path, bytes) in files(from) {
        let target = to.join(path.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(())
}
