//! The visitor's side alone.

use super::{
    rng::drawn,
    support::{BUILD, NOW, claim, consent, digest_of, follow, message, talk},
};
use crate::{Beside, InboxSecret, MemberKeys, SealError, VisitorConversation};
use einwurf_protocol::{
    chain::JoinError,
    consent::verify_grant,
    event::{Direction, EnvelopeError, Event, Kind},
    ids::{Digest, MessageId},
    limits::TEXT_BYTES,
    notice::Purpose,
    roster::MemberCertificate,
};
use hpke::rand_core::Rng as _;

#[test]
fn an_event_is_what_the_protocol_says() {
    let mut talk = talk("form");
    let envelope = talk.write("Guten Tag");
    let event = Event::read(envelope).unwrap();
    let header = &event.header;
    assert_eq!((header.site, header.cid), (talk.site.thumbprint(), talk.visitor.cid()));
    assert_eq!((header.epoch, header.seq, header.prev), (0, 0, Digest([0; 32])));
    assert_eq!((header.direction, header.kind), (Direction::ToStaff, Kind::Message));
    assert_eq!(header.opening.as_ref().map(|opening| opening.inbox_key), Some(talk.inbox[0].id()));
    assert_eq!(talk.visitor.cid(), talk.visitor.public_key().cid());
    event.verify(&talk.visitor.public_key()).unwrap();
}

#[test]
fn the_second_event_joins_the_first_and_opens_nothing() {
    let mut talk = talk("second");
    let first = talk.write("one");
    let second = Event::read(talk.write("two")).unwrap();
    assert_eq!((second.header.seq, second.header.prev), (1, digest_of(&first)));
    assert_eq!((second.header.epoch, second.header.opening), (0, None));
}

#[test]
fn sealing_changes_nothing_until_it_is_accepted() {
    let mut talk = talk("again");
    let first = Event::read(talk.seal("one")).unwrap().header;
    let again = Event::read(talk.seal("one")).unwrap().header;
    assert_eq!((first.seq, &first.opening), (0, &again.opening));
    assert_eq!(again.seq, 0);
}

#[test]
fn rec_01_the_grant_is_signed_by_the_conversation_key_and_names_the_notice() {
    let talk = talk("grant");
    let (site, key) = (talk.site.thumbprint(), talk.visitor.public_key());
    let grant = verify_grant(&talk.visitor.sign_grant(&consent(), BUILD), &site, &key).unwrap();
    assert_eq!(grant.notice, consent().notice());
    assert_eq!(grant.grants.get(&Purpose::Answer), Some(&true));
    let other = super::support::talk("other").visitor.public_key();
    assert!(verify_grant(&talk.visitor.sign_grant(&consent(), BUILD), &site, &other).is_err());
}

#[test]
fn a_rehearsal_goes_further_than_beginning_and_refuses_what_beginning_refuses() {
    let talk = talk("rehearsal");
    let (site, mut entry) = (talk.site.thumbprint(), talk.inbox[0].entry(NOW));
    let (mut rehearsed, mut begun) = (drawn("rehearsal"), drawn("rehearsal"));
    assert_eq!(VisitorConversation::rehearse(site, &entry, &mut rehearsed), Ok(()));
    VisitorConversation::begin(site, &entry, &mut begun).unwrap();
    // Sealing draws a nonce.
    assert_ne!(rehearsed.next_u64(), begun.next_u64());
    entry.public = InboxSecret::generate(&mut begun).public();
    assert_eq!(VisitorConversation::rehearse(site, &entry, &mut rehearsed), Err(SealError::InboxKey));
}

#[test]
fn enc_03_an_inbox_key_that_is_not_the_one_named_is_refused() {
    let mut talk = talk("foreign key");
    let (site, rng) = (talk.site.thumbprint(), &mut talk.rng);
    let foreign = InboxSecret::generate(rng);
    let mut entry = talk.inbox[0].entry(NOW);
    entry.public = foreign.public();
    assert_eq!(VisitorConversation::begin(site, &entry, rng).unwrap_err(), SealError::InboxKey);
    assert_eq!(talk.visitor.rekey(&entry, &mut talk.rng), Err(SealError::InboxKey));
}

#[test]
fn enc_03_a_key_that_is_not_x_wing_is_refused() {
    let mut talk = talk("no key");
    let entry = talk.inbox[0].entry(NOW);
    let mut bad = vec![Vec::new(), entry.public[1..].to_vec(), [entry.public.as_slice(), &[0]].concat()];
    bad.push([&[0xff; 1152], &entry.public[1152..]].concat()); // coefficients beyond the modulus of ML-KEM
    for public in bad {
        let id = einwurf_protocol::manifest::inbox_key_id(&public);
        let entry = einwurf_protocol::manifest::InboxKey { id, public, ..entry.clone() };
        let begun = VisitorConversation::begin(talk.site.thumbprint(), &entry, &mut talk.rng);
        assert_eq!(begun.unwrap_err(), SealError::InboxKey);
    }
}

#[test]
fn two_conversations_share_no_key_and_no_token() {
    let mut talk = talk("fresh");
    let entry = talk.inbox[0].entry(NOW);
    let other = VisitorConversation::begin(talk.site.thumbprint(), &entry, &mut talk.rng).unwrap();
    assert_ne!(other.cid(), talk.visitor.cid());
    assert_ne!(other.token(), talk.visitor.token());
}

#[test]
fn a_text_that_json_makes_too_long_is_told_so() {
    let mut talk = talk("long");
    let (plain, control) = ("x".repeat(TEXT_BYTES), "x\u{1}".repeat(TEXT_BYTES / 2));
    assert!(
        talk.visitor.seal(&message(&plain), &Beside::default(), MessageId([1; 16]), &mut talk.rng).is_ok()
    );
    let sealed = talk.visitor.seal(&message(&control), &Beside::default(), MessageId([1; 16]), &mut talk.rng);
    assert_eq!(sealed.unwrap_err(), SealError::TooLong);
}

#[test]
fn an_acknowledgement_of_something_else_moves_nothing() {
    let mut talk = talk("ack");
    let first = talk.write("one");
    assert_eq!(talk.visitor.accepted(&first), Err(JoinError::Position.into()));
    let mut forged = talk.seal("two");
    forged.signature.0[0] ^= 1;
    assert_eq!(talk.visitor.accepted(&forged), Err(JoinError::Signature.into()));
    forged.nonce.pop();
    assert_eq!(talk.visitor.accepted(&forged), Err(EnvelopeError::Nonce.into()));
    assert_eq!(Event::read(talk.write("two")).unwrap().header.seq, 1);
}

#[test]
fn after_a_conflict_the_visitor_seals_behind_the_missing_events() {
    let mut talk = talk("conflict");
    talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    let certificate = talk.certificate(&member);
    let answer = talk.answer(&member, Some(&certificate), "an answer");
    talk.visitor.catch_up(vec![answer.clone()]).unwrap();
    talk.store(answer.clone());
    let next = Event::read(talk.write("two")).unwrap();
    assert_eq!((next.header.seq, next.header.prev), (2, digest_of(&answer)));
    assert!(talk.thread().faults.is_empty());
}

#[test]
fn missing_events_that_no_member_or_visitor_signed_are_refused() {
    let mut talk = talk("forged conflict");
    let first = talk.write("one");
    let (member, other) = (MemberKeys::generate(&mut talk.rng), MemberKeys::generate(&mut talk.rng));
    let of_other = talk.certificate(&other);
    let elsewhere = super::support::talk("foreign site").site;
    let own = claim(&member, &talk.site);
    let by_stranger = elsewhere.sign_certificate(&own);
    let for_stranger = talk.site.sign_certificate(&claim(&member, &elsewhere));
    let version_2 = talk.site.sign_certificate(&MemberCertificate { v: 2, ..own });
    for certificate in ["no certificate", &of_other, &by_stranger, &for_stranger, &version_2] {
        let answer = talk.answer(&member, Some(certificate), "an answer");
        assert_eq!(talk.visitor.catch_up(vec![answer]), Err(JoinError::Signature.into()), "{certificate:?}");
    }
    let without = talk.answer(&member, None, "an answer");
    assert_eq!(talk.visitor.catch_up(vec![without]), Err(JoinError::Signature.into()));
    let next = Event::read(talk.seal("two")).unwrap();
    assert_eq!((next.header.seq, next.header.prev), (1, digest_of(&first)), "the head did not move");
}

#[test]
fn missing_events_are_taken_all_or_not_at_all() {
    let mut talk = talk("all or none");
    talk.write("one");
    let mut twin = super::support::talk("all or none");
    twin.write("one");
    let (two, three) = (twin.write("two"), twin.write("three"));
    assert_eq!(talk.visitor.catch_up(vec![two.clone(), two.clone()]), Err(JoinError::Position.into()));
    assert_eq!(talk.visitor.catch_up(vec![three.clone()]), Err(JoinError::Position.into()));
    talk.visitor.catch_up(vec![two, three.clone()]).unwrap();
    assert_eq!(Event::read(talk.seal("four")).unwrap().header.prev, digest_of(&three));
}

#[test]
fn an_epoch_of_keys_that_are_not_ours_is_refused() {
    let mut talk = talk("epoch");
    let accepted_elsewhere = talk.seal("one");
    talk.visitor.rekey(&talk.inbox[0].entry(NOW), &mut talk.rng).unwrap();
    assert_eq!(talk.visitor.catch_up(vec![accepted_elsewhere]), Err(SealError::Epoch));
}

#[test]
fn the_visitors_own_direction_needs_the_visitors_key() {
    let mut talk = talk("direction");
    let first = talk.write("one");
    let member = MemberKeys::generate(&mut talk.rng);
    let header = einwurf_protocol::event::Header { author: member.id(), ..follow(&first) };
    let key = talk.visitor.keys(0).unwrap().to_staff;
    let payload = einwurf_protocol::message::Payload::of(message("forged").inner().clone());
    let forged =
        super::support::envelope(&header, [1; 24], &key, &payload, |bytes| member.signing.sign(bytes));
    assert_eq!(talk.visitor.catch_up(vec![forged]), Err(JoinError::Signature.into()));
}
