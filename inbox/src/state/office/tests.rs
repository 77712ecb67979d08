use super::*;
use crate::state::sheets::Shared as _;
use einwurf_protocol::{
    limits::{AUTOMATIC_BYTES, CANNED, CANNED_BYTES, LABEL_BYTES, TOPICS},
    notice::Register,
    time::DAY,
};

fn utc(_: einwurf_protocol::time::Timestamp) -> i32 {
    0
}

fn east(_: einwurf_protocol::time::Timestamp) -> i32 {
    120
}

fn full() -> Office {
    let mut office = Office::default();
    let draft = &mut office.draft;
    draft.add(List::Canned);
    draft.set(Place::Title(0), "Gruß".into());
    draft.set(Place::Text(0), "Guten Tag {name},".into());
    draft.add(List::Topics);
    draft.set(Place::Topic(0), "Rechnung".into());
    draft.member(0, Thumbprint([1; 32]), true);
    (draft.open, draft.zone) = (true, "Europe/Berlin".into());
    draft.set(Place::Week(0), "8-12, 13-17".into());
    draft.add(List::Closed);
    draft.set(Place::Closed(0), "2026-12-24".into());
    draft.add(List::StandIns);
    draft.set(Place::Of(0), Thumbprint([1; 32]).to_string());
    draft.set(Place::By(0), Thumbprint([2; 32]).to_string());
    draft.set(Place::From(0), "2026-12-01".into());
    draft.set(Place::Until(0), "2026-12-02".into());
    draft.set(Place::Automatic(2), "We are closed.".into());
    office
}

fn stored(office: &Office, offset: Offset) -> TeamSheet {
    let mut team = blank();
    for op in office.changes(offset).unwrap() {
        team.apply(&op).unwrap();
    }
    team
}

#[test]
fn what_is_stored_comes_back_as_it_was_typed_in_every_zone() {
    for offset in [utc as Offset, east] {
        let office = full();
        assert!(office.is_dirty());
        let team = stored(&office, offset);
        assert_eq!(team.automatic.get(&Register::En).map(String::as_str), Some("We are closed."));
        let again = Office::of(&team, offset);
        assert!(!again.is_dirty() && again.changes(offset).unwrap().is_empty());
        for place in [Place::From(0), Place::Until(0), Place::Closed(0), Place::Title(0), Place::Of(0)] {
            assert_eq!(again.draft.get(place), office.draft.get(place), "{place:?}");
        }
        assert_eq!(again.draft.get(Place::Week(0)), "08:00–12:00, 13:00–17:00");
        let [stand_in] = team.stand_ins.as_slice() else { panic!("one") };
        assert_eq!(stand_in.until.0 - stand_in.from.0, 2 * DAY, "the last day belongs to it");
    }
}

#[test]
fn the_first_field_that_is_not_in_order_is_named_and_nothing_is_stored() {
    for (place, text) in [
        (Place::Title(0), " ".to_owned()),
        (Place::Title(0), "x".repeat(LABEL_BYTES + 1)),
        (Place::Text(0), String::new()),
        (Place::Text(0), "x".repeat(CANNED_BYTES + 1)),
        (Place::Topic(0), String::new()),
        (Place::Week(0), "12-8".to_owned()),
        (Place::Closed(0), "24.12.".to_owned()),
        (Place::Of(0), String::new()),
        (Place::By(0), Thumbprint([1; 32]).to_string()),
        (Place::Until(0), "2026-11-30".to_owned()),
        (Place::Automatic(2), "x".repeat(AUTOMATIC_BYTES + 1)),
    ] {
        let mut office = full();
        office.draft.set(place, text);
        assert_eq!(office.changes(utc).unwrap_err().place, place);
    }
    for (place, text) in [
        (Place::Title(0), "x".repeat(LABEL_BYTES)),
        (Place::Text(0), "x".repeat(CANNED_BYTES)),
        (Place::Automatic(2), "x".repeat(AUTOMATIC_BYTES)),
    ] {
        let mut office = full();
        office.draft.set(place, text);
        assert!(office.changes(utc).is_ok(), "{place:?}");
    }
}

#[test]
fn of_several_fields_that_are_not_in_order_the_first_on_the_page_is_named() {
    let mut office = Office::default();
    office.draft.add(List::Canned);
    office.draft.add(List::Topics);
    assert_eq!(office.changes(utc).unwrap_err().place, Place::Title(0));
    office.draft.set(Place::Title(0), "Gruß".into());
    assert_eq!(office.changes(utc).unwrap_err().place, Place::Text(0));
    office.draft.set(Place::Text(0), "Guten Tag".into());
    assert_eq!(office.changes(utc).unwrap_err().place, Place::Topic(0));
}

#[test]
fn two_of_one_name_would_be_one() {
    let mut office = full();
    office.draft.add(List::Topics);
    office.draft.set(Place::Topic(1), " Rechnung ".into());
    assert_eq!(office.changes(utc).unwrap_err().place, Place::Topic(1));
    office.draft.remove(List::Topics, 1);
    office.draft.add(List::Canned);
    office.draft.set(Place::Title(1), "Gruß".into());
    office.draft.set(Place::Text(1), "x".into());
    assert_eq!(office.changes(utc).unwrap_err().place, Place::Title(1));
}

#[test]
fn lists_end_where_the_protocol_ends_them() {
    let mut draft = Draft::default();
    for (list, most) in [(List::Canned, CANNED), (List::Topics, TOPICS)] {
        for _ in 0..most {
            assert!(draft.has_room(list));
            draft.add(list);
        }
        assert!(!draft.has_room(list));
        draft.remove(list, most);
        draft.remove(list, 0);
        assert!(draft.has_room(list));
    }
}

#[test]
fn what_a_colleague_stored_meanwhile_stays() {
    let office = full();
    let mut team = blank();
    let mut colleague = Office::default();
    colleague.draft.add(List::Canned);
    colleague.draft.set(Place::Title(0), "Weg".into());
    colleague.draft.set(Place::Text(0), "Zweiter Hof".into());
    for op in colleague.changes(utc).unwrap().iter().chain(&office.changes(utc).unwrap()) {
        team.apply(op);
    }
    assert_eq!((team.canned.len(), team.topics.len()), (2, 1));
    assert!(team.hours.is_some());
}
