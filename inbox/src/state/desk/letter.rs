//! An opened conversation as the reading view shows it.

use super::trouble::of_erasure;
pub use super::{contact::Contact, given::Given, trouble::Trouble};
use einwurf_protocol::{
    api::staff::Conversation,
    event::{Direction, Kind},
    ids::{Cid, Digest},
    jws,
    message::{Act, Attachment, Payload},
    notice::Register,
    precedence::{Decision, Facts, Hold},
    roster::MemberCertificate,
    time::Timestamp,
};
use einwurf_seal::{Entry, Opened, Thread};

/// As much of a message as a row of the list can show.
const LINE_CHARS: usize = 160;

/// A verified and opened conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id, recomputed.
    pub cid: Cid,
    /// What was written.
    pub items: Vec<Item>,
    /// How to reach the visitor, as last given.
    pub contact: Contact,
    /// What was agreed to.
    pub consents: Vec<Given>,
    /// What did not fit, each once.
    pub troubles: Vec<Trouble>,
    /// What the visitor chose that it is about, as last said.
    pub topic: Option<String>,
    /// What the relay says holds for it.
    pub terms: Terms,
}

/// What holds for a conversation beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// Since when it is restricted.
    pub restricted: Option<Timestamp>,
    /// What it is held for.
    pub hold: Option<Hold>,
    /// When consent was withdrawn; read on only while it is held.
    pub withdrawn: Option<Timestamp>,
}

impl Terms {
    /// What may be done with it now. What is fetched still has its keys, so their end does not count here.
    pub fn decide(&self, now: Timestamp) -> Decision {
        let Self { deleted, restricted, hold, withdrawn } = *self;
        Facts { withdrawn, hold, restricted, deleted, destroyed: Timestamp(u64::MAX) }.decide(now)
    }
}

/// One event.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// Position.
    pub seq: u64,
    /// When the relay stored it.
    pub at: Timestamp,
    /// Who wrote.
    pub direction: Direction,
    /// The member's name, by the certificate; none for visitors.
    pub author: Option<String>,
    /// What it says.
    pub body: Body,
    /// Files that belong to it.
    pub files: Vec<Attachment>,
    /// The automatic answer that the visitor was shown with it.
    pub told: Option<String>,
    /// How many messages before it are missing.
    pub missing: u64,
}

/// What an event says.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// A message.
    Text(String),
    /// A message whose content is gone.
    Erased,
    /// Consent was withdrawn.
    Withdrawal,
    /// What a member did, and the sentence that told the visitor.
    Did(Act, String),
}

/// Id of a message's element in the page.
pub fn item_id(seq: u64) -> String {
    format!("item-{seq}")
}

impl Item {
    fn of(entry: &Entry, erased: bool, missing: u64) -> Self {
        let payload = entry.payload.as_ref().filter(|_| !erased);
        let by_staff = entry.direction == Direction::ToVisitor;
        Self {
            seq: entry.seq,
            at: entry.at,
            direction: entry.direction,
            author: payload.filter(|_| by_staff).and_then(author),
            body: body(entry, erased),
            files: payload.map(|payload| payload.attachments.clone()).unwrap_or_default(),
            told: payload.and_then(|payload| payload.told.clone()),
            missing,
        }
    }

    /// Whether it is a member's answer.
    pub fn is_answer(&self) -> bool {
        self.is_message() && self.direction == Direction::ToVisitor
    }

    /// The text of a message or of what told the visitor.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Text(text) | Body::Did(_, text) => text,
            Body::Erased | Body::Withdrawal => "",
        }
    }

    /// Whether it is a message with content, so that it can be handed over or erased.
    pub fn is_message(&self) -> bool {
        matches!(self.body, Body::Text(_))
    }
}

/// What a fetched conversation is: its row's content.
pub fn content(opened: Opened, cid: Cid, conversation: &Conversation) -> super::Content {
    match opened {
        Opened::NotMine => super::Content::NotMine,
        // The relay answered with another conversation than the one asked for.
        Opened::Mine(thread) if thread.cid != cid => super::Content::Broken,
        Opened::Mine(thread) => super::Content::Mine(Box::new(Letter::of(&thread, conversation))),
        Opened::Broken(_) => super::Content::Broken,
    }
}

/// The inbox key that the newest epoch is sealed under.
pub fn newest_key(conversation: &Conversation) -> Option<Digest> {
    conversation.events.iter().rev().find_map(|stored| Some(stored.read().ok()?.header.opening?.inbox_key))
}

impl Letter {
    fn of(thread: &Thread, conversation: &Conversation) -> Self {
        let erased = thread.erased();
        let (mut items, mut next) = (Vec::new(), 0);
        for entry in &thread.entries {
            items.push(Item::of(entry, erased.contains(&entry.seq), entry.seq.saturating_sub(next)));
            next = entry.seq.saturating_add(1);
        }
        let mut troubles = of_erasure(&thread.entries, &erased);
        for trouble in thread.faults.iter().map(Trouble::of) {
            if !troubles.contains(&trouble) {
                troubles.push(trouble);
            }
        }
        let kept = thread.entries.iter().filter(|entry| !erased.contains(&entry.seq));
        let payloads = kept.filter(|entry| entry.direction == Direction::ToStaff);
        let payloads: Vec<_> = payloads.filter_map(|entry| entry.payload.as_ref()).collect();
        let mut contact = Contact::default();
        for payload in &payloads {
            contact.learn(&payload.message);
        }
        let topic = payloads.iter().rev().find_map(|payload| payload.topic.as_deref().map(str::to_owned));
        let sealed: Vec<_> = payloads.iter().filter_map(|payload| payload.choices).collect();
        let consents = thread.grants.iter().map(|(grant, at)| Given::of(grant, *at, &sealed)).collect();
        Self {
            cid: thread.cid,
            items,
            contact,
            consents,
            troubles,
            topic,
            terms: terms(thread, conversation),
        }
    }

    /// The beginning of the newest message in one line, for the list.
    pub fn line(&self) -> String {
        let text = self.items.iter().rev().find(|item| item.is_message()).map_or("", Item::text);
        let start: String = text.chars().take(LINE_CHARS).collect();
        start.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a lower-case search finds something in it.
    pub fn contains(&self, query: &str) -> bool {
        let contact = [&self.contact.name, &self.contact.email, &self.contact.phone];
        let mut texts =
            contact.into_iter().flatten().map(String::as_str).chain(self.items.iter().map(Item::text));
        texts.any(|text| text.to_lowercase().contains(query))
    }

    /// The register in which the visitor is told of things.
    pub fn register(&self) -> Register {
        self.consents.last().map_or(Register::DeFormal, |given| given.register)
    }

    /// Consent to special categories, by the newest box that was shown; none if there never was one.
    pub fn special(&self) -> Option<bool> {
        self.consents.iter().rev().find_map(|given| given.special)
    }

    /// Whether the visitor was asked for it after the last thing that the visitor wrote.
    pub fn is_asked(&self) -> bool {
        let later = self.items.iter().rev().take_while(|item| item.direction == Direction::ToVisitor);
        later.into_iter().any(|item| matches!(item.body, Body::Did(Act::Ask, _)))
    }

    /// Messages with content.
    pub fn messages(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_message())
    }

    /// The newest position.
    pub fn last(&self) -> u64 {
        self.items.last().map_or(0, |item| item.seq)
    }
}

/// The name of the member whose key signed an entry. The certificate was verified when the entry was opened.
fn author(payload: &Payload) -> Option<String> {
    let certificate = payload.certificate.as_ref()?;
    let read = jws::read(certificate, jws::MEMBER).ok()?;
    serde_json::from_slice::<MemberCertificate>(&read.payload).ok().map(|certificate| certificate.name)
}

/// What a member erased is not shown, even if the relay still has it.
fn body(entry: &Entry, erased: bool) -> Body {
    match (&entry.payload, entry.kind) {
        (_, Kind::Withdrawal) => Body::Withdrawal,
        (Some(payload), Kind::Act) => match &payload.act {
            Some(act) => Body::Did(act.clone(), payload.message.text().to_owned()),
            None => Body::Text(payload.message.text().to_owned()),
        },
        (Some(payload), Kind::Message) if !erased => Body::Text(payload.message.text().to_owned()),
        (_, Kind::Message | Kind::Act) => Body::Erased,
    }
}

fn terms(thread: &Thread, conversation: &Conversation) -> Terms {
    let withdrawal = thread.entries.iter().find(|entry| entry.kind == Kind::Withdrawal);
    Terms {
        deleted: conversation.deleted,
        restricted: conversation.restricted,
        hold: conversation.hold,
        withdrawn: withdrawal.map(|entry| entry.at),
    }
}

impl std::fmt::Debug for Letter {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({}, {} items, content hidden)", self.cid, self.items.len())
    }
}
