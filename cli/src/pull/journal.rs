//! What was taken, one line each, synced before anything goes on. What is about to be handed over is written down first
//! ([`Ready`]), so that after a crash the next run knows whether it got there.

use super::{
    item::{Item, Reached},
    point::point,
    sink::separator,
};
use crate::desk::{
    Stop,
    folder::{Folder, JOURNAL, options, replace, settle},
};
use einwurf_protocol::{
    codec::{hex, sha256},
    ids::{Cid, Digest},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// Lines for each conversation from which on the file is written anew.
const SLACK: usize = 4;
/// What clears old files out of a Maildir's `tmp` waits 36 hours; a file that is gone before that went its way.
const CLEARED_SECONDS: u64 = 86_400;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    /// Taken up to here.
    Taken { reached: Reached },
    /// Its end was handed on.
    Erased { cid: Cid },
    /// Everything before this was looked at.
    Mark { newest: Timestamp },
    /// About to be handed over.
    Ready { ready: Ready },
    /// The program did not take it.
    Back,
}

/// What is about to be handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ready {
    /// [`Item::stem`].
    stem: String,
    cid: Cid,
    /// None: the conversation's end.
    reached: Option<Reached>,
    at: Timestamp,
    way: Way,
}

/// How.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Way {
    /// A written file gets its name; `tidied` if others clear the place where it was written.
    File { staged: PathBuf, target: PathBuf, tidied: bool },
    /// Bytes at the end of a file of this length.
    Append { path: PathBuf, length: u64, bytes: u64, digest: Digest },
    /// A program takes it: nobody can know whether it did.
    Program,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Record {
    reached: Option<Reached>,
    erased: bool,
}

/// The journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    records: BTreeMap<Cid, Record>,
    mark: Timestamp,
    pending: Option<Ready>,
    /// What programs may have had: how they ended was never seen.
    repeated: BTreeSet<String>,
}

impl Journal {
    /// Reads it, and finishes what a crash left unfinished.
    pub(crate) fn open(folder: &Folder) -> Result<Self, Stop> {
        let path = folder.file(JOURNAL);
        let mut journal = Self::read(&path).map_err(|cause| Stop::file(&path, &cause))?;
        journal.recover()?;
        Ok(journal)
    }

    fn read(path: &Path) -> std::io::Result<Self> {
        let mut file = options().create(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // A line without its end was never synced: nothing was built on it.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        text.truncate(whole);
        file.set_len(u64::try_from(whole).unwrap_or_default())?;
        file.seek(SeekFrom::End(0))?;
        settle(path)?;
        let mut journal = Self {
            file,
            path: path.to_owned(),
            records: BTreeMap::new(),
            mark: Timestamp(0),
            pending: None,
            repeated: BTreeSet::new(),
        };
        let mut count = 0;
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            journal.apply(serde_json::from_slice(line)?);
            count += 1;
        }
        let settled = journal.pending.is_none() && journal.repeated.is_empty();
        if settled && count > SLACK * (journal.records.len() + SLACK) {
            journal.compact()?;
        }
        Ok(journal)
    }

    fn apply(&mut self, line: Line) {
        match line {
            Line::Taken { reached } => {
                self.records.entry(reached.cid).or_default().reached = Some(reached);
                self.done(reached.cid);
            }
            Line::Erased { cid } => {
                self.records.entry(cid).or_default().erased = true;
                self.done(cid);
            }
            Line::Mark { newest } => self.mark = newest,
            // Another conversation may come before the one that was cut short.
            Line::Ready { ready } => {
                let former = self.pending.replace(ready).filter(|former| former.way == Way::Program);
                self.repeated.extend(former.map(|former| former.stem));
            }
            Line::Back => self.pending = None,
        }
    }

    /// Of a conversation, only the next item can be under way.
    fn done(&mut self, cid: Cid) {
        self.pending = None;
        self.repeated.retain(|stem| !stem.starts_with(&hex(&cid.0)));
    }

    fn compact(&mut self) -> std::io::Result<()> {
        let mut text = Vec::new();
        let mut put = |line: &Line| -> std::io::Result<()> {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
            Ok(())
        };
        for (cid, record) in &self.records {
            if let Some(reached) = record.reached {
                put(&Line::Taken { reached })?;
            }
            if record.erased {
                put(&Line::Erased { cid: *cid })?;
            }
        }
        put(&Line::Mark { newest: self.mark })?;
        replace(&self.path, &text)?;
        self.file = OpenOptions::new().read(true).append(true).open(&self.path)?;
        Ok(())
    }

    fn write(&mut self, line: Line) -> Result<(), Stop> {
        let mut json = serde_json::to_vec(&line).map_err(|cause| Stop::file(&self.path, &cause.into()))?;
        json.push(b'\n');
        let written = self.file.write_all(&json).and_then(|()| self.file.sync_data());
        written.map_err(|cause| Stop::file(&self.path, &cause))?;
        self.apply(line);
        Ok(())
    }

    /// How far a conversation was taken.
    pub(crate) fn reached(&self, cid: Cid) -> Option<Reached> {
        self.records.get(&cid).and_then(|record| record.reached)
    }

    /// Whether its end was handed on, or nothing of it ever was.
    pub(crate) fn knows_end(&self, cid: Cid) -> bool {
        self.records.get(&cid).is_none_or(|record| record.erased)
    }

    /// Everything before this was looked at.
    pub(crate) fn mark(&self) -> Timestamp {
        self.mark
    }

    /// Looked at, from now on.
    pub(crate) fn set_mark(&mut self, newest: Timestamp) -> Result<(), Stop> {
        if newest == self.mark { Ok(()) } else { self.write(Line::Mark { newest }) }
    }

    /// Taken up to here, though nothing was handed over.
    pub(crate) fn skip(&mut self, reached: Reached) -> Result<(), Stop> {
        self.write(Line::Taken { reached })
    }

    /// Whether a program may have had this before.
    pub(crate) fn is_repeat(&self, item: &Item) -> bool {
        self.repeated.contains(&item.stem())
    }

    /// Hands an item over: written down before, done, written down after.
    pub(crate) fn hand(
        &mut self,
        item: &Item,
        reached: Option<Reached>,
        way: Way,
        act: impl FnOnce() -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let ready = Ready { stem: item.stem(), cid: item.cid, reached, at: crate::now(), way };
        point();
        self.write(Line::Ready { ready: ready.clone() })?;
        point();
        if let Err(stop) = act() {
            if ready.way == Way::Program {
                self.write(Line::Back)?;
            }
            return Err(stop);
        }
        point();
        self.taken(&ready)?;
        point();
        Ok(())
    }

    fn taken(&mut self, ready: &Ready) -> Result<(), Stop> {
        self.write(match ready.reached {
            Some(reached) => Line::Taken { reached },
            None => Line::Erased { cid: ready.cid },
        })
    }

    /// After a crash: whatever was about to be handed over either got there, or is handed over again.
    fn recover(&mut self) -> Result<(), Stop> {
        let Some(ready) = self.pending.take() else { return Ok(()) };
        let arrived = match &ready.way {
            Way::File { staged, target, tidied } => finish(staged, target)
                .map_err(|cause| Stop::file(target, &cause))?
                .unwrap_or(!tidied || crate::now() < ready.at.plus(CLEARED_SECONDS)),
            Way::Append { path, length, bytes, digest } => {
                let ours = separator(&ready.stem);
                appended(path, (*length, *bytes), digest, &ours).map_err(|cause| Stop::file(path, &cause))?
            }
            Way::Program => false,
        };
        if arrived {
            return self.taken(&ready);
        }
        if ready.way == Way::Program {
            self.repeated.insert(ready.stem);
        }
        Ok(())
    }
}

/// A written file gets its name; none if it is not there any more, and whoever reads the folder may have it.
fn finish(staged: &Path, target: &Path) -> std::io::Result<Option<bool>> {
    if staged.try_exists()? {
        fs::rename(staged, target)?;
        settle(target)?;
        return Ok(Some(true));
    }
    Ok(target.try_exists()?.then_some(true))
}

/// Whether all of it was appended; a beginning is taken back, if it is one of the message that begins like this and nobody
/// wrote behind it.
fn appended(path: &Path, (length, bytes): (u64, u64), digest: &Digest, ours: &str) -> std::io::Result<bool> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    file.lock()?;
    file.seek(SeekFrom::Start(length))?;
    let mut there = Vec::new();
    (&mut file).take(bytes).read_to_end(&mut there)?;
    let whole = u64::try_from(there.len()).ok() == Some(bytes);
    if !whole && !there.is_empty() && is_beginning(&there, ours) {
        file.set_len(length)?;
        file.sync_all()?;
    }
    Ok(whole && sha256(&there) == digest.0)
}

/// Whether this is a beginning of that message, and of no other: as soon as another one may follow it stays.
fn is_beginning(there: &[u8], ours: &str) -> bool {
    let begun = there.iter().position(|byte| *byte != b'\n').unwrap_or(there.len());
    let there = there.get(begun..).unwrap_or_default();
    let (first, rest) = there.split_at_checked(ours.len()).unwrap_or((there, &[]));
    ours.as_bytes().starts_with(first) && !rest.windows(5).any(|five| five == b"From ")
}

/// What must hold for every line ([`crate::properties`]).
#[cfg(feature = "properties")]
pub(crate) mod properties {
    use super::Line;

    /// It is written as it was read.
    pub(crate) fn line(bytes: &[u8]) {
        let Ok(line) = serde_json::from_slice::<Line>(bytes) else { return };
        let written = serde_json::to_vec(&line).unwrap_or_default();
        assert!(!written.contains(&b'\n'), "two lines of one");
        assert_eq!(serde_json::from_slice::<Line>(&written).ok(), Some(line), "not read again");
    }
}

#[cfg(test)]
mod tests;
