//! A site, its visitor, and what the relay keeps of their conversation.

use super::rng::{Drawn, drawn};
use crate::{
    Beside, Entry, InboxSecret, MemberKeys, Opened, Reading, SiteKey, Thread, VisitorConversation, cipher,
    open_conversation,
};
use einwurf_protocol::{
    api::{
        staff::{Conversation, StoredGrant},
        visitor::{Kept, StoredEvent},
    },
    consent::{Age, Consent, Consented, ShownNotice, Ticks},
    event::{Direction, Envelope, Event, Header, Kind, digest, signing_input},
    ids::{Digest, MessageId, Thumbprint},
    message::{Draft, Message, Payload},
    notice::{self, AgeChoice, Mode, Notice, Purpose, Register, Statement, Withdrawal},
    padding,
    roster::MemberCertificate,
    settings::Profile,
    time::Timestamp,
};
use hpke::rand_core::Rng as _;

/// The program that showed the notice.
pub(crate) const BUILD: Digest = Digest([0xb; 32]);
pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000);

/// A conversation of a site whose name seeds everything in it.
pub(crate) struct Talk {
    pub(crate) rng: Drawn,
    pub(crate) site: SiteKey,
    pub(crate) inbox: Vec<InboxSecret>,
    pub(crate) visitor: VisitorConversation,
    pub(crate) stored: Conversation,
}

pub(crate) fn talk(name: &str) -> Talk {
    let mut rng = drawn(name);
    let site = SiteKey::generate(&mut rng);
    let inbox = InboxSecret::generate(&mut rng);
    let visitor =
        VisitorConversation::begin(site.thumbprint(), &inbox.entry(NOW), &mut rng).expect("an inbox key");
    let grant = StoredGrant { grant: visitor.sign_grant(&consent(), BUILD), at: NOW };
    let deleted = NOW.plus(86_400);
    let stored =
        Conversation { grants: vec![grant], events: Vec::new(), deleted, restricted: None, hold: None };
    Talk { rng, site, inbox: vec![inbox], visitor, stored }
}

impl Talk {
    /// The visitor writes, the relay stores and acknowledges.
    pub(crate) fn write(&mut self, text: &str) -> Envelope {
        let envelope = self.seal(text);
        self.visitor.accepted(&envelope).expect("our own event");
        self.store(envelope.clone());
        envelope
    }

    pub(crate) fn seal(&mut self, text: &str) -> Envelope {
        let id = self.id();
        self.visitor.seal(&message(text), &Beside::default(), id, &mut self.rng).expect("a short text")
    }

    pub(crate) fn id(&mut self) -> MessageId {
        let mut id = MessageId([0; 16]);
        self.rng.fill_bytes(&mut id.0);
        id
    }

    pub(crate) fn store(&mut self, event: Envelope) {
        let at = NOW.plus(self.stored.events.len() as u64);
        self.stored.events.push(StoredEvent { kept: Kept::Whole(event), at });
    }

    /// A new month: the manifest names a new inbox key.
    pub(crate) fn rekey(&mut self) {
        let inbox = InboxSecret::generate(&mut self.rng);
        self.visitor.rekey(&inbox.entry(NOW), &mut self.rng).expect("an inbox key");
        self.inbox.push(inbox);
    }

    /// What a member's device will send: an answer under the keys of the visitor's newest epoch.
    pub(crate) fn answer(&mut self, member: &MemberKeys, certificate: Option<&str>, text: &str) -> Envelope {
        let before = self.stored.events.last().expect("something to answer").read().expect("an event");
        let header = Header {
            seq: before.header.seq + 1,
            prev: before.digest,
            direction: Direction::ToVisitor,
            message: self.id(),
            author: member.id(),
            opening: None,
            ..before.header
        };
        let mut payload = Payload::of(message(text).inner().clone());
        payload.certificate = certificate.map(str::to_owned);
        let key = self.visitor.keys(header.epoch as usize).expect("an epoch").to_visitor;
        let mut nonce = [0; 24];
        self.rng.fill_bytes(&mut nonce);
        envelope(&header, nonce, &key, &payload, |bytes| member.signing.sign(bytes))
    }

    pub(crate) fn certificate(&self, member: &MemberKeys) -> String {
        self.site.sign_certificate(&claim(member, &self.site))
    }

    pub(crate) fn open(&self) -> Opened {
        self.open_with(&self.inbox)
    }

    /// With these inbox keys instead of all.
    pub(crate) fn open_with(&self, inbox_keys: &[InboxSecret]) -> Opened {
        open_as(self.site.thumbprint(), &self.stored, inbox_keys)
    }

    pub(crate) fn thread(&self) -> Thread {
        mine(self.open())
    }
}

/// A device that trusts one site key and knows of no former member.
pub(crate) fn open_as(site: Thumbprint, stored: &Conversation, inbox_keys: &[InboxSecret]) -> Opened {
    open_conversation(&Reading { site, former: &[], revoked: &[], inbox_keys }, stored)
}

/// That `member` belongs to `site`.
pub(crate) fn claim(member: &MemberKeys, site: &SiteKey) -> MemberCertificate {
    MemberCertificate {
        v: 1,
        site: site.thumbprint(),
        name: "Ines".into(),
        key: member.signing.public(),
        nbf: NOW,
        exp: NOW.plus(86_400),
    }
}

pub(crate) fn envelope(
    header: &Header,
    nonce: [u8; 24],
    key: &[u8; 32],
    payload: &Payload,
    sign: impl Fn(&[u8]) -> einwurf_protocol::ids::Signature,
) -> Envelope {
    let header = header.encode();
    let padded = padding::pad(&serde_json::to_vec(payload).expect("JSON"));
    let ciphertext = cipher::encrypt(key, &nonce, &header, &padded).expect("short");
    let signature = sign(&signing_input(&digest(&header, &nonce, &ciphertext)));
    Envelope { header, nonce: nonce.to_vec(), ciphertext, signature }
}

pub(crate) fn mine(opened: Opened) -> Thread {
    match opened {
        Opened::Mine(thread) => thread,
        other => panic!("expected a thread, got {other:?}"),
    }
}

/// The envelope of an event that is not erased.
pub(crate) fn whole(stored: &StoredEvent) -> &Envelope {
    match &stored.kept {
        Kept::Whole(envelope) => envelope,
        Kept::Erased(_) => panic!("erased"),
    }
}

/// The same, for whoever changes it.
pub(crate) fn whole_mut(stored: &mut StoredEvent) -> &mut Envelope {
    match &mut stored.kept {
        Kept::Whole(envelope) => envelope,
        Kept::Erased(_) => panic!("erased"),
    }
}

/// What the relay keeps of an event when it is erased.
pub(crate) fn erase(stored: &mut StoredEvent) {
    stored.kept = Kept::Erased(stored.read().expect("an event").remains());
}

/// The content of an entry that has one.
pub(crate) fn written(entry: &Entry) -> &Payload {
    entry.payload.as_ref().expect("neither erased nor a withdrawal")
}

pub(crate) fn texts(thread: &Thread) -> Vec<&str> {
    thread.entries.iter().map(|entry| written(entry).message.text()).collect()
}

pub(crate) fn message(text: &str) -> Consented<Message> {
    let draft = Draft { text: text.to_owned(), ..Draft::default() };
    consent().cover(draft.check().expect("a text"))
}

pub(crate) fn consent() -> Consent {
    let document = serde_json::to_vec(&notice()).expect("JSON");
    let shown = ShownNotice::read(&document, notice::digest(&document)).expect("a notice");
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    shown.agree(&ticks).expect("the only box is ticked")
}

/// On a notice that asks for special categories, and for the age if there is an answer to it.
pub(crate) fn choosing(special: bool, age: Option<Age>) -> Consent {
    let document = serde_json::to_vec(&asking(age.is_some())).expect("JSON");
    let shown = ShownNotice::read(&document, notice::digest(&document)).expect("a notice");
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks.set(Purpose::Special, special);
    ticks.age = age;
    shown.agree(&ticks).expect("the needed box is ticked")
}

/// [`notice`] with a box for special categories, and with the question of age.
pub(crate) fn asking(age: bool) -> Notice {
    let mut notice = notice();
    let text = "You may read what I write about my health.".into();
    notice.statements.push(Statement { purpose: Purpose::Special, text, required: false });
    notice.age = age.then(|| AgeChoice {
        age: 16,
        question: "How old are you?".into(),
        old_enough: "At least 16".into(),
        parents: "Younger, and my parents agree".into(),
        not_asked: "Younger, and I have not asked yet".into(),
    });
    notice
}

pub(crate) fn notice() -> Notice {
    Notice {
        typ: notice::TYP.into(),
        register: Register::En,
        mode: Mode::Consent,
        profile: Profile::SelfHosted,
        company: "Beispiel Fensterbau GmbH".into(),
        days: 90,
        title: "Before you write".into(),
        lead: "We need your consent.".into(),
        summary: Vec::new(),
        facts: Vec::new(),
        details_label: "More".into(),
        details: Vec::new(),
        links: Vec::new(),
        statements: vec![Statement { purpose: Purpose::Answer, text: "I agree.".into(), required: true }],
        age: None,
        accept: "Agree and write".into(),
        decline: "Do not agree".into(),
        withdrawal: Withdrawal {
            label: "Withdraw consent".into(),
            ask: "Withdraw your consent?".into(),
            yes: "Withdraw now".into(),
            no: "Back".into(),
            done: "You withdrew your consent.".into(),
            pending: "The withdrawal is noted.".into(),
        },
    }
}

pub(crate) fn digest_of(envelope: &Envelope) -> Digest {
    Event::read(envelope.clone()).expect("an event").digest
}

/// A copy with one bit turned over.
pub(crate) fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    copy[bit / 8] ^= 1 << (bit % 8);
    copy
}

/// An event of kind message, by whom the caller says, without opening.
pub(crate) fn follow(before: &Envelope) -> Header {
    let event = Event::read(before.clone()).expect("an event");
    Header {
        seq: event.header.seq + 1,
        prev: event.digest,
        kind: Kind::Message,
        message: MessageId([9; 16]),
        opening: None,
        ..event.header
    }
}
