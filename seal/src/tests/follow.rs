//! The conversation as the visitor reads it: everything that a hostile relay delivers is refused, and changes nothing.

use super::{
    pen::{Ines, ines, words},
    support::{NOW, Talk, choosing, claim, erase, message, talk, whole_mut},
};
use crate::{Beside, MemberKeys, SealError, Shown, SiteKey, Trust, VisitorConversation};
use einwurf_protocol::{
    api::visitor::StoredEvent,
    chain::JoinError,
    event::{Direction, Event, Header, Kind},
    ids::{MessageId, Signature},
    limits::CLOCK_SKEW_SECONDS,
    manifest::{Former, Revocation},
    message::{Act, Basis, Payload, Reason},
};

/// A question, an answer, and a second tab that has read nothing yet.
fn answered(name: &str) -> (Talk, Ines, VisitorConversation) {
    let mut talk = talk(name);
    talk.write("a question");
    let ines = ines(&mut talk);
    let answer = ines.writes(&mut talk, "an answer", None);
    talk.visitor.accepted(&answer).expect("a member's");
    talk.write("thanks");
    let reader = fresh(&talk);
    (talk, ines, reader)
}

/// The conversation as a bundle gives it back.
fn fresh(talk: &Talk) -> VisitorConversation {
    crate::Bundle::read(&talk.visitor.bundle("address", 1)).expect("our own bundle").conversation
}

fn follow(
    reader: &mut VisitorConversation,
    talk: &Talk,
    events: &[StoredEvent],
) -> Result<Vec<Shown>, SealError> {
    reader.follow(&Trust { site: &talk.site.thumbprint(), former: &[], revoked: &[] }, events)
}

/// Delivers `events` to `reader`: refused with `error`, and afterwards the whole truth can still be followed.
fn refused(talk: &Talk, events: &[StoredEvent], error: impl Into<SealError>) {
    let mut reader = fresh(talk);
    assert_eq!(follow(&mut reader, talk, events).map(|shown| shown.len()), Err(error.into()));
    assert!(reader.position() == 0, "the head moved");
    assert_eq!(
        follow(&mut reader, talk, &talk.stored.events).map(|shown| shown.len()),
        Ok(talk.stored.events.len())
    );
}

/// With another event at a place.
fn with(talk: &Talk, place: usize, change: impl FnOnce(&mut StoredEvent)) -> Vec<StoredEvent> {
    let mut events = talk.stored.events.clone();
    change(&mut events[place]);
    events
}

#[test]
fn both_sides_are_shown_in_order_with_the_members_name() {
    let (talk, _, mut reader) = answered("shown");
    let shown = follow(&mut reader, &talk, &talk.stored.events).unwrap();
    let read: Vec<_> =
        shown.iter().map(|it| (it.seq, it.direction, it.text.as_deref(), it.name.as_deref())).collect();
    assert_eq!(
        read,
        [
            (0, Direction::ToStaff, Some("a question"), None),
            (1, Direction::ToVisitor, Some("an answer"), Some("Ines")),
            (2, Direction::ToStaff, Some("thanks"), None),
        ]
    );
    assert_eq!((shown[1].at, shown[1].kind, shown[1].asks), (NOW.plus(1), Kind::Message, false));
    assert!(shown[0].sealed.as_ref().unwrap().contains("a question") && shown[1].sealed.is_none());
}

#[test]
fn only_what_is_new_is_read_again() {
    let (mut talk, ines, mut reader) = answered("in parts");
    assert_eq!(follow(&mut reader, &talk, &talk.stored.events[..1]).unwrap().len(), 1);
    assert_eq!(follow(&mut reader, &talk, &talk.stored.events[1..]).unwrap().len(), 2);
    assert_eq!(follow(&mut reader, &talk, &[]), Ok(vec![]));
    ines.writes(&mut talk, "you are welcome", None);
    let shown = follow(&mut reader, &talk, &talk.stored.events[3..]).unwrap();
    assert_eq!(shown[0].text.as_deref(), Some("you are welcome"));
    assert_eq!(follow(&mut reader, &talk, &talk.stored.events[3..]).unwrap_err(), JoinError::Position.into());
}

#[test]
fn con_06_acts_are_shown_as_sentences_and_only_a_question_asks() {
    let (mut talk, ines, _) = answered("acts");
    let until = NOW.plus(1_000);
    let acts = [
        ("handover", Some(until), Act::Handover { parts: vec![0], basis: Basis::Contract, until }),
        ("hold", Some(until), Act::Hold { reason: Reason::Claim, until }),
        ("release", None, Act::Release),
        ("restrict", None, Act::Restrict),
        ("lift", None, Act::Lift),
        ("erase", None, Act::Erase { parts: vec![0] }),
        ("ask", None, Act::Ask),
    ];
    for (_, _, act) in &acts {
        ines.writes(&mut talk, "what was done", Some(act.clone()));
    }
    let shown = follow(&mut fresh(&talk), &talk, &talk.stored.events).unwrap();
    for (shown, (name, until, _)) in shown.iter().skip(3).zip(acts) {
        assert_eq!((shown.kind, shown.text.as_deref()), (Kind::Act, Some("what was done")));
        assert_eq!((shown.act.as_deref(), shown.until, shown.asks), (Some(name), until, name == "ask"));
    }
}

#[test]
fn con_03_the_visitors_own_choices_come_back() {
    let mut talk = talk("choices");
    let consent = choosing(true, Some(einwurf_protocol::consent::Age::Parents));
    let sealed = talk
        .visitor
        .seal(&consent.cover(words("one")), &Beside::default(), MessageId([1; 16]), &mut talk.rng)
        .unwrap();
    talk.visitor.accepted(&sealed).unwrap();
    talk.store(sealed);
    let shown = follow(&mut fresh(&talk), &talk, &talk.stored.events).unwrap();
    assert_eq!(shown[0].choices, consent.choices(talk.visitor.salt()));
}

#[test]
fn rgt_03_erased_events_and_the_withdrawal_are_shown_without_content() {
    let (mut talk, ..) = answered("erased");
    let withdrawal = talk.visitor.withdraw(MessageId([1; 16]), &mut talk.rng).unwrap();
    talk.store(withdrawal);
    talk.stored.events[..3].iter_mut().for_each(erase);
    let mut reader = fresh(&talk);
    let shown = follow(&mut reader, &talk, &talk.stored.events).unwrap();
    assert!(shown.iter().all(|it| it.text.is_none() && it.sealed.is_none() && it.name.is_none()));
    assert_eq!(shown[3].kind, Kind::Withdrawal);
    assert!(reader.is_ended());
    // The tombstone alone: the withdrawal's content went, too.
    erase(&mut talk.stored.events[3]);
    let mut reader = fresh(&talk);
    assert!(follow(&mut reader, &talk, &talk.stored.events).is_ok() && reader.is_ended());
}

#[test]
fn dropped_reordered_repeated_and_spliced_events_are_refused() {
    let (talk, ..) = answered("order");
    let position = JoinError::Position;
    for dropped in 0..2 {
        let mut events = talk.stored.events.clone();
        events.remove(dropped);
        refused(&talk, &events, position);
    }
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        let mut events = talk.stored.events.clone();
        events.swap(a, b);
        refused(&talk, &events, position);
    }
    let mut twice = talk.stored.events.clone();
    twice.insert(1, twice[0].clone());
    refused(&talk, &twice, position);
    let (other, ..) = answered("elsewhere");
    let spliced = with(&talk, 2, |event| *event = other.stored.events[2].clone());
    refused(&talk, &spliced, SealError::Content);
    // With the content gone, only the header says whose it is.
    let spliced = with(&talk, 2, |event| {
        *event = other.stored.events[2].clone();
        erase(event);
    });
    refused(&talk, &spliced, JoinError::Conversation);
}

#[test]
fn forged_and_changed_events_are_refused() {
    let (talk, ..) = answered("forged");
    for place in 0..3 {
        let unsigned = with(&talk, place, |event| whole_mut(event).signature = Signature([1; 64]));
        refused(&talk, &unsigned, JoinError::Signature);
        let changed = with(&talk, place, |event| whole_mut(event).ciphertext[9] ^= 1);
        refused(&talk, &changed, SealError::Content);
        let header = with(&talk, place, |event| whole_mut(event).header[100] ^= 1);
        refused(&talk, &header, SealError::Content);
        let nonce = with(&talk, place, |event| whole_mut(event).nonce.truncate(23));
        refused(&talk, &nonce, einwurf_protocol::event::EnvelopeError::Nonce);
    }
    let erased = with(&talk, 0, |event| {
        whole_mut(event).signature = Signature([1; 64]);
        erase(event);
    });
    refused(&talk, &erased, JoinError::Signature);
}

/// An answer behind everything, with this certificate and content.
fn answer(
    talk: &mut Talk,
    member: &MemberKeys,
    kind: Kind,
    change: impl FnOnce(&mut Payload),
) -> Vec<StoredEvent> {
    let last = talk.stored.events.last().unwrap().read().unwrap();
    let header = Header {
        direction: Direction::ToVisitor,
        kind,
        author: member.id(),
        ..super::support::follow(&last.envelope)
    };
    let mut payload = Payload::of(words("an answer"));
    change(&mut payload);
    let key = talk.visitor.keys(0).unwrap().to_visitor;
    let event =
        super::support::envelope(&header, [1; 24], &key, &payload, |bytes| member.signing.sign(bytes));
    let kept = einwurf_protocol::api::visitor::Kept::Whole(event);
    let at = NOW.plus(talk.stored.events.len() as u64);
    [&talk.stored.events[..], &[StoredEvent { kept, at }]].concat()
}

#[test]
fn an_answer_without_a_certificate_that_holds_is_refused() {
    let (mut talk, ines, _) = answered("certificates");
    let stranger = SiteKey::generate(&mut talk.rng);
    let own = claim(&ines.keys, &talk.site);
    let at = NOW.plus(3);
    let early = |exp| einwurf_protocol::roster::MemberCertificate { nbf: NOW.minus(9), exp, ..own.clone() };
    let late =
        |nbf| einwurf_protocol::roster::MemberCertificate { nbf, exp: NOW.plus(400_000), ..own.clone() };
    let bad = [
        "no certificate".to_owned(),
        stranger.sign_certificate(&own),
        stranger.sign_certificate(&claim(&ines.keys, &stranger)),
        talk.site.sign_certificate(&claim(&ines.keys, &stranger)),
        talk.site.sign_certificate(&early(at.minus(CLOCK_SKEW_SECONDS + 1))),
        talk.site.sign_certificate(&late(at.plus(CLOCK_SKEW_SECONDS + 1))),
    ];
    for certificate in bad {
        let events =
            answer(&mut talk, &ines.keys, Kind::Message, |payload| payload.certificate = Some(certificate));
        refused(&talk, &events, SealError::Content);
    }
    let events = answer(&mut talk, &ines.keys, Kind::Message, |_| ());
    refused(&talk, &events, SealError::Content);
    // A colleague's certificate is good, but whoever wrote this is not the colleague.
    let other = MemberKeys::generate(&mut talk.rng);
    let events = answer(&mut talk, &other, Kind::Message, |payload| {
        payload.certificate = Some(ines.certificate.clone());
    });
    refused(&talk, &events, JoinError::Signature);
    let events = answer(&mut talk, &ines.keys, Kind::Message, |payload| {
        payload.certificate = Some(ines.certificate.clone());
    });
    assert_eq!(follow(&mut fresh(&talk), &talk, &events).map(|shown| shown.len()), Ok(4), "a good one");
}

#[test]
fn stf_05_an_answer_stored_after_its_author_left_is_refused() {
    let (talk, ines, _) = answered("left");
    let site = talk.site.thumbprint();
    let read = |since| {
        let revoked = [Revocation { member: ines.keys.id(), since }];
        let trust = Trust { site: &site, former: &[], revoked: &revoked };
        fresh(&talk).follow(&trust, &talk.stored.events).map(|shown| shown.len())
    };
    assert_eq!(read(NOW.plus(2)), Ok(3));
    assert_eq!(read(NOW.plus(1)), Err(SealError::Content));
}

#[test]
fn a_conversation_keeps_its_site_key_and_believes_the_next_one() {
    let (mut talk, ines, _) = answered("next site key");
    let (former, next) = (talk.site.thumbprint(), SiteKey::generate(&mut talk.rng));
    let certificate = next.sign_certificate(&claim(&ines.keys, &next));
    let events =
        answer(&mut talk, &ines.keys, Kind::Message, |payload| payload.certificate = Some(certificate));
    let line = [Former { site: former, until: NOW.plus(2) }];
    let read = |site: einwurf_protocol::ids::Thumbprint, former: &[Former]| {
        let trust = Trust { site: &site, former, revoked: &[] };
        fresh(&talk).follow(&trust, &events).map(|shown| shown.len())
    };
    assert_eq!(read(next.thumbprint(), &line), Ok(4));
    assert_eq!(read(former, &[]), Err(SealError::Content));
    assert_eq!(read(next.thumbprint(), &[]), Err(SealError::Content));
}

#[test]
fn con_06_an_act_that_hides_in_a_message_is_refused() {
    let (mut talk, ines, _) = answered("hidden act");
    let certificate = Some(ines.certificate.clone());
    for (kind, act) in [(Kind::Message, Some(Act::Ask)), (Kind::Act, None)] {
        let change = |payload: &mut Payload| (payload.certificate, payload.act) = (certificate.clone(), act);
        let events = answer(&mut talk, &ines.keys, kind, change);
        refused(&talk, &events, SealError::Content);
    }
    let version = |payload: &mut Payload| (payload.certificate, payload.v) = (certificate.clone(), 2);
    let events = answer(&mut talk, &ines.keys, Kind::Message, version);
    refused(&talk, &events, SealError::Content);
}

#[test]
fn an_epoch_of_keys_that_are_not_ours_is_refused() {
    let (mut talk, ..) = answered("foreign epoch");
    let twin = fresh(&talk);
    talk.rekey();
    talk.write("under the next key");
    let mut reader = twin;
    assert_eq!(follow(&mut reader, &talk, &talk.stored.events).unwrap_err(), SealError::Epoch);
    // Even if nothing of its content has to be opened.
    erase(talk.stored.events.last_mut().unwrap());
    assert_eq!(follow(&mut reader, &talk, &talk.stored.events).unwrap_err(), SealError::Epoch);
    assert!(reader.position() == 0);
}

#[test]
fn a_conversation_that_was_followed_seals_behind_it() {
    let (mut talk, _, mut reader) = answered("goes on");
    follow(&mut reader, &talk, &talk.stored.events).unwrap();
    let sealed =
        reader.seal(&message("four"), &Beside::default(), MessageId([1; 16]), &mut talk.rng).unwrap();
    assert_eq!(Event::read(sealed.clone()).unwrap().header.seq, 3);
    talk.store(sealed);
    assert!(talk.thread().faults.is_empty());
}

#[test]
fn enc_02_debug_of_what_is_shown_has_no_content() {
    let (talk, _, mut reader) = answered("debug");
    let shown = follow(&mut reader, &talk, &talk.stored.events).unwrap();
    assert_eq!(format!("{:?}", shown[1]), "Shown(1, ToVisitor, Message, content hidden)");
}
