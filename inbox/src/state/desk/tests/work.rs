//! A team, and many conversations.

use super::{cid, desk, entry, letter, mine, page, shown};
use crate::{
    state::{
        desk::{
            Content, Desk, Filter, Narrow,
            list::{ROWS, STEP},
            wave::Wave,
            work::{Done, Status},
        },
        sheets::{Op, team::TeamOp},
    },
    testing::NOW,
};
use einwurf_protocol::{
    api::staff::{Entry, InboxPage},
    ids::{Cid, MessageId, Thumbprint},
    message::Label,
    sheet::{StandIn, Topic},
};

const ME: Thumbprint = Thumbprint([1; 32]);
const MAX: Thumbprint = Thumbprint([2; 32]);

fn label(text: &str) -> Label {
    Label::try_from(text.to_owned()).unwrap()
}

fn team_desk() -> Desk {
    let mut desk = desk();
    (desk.me, desk.now) = (Some(ME), Some(NOW));
    desk.members = vec![(ME, "Erika".into()), (MAX, "Max".into())];
    desk
}

fn narrowed(desk: &mut Desk, narrow: Narrow) -> Vec<Cid> {
    desk.narrow(narrow);
    shown(desk)
}

#[test]
fn every_selection_shows_what_it_says_and_hidden_ones_only_when_asked_for() {
    let mut desk = team_desk();
    desk.change(cid(1), Op::Assign(Some(ME))).unwrap();
    desk.change(cid(2), Op::Waiting(true)).unwrap();
    desk.change(cid(2), Op::Label(label("eilig"))).unwrap();
    desk.change(cid(3), Op::Hidden(true)).unwrap();
    desk.mark(cid(3), true);
    for (narrow, wanted) in [
        (Narrow::All, vec![cid(1), cid(2)]),
        (Narrow::Mine, vec![cid(1)]),
        (Narrow::Nobodys, vec![cid(2)]),
        (Narrow::Unread, vec![cid(1), cid(2)]),
        (Narrow::Waiting, vec![cid(2)]),
        (Narrow::Files, vec![]),
        (Narrow::Hidden, vec![cid(3)]),
        (Narrow::Label(label("eilig")), vec![cid(2)]),
        (Narrow::Label(label("anderes")), vec![]),
    ] {
        assert_eq!(narrowed(&mut desk, narrow.clone()), wanted, "{narrow:?}");
    }
    // Whoever writes again is heard: the relay opens the conversation again.
    let again = Entry { events: 2, newest: NOW, done: false, ..entry(3, 3_000) };
    let mut reopened = vec![again, entry(1, 5), entry(2, 60)];
    desk.take(page(reopened.clone()), false);
    assert_eq!(narrowed(&mut desk, Narrow::All), [cid(3), cid(1), cid(2)]);
    reopened[0].done = true;
    desk.take(page(reopened), false);
    assert_eq!(narrowed(&mut desk, Narrow::All), [cid(1), cid(2)]);
    // Whoever knows its code finds it anyway.
    desk.narrow(Narrow::All);
    desk.query = cid(3).code();
    assert_eq!(shown(&desk), [cid(3)]);
}

#[test]
fn a_topic_routes_to_its_members_until_somebody_takes_it_and_stand_ins_see_it_for_their_time() {
    let mut desk = team_desk();
    let mut about = letter(2, "Jo", "Angebot bitte");
    about.topic = Some("Angebot".into());
    desk.opened(cid(2), mine(about));
    let topic = Topic { name: label("Angebot"), members: vec![MAX] };
    desk.sheets.team.change(TeamOp::Topic(topic.name.clone(), Some(topic))).unwrap();
    assert_eq!(narrowed(&mut desk, Narrow::Topic(label("Angebot"))), [cid(2)]);
    assert_eq!(narrowed(&mut desk, Narrow::Mine), []);
    let away = StandIn { of: MAX, by: ME, from: NOW, until: NOW.plus(60) };
    desk.sheets.team.change(TeamOp::StandIn(away)).unwrap();
    assert_eq!(narrowed(&mut desk, Narrow::Mine), [cid(2)]);
    desk.now = Some(NOW.plus(60));
    assert_eq!(narrowed(&mut desk, Narrow::Mine), []);
    // A member says it is about something else.
    desk.change(cid(2), Op::Topic(Some(label("Rechnung")))).unwrap();
    assert_eq!(narrowed(&mut desk, Narrow::Topic(label("Angebot"))), []);
}

#[test]
fn where_a_conversation_stands_is_one_of_three() {
    let mut desk = team_desk();
    assert_eq!(desk.status(cid(1)), Status::Open);
    desk.change(cid(1), Op::Waiting(true)).unwrap();
    assert_eq!(desk.status(cid(1)), Status::Waiting);
    desk.mark(cid(1), true);
    assert_eq!(desk.status(cid(1)), Status::Done);
}

#[test]
fn many_are_changed_at_once_and_all_of_it_can_be_taken_back() {
    let mut desk = team_desk();
    desk.work.picked = Some([cid(1)].into());
    desk.pick_all();
    assert_eq!(desk.picked(), [cid(1), cid(2), cid(3)]);
    desk.pick(cid(3));
    desk.begin();
    for picked in desk.picked() {
        desk.change(picked, Op::Label(label("Messe"))).unwrap();
    }
    let last = std::mem::take(&mut desk.work.last);
    assert_eq!(last.len(), 2);
    for done in last.into_iter().rev() {
        let Done::Op(cid, op) = done else { panic!("only sheets were changed") };
        desk.change(cid, op).unwrap();
    }
    assert!([1, 2].iter().all(|number| desk.sheets.sheet(cid(*number)).unwrap().labels.is_empty()));
    // What leaves the list is not picked any more.
    desk.change(cid(1), Op::Hidden(true)).unwrap();
    desk.mark(cid(1), true);
    assert_eq!(desk.picked(), [cid(2)]);
    desk.pick_all();
    desk.pick_all();
    assert!(desk.picked().is_empty());
}

#[test]
fn a_note_is_kept_until_it_is_stored_and_an_empty_or_too_long_one_is_none() {
    let mut desk = team_desk();
    let id = MessageId([3; 16]);
    for (text, fits) in
        [(" ", false), ("ruft morgen an", true), (&"n".repeat(4_000), true), (&"n".repeat(4_001), false)]
    {
        desk.work.write(cid(1), text.to_owned());
        assert_eq!(desk.note(cid(1), id, NOW).is_some(), fits, "{}", text.len());
        assert_eq!(desk.work.note(cid(1)), text);
    }
}

fn wave(from: &str, until: &str) -> Wave {
    let mut wave = Wave::default();
    wave.set(false, from.into());
    wave.set(true, until.into());
    wave
}

#[test]
fn a_wave_is_what_began_in_that_time_and_nobody_has_worked_with() {
    let mut desk = Desk::default();
    let at = |number: u8, seconds_ago: u64| Entry { opened: NOW.minus(seconds_ago), ..entry(number, 1) };
    // NOW is a whole minute, and the last minute belongs to the wave.
    let minute = NOW.0 % 60;
    desk.take(page(vec![at(1, 121), at(2, 120), at(3, 60), at(4, 1), at(5, 0), at(6, 90), at(7, 90)]), false);
    desk.change(cid(6), Op::Assign(Some(ME))).unwrap();
    let written = |seconds: u64| {
        let of_day = seconds % 86_400;
        let day = crate::state::rights::day::written(einwurf_protocol::time::Timestamp(seconds));
        format!("{day}T{:02}:{:02}", of_day / 3_600, of_day % 3_600 / 60)
    };
    desk.work.wave = Some(wave(&written(NOW.0 - minute - 120), &written(NOW.0 - minute - 60)));
    assert!(desk.wave().is_empty(), "nothing is hidden that was not counted");
    desk.work.wave.as_mut().unwrap().read(|_| 0);
    let mut found = desk.wave();
    found.sort();
    let wanted: &[u8] = if minute == 0 { &[2, 3, 4, 7] } else { &[1, 2, 3, 7] };
    assert_eq!(found.iter().map(|cid| cid.0[0]).collect::<Vec<_>>(), wanted);
    for (from, until) in
        [("", ""), ("2026-01-02T00:00", "2026-01-01T00:00"), ("2026-01-01", "2026-01-02T25:00")]
    {
        let mut wave = wave(from, until);
        wave.read(|_| 0);
        assert!(wave.unfit && !wave.is_read());
    }
}

/// Pages of a big inbox, newest first.
fn big(pages: u32) -> Vec<InboxPage> {
    let entry = |number: u32| {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&(number + 1).to_be_bytes());
        let at = NOW.minus(u64::from(number) * 60);
        Entry { conversation: format!("a{number}"), cid: Cid(id), opened: at, newest: at, ..entry(1, 1) }
    };
    (0..pages)
        .map(|page| InboxPage {
            conversations: (page * 100..page * 100 + 100).map(entry).collect(),
            after: (page + 1 < pages).then(|| page.to_string()),
            unread: 0,
        })
        .collect()
}

fn open_all(desk: &mut Desk, text: &str) -> usize {
    let mut fetched = 0;
    while let Some(wanted) = desk.want() {
        let opened = super::Letter { cid: wanted.cid, ..letter(1, "Mara", text) };
        desk.opened(wanted.cid, mine(opened));
        fetched += 1;
    }
    fetched
}

#[test]
fn of_twenty_thousand_conversations_a_page_is_opened_and_a_few_letters_are_at_hand() {
    let mut desk = Desk::default();
    for (number, page) in big(200).into_iter().enumerate() {
        desk.take(page, number > 0);
    }
    assert_eq!(desk.visible().count(), 20_000);
    assert_eq!((desk.shown().count(), open_all(&mut desk, "x")), (STEP, STEP), "no more than what is shown");
    for _ in 0..10 {
        assert!(desk.scroll_down());
        open_all(&mut desk, "x");
        assert!(desk.shown().count() <= ROWS);
    }
    let at_hand = |desk: &Desk| desk.visible().filter(|row| row.letter().is_some()).count();
    assert_eq!(at_hand(&desk), 200);
    assert!(
        desk.has_above() && desk.visible().take(1_000).all(|row| row.brief().is_some()),
        "a line of each stays"
    );
    // What was put away is fetched again to be read, and only then.
    let first = desk.visible().next().unwrap().entry.cid;
    assert_eq!(desk.want(), None);
    desk.read(first);
    assert_eq!(desk.want().unwrap().cid, first);
    desk.opened(first, mine(super::Letter { cid: first, ..letter(1, "Mara", "x") }));
    open_all(&mut desk, "x");
    while desk.has_above() {
        desk.scroll_up();
    }
    assert!(desk.row(first).unwrap().letter().is_some() && at_hand(&desk) <= 200);
}

#[test]
fn the_cursor_takes_the_page_along() {
    let mut desk = Desk::default();
    for (number, page) in big(5).into_iter().enumerate() {
        desk.take(page, number > 0);
    }
    for _ in 0..450 {
        desk.step(true);
        assert!(desk.shown().any(|row| Some(row.entry.cid) == desk.selected));
    }
    for _ in 0..450 {
        desk.step(false);
        assert!(desk.shown().any(|row| Some(row.entry.cid) == desk.selected));
    }
}

#[test]
fn a_search_goes_through_everything_and_shows_the_place_that_it_found() {
    let mut desk = Desk::default();
    let mut pages = big(4).into_iter();
    desk.take(pages.next().unwrap(), false);
    open_all(&mut desk, "Fenster");
    // A selection that the content does not decide has nothing behind what is loaded but further pages.
    desk.narrow(Narrow::Waiting);
    assert!(desk.may_hunt());
    desk.narrow(Narrow::All);
    assert!(!desk.may_hunt());
    desk.search("rollladen".into());
    assert_eq!(desk.shown().count(), 0);
    assert!(desk.may_hunt());
    desk.begin_hunt();
    assert_eq!(open_all(&mut desk, "Fenster"), 0, "what is at hand is not fetched again");
    desk.take(pages.next().unwrap(), true);
    let wanted = desk.want().unwrap();
    let text = format!("{} Rollladen klemmt", "Vorrede ".repeat(30));
    desk.opened(wanted.cid, mine(super::Letter { cid: wanted.cid, ..letter(1, "Mara", &text) }));
    assert_eq!(open_all(&mut desk, "Fenster"), 99);
    assert_eq!(shown(&desk), [wanted.cid]);
    for page in pages {
        desk.take(page, true);
        open_all(&mut desk, "Fenster");
    }
    desk.end_hunt();
    assert_eq!((desk.hunted(), desk.hunt.is_done()), (400, true));
    let row = desk.row(wanted.cid).unwrap();
    assert!(row.letter().is_none(), "put away meanwhile");
    let line = desk.line(row).unwrap();
    assert!(line.starts_with("… ") && line.ends_with("Rollladen klemmt"), "{line}");
    // Another word: what was found for the former does not count, and nothing is fetched before somebody asks.
    desk.search("rollladen klemmt nicht".into());
    assert_eq!((desk.shown().count(), desk.want()), (0, None));
}

#[test]
fn a_search_that_is_stopped_keeps_what_it_found_and_fetches_nothing_more() {
    let mut desk = Desk::default();
    desk.take(big(1).remove(0), false);
    desk.search("rollladen".into());
    desk.begin_hunt();
    let wanted = desk.want().unwrap();
    desk.opened(wanted.cid, mine(super::Letter { cid: wanted.cid, ..letter(1, "Mara", "Rollladen") }));
    desk.stop_hunt();
    assert_eq!((shown(&desk), desk.want()), (vec![wanted.cid], None));
    assert!(desk.may_hunt(), "and can go on");
    // What cannot be opened does not hold it up.
    desk.begin_hunt();
    let next = desk.want().unwrap();
    desk.opened(next.cid, Content::NotMine);
    assert_ne!(desk.want().unwrap().cid, next.cid);
    desk.filter = Filter::Done;
    assert_eq!(shown(&desk), []);
}
