//! Choices that come sealed and those that a grant names; entries that were erased.

use super::support::{BUILD, NOW, Talk, choosing, consent, erase, message, talk, texts, written};
use crate::{Beside, Fault, Place, Reason};
use einwurf_protocol::{
    api::staff::StoredGrant,
    consent::{Age, By, Consent, verify_grant},
    ids::MessageId,
    message::Message,
};

/// The visitor agrees to `granted` and writes under `sealed`.
fn written_under(granted: &Consent, sealed: &Consent) -> Talk {
    let mut talk = talk("choices");
    talk.stored.grants = vec![StoredGrant { grant: talk.visitor.sign_grant(granted, BUILD), at: NOW }];
    write(&mut talk, sealed, "one");
    talk
}

fn write(talk: &mut Talk, consent: &Consent, text: &str) {
    let id: MessageId = talk.id();
    let words: Message = message(text).inner().clone();
    let envelope =
        talk.visitor.seal(&consent.cover(words), &Beside::default(), id, &mut talk.rng).expect("short");
    talk.visitor.accepted(&envelope).expect("our own event");
    talk.store(envelope);
}

#[test]
fn con_03_staff_read_the_choices_and_the_relay_does_not() {
    for (special, age, by) in [
        (true, None, None),
        (false, Some(Age::OldEnough), Some(By::Visitor)),
        (true, Some(Age::Parents), Some(By::Parent)),
    ] {
        let consent = choosing(special, age);
        let talk = written_under(&consent, &consent);
        let thread = talk.thread();
        assert!(thread.faults.is_empty(), "{:?}", thread.faults);
        let choices = written(&thread.entries[0]).choices.unwrap();
        assert_eq!((choices.special, choices.by), (Some(special), by));
        assert_eq!(thread.grants[0].0.choices, Some(choices.digest()));
        let relayed = serde_json::to_string(&talk.stored.grants).unwrap();
        assert!(!relayed.contains("special") && !relayed.contains("parent"));
    }
}

#[test]
fn con_03_choices_that_no_grant_covers_are_a_fault() {
    let (ticked, unticked) = (choosing(true, None), choosing(false, None));
    let fault = Fault { place: Place::Event(0), reason: Reason::Choices };
    for (granted, sealed) in
        [(&unticked, &ticked), (&ticked, &unticked), (&consent(), &ticked), (&ticked, &consent())]
    {
        let thread = written_under(granted, sealed).thread();
        assert_eq!((texts(&thread), thread.faults.clone()), (vec!["one"], [fault].into()));
    }
}

#[test]
fn kid_01_a_parents_consent_cannot_be_claimed_beside_a_grant_of_ones_own() {
    let (own, parents) = (choosing(false, Some(Age::OldEnough)), choosing(false, Some(Age::Parents)));
    let fault = Fault { place: Place::Event(0), reason: Reason::Choices };
    assert_eq!(written_under(&own, &parents).thread().faults, [fault]);
    assert_eq!(written_under(&parents, &parents).thread().faults, []);
}

#[test]
fn con_09_messages_fit_the_grant_that_they_were_written_under() {
    let (before, after) = (choosing(false, None), choosing(true, None));
    let mut talk = written_under(&before, &before);
    let grant = talk.visitor.sign_grant(&after, BUILD);
    talk.stored.grants.push(StoredGrant { grant, at: NOW.plus(1) });
    write(&mut talk, &after, "two");
    let thread = talk.thread();
    assert_eq!((texts(&thread), thread.faults.len(), thread.grants.len()), (vec!["one", "two"], 0, 2));
}

#[test]
fn rec_01_the_salt_of_another_conversation_fits_no_grant() {
    let consent = choosing(true, None);
    let talk = written_under(&consent, &consent);
    let (own, foreign) = (talk.visitor.salt(), *super::support::talk("another").visitor.salt());
    let (site, key) = (talk.site.thumbprint(), talk.visitor.public_key());
    let grant = verify_grant(&talk.stored.grants[0].grant, &site, &key).unwrap();
    let digest = |salt| consent.choices(salt).map(|choices| choices.digest());
    assert_eq!((grant.choices, grant.build), (digest(own), BUILD));
    assert_ne!(grant.choices, digest(&foreign));
}

#[test]
fn rgt_03_erased_entries_are_shown_as_erased_and_the_rest_is_read() {
    let mut talk = talk("erased");
    for text in ["one", "two", "three"] {
        talk.write(text);
    }
    erase(&mut talk.stored.events[1]);
    let thread = talk.thread();
    assert!(thread.faults.is_empty());
    let there: Vec<_> = thread.entries.iter().map(|entry| (entry.seq, entry.payload.is_some())).collect();
    assert_eq!(there, [(0, true), (1, false), (2, true)]);
    erase(&mut talk.stored.events[0]);
    let fault = |index| Fault { place: Place::Event(index), reason: Reason::NoKey };
    // The opening stands in the header: the keys of the epoch stay.
    assert_eq!(
        (talk.thread().faults.contains(&fault(2)), texts(&without_erased(&talk))),
        (false, vec!["three"])
    );
}

fn without_erased(talk: &Talk) -> crate::Thread {
    let mut thread = talk.thread();
    thread.entries.retain(|entry| entry.payload.is_some());
    thread
}
