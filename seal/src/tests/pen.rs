//! What a member writes with: answers and acts that the visitor can read, and nobody else.

use super::support::{Talk, digest_of, follow, message, talk, texts, written};
use crate::{Author, MemberKeys, Pen, SealError, Trust};
use einwurf_protocol::{
    chain::JoinError,
    event::{Direction, Envelope, Event, Header, Kind},
    ids::MessageId,
    limits::{EVENTS_PER_CONVERSATION, TEXT_BYTES},
    message::{Act, Message},
};

pub(crate) const ID: MessageId = MessageId([5; 16]);

/// A member of the site, with a certificate.
pub(crate) struct Ines {
    pub(crate) keys: MemberKeys,
    pub(crate) certificate: String,
}

pub(crate) fn ines(talk: &mut Talk) -> Ines {
    let keys = MemberKeys::generate(&mut talk.rng);
    let certificate = talk.certificate(&keys);
    Ines { keys, certificate }
}

impl Ines {
    pub(crate) fn author(&self) -> Author<'_> {
        Author { keys: &self.keys, certificate: &self.certificate }
    }

    /// Answers behind everything that the relay holds, which stores it.
    pub(crate) fn writes(&self, talk: &mut Talk, text: &str, act: Option<Act>) -> Envelope {
        let pen = talk.thread().pen;
        let id = talk.id();
        let envelope = pen.seal(&self.author(), words(text), act, id, &mut talk.rng).expect("an answer");
        talk.store(envelope.clone());
        envelope
    }
}

pub(crate) fn words(text: &str) -> Message {
    message(text).inner().clone()
}

fn seal(talk: &mut Talk, pen: &Pen, ines: &Ines, text: &str) -> Result<Envelope, SealError> {
    pen.seal(&ines.author(), words(text), None, ID, &mut talk.rng)
}

#[test]
fn an_answer_is_read_by_the_visitor_and_by_the_other_members() {
    let mut talk = talk("answer");
    let question = talk.write("a question");
    let ines = ines(&mut talk);
    let envelope = ines.writes(&mut talk, "an answer", None);
    let event = Event::read(envelope.clone()).unwrap();
    let header = &event.header;
    assert_eq!((header.direction, header.kind), (Direction::ToVisitor, Kind::Message));
    assert_eq!((header.seq, header.prev, header.author), (1, digest_of(&question), ines.keys.id()));
    assert_eq!((header.epoch, &header.opening), (0, &None));
    let thread = talk.thread();
    assert_eq!((texts(&thread), thread.faults.len()), (vec!["a question", "an answer"], 0));
    assert_eq!(written(&thread.entries[1]).certificate.as_ref(), Some(&ines.certificate));
    let site = talk.site.thumbprint();
    let trust = Trust { site: &site, former: &[], revoked: &[] };
    let shown = talk.visitor.follow(&trust, &talk.stored.events[1..]).unwrap();
    assert_eq!((shown[0].text.as_deref(), shown[0].name.as_deref()), (Some("an answer"), Some("Ines")));
}

#[test]
fn an_answer_belongs_to_the_newest_epoch() {
    let mut talk = talk("newest epoch");
    talk.write("January");
    talk.rekey();
    talk.write("February");
    let ines = ines(&mut talk);
    let envelope = ines.writes(&mut talk, "an answer", None);
    let event = Event::read(envelope.clone()).unwrap();
    assert_eq!((event.header.epoch, event.header.seq), (1, 2));
    talk.visitor.catch_up(vec![envelope]).unwrap();
    assert_eq!(Event::read(talk.write("thanks")).unwrap().header.seq, 3);
}

#[test]
fn an_act_says_what_it_is_in_its_kind_and_in_its_content() {
    let mut talk = talk("act");
    talk.write("one");
    let ines = ines(&mut talk);
    let act = Act::Erase { parts: vec![0] };
    let event = Event::read(ines.writes(&mut talk, "We erased a message.", Some(act.clone()))).unwrap();
    assert_eq!(event.header.kind, Kind::Act);
    let thread = talk.thread();
    assert_eq!((thread.entries[1].kind, written(&thread.entries[1]).act.as_ref()), (Kind::Act, Some(&act)));
}

#[test]
fn a_pen_moves_on_only_behind_what_joins() {
    let mut talk = talk("two answers");
    talk.write("one");
    let ines = ines(&mut talk);
    let mut pen = talk.thread().pen;
    let first = seal(&mut talk, &pen, &ines, "first").unwrap();
    assert_eq!(Event::read(first.clone()).unwrap().header.seq, 1);
    let again = seal(&mut talk, &pen, &ines, "first").unwrap();
    assert_eq!(Event::read(again).unwrap().header.seq, 1, "sealing moves nothing");
    pen.accepted(&first).unwrap();
    assert_eq!(pen.accepted(&first), Err(JoinError::Position.into()));
    let second = seal(&mut talk, &pen, &ines, "second").unwrap();
    assert_eq!(Event::read(second.clone()).unwrap().header.prev, digest_of(&first));
    talk.store(first);
    talk.store(second);
    assert_eq!(texts(&talk.thread()), ["one", "first", "second"]);
}

#[test]
fn an_answer_is_sealed_again_behind_what_the_visitor_wrote_meanwhile() {
    let mut talk = talk("meanwhile");
    talk.write("one");
    let ines = ines(&mut talk);
    let early = talk.thread().pen;
    let refused = seal(&mut talk, &early, &ines, "an answer").unwrap();
    let two = talk.write("two");
    let pen = talk.thread().pen;
    let envelope = seal(&mut talk, &pen, &ines, "an answer").unwrap();
    assert_eq!(Event::read(envelope).unwrap().header.prev, digest_of(&two));
    assert_eq!(talk.visitor.catch_up(vec![refused]), Err(JoinError::Position.into()));
}

#[test]
fn an_answer_at_the_last_position_and_none_behind_it() {
    for (seq, expected) in [
        (EVENTS_PER_CONVERSATION - 3, Ok(EVENTS_PER_CONVERSATION - 2)),
        (EVENTS_PER_CONVERSATION - 2, Ok(EVENTS_PER_CONVERSATION - 1)),
        (EVENTS_PER_CONVERSATION - 1, Err(JoinError::Full.into())),
    ] {
        let mut talk = talk("full");
        let first = talk.write("one");
        let ines = ines(&mut talk);
        // By the visitor, behind a gap: what an app shows of a conversation of which a relay keeps events back.
        let header = Header { seq, ..follow(&first) };
        let key = talk.visitor.keys(0).unwrap().to_staff;
        let payload = einwurf_protocol::message::Payload::of(words("far ahead"));
        let far =
            super::support::envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
        talk.store(far);
        let pen = talk.thread().pen;
        let sealed = seal(&mut talk, &pen, &ines, "an answer");
        assert_eq!(sealed.map(|envelope| Event::read(envelope).unwrap().header.seq), expected);
    }
}

#[test]
fn rgt_03_nobody_answers_after_a_withdrawal() {
    let mut talk = talk("ended");
    talk.write("one");
    let ines = ines(&mut talk);
    let withdrawal = talk.visitor.withdraw(ID, &mut talk.rng).unwrap();
    talk.store(withdrawal);
    let pen = talk.thread().pen;
    assert_eq!(seal(&mut talk, &pen, &ines, "wait").unwrap_err(), JoinError::Ended.into());
    let hold = Act::Restrict;
    let sealed = pen.seal(&ines.author(), words("wait"), Some(hold), ID, &mut talk.rng);
    assert_eq!(sealed.unwrap_err(), JoinError::Ended.into());
}

#[test]
fn a_text_that_json_makes_too_long_is_told_so() {
    let mut talk = talk("long");
    talk.write("one");
    let ines = ines(&mut talk);
    let pen = talk.thread().pen;
    assert!(seal(&mut talk, &pen, &ines, &"x".repeat(TEXT_BYTES)).is_ok());
    let sealed = seal(&mut talk, &pen, &ines, &"x\u{1}".repeat(TEXT_BYTES / 2));
    assert_eq!(sealed.unwrap_err(), SealError::TooLong);
}

#[test]
fn without_the_key_of_the_newest_epoch_nobody_answers() {
    let mut talk = talk("no key");
    talk.write("January");
    talk.rekey();
    talk.write("February");
    let ines = ines(&mut talk);
    let older = [talk.inbox.remove(0)];
    let pen = super::support::mine(talk.open_with(&older)).pen;
    assert_eq!(seal(&mut talk, &pen, &ines, "an answer").unwrap_err(), SealError::Epoch);
}

#[test]
fn enc_02_debug_of_a_pen_shows_no_key() {
    let mut talk = talk("debug");
    talk.write("one");
    assert_eq!(format!("{:?}", talk.thread().pen), "Pen(next 1, keys hidden)");
}
