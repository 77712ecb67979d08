//! What the inbox object's queue held at the moments when the relay died, read from its files.

use crate::{
    folder::Folder,
    relay::Relay,
    smtp::Mail,
    stored::{copied, sqlite},
};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of mails that waited when the relay died.
#[derive(Debug)]
pub struct Queued {
    folder: Folder,
    ids: BTreeSet<String>,
}

impl Queued {
    /// None yet.
    pub fn new() -> Result<Self> {
        Ok(Self { folder: Folder::new("queued")?, ids: BTreeSet::new() })
    }

    /// Reads what waits in a relay that does not run.
    pub fn note(&mut self, relay: &Relay) -> Result<()> {
        let folder = relay.storage_folder().join("einwurf-inbox");
        for entry in std::fs::read_dir(&folder).context("no inbox object")? {
            let database = entry?.path();
            let is_object = database.file_stem().is_some_and(|stem| stem.len() == 64);
            if is_object && database.extension().is_some_and(|kind| kind == "sqlite") {
                let copy = self.folder.path().join("copy.sqlite");
                copied(&database, &copy)?;
                let ids = String::from_utf8(sqlite(&copy, "SELECT id FROM queue")?)?;
                self.ids.extend(ids.lines().map(str::to_owned));
            }
        }
        Ok(())
    }

    /// How many different ones.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Each of them went out, under the id that it was queued with; what went out twice said the same to the same people.
    pub fn went_out(&self, mails: &[Mail]) -> Result<()> {
        let mut sent: BTreeMap<String, &Mail> = BTreeMap::new();
        for mail in mails {
            let id = mail.header("message-id").context("a mail without an id")?;
            let id = id.trim_start_matches('<').split('@').next().unwrap_or_default().to_owned();
            let first = sent.entry(id).or_insert(mail);
            let head = |mail: &Mail| (mail.from.clone(), mail.to.clone(), mail.header("subject"));
            ensure!(head(first) == head(mail), "one id for {:?} and {:?}", head(first), head(mail));
        }
        let lost: Vec<_> = self.ids.iter().filter(|id| !sent.contains_key(*id)).collect();
        ensure!(lost.is_empty(), "queued and never sent: {lost:?}");
        Ok(())
    }
}
