//! What has not arrived, by way of the keeper.

use super::*;
use crate::state::{Parcel, Unsent};
use einwurf_protocol::{
    consent::{Age, Consent},
    message::{Draft, Wish},
    notice::Purpose,
};

fn consent() -> Consent {
    order(FIRST, 0, false).message.consent().clone()
}

fn parcel(text: &str) -> Parcel {
    let draft = Draft { text: text.into(), ..Draft::default() };
    Parcel { draft, ..Parcel::default() }
}

fn waiting(sealed: bool) -> Unsent {
    Unsent {
        consent: Some(consent()),
        parcels: vec![parcel("eins"), parcel("zwei")],
        sealed,
        ..Unsent::default()
    }
}

#[test]
fn what_is_sealed_is_posted_byte_for_byte_after_a_reload_and_taken_once() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    let sent = sealed(&mut courier, FIRST, 0, false);
    let Next::Post(before) = courier.step() else { panic!() };
    let mut again = reloaded(&courier);
    assert_eq!(again.take_back(&courier.put_by(&waiting(true)).unwrap()), Some(waiting(true)));
    assert!(!again.is_fresh(), "it may lie there already");
    // It arrived before the page was loaded again.
    relay.store(&mut courier);
    assert_eq!(news(relay.look(&mut again)).shown.len(), 2);
    let Next::Post(request) = again.step() else { panic!() };
    assert_eq!(request, before);
    accept(&mut again, &sent);
    assert_eq!(again.conversation.as_ref().unwrap().position(), 2);
}

#[test]
fn the_first_message_of_all_is_posted_again_with_its_grant() {
    let (courier, event) = posted(&mut Relay::default());
    let mut again = reloaded(&courier);
    again.take_back(&courier.put_by(&waiting(true)).unwrap()).unwrap();
    assert!(matches!(again.step(), Next::Ticket(_)), "at the same address");
    ticketed(&mut again);
    let mut relay = Relay::default();
    assert_eq!(relay.store(&mut again).digest, event.digest);
    assert_eq!(relay.grants.len(), 1);
    accept(&mut again, &event);
}

#[test]
fn without_the_conversations_own_word_nothing_leaves_by_itself() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    sealed(&mut courier, FIRST, 0, false);
    let bytes = courier.put_by(&waiting(true)).unwrap();
    let alone = self::courier().take_back(&bytes).unwrap();
    assert_eq!((alone.consent, alone.sealed, alone.parcels.len()), (None, false, 2), "nothing was kept");
    let mut other = reloaded(&open(&mut Relay::default()));
    let foreign = other.take_back(&bytes).unwrap();
    assert_eq!((foreign.consent, foreign.sealed), (None, false), "another conversation");
    assert!(matches!(other.step(), Next::Nothing));
}

#[test]
fn con_03_special_categories_and_who_agrees_come_back_as_they_were_signed() {
    let kind = Kind { offers: &[Purpose::Special], children: Some(16), ..Kind::usual(Register::En) };
    let mut model = Model::new(fixtures::site(kind).unwrap());
    for event in [
        Happened::Tick(Purpose::Answer, true),
        Happened::Tick(Purpose::Special, true),
        Happened::Age(Age::Parents),
        Happened::Agree,
    ] {
        model.on(event);
    }
    let unsent = Unsent { consent: model.consent().cloned(), ..waiting(false) };
    let courier = open(&mut Relay::default());
    let bytes = courier.put_by(&unsent).unwrap();
    assert_eq!(reloaded(&courier).take_back(&bytes), Some(unsent.clone()));
    // The same grant with another answer beside it.
    let grant = courier.conversation.as_ref().unwrap().sign_grant(&unsent.consent.unwrap(), BUILD);
    let place = bytes.windows(grant.len()).position(|part| part == grant.as_bytes()).unwrap() + grant.len();
    for change in [0, 1] {
        let mut forged = bytes.clone();
        forged[place + change] ^= 3;
        assert!(reloaded(&courier).take_back(&forged).is_none_or(|unsent| unsent.consent.is_none()));
    }
}

#[test]
fn as_many_messages_as_the_keeper_takes_one_below_at_and_above() {
    let courier = open(&mut Relay::default());
    let with = |last: usize| Unsent {
        parcels: [vec![parcel(&"x".repeat(32_000)); 8], vec![parcel(&"y".repeat(last))]].concat(),
        ..waiting(false)
    };
    let empty = courier.put_by(&with(0)).unwrap().len();
    let room = 262_144 - empty;
    for (length, messages) in [(room - 1, 9), (room, 9), (room + 1, 8)] {
        let bytes = courier.put_by(&with(length)).unwrap();
        assert!(bytes.len() <= 262_144);
        assert_eq!(reloaded(&courier).take_back(&bytes).unwrap().parcels.len(), messages, "{length}");
    }
}

#[test]
fn every_field_comes_back_as_it_was() {
    let wishes = [None, Some(Wish::Here), Some(Wish::Email), Some(Wish::Phone), Some(Wish::Notice)];
    for wish in wishes {
        let [text, name, email, phone] = ["Ä\u{202e}\0\n", "N", "a@b.de", "+49 1"].map(str::to_owned);
        let draft = Draft { text, name, email, phone, wish };
        let topic = Some("Termin".to_owned().try_into().unwrap());
        let parcel =
            Parcel { draft: draft.clone(), topic: topic.clone(), told: Some("zu".into()), files: true };
        let unsent = Unsent { parcels: vec![parcel, Parcel::default()], draft, topic, ..Unsent::default() };
        let mut courier = courier();
        assert_eq!(courier.take_back(&courier.put_by(&unsent).unwrap()), Some(unsent));
    }
}

#[test]
fn bytes_that_are_not_ours_are_nothing() {
    let mut courier = courier();
    let whole = courier.put_by(&waiting(false)).unwrap();
    for cut in 0..whole.len() {
        assert_eq!(courier.take_back(&whole[..cut]), None, "{cut}");
    }
    assert_eq!(courier.take_back(&[&whole[..], &[0]].concat()), None);
    let (label, count) = (whole[1], whole.len());
    assert_eq!(courier.take_back(&[&[whole[0], label ^ 1], &whole[2..]].concat()), None);
    assert_eq!(courier.take_back(&vec![0xff; count]), None);
}
