//! What is handed on: a message, an answer, an act, the end of a consent, what is left of an erased conversation.

use einwurf_protocol::{
    api::staff::{Entry, Eraser},
    codec::{hex, to_base64},
    event::{Direction, Kind},
    ids::{Cid, Digest, MessageId},
    jws,
    message::{Act, Payload, Wish},
    roster::MemberCertificate,
    time::Timestamp,
};
use einwurf_seal::Entry as Event;
use serde_json::{Value, json};

/// One thing that is handed on.
pub(crate) struct Item {
    pub(crate) cid: Cid,
    /// Its place in the conversation; none for what is left of an erased one.
    pub(crate) seq: Option<u64>,
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

/// What it is.
pub(crate) enum What {
    /// By the visitor.
    Message(Box<Said>),
    /// By a member.
    Answer(Box<Said>),
    /// What a member did, and the sentence that told the visitor.
    Act(Act, Box<Said>),
    /// Consent was withdrawn.
    Withdrawn,
    /// The conversation was erased: copies are to be deleted.
    Erased { by: Eraser, copies_until: Timestamp },
}

/// What somebody said.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) message: Option<MessageId>,
    pub(crate) text: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) wish: Option<Wish>,
    pub(crate) page: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) told: Option<String>,
    /// The member's name, by the certificate.
    pub(crate) author: Option<String>,
    pub(crate) files: Vec<File>,
    /// Files that never came, or do not open.
    pub(crate) missing: usize,
}

/// A file, opened.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) description: Option<String>,
    pub(crate) content: Vec<u8>,
}

impl Item {
    /// Of an opened event; none if its content was erased. Files are still to be fetched.
    pub(crate) fn of(cid: Cid, event: &Event) -> Option<Self> {
        let what = match (event.kind, event.payload.as_ref()) {
            (Kind::Withdrawal, _) => What::Withdrawn,
            (_, None) => return None,
            (Kind::Act, Some(payload)) => What::Act(payload.act.clone()?, Box::new(said(event, payload))),
            (Kind::Message, Some(payload)) if event.direction == Direction::ToStaff => {
                What::Message(Box::new(said(event, payload)))
            }
            (Kind::Message, Some(payload)) => What::Answer(Box::new(said(event, payload))),
        };
        Some(Self { cid, seq: Some(event.seq), at: event.at, what })
    }

    /// What is left of an erased conversation.
    pub(crate) fn erased(entry: &Entry) -> Option<Self> {
        let erasure = entry.erasure?;
        let what = What::Erased { by: erasure.by, copies_until: erasure.copies_until };
        Some(Self { cid: entry.cid, seq: None, at: erasure.at, what })
    }

    /// Whether whoever wants messages alone is to have it: what visitors wrote, and whatever asks to delete copies.
    pub(crate) fn is_for_all(&self) -> bool {
        !matches!(self.what, What::Answer(_)) && !matches!(&self.what, What::Act(act, _) if !erases(act))
    }

    pub(crate) fn said(&self) -> Option<&Said> {
        match &self.what {
            What::Message(said) | What::Answer(said) | What::Act(_, said) => Some(said),
            What::Withdrawn | What::Erased { .. } => None,
        }
    }

    pub(crate) fn said_mut(&mut self) -> Option<&mut Said> {
        match &mut self.what {
            What::Message(said) | What::Answer(said) | What::Act(_, said) => Some(said),
            What::Withdrawn | What::Erased { .. } => None,
        }
    }

    /// The same for the same event for ever, and of letters and digits alone.
    pub(crate) fn stem(&self) -> String {
        stem(&self.cid, self.seq)
    }

    /// As JSON, for programs.
    pub(crate) fn json(&self) -> Value {
        let mut json = json!({
            "v": 1,
            "type": self.kind(),
            "conversation": self.cid.code(),
            "cid": self.cid,
            "id": self.stem(),
            "at": self.at,
        });
        let mut more: Vec<(&str, Value)> = Vec::new();
        more.extend(self.seq.map(|seq| ("position", json!(seq))));
        match &self.what {
            What::Act(act, _) => more.push(("act", json!(act))),
            What::Erased { by, copies_until } => {
                more.extend([("by", json!(by)), ("copies_until", json!(copies_until))]);
            }
            _ => {}
        }
        if let Some(said) = self.said() {
            more.extend(said.members());
        }
        if let Some(members) = json.as_object_mut() {
            members.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        json
    }

    fn kind(&self) -> &'static str {
        match self.what {
            What::Message(_) => "message",
            What::Answer(_) => "answer",
            What::Act(..) => "act",
            What::Withdrawn => "withdrawn",
            What::Erased { .. } => "erased",
        }
    }
}

/// The name of an event everywhere outside.
pub(crate) fn stem(cid: &Cid, seq: Option<u64>) -> String {
    let seq = seq.map_or_else(|| "erased".to_owned(), |seq| seq.to_string());
    format!("{}.{seq}", hex(&cid.0))
}

fn erases(act: &Act) -> bool {
    matches!(act, Act::Erase { .. } | Act::Handover { .. })
}

fn said(event: &Event, payload: &Payload) -> Said {
    let message = &payload.message;
    let own = |text: Option<&str>| text.map(str::to_owned);
    Said {
        message: Some(event.message),
        text: message.text().to_owned(),
        name: own(message.name()),
        email: own(message.email()),
        phone: own(message.phone()),
        wish: message.wish(),
        page: own(payload.page.as_deref()),
        topic: own(payload.topic.as_deref()),
        told: payload.told.clone(),
        author: (event.direction == Direction::ToVisitor).then(|| author(payload)).flatten(),
        files: Vec::new(),
        missing: 0,
    }
}

/// The certificate was verified when the event was opened.
fn author(payload: &Payload) -> Option<String> {
    let read = jws::read(payload.certificate.as_deref()?, jws::MEMBER).ok()?;
    serde_json::from_slice::<MemberCertificate>(&read.payload).ok().map(|certificate| certificate.name)
}

impl Said {
    fn members(&self) -> Vec<(&'static str, Value)> {
        let texts = [
            ("name", &self.name),
            ("email", &self.email),
            ("phone", &self.phone),
            ("page", &self.page),
            ("topic", &self.topic),
            ("told", &self.told),
            ("author", &self.author),
        ];
        let mut members = vec![("text", json!(self.text))];
        members.extend(texts.into_iter().filter_map(|(name, value)| Some((name, json!(value.as_ref()?)))));
        members.extend(self.wish.map(|wish| ("wish", json!(wish))));
        members.extend(self.message.map(|message| ("message", json!(message))));
        if !self.files.is_empty() {
            members.push(("files", self.files.iter().map(File::json).collect()));
        }
        if self.missing > 0 {
            members.push(("files_missing", json!(self.missing)));
        }
        members
    }
}

impl File {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "media_type": self.media_type,
            "description": self.description,
            "content": to_base64(&self.content),
        })
    }
}

/// The digest of an event at its place, and that it is the last that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reached {
    pub(crate) cid: Cid,
    /// The next place.
    pub(crate) next: u64,
    /// The digest of the event before it.
    pub(crate) head: Digest,
}
