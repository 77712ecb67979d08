//! An opened conversation as the reading view shows it.

use crate::texts::Pick;
use einwurf_protocol::{
    consent::Grant,
    event::{Direction, Kind},
    ids::Cid,
    message::{Message, Wish},
    notice::{Mode, Purpose, Register},
    time::Timestamp,
};
use einwurf_seal::{Fault, Opened, Reason, Thread};

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
    /// When it will be deleted.
    pub deleted: Timestamp,
}

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// Position.
    pub seq: u64,
    /// When the relay stored it.
    pub at: Timestamp,
    /// Who wrote.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// The text.
    pub text: String,
    /// How many messages before it are missing.
    pub missing: u64,
}

/// What the visitor said about themselves; never verified.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// How the answer should come.
    pub wish: Option<Wish>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When the relay stored it.
    pub at: Timestamp,
    /// Register of the notice.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
    /// Purposes that were granted.
    pub purposes: Vec<Purpose>,
    /// The first characters of the notice's digest.
    pub digest: String,
}

/// What did not fit, as a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Messages are missing.
    Gap,
    /// Something was forged, repeated or moved.
    Forged,
    /// Keys are missing or not those committed to.
    Keys,
    /// A message does not open.
    Content,
    /// A consent record does not hold.
    Consent,
}

impl Trouble {
    fn of(fault: &Fault) -> Self {
        use einwurf_protocol::chain::JoinError;
        match fault.reason {
            Reason::Chain(JoinError::Position) => Self::Gap,
            Reason::Chain(_) | Reason::Envelope(_) | Reason::Certificate(_) => Self::Forged,
            Reason::Commitment | Reason::NoKey => Self::Keys,
            Reason::Content => Self::Content,
            Reason::Grant(_) | Reason::Missing => Self::Consent,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Gap => |t| &t.trouble_gap,
            Self::Forged => |t| &t.trouble_forged,
            Self::Keys => |t| &t.trouble_keys,
            Self::Content => |t| &t.trouble_content,
            Self::Consent => |t| &t.trouble_consent,
        }
    }
}

/// What a fetched conversation is: its row's content.
pub fn content(opened: Opened, cid: Cid, deleted: Timestamp) -> super::Content {
    match opened {
        Opened::NotMine => super::Content::NotMine,
        // The relay answered with another conversation than the one asked for.
        Opened::Mine(thread) if thread.cid != cid => super::Content::Broken,
        Opened::Mine(thread) => super::Content::Mine(Letter::of(&thread, deleted)),
        Opened::Broken(_) => super::Content::Broken,
    }
}

impl Letter {
    fn of(thread: &Thread, deleted: Timestamp) -> Self {
        let mut contact = Contact::default();
        let (mut items, mut next) = (Vec::new(), 0);
        for entry in &thread.entries {
            let message = &entry.payload.message;
            if entry.direction == Direction::ToStaff {
                contact.learn(message);
            }
            items.push(Item {
                seq: entry.seq,
                at: entry.at,
                direction: entry.direction,
                kind: entry.kind,
                text: message.text().to_owned(),
                missing: entry.seq.saturating_sub(next),
            });
            next = entry.seq.saturating_add(1);
        }
        let mut troubles = Vec::new();
        for trouble in thread.faults.iter().map(Trouble::of) {
            if !troubles.contains(&trouble) {
                troubles.push(trouble);
            }
        }
        let consents = thread.grants.iter().map(|(grant, at)| Given::of(grant, *at)).collect();
        Self { cid: thread.cid, items, contact, consents, troubles, deleted }
    }

    /// The beginning of the newest message in one line, for the list.
    pub fn line(&self) -> String {
        let text = self.items.last().map_or("", |item| item.text.as_str());
        let start: String = text.chars().take(LINE_CHARS).collect();
        start.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a lower-case search finds something in it.
    pub fn contains(&self, query: &str) -> bool {
        let contact = [&self.contact.name, &self.contact.email, &self.contact.phone];
        let mut texts = contact
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(self.items.iter().map(|item| item.text.as_str()));
        texts.any(|text| text.to_lowercase().contains(query))
    }
}

impl Contact {
    /// A later message may add to or correct what an earlier one said.
    fn learn(&mut self, message: &Message) {
        let newer = |new: Option<&str>, old: &mut Option<String>| {
            if let Some(new) = new {
                *old = Some(new.to_owned());
            }
        };
        newer(message.name(), &mut self.name);
        newer(message.email(), &mut self.email);
        newer(message.phone(), &mut self.phone);
        self.wish = message.wish().or(self.wish);
    }

    /// `mailto:` without anything that the visitor could have smuggled in; the address is ASCII by its type.
    pub fn mailto(&self) -> Option<String> {
        self.email.as_ref().map(|email| format!("mailto:{}", percent(email, b"@.-_")))
    }

    /// `tel:` with digits and a leading plus only (RFC 3966).
    pub fn tel(&self) -> Option<String> {
        let digits = |phone: &String| {
            let kept =
                phone.char_indices().filter(|(at, one)| one.is_ascii_digit() || (*at == 0 && *one == '+'));
            format!("tel:{}", kept.map(|(_, one)| one).collect::<String>())
        };
        self.phone.as_ref().map(digits)
    }
}

fn percent(text: &str, plain: &[u8]) -> String {
    text.bytes()
        .map(|byte| {
            let keep = byte.is_ascii_alphanumeric() || plain.contains(&byte);
            if keep { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

impl Given {
    fn of(grant: &Grant, at: Timestamp) -> Self {
        let granted = grant.grants.iter().filter(|(_, granted)| **granted);
        Self {
            at,
            register: grant.register,
            mode: grant.mode,
            purposes: granted.map(|(purpose, _)| *purpose).collect(),
            digest: grant.notice.to_string().chars().take(12).collect(),
        }
    }
}

impl std::fmt::Debug for Letter {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({}, {} items, content hidden)", self.cid, self.items.len())
    }
}
