//! A relay's machine whose clock jumps and whose disk is full while the relay runs: `tests/clock/disk.c` reads what is
//! written here.

use crate::clock;
use anyhow::Result;
use std::{
    fs::{self, OpenOptions},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

/// Faults of a machine, in a file that the relay's process maps.
#[derive(Debug)]
pub struct Machine(PathBuf);

impl Machine {
    /// That of the relay in a folder. It has no faults as long as none are set.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let file = folder.join("faults");
        if !file.exists() {
            fs::write(&file, [0; 32])?;
        }
        Ok(Self(file))
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.0
    }

    /// From now on its clock is so many seconds ahead of this machine's, or behind.
    pub fn clock(&self, seconds: i64) -> Result<()> {
        self.set(0, seconds)
    }

    /// Time passes at once, for this test, for the relay, and for all that waits in it. The relay notices with the next thing
    /// that happens to it. Not to be mixed with [`crate::world::World::advance`].
    pub fn pass(&self, seconds: u64) -> Result<()> {
        self.set(16, clock::advance(seconds))
    }

    /// From now on there is no space left in the storage, or there is again.
    pub fn disk_is_full(&self, full: bool) -> Result<()> {
        self.set(8, i64::from(full))
    }

    /// From now on the relay is killed with the `step`th thing that is done to its storage, counted from the next removal of a
    /// database, which is the first. At 0 it is not.
    pub fn kills_at(&self, step: u32) -> Result<()> {
        self.set(24, step.into())
    }

    fn set(&self, place: u64, value: i64) -> Result<()> {
        Ok(OpenOptions::new().write(true).open(&self.0)?.write_all_at(&value.to_ne_bytes(), place)?)
    }
}
