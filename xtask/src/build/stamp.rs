//! Remembers from which inputs a step's outputs were made.

use crate::paths;
use anyhow::{Context, Result};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The inputs of one step, to be compared with those of its last run.
#[derive(Debug)]
pub(super) struct Stamp {
    file: PathBuf,
    digest: String,
}

impl Stamp {
    /// Digests `inputs` (files and folders, with names) and `options` (tool versions and flags).
    pub(super) fn new(step: &str, inputs: &[PathBuf], options: &[&str]) -> Result<Self> {
        let mut hash = Sha256::new();
        for option in options {
            feed(&mut hash, option.as_bytes());
        }
        for file in files(inputs)? {
            feed(&mut hash, file.to_string_lossy().as_bytes());
            feed(&mut hash, &fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        let digest = Base64UrlUnpadded::encode_string(&hash.finalize());
        Ok(Self { file: paths::target().join("stamps").join(step), digest })
    }

    /// Whether the outputs exist and were made from these inputs.
    pub(super) fn is_fresh(&self, outputs: &[PathBuf]) -> bool {
        outputs.iter().all(|path| path.exists())
            && fs::read_to_string(&self.file).is_ok_and(|old| old == self.digest)
    }

    /// To be called after the outputs were written.
    pub(super) fn keep(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.file, &self.digest)?)
    }
}

fn feed(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(bytes);
}

/// All files below the given files and folders, sorted; what does not exist is left out.
pub(super) fn files(roots: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for root in roots {
        collect(root, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_a_renamed_file_and_a_missing_output_are_stale() {
        let dir = std::env::temp_dir().join(format!("einwurf-stamp-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let (input, output) = (dir.join("in"), dir.join("out"));
        fs::write(&input, "a").unwrap();
        let name = format!("test-{}", std::process::id());
        let stamp = |inputs: &[PathBuf]| Stamp::new(&name, inputs, &["v1"]).unwrap();
        let outputs = [output.clone()];

        stamp(std::slice::from_ref(&input)).keep().unwrap();
        assert!(!stamp(std::slice::from_ref(&input)).is_fresh(&outputs), "output missing");
        fs::write(&output, "made").unwrap();
        assert!(stamp(std::slice::from_ref(&input)).is_fresh(&outputs));
        fs::write(&input, "b").unwrap();
        assert!(!stamp(std::slice::from_ref(&input)).is_fresh(&outputs), "byte changed");
        fs::rename(&input, dir.join("other")).unwrap();
        assert!(!stamp(&[dir.join("other")]).is_fresh(&outputs), "renamed");

        fs::remove_file(paths::target().join("stamps").join(&name)).unwrap();
        fs::remove_dir_all(&dir).unwrap();
    }
}
