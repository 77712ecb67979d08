//! Where messages go: a Maildir, an mbox file, a folder of JSON, a program.

use super::{
    item::{Item, Reached},
    journal::{Journal, Way},
    letter::{DOMAIN, Letters},
    point::point,
};
use crate::desk::{
    Stop,
    folder::{anew, make, options, settle},
};
use einwurf_protocol::{
    codec::{hex, sha256},
    ids::Digest,
};
use std::{
    fs,
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The place, and how it is written there.
pub(crate) enum Sink {
    /// A Maildir (`tmp`, `new`, `cur`).
    Maildir(PathBuf),
    /// An mbox file in the form `mboxrd`.
    Mbox(PathBuf),
    /// A folder: one for each conversation, a file for each event.
    Json(PathBuf),
    /// A command of the shell, with one message on its standard input.
    Exec { command: String, json: bool },
}

impl Sink {
    /// Whether it can be written to; folders that are missing are made.
    pub(crate) fn prepare(&self) -> Result<(), Stop> {
        let folders = match self {
            Self::Maildir(folder) => ["tmp", "new", "cur"].iter().map(|name| folder.join(name)).collect(),
            Self::Json(folder) => vec![folder.clone()],
            Self::Mbox(_) | Self::Exec { .. } => Vec::new(),
        };
        folders.iter().try_for_each(|folder| make(folder).map_err(|cause| Stop::file(folder, &cause)))
    }

    /// Hands over one item, once.
    pub(crate) fn put(
        &self,
        journal: &mut Journal,
        letters: &Letters,
        item: &Item,
        reached: Option<Reached>,
    ) -> Result<(), Stop> {
        match self {
            Self::Maildir(folder) => {
                let name = format!("{}.{}.einwurf", item.at.0, item.stem());
                let (staged, target) = (folder.join("tmp").join(&name), folder.join("new").join(&name));
                file(journal, item, reached, &letters.mail(item)?, (staged, target, true))
            }
            Self::Json(folder) => {
                let folder = folder.join(hex(&item.cid.0));
                make(&folder).map_err(|cause| Stop::file(&folder, &cause))?;
                let name = item.seq.map_or_else(|| "erased".to_owned(), |seq| format!("{seq:08}"));
                let (staged, target) =
                    (folder.join(format!(".{name}.new")), folder.join(format!("{name}.json")));
                let json = serde_json::to_vec(&item.json()).unwrap_or_default();
                file(journal, item, reached, &json, (staged, target, false))
            }
            Self::Mbox(path) => append(journal, item, reached, path, &mbox(item, &letters.mail(item)?)),
            Self::Exec { command, json } => {
                let bytes = if *json {
                    serde_json::to_vec(&item.json()).unwrap_or_default()
                } else {
                    letters.mail(item)?
                };
                let repeat = journal.is_repeat(item);
                journal.hand(item, reached, Way::Program, || give(command, item, &bytes, repeat))
            }
        }
    }
}

/// Written whole under another name, then named.
fn file(
    journal: &mut Journal,
    item: &Item,
    reached: Option<Reached>,
    bytes: &[u8],
    (staged, target, tidied): (PathBuf, PathBuf, bool),
) -> Result<(), Stop> {
    let failed = |cause: std::io::Error| Stop::file(&target, &cause);
    let mut written = anew(&staged).map_err(failed)?;
    point();
    written.write_all(bytes).and_then(|()| written.sync_all()).map_err(failed)?;
    settle(&staged).map_err(failed)?;
    let way = Way::File { staged: staged.clone(), target: target.clone(), tidied };
    journal.hand(item, reached, way, || {
        fs::rename(&staged, &target).map_err(failed)?;
        point();
        settle(&target).map_err(failed)
    })
}

/// At the end of a file that no other program of this kind writes to meanwhile. What does not fit on the disk is taken back.
fn append(
    journal: &mut Journal,
    item: &Item,
    reached: Option<Reached>,
    path: &Path,
    message: &[u8],
) -> Result<(), Stop> {
    let failed = |cause: std::io::Error| Stop::file(path, &cause);
    let mut file = options().create(true).open(path).map_err(failed)?;
    file.lock().map_err(failed)?;
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let bytes = [gap(&mut file, length).map_err(failed)?, message].concat();
    let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let way = Way::Append { path: path.to_owned(), length, bytes: count, digest: Digest(sha256(&bytes)) };
    journal.hand(item, reached, way, || {
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        let written = file.write_all(first).and_then(|()| {
            point();
            file.write_all(rest)?;
            file.sync_all()
        });
        if written.is_err() {
            // If it cannot be taken back now, the next run does it.
            let _ = file.set_len(length);
        }
        written.map_err(failed)?;
        settle(path).map_err(failed)
    })
}

/// The empty line that has to stand before a message, as far as it is missing: a file that ends within a line would swallow
/// the message.
fn gap(file: &mut fs::File, length: u64) -> std::io::Result<&'static [u8]> {
    let from = length.saturating_sub(2);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.take(length - from).read_to_end(&mut end)?;
    Ok(match end.as_slice() {
        [] | [b'\n', b'\n'] => b"",
        [.., b'\n'] => b"\n",
        _ => b"\n\n",
    })
}

/// How the line begins that separates a message from those before it. It names the message, so that after a crash nobody
/// else's is taken for its beginning.
pub(super) fn separator(stem: &str) -> String {
    format!("From {stem}@{DOMAIN} ")
}

/// A message in the form `mboxrd`: what looks like its separator is quoted, so that no message can begin another.
pub(crate) fn mbox(item: &Item, mail: &[u8]) -> Vec<u8> {
    let date = mail_builder::headers::date::Date::new(i64::try_from(item.at.0).unwrap_or_default());
    let mut bytes = format!("{}{}\n", separator(&item.stem()), asctime(&date.to_rfc822())).into_bytes();
    for line in mail.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
        if line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From ")) {
            bytes.push(b'>');
        }
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes.push(b'\n');
    bytes
}

/// `Thu, 26 Nov 2026 11:00:00 +0000` as `Thu Nov 26 11:00:00 2026`.
fn asctime(date: &str) -> String {
    let parts: Vec<_> = date.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [weekday, day, month, year, time, ..] => format!("{weekday} {month} {day:>2} {time} {year}"),
        _ => "Thu Jan  1 00:00:00 1970".to_owned(),
    }
}

/// Starts the command and waits: 0 means taken.
fn give(command: &str, item: &Item, bytes: &[u8], repeat: bool) -> Result<(), Stop> {
    let failed = |cause: std::io::Error| Stop::left("exec").with("cause", cause);
    let mut child = Command::new("sh")
        .args(["-c", command])
        .env("EINWURF_MESSAGE_ID", Letters::id(item))
        .env("EINWURF_CONVERSATION", item.cid.code())
        .env("EINWURF_REPEAT", if repeat { "1" } else { "0" })
        .stdin(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(bytes));
    let status = child.wait().map_err(failed)?;
    // Whoever does not read to the end says with the exit code whether it is taken.
    written
        .or_else(|cause| if cause.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(failed(cause)) })?;
    if status.success() { Ok(()) } else { Err(Stop::left("exec").with("cause", status)) }
}

#[cfg(test)]
mod tests;
