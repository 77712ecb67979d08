//! A conversation that goes on whatever happens to the relay: a first message, further ones, a file, answers, at times a
//! withdrawal. Everything is sent until it is acknowledged, and what was acknowledged is written down.

use super::{Progress, persist, until};
use crate::{
    files::{Sealed, declared},
    http::{Http, Reply},
    random::Seeded,
    staff::Staff,
    visitor::{Address, Visitor},
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::visitor::{Accepted, Append, Open},
    event::{Envelope, Event},
    ids::Digest,
    notice::Register,
    problem::Code,
};

/// What all conversations share.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The relay.
    pub origin: &'a str,
    /// The site.
    pub site: &'a Address,
    /// A member who answers, over the same broken connections.
    pub staff: &'a Staff,
    /// A word that stands in every text, so that it can be looked for.
    pub canary: &'a str,
    /// Counts what is acknowledged.
    pub progress: &'a Progress,
}

/// An event as it was acknowledged.
#[derive(Debug)]
pub struct Acknowledged {
    /// What was sent.
    pub event: Envelope,
    /// What the relay said.
    pub accepted: Accepted,
    /// The text; none for a withdrawal.
    pub text: Option<String>,
    /// Whether a member wrote it.
    pub by_staff: bool,
}

/// A conversation with everything that was acknowledged, in the order of its events.
#[derive(Debug)]
pub struct Life {
    /// The visitor, with the keys.
    pub visitor: Visitor,
    /// The events.
    pub events: Vec<Acknowledged>,
    /// A file whose every byte was acknowledged.
    pub file: Option<Sealed>,
    /// The event by which consent was withdrawn.
    pub withdrawn: Option<Digest>,
}

impl Life {
    /// A conversation with its first message.
    pub fn begin(around: Around<'_>, name: &str, seeded: &mut Seeded) -> Result<Self> {
        let visitor = until("a visitor to agree", || {
            Ok(Visitor::agree(&Http::new(around.origin), around.site, Register::DeFormal).ok())
        })?;
        let mut life = Self { visitor, events: Vec::new(), file: None, withdrawn: None };
        life.open(around, name, seeded)?;
        Ok(life)
    }

    /// Lives one conversation, as the generator says.
    pub fn live(around: Around<'_>, name: &str, seeded: &mut Seeded) -> Result<Self> {
        let mut life = Self::begin(around, name, seeded)?;
        for number in 0..=seeded.below(4) {
            match seeded.below(4) {
                0 => life.answered(around, &format!("{name}/{number} Antwort"))?,
                1 if life.file.is_none() => {
                    life.send_file(around, &format!("{name}/{number} Bild"), seeded)?;
                }
                _ => life.write(around, &format!("{name}/{number}"), seeded)?,
            }
        }
        if seeded.below(4) == 0 {
            life.withdraw(around, seeded)?;
        }
        Ok(life)
    }

    /// The conversation's address.
    pub fn address(&self) -> Result<&str> {
        self.visitor.address.as_deref().context("a ticket names the address")
    }

    /// The object that keeps it, in hexadecimal as its files are called.
    pub fn object(&self) -> Result<String> {
        let bytes = einwurf_protocol::codec::from_base64url(self.address()?)?;
        Ok(hex::encode(bytes.get(..32).context("an address begins with the object")?))
    }

    fn open(&mut self, around: Around<'_>, text: &str, seeded: &mut Seeded) -> Result<()> {
        let ticket = until("a ticket", || {
            self.visitor.reconnect(&Http::new(around.origin));
            Ok(self.visitor.ticket().ok())
        })?;
        let (text, seal) = sealed(around, text, &self.visitor, &[])?;
        let body: Open = self.visitor.opening(seal.clone());
        let send = |life: &Self, http: &Http| life.visitor.over(http).post_open(&ticket.ticket, &body);
        let accepted = self.sent(around, seeded, send)?.context("a first message that does not join")?;
        self.keep(seal, accepted, Some(text))
    }

    fn write(&mut self, around: Around<'_>, text: &str, seeded: &mut Seeded) -> Result<()> {
        self.append(around, text, &[], seeded)
    }

    fn send_file(&mut self, around: Around<'_>, text: &str, seeded: &mut Seeded) -> Result<()> {
        let file = Sealed::of(usize::try_from(1 + seeded.below(40_000))?)?;
        self.append(around, text, std::slice::from_ref(&file), seeded)?;
        for (part, bytes) in file.parts() {
            until("the file to arrive", || {
                self.visitor.reconnect(&Http::new(around.origin));
                let put = self.visitor.put_part(file.id(), part, bytes);
                Ok(put.ok().filter(|reply| reply.status < 500))
            })?
            .ok()?;
            around.progress.count();
        }
        self.file = Some(file);
        Ok(())
    }

    /// Appends a message; one that does not join is sealed again after what it missed.
    fn append(
        &mut self,
        around: Around<'_>,
        text: &str,
        files: &[Sealed],
        seeded: &mut Seeded,
    ) -> Result<()> {
        loop {
            let (text, event) = sealed(around, text, &self.visitor, files)?;
            let body = Append { v: VERSION, event: event.clone(), grant: None, attachments: declared(files) };
            let send = |life: &Self, http: &Http| life.visitor.over(http).post_event(&body);
            match self.sent(around, seeded, send)? {
                Some(accepted) => return self.keep(event, accepted, Some(text)),
                None => self.follow(around)?,
            }
        }
    }

    /// Consent is withdrawn.
    fn withdraw(&mut self, around: Around<'_>, seeded: &mut Seeded) -> Result<()> {
        while self.withdrawn.is_none() {
            let event = self.visitor.withdrawal()?;
            let digest = Event::read(event.clone())?.digest;
            let body = Append { v: VERSION, event: event.clone(), grant: None, attachments: Vec::new() };
            let send = |life: &Self, http: &Http| life.visitor.over(http).post_event(&body);
            match self.sent(around, seeded, send)? {
                Some(accepted) => {
                    self.withdrawn = Some(digest);
                    self.keep(event, accepted, None)?;
                }
                None => self.follow(around)?,
            }
        }
        Ok(())
    }

    /// A member answers what is there; the visitor hears of it with the next message, which does not join.
    fn answered(&mut self, around: Around<'_>, text: &str) -> Result<()> {
        let (address, text) = (self.address()?.to_owned(), words(around, text));
        let body = until("a member to read", || Ok(around.staff.sealed_answer(&address, &text, &[]).ok()))?;
        // Until the conversation is in the index, it is not there for a member who writes.
        let reply = until("the answer to arrive", || {
            let reply = around.staff.post_answer(&address, &body).ok();
            Ok(reply.filter(|reply| reply.status < 500 && reply.status != 404))
        })?;
        around.progress.count();
        let accepted = reply.json()?;
        self.events.push(Acknowledged { event: body.event, accepted, text: Some(text), by_staff: true });
        Ok(())
    }

    /// Reads what the visitor does not know yet.
    fn follow(&mut self, around: Around<'_>) -> Result<()> {
        until("the visitor to read", || {
            self.visitor.reconnect(&Http::new(around.origin));
            Ok(self.visitor.reload().ok())
        })
        .map(drop)
    }

    /// Sends until it is acknowledged, and at times once more: the answer is the same. `None` for what does not join.
    fn sent(
        &self,
        around: Around<'_>,
        seeded: &mut Seeded,
        send: impl Fn(&Self, &Http) -> Result<Reply>,
    ) -> Result<Option<Accepted>> {
        let reply = persist(around.origin, |http| send(self, http))?;
        if reply.code()? == Some(Code::ChainConflict) {
            return Ok(None);
        }
        let accepted: Accepted = reply.json()?;
        around.progress.count();
        if seeded.below(3) == 0 {
            let again: Accepted = persist(around.origin, |http| send(self, http))?.json()?;
            ensure!(again == accepted, "answered first {accepted:?}, then {again:?}");
        }
        Ok(Some(accepted))
    }

    fn keep(&mut self, event: Envelope, accepted: Accepted, text: Option<String>) -> Result<()> {
        self.visitor.conversation.accepted(&event)?;
        self.events.push(Acknowledged { event, accepted, text, by_staff: false });
        Ok(())
    }
}

fn words(around: Around<'_>, text: &str) -> String {
    format!("{text} {}", around.canary)
}

fn sealed(around: Around<'_>, text: &str, visitor: &Visitor, files: &[Sealed]) -> Result<(String, Envelope)> {
    let text = words(around, text);
    let event = visitor.seal_with(&text, files)?;
    Ok((text, event))
}
