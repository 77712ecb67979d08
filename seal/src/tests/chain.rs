//! A relay that drops, reorders, duplicates or splices: both sides see it, and nothing foreign is ever shown.

use super::support::{Talk, envelope};
use super::support::{follow, message, talk, texts, whole, whole_mut};
use crate::{Beside, Fault, Opened, Place, Reason, Thread};
use einwurf_protocol::{
    chain::JoinError,
    event::{Direction, EnvelopeError, Event, Header},
    ids::Signature,
    message::Payload,
};

fn three(name: &str) -> Talk {
    let mut talk = talk(name);
    for text in ["one", "two", "three"] {
        talk.write(text);
    }
    talk
}

fn faults(thread: &Thread) -> Vec<(usize, JoinError)> {
    let fault = |fault: &Fault| match (fault.place, fault.reason) {
        (Place::Event(index), Reason::Chain(error)) => (index, error),
        other => panic!("{other:?}"),
    };
    thread.faults.iter().map(fault).collect()
}

#[test]
fn a_dropped_event_is_a_gap_that_is_shown() {
    let mut talk = three("drop");
    talk.stored.events.remove(1);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "three"]);
    assert_eq!(thread.entries[1].seq, 2);
    assert_eq!(faults(&thread), [(1, JoinError::Position)]);
    assert_eq!(talk.visitor.accepted(whole(&talk.stored.events[1])), Err(JoinError::Position.into()));
}

#[test]
fn a_dropped_first_event_takes_the_keys_with_it() {
    let mut talk = three("drop first");
    talk.stored.events.remove(0);
    let fault = Fault { place: Place::Event(0), reason: Reason::NoKey };
    assert_eq!(talk.open(), Opened::Broken(fault));
}

#[test]
fn reordered_events_are_not_shown_in_their_new_order() {
    let mut talk = three("reorder");
    talk.stored.events.swap(1, 2);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "three"]);
    assert_eq!(faults(&thread), [(1, JoinError::Position), (2, JoinError::Position)]);
}

#[test]
fn a_duplicated_event_is_shown_once() {
    let mut talk = three("duplicate");
    let twice = talk.stored.events[1].clone();
    talk.stored.events.insert(2, twice);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two", "three"]);
    assert_eq!(faults(&thread), [(2, JoinError::Position)]);
}

#[test]
fn an_event_spliced_from_another_conversation_or_site_is_not_shown() {
    let mut talk = three("splice");
    let mut neighbour = super::support::talk("splice");
    let entry = neighbour.inbox[0].entry(super::support::NOW);
    let site = neighbour.site.thumbprint();
    neighbour.visitor = crate::VisitorConversation::begin(site, &entry, &mut neighbour.rng).unwrap();
    for foreign in [neighbour.write("same site"), super::support::talk("other").write("other site")] {
        let whole = talk.stored.clone();
        *whole_mut(&mut talk.stored.events[1]) = foreign;
        let thread = talk.thread();
        assert_eq!(texts(&thread), ["one", "three"]);
        assert_eq!(faults(&thread), [(1, JoinError::Conversation), (2, JoinError::Position)]);
        talk.stored = whole;
    }
}

#[test]
fn a_whole_foreign_conversation_under_this_grant_is_broken() {
    let (mut talk, other) = (three("grafted"), three("graft"));
    talk.stored.events = other.stored.events;
    talk.inbox = other.inbox;
    let fault = Fault { place: Place::Event(0), reason: JoinError::Conversation.into() };
    assert_eq!(talk.open(), Opened::Broken(fault));
}

#[test]
fn an_event_spliced_from_the_other_direction_is_not_shown() {
    let mut talk = three("direction");
    let header = Header { direction: Direction::ToVisitor, ..follow(whole(&talk.stored.events[2])) };
    let key = talk.visitor.keys(0).unwrap().to_visitor;
    let payload = Payload::of(message("mirrored").inner().clone());
    let mirrored = envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
    talk.store(mirrored.clone());
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two", "three"]);
    assert_eq!(faults(&thread), [(3, JoinError::Signature)]);
    assert_eq!(talk.visitor.catch_up(vec![mirrored]), Err(JoinError::Signature.into()));
}

#[test]
fn a_forged_signature_breaks_the_chain_at_its_place() {
    let mut talk = three("forged");
    whole_mut(&mut talk.stored.events[1]).signature = Signature([1; 64]);
    let thread = talk.thread();
    assert_eq!(
        texts(&thread),
        ["one", "two", "three"].into_iter().take(1).chain(["three"]).collect::<Vec<_>>()
    );
    assert_eq!(faults(&thread), [(1, JoinError::Signature), (2, JoinError::Position)]);
}

#[test]
fn a_second_version_of_an_event_is_told_from_the_first() {
    let mut talk = talk("fork");
    talk.write("one");
    let first_version = talk.seal("two, never acknowledged");
    talk.write("two");
    talk.write("three");
    *whole_mut(&mut talk.stored.events[1]) = first_version;
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two, never acknowledged", "three"], "all by the visitor");
    assert_eq!(faults(&thread), [(2, JoinError::Position)]);
}

#[test]
fn what_is_no_event_at_all_is_named() {
    let mut talk = three("form");
    whole_mut(&mut talk.stored.events[1]).nonce.pop();
    let first = Fault { place: Place::Event(1), reason: EnvelopeError::Nonce.into() };
    let thread = talk.thread();
    assert_eq!(thread.faults[0], first);
    assert_eq!(texts(&thread), ["one", "three"]);
}

#[test]
fn an_authentic_event_that_holds_no_payload_is_named() {
    let mut talk = three("content");
    let header = follow(whole(&talk.stored.events[2]));
    let key = talk.visitor.keys(0).unwrap().to_staff;
    let payload = Payload { v: 2, ..Payload::of(message("from the future").inner().clone()) };
    let odd = envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
    talk.visitor.accepted(&odd).unwrap();
    talk.store(odd);
    talk.write("five");
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two", "three", "five"]);
    assert_eq!(thread.faults, [Fault { place: Place::Event(3), reason: Reason::Content }]);
}

#[test]
fn an_epoch_that_opens_twice_or_late_is_named() {
    let mut talk = three("epochs");
    talk.rekey();
    let mut header = Event::read(talk.seal("four")).unwrap().header;
    header.epoch = 2;
    let key = talk.visitor.keys(1).unwrap().to_staff;
    let payload = Payload::of(message("skipped an epoch").inner().clone());
    let skipped = envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
    assert_eq!(talk.visitor.catch_up(vec![skipped.clone()]), Err(JoinError::Epoch.into()));
    talk.store(skipped);
    assert_eq!(texts(&talk.thread()), ["one", "two", "three"]);
}

#[test]
fn a_full_conversation_takes_no_more() {
    let mut talk = talk("full");
    talk.write("one");
    talk.visitor.fill();
    let sealed = talk.visitor.seal(
        &message("too many"),
        &Beside::default(),
        einwurf_protocol::ids::MessageId([1; 16]),
        &mut talk.rng,
    );
    assert_eq!(sealed.unwrap_err(), JoinError::Full.into());
}

/// An event behind the third, rightly signed by the visitor and encrypted with the key of epoch 0, with a header that no
/// app of ours makes.
fn odd(talk: &mut Talk, change: impl FnOnce(&mut Header)) {
    let mut header = follow(whole(&talk.stored.events[talk.stored.events.len() - 1]));
    change(&mut header);
    let key = talk.visitor.keys(0).unwrap().to_staff;
    let payload = Payload::of(message("odd").inner().clone());
    let event = envelope(&header, [1; 24], &key, &payload, |bytes| talk.visitor.sign(bytes));
    talk.store(event);
}

#[test]
fn an_event_of_a_past_epoch_or_another_site_is_not_shown_even_behind_a_gap() {
    let mut talk = three("past");
    talk.rekey();
    talk.write("four");
    odd(&mut talk, |header| (header.epoch, header.seq) = (0, 9));
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two", "three", "four"]);
    assert_eq!(faults(&thread), [(4, JoinError::Position)]);
    let mut talk = three("elsewhere");
    odd(&mut talk, |header| header.site.0[0] ^= 1);
    odd(&mut talk, |header| header.cid.0[0] ^= 1);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two", "three"]);
    assert_eq!(faults(&thread), [(3, JoinError::Conversation), (4, JoinError::Conversation)]);
}

#[test]
fn a_version_of_the_opening_that_was_never_accepted_changes_nothing() {
    let mut talk = talk("two openings");
    let never_accepted = talk.seal("refused");
    talk.rekey();
    talk.write("one");
    talk.write("two");
    talk.store(never_accepted);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "two"]);
    assert_eq!(faults(&thread), [(2, JoinError::Position)]);
}
