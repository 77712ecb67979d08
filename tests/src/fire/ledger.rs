//! What must be true of every conversation after the relay was repaired, whatever happened to it.

use super::life::Life;
use crate::{
    clock::now,
    folder::{Folder, files_named},
    http::{Http, Reply},
    pace,
    rights::Traces,
    seed::bearer,
    staff::Staff,
    stored::{copied, sqlite},
    world::World,
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        path,
        staff::{Entry, Eraser, Proof},
        visitor::{Events, Kept},
    },
    problem::Code,
    record::{What, grant_digest},
};
use memchr::memmem;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The relay as members and visitors see it, once it runs again.
pub struct Ledger<'a> {
    world: &'a World,
    staff: &'a Staff,
    listed: BTreeMap<String, Entry>,
    proofs: BTreeMap<String, Proof>,
}

impl<'a> Ledger<'a> {
    /// Waits until everything that was acknowledged is in the index and in the proof.
    pub fn read(world: &'a World, staff: &'a Staff, lives: &[Life]) -> Result<Self> {
        let mut missing = Vec::new();
        let listed = pace::until("every event in the list", || {
            let list = staff.list()?;
            let mut listed = BTreeMap::new();
            for entry in list {
                let twice = listed.insert(entry.conversation.clone(), entry);
                ensure!(twice.is_none(), "twice in the list: {twice:?}");
            }
            let late = |life: &&Life| {
                !life.address().is_ok_and(|at| listed.get(at).is_some_and(|entry| is_up_to_date(life, entry)))
            };
            missing = lives.iter().filter(late).map(Life::object).collect::<Result<_>>()?;
            Ok(missing.is_empty().then_some(listed))
        })
        .or_else(|error| Err(error.context(owed(world, &missing)?)))?;
        let records: usize = lives.iter().map(records).sum();
        let proofs = pace::until("every record in the proof", || {
            let proofs = all_proofs(staff)?;
            let there: usize = proofs.values().map(|proof| proof.records.len()).sum();
            Ok((there >= records).then_some(proofs))
        })?;
        Ok(Self { world, staff, listed, proofs })
    }

    /// There are these conversations and no other.
    pub fn balances(&self, lives: &[Life]) -> Result<()> {
        ensure!(self.listed.len() == lives.len(), "{} lived, {} listed", lives.len(), self.listed.len());
        ensure!(self.proofs.len() == lives.len(), "{} lived, {} proven", lives.len(), self.proofs.len());
        lives.iter().try_for_each(|life| {
            self.check(life)
                .with_context(|| format!("conversation {:?} of {:?}", life.address(), life.events))
        })
    }

    fn check(&self, life: &Life) -> Result<()> {
        let address = life.address()?;
        let entry = self.listed.get(address).context("not in the list")?;
        self.is_proven(life, entry)?;
        if life.withdrawn.is_some() {
            let erasure = entry.erasure.as_ref().context("withdrawn, and listed as if it were not")?;
            ensure!(erasure.by == Eraser::Visitor, "erased by {:?}", erasure.by);
            return self.is_gone(life);
        }
        ensure!(entry.erasure.is_none(), "erased, and nobody did it");
        let http = self.world.http();
        let events = events(life, &http)?.json::<Events>()?.events;
        ensure!(events.len() == life.events.len(), "{} stored of {}", events.len(), life.events.len());
        for (seq, (stored, sent)) in (0..).zip(events.iter().zip(&life.events)) {
            ensure!(sent.accepted.seq == seq, "acknowledged as {}, stored as {seq}", sent.accepted.seq);
            ensure!(sent.accepted.at == stored.at, "acknowledged at another time than it was stored");
            match &stored.kept {
                Kept::Whole(event) => ensure!(*event == sent.event, "other bytes at {seq}"),
                Kept::Erased(_) => anyhow::bail!("event {seq} is erased, and nobody did it"),
            }
        }
        let texts: Vec<_> = life.events.iter().filter_map(|event| event.text.clone()).collect();
        let opened = self.staff.texts(address)?;
        ensure!(opened == texts, "members read {opened:?}, {texts:?} was written");
        self.has_file(life)
    }

    fn has_file(&self, life: &Life) -> Result<()> {
        let Some(file) = &life.file else { return Ok(()) };
        for (part, bytes) in file.parts() {
            let reply = self.staff.part(life.address()?, file.id(), part)?;
            ensure!(reply.ok()?.body == bytes, "other bytes in part {part} of the file");
        }
        Ok(())
    }

    /// Grant and withdrawal are countersigned, each once.
    fn is_proven(&self, life: &Life, entry: &Entry) -> Result<()> {
        let proof = self.proofs.get(&entry.cid.to_string()).context("no proof")?;
        let found: Vec<_> = self.staff.checked(proof)?.into_iter().map(|record| record.what).collect();
        let grant = proof.grants.first().context("no grant in the proof")?;
        let mut expected = vec![What::Grant(grant_digest(grant))];
        expected.extend(life.withdrawn.map(What::Withdrawal));
        ensure!(found == expected && proof.grants.len() == 1, "{found:?} is recorded, not {expected:?}");
        Ok(())
    }

    /// A withdrawn conversation answers nothing, neither to visitors nor to members: 410.
    fn is_gone(&self, life: &Life) -> Result<()> {
        let read = events(life, &self.world.http())?;
        ensure!(read.code()? == Some(Code::Gone), "the visitor gets {}: {}", read.status, read.text());
        let read = self.staff.look(life.address()?)?;
        ensure!(read.code()? == Some(Code::Gone), "a member gets {}: {}", read.status, read.text());
        Ok(())
    }

    /// Nothing of withdrawn conversations is left in their files, not even as ciphertext.
    pub fn leaves_no_trace(&self, lives: &[Life]) -> Result<()> {
        let end = Instant::now() + Duration::from_mins(1);
        for life in lives.iter().filter(|life| life.withdrawn.is_some()) {
            let object = life.object()?;
            let traces: Vec<_> = life.events.iter().map(|event| Traces::of_event(&event.event)).collect();
            let file = life.file.iter().map(|file| Traces::of_file(&file.ciphertext));
            let traces: Vec<Vec<u8>> = traces.into_iter().chain(file).flat_map(Traces::into_parts).collect();
            loop {
                let left = self.found(&object, &traces);
                if left.is_empty() {
                    break;
                }
                ensure!(Instant::now() < end, "withdrawn, and still in {left:?}");
                std::thread::sleep(Duration::from_millis(200));
            }
        }
        Ok(())
    }

    fn found(&self, object: &str, traces: &[Vec<u8>]) -> Vec<String> {
        let files = files_named(self.world.relay.storage_folder(), object);
        let hit = |bytes: &[u8]| traces.iter().any(|trace| memmem::find(bytes, trace).is_some());
        files
            .into_iter()
            .filter(|(_, bytes)| hit(bytes))
            .map(|(path, _)| path.display().to_string())
            .collect()
    }
}

/// What the relay answers the visitor, over fresh connections.
fn events(life: &Life, http: &Http) -> Result<Reply> {
    let token = bearer(life.visitor.conversation.token());
    http.get(path::EVENTS, &life.visitor.headers(&token)?)
}

/// What these objects still owe, and when their alarms are set for.
fn owed(world: &World, objects: &[String]) -> Result<String> {
    let folder = Folder::new("owed")?;
    let copy = folder.path().join("copy.sqlite");
    let mut owed = format!("at {} s", now().0);
    for object in objects {
        let database = world.relay.storage_folder().join(format!("einwurf-conversation/{object}.sqlite"));
        copied(&database, &copy)?;
        let rows = sqlite(&copy, "SELECT kind, attempts, due FROM outbox; SELECT * FROM _cf_METADATA")?;
        owed = format!("{owed}; {object} {:?}", String::from_utf8_lossy(&rows));
    }
    Ok(owed)
}

fn is_up_to_date(life: &Life, entry: &Entry) -> bool {
    if life.withdrawn.is_some() { entry.erasure.is_some() } else { entry.events == life.events.len() as u64 }
}

fn records(life: &Life) -> usize {
    1 + usize::from(life.withdrawn.is_some())
}

fn all_proofs(staff: &Staff) -> Result<BTreeMap<String, Proof>> {
    let mut page = staff.proofs(None)?;
    let mut all = BTreeMap::new();
    loop {
        all.extend(page.proofs.into_iter().map(|proof| (proof.cid.to_string(), proof)));
        let Some(after) = page.after else { return Ok(all) };
        page = staff.proofs(Some(&after))?;
    }
}
