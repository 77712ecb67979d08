//! Withdrawing consent: it fits always, it is the last event, and it says nothing.

use super::support::{Talk, digest_of, message, talk};
use crate::{Beside, Fault, MemberKeys, Place, SealError, cipher};
use einwurf_protocol::{
    api::visitor::{Kept, Remains, StoredEvent},
    chain::JoinError,
    event::{Direction, Envelope, Event, Header, Kind},
    ids::MessageId,
};

const ID: MessageId = MessageId([7; 16]);

fn ended() -> SealError {
    JoinError::Ended.into()
}

/// The visitor withdraws, the relay stores it.
fn withdraw(talk: &mut Talk) -> Envelope {
    let envelope = talk.visitor.withdraw(ID, &mut talk.rng).expect("something to withdraw from");
    talk.visitor.accepted(&envelope).expect("our own event");
    talk.store(envelope.clone());
    envelope
}

#[test]
fn rgt_03_a_withdrawal_is_the_next_event_and_says_nothing() {
    let mut talk = talk("withdraw");
    let first = talk.write("one");
    assert!(talk.visitor.position() > 0 && !talk.visitor.is_ended());
    let event = Event::read(withdraw(&mut talk)).unwrap();
    let header = &event.header;
    assert_eq!((header.kind, header.direction, header.message), (Kind::Withdrawal, Direction::ToStaff, ID));
    assert_eq!((header.seq, header.prev, header.epoch), (1, digest_of(&first), 0));
    assert_eq!((&header.opening, event.envelope.ciphertext.len()), (&None, 512 + 16));
    event.verify(&talk.visitor.public_key()).unwrap();
    let content = cipher::content(&talk.visitor.keys(0).unwrap().to_staff, &event).unwrap();
    assert_eq!(content.as_slice(), b"");
    assert!(talk.visitor.is_ended());
}

#[test]
fn rgt_03_after_a_withdrawal_nothing_is_sealed_and_nothing_joins() {
    let mut talk = talk("ended");
    talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    withdraw(&mut talk);
    let certificate = talk.certificate(&member);
    let answer = talk.answer(&member, Some(&certificate), "too late");
    for _ in 0..2 {
        assert_eq!(
            talk.visitor.seal(&message("two"), &Beside::default(), ID, &mut talk.rng).unwrap_err(),
            ended()
        );
        assert_eq!(talk.visitor.withdraw(ID, &mut talk.rng).unwrap_err(), ended());
        assert_eq!(talk.visitor.catch_up(vec![answer.clone()]), Err(ended()));
        // Not even under a new inbox key.
        talk.visitor.rekey(&talk.inbox[0].entry(super::support::NOW), &mut talk.rng).unwrap();
    }
}

#[test]
fn rgt_03_a_withdrawal_can_be_made_again_behind_an_answer_that_came_in_between() {
    let mut talk = talk("conflict");
    talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    let refused = talk.visitor.withdraw(ID, &mut talk.rng).unwrap();
    let certificate = talk.certificate(&member);
    let answer = talk.answer(&member, Some(&certificate), "an answer");
    talk.visitor.catch_up(vec![answer.clone()]).unwrap();
    talk.store(answer.clone());
    let event = Event::read(withdraw(&mut talk)).unwrap();
    assert_eq!((event.header.seq, event.header.prev, event.header.message), (2, digest_of(&answer), ID));
    assert_eq!(talk.visitor.accepted(&refused), Err(JoinError::Position.into()));
}

#[test]
fn rgt_03_a_withdrawal_fits_when_no_message_does() {
    let mut talk = talk("full");
    talk.write("one");
    talk.visitor.fill();
    assert_eq!(
        talk.visitor.seal(&message("too many"), &Beside::default(), ID, &mut talk.rng).unwrap_err(),
        JoinError::Full.into()
    );
    let withdrawal = talk.visitor.withdraw(ID, &mut talk.rng).unwrap();
    talk.visitor.accepted(&withdrawal).unwrap();
    assert!(talk.visitor.is_ended());
}

#[test]
fn rgt_03_a_withdrawal_needs_no_current_inbox_key() {
    let mut waiting = talk("retired, nothing accepted since");
    waiting.write("one");
    waiting.rekey();
    let event = Event::read(withdraw(&mut waiting)).unwrap();
    assert_eq!((event.header.epoch, event.header.opening), (0, None));
    let mut opened = talk("retired, opened since");
    opened.write("one");
    opened.rekey();
    opened.write("two");
    let event = Event::read(withdraw(&mut opened)).unwrap();
    assert_eq!((event.header.epoch, event.header.seq), (1, 2));
}

#[test]
fn from_an_empty_conversation_nothing_can_be_withdrawn() {
    let mut talk = talk("empty");
    assert!(talk.visitor.position() == 0);
    assert_eq!(talk.visitor.withdraw(ID, &mut talk.rng).unwrap_err(), SealError::Epoch);
}

#[test]
fn rgt_03_staff_see_the_withdrawal_as_the_end_and_nothing_behind_it() {
    let mut talk = talk("staff see it");
    talk.write("one");
    let withdrawal = withdraw(&mut talk);
    let thread = talk.thread();
    let kinds: Vec<_> = thread.entries.iter().map(|entry| (entry.kind, entry.payload.is_some())).collect();
    assert_eq!(kinds, [(Kind::Message, true), (Kind::Withdrawal, false)]);
    assert!(thread.faults.is_empty());
    // A visitor's app of another make goes on, and the relay lets it: staff are told, and shown nothing of it.
    let header = super::support::follow(&withdrawal);
    let key = talk.visitor.keys(0).unwrap().to_staff;
    let payload = einwurf_protocol::message::Payload::of(message("after all").inner().clone());
    let more = super::support::envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
    talk.store(more);
    let thread = talk.thread();
    assert_eq!(thread.entries.len(), 2);
    let fault = |index, error: JoinError| Fault { place: Place::Event(index), reason: error.into() };
    assert_eq!(thread.faults, [fault(2, JoinError::Ended)]);
    // Not even if the relay keeps an event back before the withdrawal.
    let mut gap = super::support::talk("staff see it");
    for text in ["one", "kept back"] {
        gap.write(text);
    }
    let withdrawal = withdraw(&mut gap);
    let key = gap.visitor.keys(0).unwrap().to_staff;
    let header = super::support::follow(&withdrawal);
    let more = super::support::envelope(&header, [1; 24], &key, &payload, |bytes| gap.visitor.sign(bytes));
    gap.store(more);
    gap.stored.events.remove(1);
    let thread = gap.thread();
    assert_eq!(thread.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(thread.faults, [fault(1, JoinError::Position), fault(2, JoinError::Ended)]);
}

#[test]
fn rgt_03_nobody_else_can_withdraw() {
    let mut talk = talk("forged withdrawal");
    talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    let mut forged = talk.visitor.withdraw(ID, &mut talk.rng).unwrap();
    forged.signature = member.signing.sign(b"anything");
    assert_eq!(talk.visitor.catch_up(vec![forged.clone()]), Err(JoinError::Signature.into()));
    assert!(!talk.visitor.is_ended());
    talk.store(forged);
    assert_eq!(talk.thread().faults.len(), 1);
}

#[test]
fn rec_04_a_relay_cannot_put_another_header_on_an_erased_event() {
    let mut talk = talk("another header");
    let written = Event::read(talk.write("one")).unwrap();
    let next = super::support::follow(&written.envelope);
    for (kind, header) in [
        // A withdrawal that the visitor never made.
        (Kind::Withdrawal, Header { kind: Kind::Withdrawal, ..next.clone() }),
        // An epoch whose keys the relay knows.
        (Kind::Message, Header { opening: written.header.opening.clone(), epoch: 1, ..next }),
    ] {
        let forged = Remains { header: header.encode(), ..written.remains() };
        let at = talk.stored.events[0].at;
        talk.stored.events.push(StoredEvent { kept: Kept::Erased(forged), at });
        let thread = talk.thread();
        assert_eq!(thread.entries.len(), 1, "{kind:?}");
        assert!(thread.faults.iter().any(|fault| fault.place == Place::Event(1)), "{kind:?}");
        talk.stored.events.pop();
    }
}
