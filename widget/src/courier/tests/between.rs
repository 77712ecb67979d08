//! A look that comes between a message and its acknowledgement, and what opens the live connection.

use super::*;

#[test]
fn what_a_look_brought_before_its_acknowledgement_is_acknowledged_all_the_same() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    let second = sealed(&mut courier, FIRST, 0, false);
    assert_eq!(relay.store(&mut courier), second);
    assert!(matches!(relay.look(&mut courier), Look::News(_)));
    // Other bytes under its id acknowledge nothing.
    let other = Accepted { seq: 1, digest: Digest([9; 32]), at: NOW, deleted: NOW };
    let body = serde_json::to_vec(&other).unwrap();
    assert_eq!(courier.posted(&Reply { status: 201, body }), Answer::Lost);
    accept(&mut courier, &second);
    let third = sealed(&mut courier, FIRST, 0, false);
    assert_eq!((third.header.seq, third.header.prev), (2, second.digest));
}

#[test]
fn topic_and_automatic_answer_are_read_back_from_what_was_sealed() {
    let mut relay = Relay::default();
    let mut courier = courier();
    let topic = einwurf_protocol::message::Label::try_from("Windows".to_owned()).ok();
    let told = Some("We read it tomorrow.".to_owned());
    courier.seal(&Order { topic, told, ..order(FIRST, 0, false) }, &mut rng()).unwrap();
    ticketed(&mut courier);
    let event = relay.store(&mut courier);
    accept(&mut courier, &event);
    let Look::News(news) = relay.look(&mut courier) else { panic!("no news") };
    assert_eq!(news.shown[0].told.as_deref(), Some("We read it tomorrow."));
    assert!(news.shown[0].sealed.as_ref().unwrap().contains(r#""topic":"Windows""#));
}

#[test]
fn the_live_connection_is_opened_by_name_address_and_token_and_not_before_there_is_an_address() {
    let mut courier = courier();
    assert_eq!(courier.live(), None);
    let first = sealed(&mut courier, FIRST, 0, false);
    assert_eq!(courier.live(), None, "nothing was posted");
    ticketed(&mut courier);
    accept(&mut courier, &first);
    let words = courier.live().unwrap();
    let words: Vec<_> = words.split(' ').collect();
    assert_eq!(words[0], "einwurf.1");
    assert_eq!(words.len(), 3);
    assert!(words.iter().all(|word| !word.is_empty() && !word.contains(['/', '?', ',', '='])));
    courier.forget();
    assert_eq!(courier.live(), None);
}
