use super::*;
use crate::testing::NOW;
use einwurf_protocol::event::{Direction, Kind};
use letter::{Contact, Item};

fn cid(number: u8) -> Cid {
    Cid([number; 32])
}

fn entry(number: u8, minutes_ago: u64) -> Entry {
    Entry {
        conversation: format!("address-{number}"),
        cid: cid(number),
        opened: NOW.minus(minutes_ago * 60),
        newest: NOW.minus(minutes_ago * 60),
        events: 1,
        read: 0,
        done: false,
        deleted: NOW.plus(90 * 86_400),
    }
}

fn page(entries: Vec<Entry>) -> InboxPage {
    let unread = entries.iter().filter(|entry| entry.read < entry.events).count();
    InboxPage { conversations: entries, after: None, unread: u32::try_from(unread).unwrap() }
}

fn letter(number: u8, name: &str, text: &str) -> Letter {
    Letter {
        cid: cid(number),
        items: vec![Item {
            seq: 0,
            at: NOW,
            direction: Direction::ToStaff,
            kind: Kind::Message,
            text: text.into(),
            missing: 0,
        }],
        contact: Contact { name: Some(name.into()), ..Contact::default() },
        consents: Vec::new(),
        troubles: Vec::new(),
        deleted: NOW,
    }
}

fn desk() -> Desk {
    let mut desk = Desk::default();
    desk.take(page(vec![entry(1, 5), entry(2, 60), entry(3, 3_000)]), false);
    desk.opened(cid(1), Content::Mine(letter(1, "Mara Muster", "Fenster\nklemmt")));
    desk.opened(cid(2), Content::Mine(letter(2, "Jo", "Angebot bitte")));
    desk
}

fn shown(desk: &Desk) -> Vec<Cid> {
    desk.visible().map(|row| row.entry.cid).collect()
}

#[test]
fn the_list_is_newest_first_and_a_new_event_moves_a_conversation_up() {
    let mut desk = desk();
    assert_eq!(shown(&desk), [cid(1), cid(2), cid(3)]);
    desk.take(
        page(vec![Entry { newest: NOW, events: 2, ..entry(3, 3_000) }, entry(1, 5), entry(2, 60)]),
        false,
    );
    assert_eq!(shown(&desk), [cid(3), cid(1), cid(2)]);
}

#[test]
fn what_waits_is_said_in_one_line() {
    let waiting = desk().waiting();
    assert_eq!((waiting.unread, waiting.open), (3, 3));
    assert_eq!(waiting.oldest, Some((cid(3), NOW.minus(180_000))));
}

#[test]
fn reading_marks_as_read_once_and_tells_the_relay_how_far() {
    let mut desk = desk();
    assert_eq!(desk.read(cid(1)).unwrap().events, 1);
    assert_eq!(desk.read(cid(1)), None);
    assert_eq!(desk.waiting().unread, 2);
    assert_eq!(desk.reading().unwrap().entry.cid, cid(1));
}

#[test]
fn done_leaves_the_list_moves_the_cursor_on_and_can_be_undone() {
    let mut desk = desk();
    desk.read(cid(2));
    assert_eq!(desk.mark(cid(2), true).as_deref(), Some("address-2"));
    assert_eq!((shown(&desk), desk.selected, desk.open), (vec![cid(1), cid(3)], Some(cid(3)), None));
    desk.mark(cid(2), false);
    assert_eq!(shown(&desk), [cid(1), cid(2), cid(3)]);
    desk.mark(cid(1), true);
    desk.filter = Filter::Done;
    assert_eq!(shown(&desk), [cid(1)]);
}

#[test]
fn search_looks_into_what_is_open_on_this_device_only() {
    let mut desk = desk();
    for (query, found) in [
        ("KLEMMT", vec![cid(1)]),
        ("jo", vec![cid(2)]),
        ("nichts", vec![]),
        ("  ", vec![cid(1), cid(2), cid(3)]),
    ] {
        desk.query = query.into();
        assert_eq!(shown(&desk), found, "{query}");
    }
}

#[test]
fn the_cursor_stops_at_both_ends() {
    let mut desk = desk();
    for (forward, at) in [(true, 1), (false, 1), (true, 2), (true, 3), (true, 3), (false, 2)] {
        desk.step(forward);
        assert_eq!(desk.selected, Some(cid(at)));
    }
}

#[test]
fn the_open_conversation_is_fetched_first_and_each_only_once() {
    let mut desk = Desk::default();
    desk.take(page(vec![entry(1, 1), entry(2, 2), entry(3, 3)]), false);
    desk.open = Some(cid(3));
    let order: Vec<_> = std::iter::from_fn(|| desk.want()).map(|wanted| wanted.cid).collect();
    assert_eq!(order, [cid(3), cid(1), cid(2)]);
}

#[test]
fn a_newer_event_is_fetched_while_the_old_content_stays() {
    let mut desk = Desk::default();
    desk.take(page(vec![entry(1, 5)]), false);
    desk.want();
    desk.opened(cid(1), Content::Mine(letter(1, "Mara", "eins")));
    assert_eq!(desk.want(), None);
    desk.take(page(vec![Entry { events: 2, ..entry(1, 1) }]), false);
    assert_eq!(desk.want().unwrap().events, 2);
    assert!(desk.row(cid(1)).unwrap().letter().is_some());
}

#[test]
fn what_could_not_be_fetched_waits_for_a_retry() {
    let mut desk = Desk::default();
    desk.take(page(vec![entry(1, 5)]), false);
    desk.want();
    desk.opened(cid(1), Content::Away(Fault::Offline));
    assert_eq!(desk.want(), None);
    desk.retry();
    assert!(desk.want().is_some());
}

#[test]
fn a_refresh_of_the_first_page_keeps_the_place_in_the_further_ones() {
    let mut desk = Desk::default();
    desk.take(InboxPage { after: Some("a".into()), ..page(vec![entry(1, 1)]) }, false);
    desk.take(InboxPage { after: Some("b".into()), ..page(vec![entry(2, 2)]) }, true);
    desk.take(InboxPage { after: Some("a".into()), ..page(vec![entry(1, 1)]) }, false);
    assert_eq!(desk.after(), Some("b"));
}

#[test]
fn what_was_erased_on_the_relay_is_gone_here_too() {
    let mut desk = desk();
    desk.read(cid(2));
    desk.take(page(vec![entry(1, 5), entry(3, 3_000)]), false);
    assert_eq!((shown(&desk), desk.open), (vec![cid(1), cid(3)], None));
    // A first page says nothing about what lies beyond it.
    desk.take(InboxPage { after: Some("a".into()), ..page(vec![entry(1, 5)]) }, false);
    assert_eq!(shown(&desk), [cid(1), cid(3)]);
}

#[test]
fn contact_links_carry_nothing_but_the_address() {
    let contact = Contact {
        email: Some("a+b?subject=x@c.example".into()),
        phone: Some("+49 (30) 12-34 / +5".into()),
        ..Contact::default()
    };
    assert_eq!(contact.mailto().unwrap(), "mailto:a%2Bb%3Fsubject%3Dx@c.example");
    assert_eq!(contact.tel().unwrap(), "tel:+4930123".to_owned() + "45");
}
