//! A conversation as a relay keeps it: a visitor writes, members act, and the relay may do with it what it likes.

use super::{Dice, NOW, staff};
use crate::state::{
    desk::{
        Content,
        letter::{Letter, content},
    },
    keyring::Staff,
};
use einwurf_protocol::{
    api::{
        staff::{Conversation, StoredGrant},
        visitor::{Kept, StoredEvent},
    },
    consent::{Consent, ShownNotice, Ticks},
    event::{Envelope, Event},
    ids::{Digest, MessageId},
    message::{Act, Draft},
    notice::{self, Notice, Purpose, Statement},
};
use einwurf_seal::{Author, Beside, Opened, Thread, VisitorConversation, open_conversation};

/// What a visitor and the first member of a site write to each other.
pub(crate) struct Talk {
    pub(crate) staff: Staff,
    pub(crate) visitor: VisitorConversation,
    pub(crate) stored: Conversation,
    consent: Consent,
    dice: Dice,
}

impl Talk {
    /// A conversation whose visitor did or did not tick the box for special categories, or had none.
    pub(crate) fn begin(special: Option<bool>) -> Self {
        Self::of(500, special)
    }

    /// Another visitor for each seed.
    pub(crate) fn of(seed: u64, special: Option<bool>) -> Self {
        let (staff, mut dice) = (staff(1), Dice::new(seed));
        let inbox = staff.manifest().inbox_key.clone();
        let visitor = VisitorConversation::begin(staff.site.key, &inbox, &mut dice).unwrap();
        let consent = consent(special);
        let grant = visitor.sign_grant(&consent, Digest([0xb; 32]));
        let stored = Conversation {
            grants: vec![StoredGrant { grant, at: NOW }],
            events: Vec::new(),
            deleted: NOW.plus(90 * 86_400),
            restricted: None,
            hold: None,
        };
        Self { staff, visitor, stored, consent, dice }
    }

    /// The visitor writes.
    pub(crate) fn write(&mut self, text: &str) -> u64 {
        let message = Draft { text: text.into(), ..Draft::default() }.check().unwrap();
        let message = self.consent.cover(message);
        let id = self.id();
        let envelope = self.visitor.seal(&message, &Beside::default(), id, &mut self.dice).unwrap();
        self.visitor.accepted(&envelope).unwrap();
        self.store(envelope)
    }

    /// The visitor withdraws; what the relay erases then is up to the test.
    pub(crate) fn withdraw(&mut self) {
        let id = self.id();
        let envelope = self.visitor.withdraw(id, &mut self.dice).unwrap();
        self.store(envelope);
    }

    /// The member acts, without anything that the app checks before.
    pub(crate) fn act(&mut self, act: Act) -> u64 {
        let words = Draft { text: "Gesagt.".into(), ..Draft::default() }.check().unwrap();
        let thread = self.thread();
        let id = self.id();
        let certificate = self.staff.certificate.as_deref().unwrap();
        let author = Author { keys: &self.staff.keys, certificate };
        let envelope = thread.pen.seal(&author, words, Some(act), id, &mut self.dice).unwrap();
        self.visitor.catch_up(vec![envelope.clone()]).unwrap();
        self.store(envelope)
    }

    /// The relay stores an event.
    pub(crate) fn store(&mut self, envelope: Envelope) -> u64 {
        let seq = u64::try_from(self.stored.events.len()).unwrap();
        let at = NOW.plus(60 * (seq + 1));
        self.stored.events.push(StoredEvent { kept: Kept::Whole(envelope), at });
        seq
    }

    /// The relay erases an event.
    pub(crate) fn erase(&mut self, seq: usize) {
        let event: Event = self.stored.events[seq].read().unwrap();
        self.stored.events[seq].kept = Kept::Erased(event.remains());
    }

    pub(crate) fn thread(&self) -> Thread {
        match open_conversation(&self.staff.reading(), &self.stored) {
            Opened::Mine(thread) => thread,
            other => panic!("{other:?}"),
        }
    }

    /// As the reading view has it.
    pub(crate) fn letter(&self) -> Letter {
        let opened = open_conversation(&self.staff.reading(), &self.stored);
        match content(opened, self.visitor.cid(), &self.stored) {
            Content::Mine(letter) => *letter,
            other => panic!("{other:?}"),
        }
    }

    fn id(&self) -> MessageId {
        let number = u8::try_from(self.stored.events.len()).unwrap() + 1;
        MessageId([number; 16])
    }
}

/// The text of the notice that the visitor saw.
pub(crate) fn document(special: Option<bool>) -> String {
    let (_, setup) = super::founded(1);
    let mut notice: Notice = notice::parse(setup.publication.notices[0].as_bytes()).unwrap();
    notice.statements.retain(|statement| statement.purpose != Purpose::Special);
    if special.is_some() {
        let text = "Ich bin einverstanden.".into();
        notice.statements.push(Statement { purpose: Purpose::Special, text, required: false });
    }
    serde_json::to_string(&notice).unwrap()
}

fn consent(special: Option<bool>) -> Consent {
    let document = document(special);
    let shown = ShownNotice::read(document.as_bytes(), notice::digest(document.as_bytes())).unwrap();
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks.set(Purpose::Special, special == Some(true));
    shown.agree(&ticks).unwrap()
}
