//! What changes when the inbox key does, and what the three answers of opening are.

use super::support::{
    BUILD, NOW, consent, envelope, message, mine, open_as, talk, texts, whole, whole_mut, written,
};
use crate::{Fault, InboxSecret, MemberKeys, Opened, Place, Reason, SiteKey, cipher};
use einwurf_protocol::{
    consent::GrantError,
    event::{Direction, Event, Header, digest, signing_input},
    jws::{self, JwsError},
    message::{FormerEpoch, Payload},
};

#[test]
fn what_was_sealed_is_opened() {
    let mut talk = talk("open");
    talk.write("Guten Tag");
    talk.write("Noch etwas");
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["Guten Tag", "Noch etwas"]);
    assert_eq!((thread.cid, thread.faults.len()), (talk.visitor.cid(), 0));
    assert_eq!(thread.grants[0].1, NOW);
    let entry = &thread.entries[1];
    assert_eq!((entry.seq, entry.at, entry.direction), (1, NOW.plus(1), Direction::ToStaff));
    assert_eq!(entry.author, talk.visitor.public_key().thumbprint());
}

#[test]
fn a_wrong_key_or_none_is_not_mine() {
    let mut talk = talk("wrong key");
    talk.write("one");
    let site = talk.site.thumbprint();
    let other = InboxSecret::generate(&mut talk.rng);
    assert_eq!(open_as(site, &talk.stored, &[other]), Opened::NotMine);
    assert_eq!(open_as(site, &talk.stored, &[]), Opened::NotMine);
}

#[test]
fn nothing_delivered_is_broken() {
    let talk = talk("empty");
    assert_eq!(talk.open(), Opened::Broken(Fault { place: Place::Event(0), reason: Reason::Missing }));
}

#[test]
fn con_02_without_a_grant_nothing_is_shown() {
    let mut talk = talk("no grant");
    talk.write("one");
    talk.stored.grants.clear();
    assert_eq!(talk.open(), Opened::Broken(Fault { place: Place::Grant(0), reason: Reason::Missing }));
}

#[test]
fn a_grant_for_another_site_is_broken_and_a_later_bad_one_a_fault() {
    let mut talk = talk("grants");
    talk.write("one");
    let mut other = super::support::talk("another site");
    let foreign = other.stored.grants.remove(0);
    talk.stored.grants.push(foreign.clone());
    let fault = Fault { place: Place::Grant(1), reason: GrantError::Key.into() };
    let thread = talk.thread();
    assert_eq!(
        (texts(&thread), thread.faults.as_slice(), thread.grants.len()),
        (vec!["one"], [fault].as_slice(), 1)
    );
    talk.stored.grants = vec![foreign];
    let fault = Fault { place: Place::Grant(0), reason: GrantError::Content.into() };
    assert_eq!(talk.open(), Opened::Broken(fault));
    talk.stored.grants[0].grant.clear();
    let fault = Fault { place: Place::Grant(0), reason: GrantError::Jws(JwsError::Form).into() };
    assert_eq!(talk.open(), Opened::Broken(fault));
}

#[test]
fn the_newest_key_opens_the_whole_thread() {
    let mut talk = talk("months");
    talk.write("January");
    talk.write("still January");
    for month in ["February", "March"] {
        talk.rekey();
        let event = Event::read(talk.write(month)).unwrap();
        assert!(event.header.opening.is_some());
    }
    let newest = talk.inbox.split_off(2);
    let thread = mine(talk.open_with(&newest));
    assert_eq!(texts(&thread), ["January", "still January", "February", "March"]);
    assert!(thread.faults.is_empty());
    assert!(thread.entries.iter().all(|entry| written(entry).former.is_none()), "keys are taken out");
}

#[test]
fn an_older_key_opens_its_own_time_and_says_what_is_missing() {
    let mut talk = talk("left");
    talk.write("January");
    talk.rekey();
    talk.write("February");
    talk.inbox.truncate(1);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["January"]);
    assert_eq!(thread.faults, [Fault { place: Place::Event(1), reason: Reason::NoKey }]);
}

#[test]
fn enc_07_a_destroyed_key_in_between_leaves_nothing_readable_before_the_next_opening() {
    let mut talk = talk("first key only sealed");
    talk.write("January");
    let sealed_then = talk.stored.clone();
    talk.rekey();
    talk.write("February");
    let newest = talk.inbox.split_off(1);
    let opened = open_as(talk.site.thumbprint(), &sealed_then, &newest);
    assert_eq!(opened, Opened::NotMine, "a backup without the later event does not open with the later key");
}

#[test]
fn before_anything_was_accepted_a_retired_key_gives_a_fresh_epoch_0() {
    let mut talk = talk("retired at once");
    let refused = Event::read(talk.seal("one")).unwrap().header.opening;
    talk.rekey();
    let header = Event::read(talk.write("one")).unwrap().header;
    assert_eq!((header.epoch, header.seq), (0, 0));
    assert_ne!(header.opening, refused);
    let thread = talk.thread();
    assert_eq!((texts(&thread), thread.faults.len()), (vec!["one"], 0));
}

#[test]
fn two_retired_keys_in_a_row_are_one_epoch() {
    let mut talk = talk("retired twice");
    talk.write("one");
    talk.rekey();
    talk.seal("refused");
    talk.rekey();
    assert_eq!(Event::read(talk.write("two")).unwrap().header.epoch, 1);
    talk.inbox.drain(..2);
    assert_eq!(texts(&talk.thread()), ["one", "two"]);
}

#[test]
fn keys_other_than_those_committed_to_are_broken() {
    let mut talk = talk("commitment");
    talk.write("one");
    let mut header = Header::decode(&whole(&talk.stored.events[0]).header).unwrap();
    header.opening.as_mut().unwrap().commitment[0] ^= 1;
    let event = whole_mut(&mut talk.stored.events[0]);
    event.header = header.encode();
    let nonce = event.nonce.as_slice().try_into().unwrap();
    let digest = digest(&event.header, &nonce, &event.ciphertext);
    event.signature = talk.visitor.sign(&signing_input(&digest));
    assert_eq!(talk.open(), Opened::Broken(Fault { place: Place::Event(0), reason: Reason::Commitment }));
}

#[test]
fn a_next_epoch_that_names_other_former_keys_is_a_fault_and_the_inbox_key_counts() {
    let mut talk = talk("former");
    talk.write("January");
    talk.rekey();
    talk.visitor.forge_former();
    talk.write("February");
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["January", "February"]);
    assert_eq!(thread.faults, [Fault { place: Place::Event(0), reason: Reason::Commitment }]);
}

#[test]
fn keys_that_the_next_epoch_names_open_nothing_unless_they_were_committed_to() {
    // A hostile visitor could find one ciphertext that two keys open differently; the commitment leaves one key.
    let mut talk = talk("former without the old inbox key");
    talk.write("January");
    talk.rekey();
    talk.visitor.forge_former();
    talk.write("February");
    talk.inbox.remove(0);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["February"]);
    assert!(thread.faults.contains(&Fault { place: Place::Event(0), reason: Reason::Commitment }));
}

#[test]
fn answers_of_certified_members_stand_in_the_thread() {
    let mut talk = talk("answers");
    talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    let certificate = talk.certificate(&member);
    let answer = talk.answer(&member, Some(&certificate), "an answer");
    talk.store(answer);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["one", "an answer"]);
    assert_eq!((thread.entries[1].direction, thread.entries[1].author), (Direction::ToVisitor, member.id()));
    let forged = talk.answer(&member, None, "without certificate");
    talk.store(forged);
    let thread = talk.thread();
    let fault = einwurf_protocol::chain::JoinError::Signature;
    assert_eq!(thread.faults, [Fault { place: Place::Event(2), reason: fault.into() }]);
}

#[test]
fn only_the_first_event_of_a_later_epoch_carries_former_keys() {
    let mut talk = talk("former once");
    talk.write("one");
    talk.rekey();
    let events: Vec<_> = ["two", "three"].map(|text| Event::read(talk.write(text)).unwrap()).into();
    let former = |event: &Event| {
        let payload = cipher::open(&talk.visitor.keys(1).unwrap().to_staff, event).unwrap();
        payload.former.map(|former| former.epoch)
    };
    assert_eq!(events.iter().map(former).collect::<Vec<_>>(), [Some(0), None]);
}

#[test]
fn former_keys_of_another_epoch_than_the_one_before_are_not_used() {
    let mut talk = talk("former of another");
    talk.write("one");
    talk.rekey();
    let header = Event::read(talk.seal("two")).unwrap().header;
    let (first, second) = (talk.visitor.keys(0).unwrap(), talk.visitor.keys(1).unwrap());
    let former =
        FormerEpoch { epoch: 5, to_staff: first.to_staff.into(), to_visitor: first.to_visitor.into() };
    let payload = Payload { former: Some(former), ..Payload::of(message("two").inner().clone()) };
    let event = envelope(&header, [1; 24], &second.to_staff, &payload, |bytes| talk.visitor.sign(bytes));
    talk.store(event);
    talk.inbox.remove(0);
    let thread = talk.thread();
    assert_eq!(texts(&thread), ["two"]);
    assert_eq!(thread.faults[0], Fault { place: Place::Event(0), reason: Reason::NoKey });
}

#[test]
fn con_02_a_grant_by_this_visitor_for_another_site_is_broken() {
    let mut talk = talk("own grant elsewhere");
    talk.write("one");
    let grant = consent().grant(SiteKey::generate(&mut talk.rng).thumbprint(), BUILD, talk.visitor.salt());
    let key = talk.visitor.public_key();
    let input = jws::signing_input(&key, jws::GRANT, &serde_json::to_vec(&grant).unwrap());
    talk.stored.grants[0].grant = jws::assemble(&input, &talk.visitor.sign(input.as_bytes()));
    let fault = Fault { place: Place::Grant(0), reason: GrantError::Content.into() };
    assert_eq!(talk.open(), Opened::Broken(fault));
}
