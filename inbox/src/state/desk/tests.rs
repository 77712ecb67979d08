use super::*;

mod work;

use crate::testing::{NOW, talk::Talk};
use einwurf_protocol::{
    api::staff::{Eraser, Erasure},
    event::Direction,
    message::{Act, Reason},
    precedence::Hold,
};
use letter::{Body, Contact, Item, Terms, Trouble};

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
        answered: None,
        deleted: NOW.plus(90 * 86_400),
        restricted: None,
        hold: None,
        erasure: None,
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
            author: None,
            body: Body::Text(text.into()),
            files: Vec::new(),
            told: None,
            missing: 0,
        }],
        contact: Contact { name: Some(name.into()), ..Contact::default() },
        consents: Vec::new(),
        troubles: Vec::new(),
        topic: None,
        terms: Terms { deleted: NOW, restricted: None, hold: None, withdrawn: None },
    }
}

fn mine(letter: Letter) -> Content {
    Content::Mine(Box::new(letter))
}

fn desk() -> Desk {
    let mut desk = Desk::default();
    desk.take(page(vec![entry(1, 5), entry(2, 60), entry(3, 3_000)]), false);
    desk.opened(cid(1), mine(letter(1, "Mara Muster", "Fenster\nklemmt")));
    desk.opened(cid(2), mine(letter(2, "Jo", "Angebot bitte")));
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
    desk.opened(cid(1), mine(letter(1, "Mara", "eins")));
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
fn keys_that_came_later_are_tried_on_what_did_not_open_and_on_nothing_else() {
    let mut desk = Desk::default();
    desk.take(page((1..=4).map(|number| entry(number, number.into())).collect()), false);
    let troubled = Letter { troubles: vec![Trouble::Keys], ..letter(2, "Bo", "b") };
    for (number, content) in
        [(1, Content::NotMine), (2, mine(troubled)), (3, mine(letter(3, "Al", "a"))), (4, Content::Broken)]
    {
        while desk.want().is_some_and(|wanted| wanted.cid != cid(number)) {}
        desk.opened(cid(number), content);
    }
    assert_eq!(desk.want(), None);
    desk.reopen();
    let again: Vec<_> = std::iter::from_fn(|| desk.want()).map(|wanted| wanted.cid).collect();
    assert_eq!(again, [cid(1), cid(2)]);
    assert!(desk.row(cid(2)).and_then(Row::letter).is_some(), "what is open of it stays on the screen");
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

fn erased(number: u8, by: Eraser) -> Entry {
    let erasure = Erasure { at: NOW, by, copies_until: NOW.plus(30 * 86_400), copies_deleted: None };
    Entry { erasure: Some(erasure), ..entry(number, 5) }
}

#[test]
fn rgt_03_what_was_erased_is_forgotten_here_at_once_and_never_fetched_again() {
    let mut desk = desk();
    desk.read(cid(1));
    desk.take(page(vec![erased(1, Eraser::Visitor), entry(2, 60), entry(3, 3_000)]), false);
    let row = desk.row(cid(1)).unwrap();
    assert_eq!((&row.content, row.is_unread(), row.letter()), (&Content::Erased, false, None));
    // An answer that was on its way brings nothing back.
    desk.opened(cid(1), mine(letter(1, "Mara", "wieder da")));
    desk.outdate(cid(1));
    assert_eq!(desk.row(cid(1)).unwrap().content, Content::Erased);
    let wanted: Vec<_> = std::iter::from_fn(|| desk.want()).map(|wanted| wanted.cid).collect();
    assert!(!wanted.contains(&cid(1)));
    desk.query = "klemmt".into();
    assert_eq!(shown(&desk), []);
}

#[test]
fn rgt_03_an_erased_conversation_waits_until_its_copies_are_deleted() {
    let mut desk = Desk::default();
    desk.take(page(vec![erased(1, Eraser::Visitor)]), false);
    assert_eq!(desk.waiting().open, 1);
    assert_eq!(desk.copies(cid(1), NOW).as_deref(), Some("address-1"));
    assert_eq!((desk.waiting().open, shown(&desk)), (0, vec![]));
    desk.filter = Filter::Done;
    assert_eq!(shown(&desk), [cid(1)]);
}

#[test]
fn rgt_03_what_is_held_for_a_claim_can_still_be_read() {
    let hold = Hold { reason: Reason::Claim, since: NOW.minus(86_400), until: NOW.plus(86_400) };
    let mut desk = Desk::default();
    desk.take(page(vec![Entry { hold: Some(hold), ..erased(1, Eraser::Visitor) }]), false);
    assert_eq!(desk.want().unwrap().cid, cid(1));
    // The hold ends: nothing of it stays in memory.
    desk.opened(cid(1), mine(letter(1, "Mara", "Streit")));
    desk.take(page(vec![erased(1, Eraser::Visitor)]), false);
    assert_eq!(desk.row(cid(1)).unwrap().content, Content::Erased);
}

#[test]
fn rgt_06_a_code_finds_a_conversation_whatever_the_filter_shows() {
    let mut desk = desk();
    desk.mark(cid(2), true);
    desk.query = cid(2).code().to_lowercase();
    assert_eq!(shown(&desk), [cid(2)]);
    desk.query = cid(9).code();
    assert_eq!(shown(&desk), []);
    desk.found(entry(9, 100_000));
    assert_eq!(shown(&desk), [cid(9)]);
}

#[test]
fn rgt_06_a_restriction_that_a_colleague_set_counts_here_without_a_new_fetch() {
    let mut desk = desk();
    desk.take(
        page(vec![Entry { restricted: Some(NOW), ..entry(1, 5) }, entry(2, 60), entry(3, 3_000)]),
        false,
    );
    assert_eq!(desk.row(cid(1)).unwrap().letter().unwrap().terms.restricted, Some(NOW));
}

fn texts(letter: &Letter) -> Vec<&str> {
    letter.items.iter().map(Item::text).collect()
}

#[test]
fn ret_03_what_was_not_handed_over_is_not_shown_even_if_the_relay_still_has_it() {
    let mut talk = Talk::begin(None);
    talk.write("Bestellung");
    talk.write("Mein Kind ist krank");
    let basis = einwurf_protocol::message::Basis::Contract;
    talk.act(Act::Handover { parts: vec![0], basis, until: NOW.plus(86_400) });
    let lying = talk.letter();
    assert_eq!(
        (texts(&lying), lying.troubles.as_slice()),
        (vec!["Bestellung", "", "Gesagt."], [Trouble::Kept].as_slice())
    );
    assert!(!lying.contains("krank") && lying.line() == "Bestellung");
    talk.erase(1);
    let honest = talk.letter();
    assert!(honest.troubles.is_empty() && honest.items[1].body == Body::Erased);
    // What comes after a hand-over stays.
    talk.write("Noch eine Frage");
    assert_eq!(talk.letter().line(), "Noch eine Frage");
}

#[test]
fn rgt_06_a_relay_that_erases_by_itself_is_noticed() {
    let mut talk = Talk::begin(None);
    talk.write("eins");
    talk.write("zwei");
    talk.erase(0);
    assert_eq!(talk.letter().troubles, [Trouble::Vanished]);
    talk.act(Act::Erase { parts: vec![0] });
    assert!(talk.letter().troubles.is_empty());
    // An act cannot excuse what is erased after it.
    talk.write("drei");
    talk.act(Act::Erase { parts: vec![9] });
    assert!(talk.letter().troubles.is_empty());
}

#[test]
fn kid_02_consent_to_special_categories_is_what_the_sealed_choices_say() {
    for special in [None, Some(false), Some(true)] {
        let mut talk = Talk::begin(special);
        talk.write("eins");
        let letter = talk.letter();
        assert_eq!(letter.special(), special);
        let shown = letter.consents[0].purposes.contains(&einwurf_protocol::notice::Purpose::Special);
        assert_eq!(shown, special == Some(true));
        assert!(!letter.is_asked());
        talk.act(Act::Ask);
        assert!(talk.letter().is_asked());
        talk.write("zwei");
        assert!(!talk.letter().is_asked(), "the visitor wrote after it");
    }
}

#[test]
fn rgt_03_a_withdrawal_is_seen_in_what_is_held() {
    let mut talk = Talk::begin(None);
    talk.write("eins");
    talk.withdraw();
    let letter = talk.letter();
    assert_eq!(
        (letter.items[1].body == Body::Withdrawal, letter.terms.withdrawn),
        (true, Some(NOW.plus(120)))
    );
}
