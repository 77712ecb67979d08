//! What visitors and members do with a conversation besides writing and reading: withdrawal, receipt, data, acts, erasure.

use crate::{
    http::Reply,
    pace, random,
    seed::bearer,
    staff::Staff,
    visitor::{Address, Visitor},
    world::World,
};
use anyhow::{Context, Result};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{Erasure, PostAct},
        visitor::{Accepted, Data, Kept, Receipt},
    },
    event::Envelope,
    ids::MessageId,
    manifest::Manifest,
    message::{Act, Draft},
};
use einwurf_seal::{Author, Bundle, Opened, Shown, Trust};
use memchr::memmem;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

impl Visitor {
    /// The withdrawal of consent, after the head.
    pub fn withdrawal(&self) -> Result<Envelope> {
        Ok(self.conversation.withdraw(MessageId(random::bytes()), &mut random::system())?)
    }

    /// Withdraws consent.
    pub fn withdraw(&mut self) -> Result<Accepted> {
        let event = self.withdrawal()?;
        let accepted = self.append(&event)?.json()?;
        self.conversation.accepted(&event)?;
        Ok(accepted)
    }

    /// The event at a position as the relay delivers it, if it has its content.
    pub fn envelope(&self, seq: u64) -> Result<Envelope> {
        let stored = self.read(seq.checked_sub(1))?.events.into_iter().next().context("no such event")?;
        match stored.kept {
            Kept::Whole(event) => Ok(event),
            Kept::Erased(_) => anyhow::bail!("event {seq} is erased"),
        }
    }

    /// Any `GET` of this conversation.
    pub fn get(&self, path: &str) -> Result<Reply> {
        let token = bearer(self.conversation.token());
        self.http().get(path, &self.headers(&token)?)
    }

    /// `GET /v1/receipt`.
    pub fn receipt(&self) -> Result<Receipt> {
        self.get(path::RECEIPT)?.json()
    }

    /// `GET /v1/data`.
    pub fn data(&self) -> Result<Data> {
        self.get(path::DATA)?.json()
    }

    /// `POST /v1/tickets` for a conversation's address at `site`.
    pub fn renew(&self, site: &Address, conversation: &str) -> Result<Reply> {
        let headers = [(header::SITE, site.site.as_str()), (header::CONVERSATION, conversation)];
        self.http().post_empty(path::TICKETS, &headers)
    }

    /// Opens the conversation again from what the visitor kept of it, as a later tab does, and reads all of it.
    pub fn reload(&mut self) -> Result<Vec<Shown>> {
        let address = self.address.as_deref().context("no ticket was drawn")?;
        let bundle = self.conversation.bundle(address, self.manifest.serial);
        let mut conversation = Bundle::read(&bundle)?.conversation;
        let Manifest { site, succession, roster, .. } = &self.manifest;
        let trust = Trust { site, former: &succession.former, revoked: &roster.revoked };
        let shown = conversation.follow(&trust, &self.read(None)?.events)?;
        self.conversation = conversation;
        Ok(shown)
    }
}

/// Parts of ciphertexts, to be looked for in the files of a relay.
#[derive(Debug)]
pub struct Traces(Vec<Vec<u8>>);

impl Traces {
    /// Of every message of a conversation: from its start, its middle and its end, since a file may hold parts of one.
    pub fn of(visitor: &Visitor) -> Result<Self> {
        let events = visitor.read(None)?.events;
        let whole = events.into_iter().filter_map(|stored| match stored.kept {
            Kept::Whole(event) => Some(event),
            Kept::Erased(_) => None,
        });
        Ok(Self(whole.flat_map(|event| Self::of_event(&event).0).collect()))
    }

    /// Those of one event.
    pub fn of_event(event: &Envelope) -> Self {
        Self::of_bytes(&event.ciphertext)
    }

    /// Those of any ciphertext.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let chunks = bytes.chunks(bytes.len().div_ceil(8).max(128));
        Self(chunks.map(|chunk| chunk.iter().copied().take(32).collect()).collect())
    }

    /// Those of a file's ciphertext: from the start of each of its parts, which lies where small values do, and from many
    /// places in it.
    pub fn of_file(ciphertext: &[u8]) -> Self {
        let places = (0..ciphertext.len()).step_by(262_144).flat_map(|place| [place, place + 600]);
        Self(places.filter_map(|place| ciphertext.get(place..place + 32)).map(<[u8]>::to_vec).collect())
    }

    /// The parts themselves.
    pub fn into_parts(self) -> Vec<Vec<u8>> {
        self.0
    }

    /// In which files how many of them are.
    pub fn found(&self, world: &World) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for (file, bytes) in world.relay.storage() {
            let hits = self.0.iter().filter(|part| memmem::find(&bytes, part).is_some()).count();
            if hits > 0 {
                let kind = file.extension().unwrap_or_default().to_string_lossy().into_owned();
                *found.entry(kind).or_default() += hits;
            }
        }
        found
    }

    /// Whether most are in some file. A part that lies across two pages of one is not found as a whole.
    pub fn are_there(&self, world: &World) -> bool {
        let files = world.relay.storage();
        let there = |part: &&Vec<u8>| files.iter().any(|(_, bytes)| memmem::find(bytes, part).is_some());
        2 * self.0.iter().filter(there).count() > self.0.len()
    }

    /// Waits until none is left, at most for a minute.
    pub fn gone_within_60_seconds(&self, world: &World) -> Result<()> {
        let started = Instant::now();
        loop {
            let found = self.found(world);
            if found.is_empty() {
                return Ok(());
            }
            if started.elapsed() > Duration::from_mins(1) {
                anyhow::bail!("still in the raw storage after 60 s: {found:?}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Staff {
    /// An act on the conversation as it is now, with its sentence. What the relay is told may differ from what is sealed.
    pub fn sealed_act(&self, address: &str, sealed: &Act, told: Option<Act>) -> Result<PostAct> {
        let Opened::Mine(thread) = self.open(&self.fetch(address)?)? else { anyhow::bail!("not mine") };
        let certificate = self.session.certificate.clone().context("no certificate in the session")?;
        let author = Author { keys: &self.member, certificate: &certificate };
        let words = Draft { text: "Das ist geschehen.".to_owned(), ..Draft::default() }.check()?;
        let id = MessageId(random::bytes());
        let event = thread.pen.seal(&author, words, Some(sealed.clone()), id, &mut random::system())?;
        Ok(PostAct { v: VERSION, event, certificate, act: told })
    }

    /// `POST /v1/inbox/acts` with anything as its body.
    pub fn post_act(&self, address: &str, body: &impl serde::Serialize) -> Result<Reply> {
        self.about(path::INBOX_ACTS, address, body)
    }

    /// Does something to the conversation and tells the visitor.
    #[allow(clippy::needless_pass_by_value, reason = "an act is made where it is done")]
    pub fn act(&self, address: &str, act: Act) -> Result<Reply> {
        let told = (act != Act::Ask).then(|| act.clone());
        self.post_act(address, &self.sealed_act(address, &act, told)?)
    }

    /// `POST /v1/inbox/erase`.
    pub fn erase(&self, address: &str) -> Result<Reply> {
        self.call("POST", path::INBOX_ERASE, &[(header::CONVERSATION, address)], Some(b""))
    }

    /// Waits until the list says that a conversation is erased, and by whom.
    pub fn tombstone(&self, address: &str) -> Result<Erasure> {
        pace::until("the tombstone", || {
            let entry = self.list()?.into_iter().find(|entry| entry.conversation == address);
            Ok(entry.and_then(|entry| entry.erasure))
        })
    }

    /// `GET /v1/inbox/conversation`, whatever it answers.
    pub fn look(&self, address: &str) -> Result<Reply> {
        self.call("GET", path::INBOX_CONVERSATION, &[(header::CONVERSATION, address)], None)
    }
}
