use super::*;
use crate::testing::{
    Keys, NOW, append, bytes, check, envelope, grant, header, later_terms, open, ready, site, terms, visitor,
    withdrawal,
};
use einwurf_protocol::{
    chain::{Head, START},
    event::Header,
    ids::MessageId,
    jws,
};

fn signed(open: &Open) -> Result<SignedOpening, Fault> {
    Opening::parse(&bytes(open)).and_then(|opening| ready(opening.verify(check)))
}

fn refused(open: &Open) -> Fault {
    signed(open).and_then(|opening| opening.check(&terms())).unwrap_err()
}

fn field(fault: Fault) -> String {
    fault.problem().field.unwrap()
}

fn opened() -> Admitted {
    let verified = signed(&open()).unwrap().check(&terms()).unwrap();
    let wire: Verified = serde_json::from_slice(&bytes(&verified)).unwrap();
    wire.admit(NOW).unwrap()
}

fn known() -> Known {
    let Admitted { chain, key, inbox_key, notice, .. } = opened();
    Known { chain, key, inbox_key, notice }
}

fn next(terms: &Terms, change: impl FnOnce(&mut Header)) -> Append {
    let mut header = header(terms, known().chain.head, 0, false);
    change(&mut header);
    append(&header)
}

fn follow(append: &Append, terms: &Terms) -> Result<Admitted, Fault> {
    ready(FollowUp::parse(&bytes(append))?.verify(known().key, check))?.admit(&known(), terms, NOW)
}

#[test]
fn a_sound_first_message_is_admitted() {
    let admitted = opened();
    assert_eq!((admitted.chain.head.next, admitted.chain.epochs), (1, 1));
    assert_eq!((admitted.notice, admitted.inbox_key), (terms().notices[0].digest, terms().inbox_key));
    assert_eq!(admitted.deleted, NOW.plus(90 * 86_400));
}

fn declared(bytes: u64) -> Declared {
    Declared { id: MessageId([7; 16]), bytes }
}

#[test]
fn what_comes_with_a_message_is_checked_and_admitted_with_it() {
    let first = Open { attachments: vec![declared(9)], ..open() };
    let verified = signed(&first).unwrap().check(&terms()).unwrap();
    let wire: Verified = serde_json::from_slice(&bytes(&verified)).unwrap();
    assert_eq!(Vec::from(wire.admit(NOW).unwrap().attachments), [declared(9)]);
    let later = Append { attachments: vec![declared(9)], ..next(&terms(), |_| ()) };
    assert_eq!(Vec::from(follow(&later, &terms()).unwrap().attachments), [declared(9)]);
    assert_eq!(field(refused(&Open { attachments: vec![declared(0)], ..open() })), "attachments");
    let twice = Append { attachments: vec![declared(9); 2], ..later };
    assert_eq!(field(follow(&twice, &terms()).unwrap_err()), "attachments");
}

#[test]
fn rec_01_no_grant_is_no_consent() {
    assert_eq!(refused(&Open { grant: None, ..open() }), Code::ConsentRequired.into());
}

#[test]
fn rec_01_a_grant_by_another_key_for_another_site_or_altered_is_refused() {
    let by = |keys: &Keys, grant: &Grant| Some(keys.jws(jws::GRANT, grant));
    let elsewhere = Grant { site: Keys::new(9).thumbprint(), ..grant(&terms()) };
    let own = open().grant.unwrap();
    let altered = format!("{}A", &own[..own.len() - 1]);
    for grant in [
        by(&Keys::new(9), &grant(&terms())),
        by(&visitor(), &elsewhere),
        Some(visitor().jws(jws::MEMBER, &grant(&terms()))),
        Some(altered),
        Some("a.b.c".into()),
        Some(String::new()),
    ] {
        let field = refused(&Open { grant: grant.clone(), ..open() }).problem().field.unwrap();
        assert!(["grant", "event.signature"].contains(&field.as_str()), "{grant:?}: {field}");
    }
}

#[test]
fn con_09_a_grant_on_an_old_notice_is_stale() {
    assert_eq!(signed(&open()).unwrap().check(&later_terms()).unwrap_err(), Code::ConsentStale.into());
}

#[test]
fn a_retired_inbox_key_is_told() {
    let mut terms = terms();
    terms.inbox_key = later_terms().inbox_key;
    assert_eq!(signed(&open()).unwrap().check(&terms).unwrap_err(), Code::KeyRetired.into());
}

#[test]
fn an_event_by_another_key_is_refused() {
    let event = envelope(&header(&terms(), START, 0, true), &site());
    assert_eq!(field(refused(&Open { event, ..open() })), "event.signature");
}

#[test]
fn every_altered_byte_of_nonce_and_ciphertext_breaks_the_signature() {
    for part in 0..2 {
        let mut open = open();
        let bytes = if part == 0 { &mut open.event.nonce } else { &mut open.event.ciphertext };
        for byte in bytes.iter_mut().take(3) {
            *byte ^= 1;
        }
        assert_eq!(field(refused(&open)), "event.signature");
    }
}

#[test]
fn a_first_message_that_is_not_first_is_a_conflict() {
    let head = Head { next: 1, ..START };
    let event = envelope(&header(&terms(), head, 0, true), &visitor());
    assert_eq!(refused(&Open { event, ..open() }), Fault::Behind(Vec::new()));
}

#[test]
fn staff_events_and_other_kinds_do_not_come_this_way() {
    for change in [
        (|header| header.direction = Direction::ToVisitor) as fn(&mut Header),
        |header| header.kind = Kind::Act,
        |header| (header.kind, header.direction) = (Kind::Withdrawal, Direction::ToVisitor),
    ] {
        assert_eq!(field(follow(&next(&terms(), change), &terms()).unwrap_err()), "event.header");
    }
    // A conversation does not begin with its end.
    let first = Header { kind: Kind::Withdrawal, ..header(&terms(), START, 0, true) };
    assert_eq!(field(refused(&Open { event: envelope(&first, &visitor()), ..open() })), "event.header");
}

fn signed_withdrawal(append: &Append, known: &Known) -> Result<Withdrawal, Fault> {
    ready(FollowUp::parse(&bytes(append))?.verify(known.key, check))?.withdraw(known)
}

#[test]
fn rgt_03_a_withdrawal_needs_neither_terms_nor_grant_and_nothing_follows_it() {
    let withdrawn = signed_withdrawal(&withdrawal(known().chain.head), &known()).unwrap();
    assert!(withdrawn.chain.ended);
    let ended = Known { chain: withdrawn.chain.clone(), ..known() };
    let after = append(&header(&terms(), withdrawn.chain.head, 0, false));
    let after = ready(FollowUp::parse(&bytes(&after)).unwrap().verify(known().key, check)).unwrap();
    assert_eq!(after.admit(&ended, &terms(), NOW).unwrap_err(), Code::Gone.into());
    assert_eq!(signed_withdrawal(&withdrawal(withdrawn.chain.head), &ended), Err(Code::Gone.into()));
}

#[test]
fn rgt_03_a_full_conversation_takes_a_withdrawal() {
    for next in [3_999, 4_000, 4_001] {
        let mut known = known();
        known.chain.head.next = next;
        let full = Header {
            seq: next,
            prev: known.chain.head.digest,
            kind: Kind::Withdrawal,
            ..header(&terms(), START, 0, false)
        };
        assert!(signed_withdrawal(&append(&full), &known).unwrap().chain.ended, "{next}");
    }
}

#[test]
fn rgt_03_a_withdrawal_by_another_key_or_of_another_conversation_withdraws_nothing() {
    let head = known().chain.head;
    let withdraws = |change: fn(&mut Header)| {
        let mut header = Header { kind: Kind::Withdrawal, ..header(&terms(), head, 0, false) };
        change(&mut header);
        header
    };
    // The relay, the site, a member: none has the conversation's key.
    for by in [Keys::new(9), site(), crate::testing::member()] {
        let forged = Append { event: envelope(&withdraws(|_| ()), &by), ..withdrawal(head) };
        assert_eq!(field(signed_withdrawal(&forged, &known()).unwrap_err()), "event.signature");
        let header = Header { author: by.thumbprint(), ..withdraws(|_| ()) };
        let forged = Append { event: envelope(&header, &by), ..withdrawal(head) };
        assert_eq!(field(signed_withdrawal(&forged, &known()).unwrap_err()), "event.signature");
    }
    for change in [
        (|header| header.cid = Keys::new(9).public().cid()) as fn(&mut Header),
        |header| header.site = Keys::new(9).thumbprint(),
        |header| header.epoch = 1,
    ] {
        let refused = signed_withdrawal(&append(&withdraws(change)), &known());
        assert_eq!(field(refused.unwrap_err()), "event.header");
    }
    for change in [(|header| header.seq = 0) as fn(&mut Header), |header| header.prev = Digest([1; 32])] {
        let refused = signed_withdrawal(&append(&withdraws(change)), &known());
        assert_eq!(refused.unwrap_err(), Fault::Behind(Vec::new()));
    }
}

#[test]
fn a_withdrawal_has_no_content_and_no_grant() {
    let head = known().chain.head;
    let long = Header { kind: Kind::Withdrawal, ..header(&terms(), head, 0, false) };
    let mut event = envelope(&long, &visitor());
    event.ciphertext = vec![4; 1_024 + 16];
    let long = Append { event, ..withdrawal(head) };
    assert_eq!(field(FollowUp::parse(&bytes(&long)).unwrap_err()), "event.ciphertext");
    let brings = Append { attachments: vec![declared(7)], ..withdrawal(head) };
    assert_eq!(field(follow(&brings, &terms()).unwrap_err()), "attachments");
    let granted = Append { grant: open().grant, ..withdrawal(head) };
    assert_eq!(field(FollowUp::parse(&bytes(&granted)).unwrap_err()), "grant");
}

#[test]
fn a_message_is_no_withdrawal_and_a_withdrawal_no_message() {
    let message = ready(FollowUp::parse(&bytes(&next(&terms(), |_| ()))).unwrap().verify(known().key, check));
    assert!(matches!(message.unwrap().withdraw(&known()), Err(Fault::Internal(_))));
    let withdraws = FollowUp::parse(&bytes(&withdrawal(known().chain.head))).unwrap();
    assert!(withdraws.withdraws());
    let withdraws = ready(withdraws.verify(known().key, check)).unwrap();
    assert!(matches!(withdraws.admit(&known(), &terms(), NOW), Err(Fault::Internal(_))));
}

#[test]
fn rec_01_every_member_of_a_grant_is_checked() {
    let good = serde_json::to_value(grant(&terms())).unwrap();
    let bad = |name: &str, value: serde_json::Value| {
        let mut grant = good.clone();
        grant[name] = value;
        Some(visitor().jws(jws::GRANT, &grant))
    };
    for (name, value) in [
        ("v", 2.into()),
        ("site", "x".into()),
        ("register", "de-formal".into()),
        ("mode", "request".into()),
        ("grants", serde_json::json!({"answer": false})),
        ("grants", serde_json::json!({})),
        ("grants", serde_json::json!({"answer": true, "special": true})),
        ("how", "button".into()),
        ("choices", "x".into()),
        // Nothing that this notice asks about.
        ("choices", Digest([5; 32]).to_string().into()),
        ("grants", serde_json::json!({"answer": true, "context": false})),
        ("build", serde_json::Value::Null),
        ("person", "Meike".into()),
    ] {
        let refused = refused(&Open { grant: bad(name, value.clone()), ..open() });
        assert_eq!(refused.problem().field.as_deref(), Some("grant"), "{name} {value}");
    }
    // Of a notice that does ask.
    let mut terms = terms();
    terms.notices[0].choices = true;
    assert!(signed(&open()).unwrap().check(&terms).is_err());
    let choices = bad("choices", Digest([5; 32]).to_string().into());
    assert!(signed(&Open { grant: choices, ..open() }).unwrap().check(&terms).is_ok());
}

#[test]
fn another_version_is_refused() {
    assert_eq!(field(refused(&Open { v: 2, ..open() })), "v");
    let append = Append { v: 0, ..next(&terms(), |_| ()) };
    assert_eq!(field(follow(&append, &terms()).unwrap_err()), "v");
}

#[test]
fn a_follow_up_joins_and_others_are_conflicts() {
    assert_eq!(follow(&next(&terms(), |_| ()), &terms()).unwrap().chain.head.next, 2);
    for change in [
        (|header| header.seq = 2) as fn(&mut Header),
        |header| header.seq = 0,
        |header| header.prev = Digest([1; 32]),
    ] {
        assert_eq!(follow(&next(&terms(), change), &terms()).unwrap_err(), Fault::Behind(Vec::new()));
    }
}

#[test]
fn an_epoch_out_of_order_or_of_another_conversation_is_malformed() {
    for change in [
        (|header| header.epoch = 1) as fn(&mut Header),
        |header| header.cid = Keys::new(9).public().cid(),
        |header| header.site = Keys::new(9).thumbprint(),
    ] {
        assert_eq!(field(follow(&next(&terms(), change), &terms()).unwrap_err()), "event.header");
    }
}

#[test]
fn con_09_after_a_change_of_notice_a_fresh_grant_is_needed_and_enough() {
    let mut terms = later_terms();
    terms.inbox_key = known().inbox_key;
    let append = next(&terms, |_| ());
    assert_eq!(follow(&append, &terms).unwrap_err(), Code::ConsentStale.into());
    let fresh = Some(visitor().jws(jws::GRANT, &grant(&terms)));
    let admitted = follow(&Append { grant: fresh, ..append }, &terms).unwrap();
    assert_eq!(admitted.notice, terms.notices[0].digest);
}

#[test]
fn after_a_change_of_key_a_new_epoch_is_needed_and_enough() {
    let mut terms = later_terms();
    terms.notices = crate::testing::terms().notices;
    assert_eq!(follow(&next(&terms, |_| ()), &terms).unwrap_err(), Code::KeyRetired.into());
    let opens = append(&header(&terms, known().chain.head, 1, true));
    let admitted = follow(&opens, &terms).unwrap();
    assert_eq!((admitted.inbox_key, admitted.chain.epochs), (terms.inbox_key, 2));
}

#[test]
fn a_conversation_goes_on_under_the_site_key_that_it_began_under() {
    // The site has another key now; notice and inbox key are still in force.
    let now = Terms { site: Keys::new(21).thumbprint(), ..terms() };
    assert_eq!(follow(&next(&terms(), |_| ()), &now).unwrap().chain.site, site().thumbprint());
    // A fresh grant and a new epoch name the conversation's site, and the present notice and inbox key.
    let later = Terms { site: now.site, ..later_terms() };
    let own = Terms { site: site().thumbprint(), ..later_terms() };
    let opens = append(&header(&own, known().chain.head, 1, true));
    let fresh = Some(visitor().jws(jws::GRANT, &grant(&own)));
    let admitted = follow(&Append { grant: fresh, ..opens.clone() }, &later).unwrap();
    assert_eq!((admitted.inbox_key, admitted.notice), (later.inbox_key, later.notices[0].digest));
    // A grant for the present key is another conversation's.
    let other = Some(visitor().jws(jws::GRANT, &grant(&later)));
    assert_eq!(field(follow(&Append { grant: other, ..opens }, &later).unwrap_err()), "grant");
    assert_eq!(
        field(follow(&next(&terms(), |header| header.site = now.site), &now).unwrap_err()),
        "event.header"
    );
}

#[test]
fn a_new_conversation_begins_under_the_present_site_key_only() {
    let now = Terms { site: Keys::new(21).thumbprint(), ..terms() };
    assert_eq!(field(signed(&open()).unwrap().check(&now).unwrap_err()), "grant");
    // Whoever loaded the page under the key before is told to fetch the manifest again, and loses nothing.
    let after = Terms { former: vec![site().thumbprint()], ..now };
    assert_eq!(signed(&open()).unwrap().check(&after), Err(Code::KeyRetired.into()));
}

#[test]
fn a_full_conversation_takes_no_more() {
    let mut known = known();
    known.chain.head.next = einwurf_protocol::limits::EVENTS_PER_CONVERSATION;
    let mut full = header(&terms(), START, 0, false);
    (full.seq, full.prev) = (known.chain.head.next, known.chain.head.digest);
    let follow_up = FollowUp::parse(&bytes(&append(&full))).unwrap();
    let follow_up = ready(follow_up.verify(known.key, check)).unwrap();
    assert_eq!(follow_up.admit(&known, &terms(), NOW).unwrap_err(), Code::LimitReached.into());
}

#[test]
fn the_same_message_is_known_and_another_under_its_id_refused() {
    let event = Event::read(open().event).unwrap();
    assert_eq!(repeated(&event.digest, &event), Ok(()));
    assert_eq!(repeated(&Digest([1; 32]), &event), Err(Code::MessageConflict.into()));
}

#[test]
fn a_follow_up_is_checked_against_the_conversations_key_only() {
    let by_another =
        ready(FollowUp::parse(&bytes(&next(&terms(), |_| ()))).unwrap().verify(Keys::new(9).public(), check));
    assert_eq!(field(by_another.unwrap_err()), "event.signature");
    let signed = ready(FollowUp::parse(&bytes(&next(&terms(), |_| ()))).unwrap().verify(known().key, check));
    let other = Known { key: Keys::new(9).public(), ..known() };
    assert!(matches!(signed.unwrap().admit(&other, &terms(), NOW), Err(Fault::Internal(_))));
}
