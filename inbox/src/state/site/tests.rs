//! What the website pages know and check.

use super::*;
use crate::fixtures::{NOW, admin};

pub(crate) fn facts() -> Facts {
    admin::facts()
}

#[test]
fn months_before_the_present_one_are_not_shown_and_one_is_current() {
    let stock = admin::stock();
    let later = stock[2].nbf.plus(86_400);
    let facts = Facts::of("site-address", &stock, false, later).unwrap();
    assert_eq!(facts.months.len(), stock.len() - 2);
    assert_eq!(facts.months.iter().filter(|month| month.current).count(), 1);
    assert!(facts.months[0].current);
    assert_eq!((facts.serial, facts.until), (stock[2].serial, stock[5].exp));
}

#[test]
fn nothing_is_known_of_a_stock_that_has_not_begun_or_is_empty() {
    let stock = admin::stock();
    assert_eq!(Facts::of("a", &stock, false, stock[0].nbf.minus(1)), None);
    assert_eq!(Facts::of("a", &[], false, NOW), None);
}

#[test]
fn an_announced_key_is_the_second_pin() {
    let mut stock = admin::stock();
    for manifest in &mut stock {
        manifest.succession.next = Some(Thumbprint([9; 32]));
    }
    let facts = Facts::of("a", &stock, true, NOW).unwrap();
    assert_eq!(facts.pins, [stock[0].site, Thumbprint([9; 32])]);
    assert_eq!(facts.stage, Stage::Announced { held: true });
}

#[test]
fn fields_show_what_is_published_and_an_empty_one_takes_it_away() {
    let mut site = Site::default();
    let mut facts = facts();
    facts.door = Some("https://firma.example/door.html".into());
    facts.origins.push("https://second.example".into());
    let relay = facts.origins[0].clone();
    site.take(facts, &relay);
    assert_eq!(site.get(Place::Door), "https://firma.example/door.html");
    assert_eq!(site.get(Place::Second), "https://second.example");
    site.set(Place::Door, "  ".into());
    assert_eq!(site.check(Place::Door, &relay), Ok(None));
    assert_eq!(site.check(Place::Moved, &relay), Err(FieldFault::Empty));
}

#[test]
fn what_somebody_typed_stays_when_what_is_published_comes_anew() {
    let mut site = Site::default();
    site.take(facts(), "");
    site.set(Place::Moved, "https://typed.example".into());
    let mut newer = facts();
    newer.door = Some("https://door.example/".into());
    newer.moved_to = Some("https://other.example".into());
    site.take(newer, "");
    assert_eq!(
        (site.get(Place::Door), site.get(Place::Moved)),
        ("https://door.example/", "https://typed.example")
    );
}

#[test]
fn a_relay_is_neither_its_own_second_nor_where_it_moves_to() {
    let mut site = Site::default();
    for place in [Place::Second, Place::Moved] {
        site.set(place, "https://relay.example".into());
        assert_eq!(site.check(place, "https://relay.example"), Err(FieldFault::Origin));
        assert!(site.check(place, "https://other.example").is_ok());
    }
}

#[test]
fn another_second_relay_keeps_the_order_and_the_one_that_answers_always_stays() {
    let (a, b, c) = ("https://a.example", "https://b.example", "https://c.example");
    let both = [a.to_owned(), b.to_owned()];
    assert_eq!(origins(&both, a, Some(c.into())), [a, c]);
    assert_eq!(origins(&both, b, Some(c.into())), [c, b]);
    assert_eq!(origins(&both, a, None), [a]);
    assert_eq!(origins(&both, b, None), [b]);
    assert_eq!(origins(&both[..1], a, Some(b.into())), [a, b]);
}

#[test]
fn nothing_is_blamed_before_somebody_tries() {
    let mut site = Site::default();
    site.set(Place::Door, "http://firma.example".into());
    assert_eq!(site.fault_of(Place::Door, ""), None);
    site.tried = Some(Place::Moved);
    assert_eq!(site.fault_of(Place::Door, ""), None, "only the field that was tried is blamed");
    site.tried = Some(Place::Door);
    assert_eq!(site.fault_of(Place::Door, ""), Some(FieldFault::Door));
}
