use super::{
    team::{differences, is_mine, routes_to},
    *,
};
use crate::fixtures::NOW;
use einwurf_protocol::{
    ids::{Digest, MessageId, Thumbprint},
    limits::{LABELS, NOTE_BYTES, NOTES, SHEET_BYTES},
    message::Label,
    notice::Register,
    sheet::{Canned, Note, StandIn, Topic},
};
use einwurf_seal::{open_sheet, seal_sheet};
use std::collections::BTreeMap;

const KEY: Digest = Digest([7; 32]);

fn cid() -> Cid {
    Cid([1; 32])
}

fn label(text: &str) -> Label {
    Label::try_from(text.to_owned()).unwrap()
}

fn who(number: u8) -> Thumbprint {
    Thumbprint([number; 32])
}

fn note(number: u8, text: &str) -> Note {
    let at = NOW.plus(u64::from(number));
    Note { id: MessageId([number; 16]), at, by: who(1), text: text.into() }
}

/// A relay with one sheet and the rule of section 21.
#[derive(Default)]
struct Relay {
    version: u64,
    sheet: Option<Sheet>,
}

impl Relay {
    fn put(&mut self, attempt: &Attempt<Sheet>) -> Result<u64, ()> {
        if attempt.base != self.version {
            return Err(());
        }
        self.version += 3;
        self.sheet = Some(attempt.sheet.clone());
        Ok(self.version)
    }
}

fn push(kept: &mut Kept<Sheet>, relay: &mut Relay) {
    while let Some(attempt) = kept.attempt(false) {
        if let Ok(version) = relay.put(&attempt) {
            kept.stored(version, KEY, attempt);
        } else {
            assert!(kept.overtaken());
            kept.take(relay.version, KEY, relay.sheet.clone().unwrap());
        }
    }
}

#[test]
fn two_who_change_one_sheet_at_once_both_keep_what_they_did() {
    let (mut erika, mut max) = (Sheets::default(), Sheets::default());
    let mut relay = Relay::default();
    erika.kept(cid()).change(Op::Note(note(1, "ruft an"))).unwrap();
    erika.kept(cid()).change(Op::Assign(Some(who(1)))).unwrap();
    max.kept(cid()).change(Op::Note(note(2, "Angebot liegt bei"))).unwrap();
    max.kept(cid()).change(Op::Label(label("Angebot"))).unwrap();
    push(erika.kept(cid()), &mut relay);
    push(max.kept(cid()), &mut relay);
    let sheet = relay.sheet.clone().unwrap();
    assert_eq!(sheet.notes.len(), 2);
    assert_eq!((sheet.assigned, sheet.labels.len(), sheet.changes), (Some(who(1)), 1, 2));
    erika.kept(cid()).take(relay.version, KEY, sheet);
    assert!(erika.sheet(cid()) == max.sheet(cid()));
}

#[test]
fn what_was_changed_shows_at_once_and_stays_when_it_did_not_get_there() {
    let mut sheets = Sheets::default();
    let kept = sheets.kept(cid());
    kept.change(Op::Waiting(true)).unwrap();
    assert!(kept.view().waiting && kept.is_waiting());
    let attempt = kept.attempt(false).unwrap();
    assert!(!kept.is_waiting() && kept.attempt(false).is_none(), "one at a time");
    // More is changed while it is on its way.
    kept.change(Op::Label(label("eilig"))).unwrap();
    kept.stored(4, KEY, attempt);
    assert_eq!(kept.attempt(false).unwrap().base, 4);
    kept.postponed();
    assert!(kept.is_waiting() && kept.view().labels == [label("eilig")]);
    drop(sheets.unsent());
    assert_eq!(sheets.unsent(), [cid()]);
    sheets.kept(cid()).refused();
    assert!(sheets.unsent().is_empty() && sheets.sheet(cid()).unwrap().labels.is_empty());
}

#[test]
fn a_sheet_that_cannot_be_opened_here_does_not_keep_the_relay_busy_for_ever() {
    let mut kept = Kept::of(blank(cid()));
    kept.change(Op::Waiting(true)).unwrap();
    let (mut tries, mut rounds) = (0, 0);
    while kept.is_waiting() {
        rounds += 1;
        while kept.attempt(false).is_some() {
            tries += 1;
            if !kept.overtaken() {
                break;
            }
        }
    }
    assert_eq!((tries, rounds, kept.view().waiting), (24, 3, false));
}

#[test]
fn ones_own_change_that_comes_back_before_its_answer_is_not_made_twice() {
    let mut kept = Kept::of(blank(cid()));
    kept.change(Op::Note(note(1, "eins"))).unwrap();
    let attempt = kept.attempt(false).unwrap();
    kept.take(5, KEY, attempt.sheet.clone());
    assert_eq!(kept.view().notes.len(), 1);
    kept.stored(5, KEY, attempt);
    assert_eq!((kept.view().notes.len(), kept.version(), kept.is_waiting()), (1, 5, false));
}

#[test]
fn every_change_of_a_sheet_has_a_way_back() {
    let ops = [
        Op::Waiting(true),
        Op::Hidden(true),
        Op::Assign(Some(who(2))),
        Op::Topic(Some(label("Rechnung"))),
        Op::Label(label("eilig")),
        Op::Note(note(1, "x")),
        Op::Identify(Some(einwurf_protocol::sheet::Identified {
            at: NOW,
            by: who(1),
            how: label("Festnetz"),
        })),
    ];
    for op in ops {
        let mut kept = Kept::of(blank(cid()));
        let back = kept.change(op.clone()).unwrap().unwrap();
        assert!(*kept.view() != blank(cid()));
        assert!(kept.change(op).unwrap().is_none(), "made twice it changes nothing");
        kept.change(back).unwrap().unwrap();
        assert!(*kept.view() == blank(cid()));
    }
}

#[test]
fn a_relay_that_goes_back_to_an_older_sheet_is_noticed_and_nothing_is_lost() {
    let mut kept = Kept::of(blank(cid()));
    let at = |changes, labels: &[&str]| Sheet {
        changes,
        labels: labels.iter().map(|one| label(one)).collect(),
        ..blank(cid())
    };
    kept.take(3, KEY, at(2, &["eilig", "Dach"]));
    kept.take(9, KEY, at(1, &["eilig"]));
    assert!(kept.is_older() && kept.view().labels.len() == 2, "what was seen counts");
    kept.change(Op::Waiting(true)).unwrap();
    let attempt = kept.attempt(false).unwrap();
    assert_eq!((attempt.base, attempt.sheet.changes, attempt.sheet.labels.len()), (9, 3, 2));
    kept.stored(10, KEY, attempt);
    assert!(!kept.is_older());
    // Equal is not older: the first step of section 21 counts up by one.
    kept.take(11, KEY, at(3, &[]));
    assert!(!kept.is_older() && kept.view().labels.is_empty());
}

#[test]
fn labels_and_notes_end_at_their_number_and_the_sheet_at_its_size() {
    let mut kept = Kept::of(blank(cid()));
    for number in 0..LABELS {
        assert!(kept.change(Op::Label(label(&number.to_string()))).unwrap().is_some());
    }
    assert!(kept.change(Op::Label(label("zu viel"))).unwrap().is_none());
    for number in 0..NOTES {
        assert!(kept.change(Op::Note(note(u8::try_from(number).unwrap(), "x"))).unwrap().is_some());
    }
    assert!(kept.change(Op::Note(note(200, "x"))).unwrap().is_none());

    let mut dice = crate::testing::Dice::new(3);
    let secret = einwurf_seal::InboxSecret::generate(&mut dice);
    let mut kept = Kept::of(blank(cid()));
    let mut number = 0;
    while kept.change(Op::Note(note(number, &"n".repeat(NOTE_BYTES)))).is_ok() {
        number += 1;
        let sealed = seal_sheet(&secret, Some(cid()), kept.view(), &mut dice).unwrap();
        assert!(sealed.len() <= SHEET_BYTES, "what was taken can be sent");
    }
    assert_eq!(kept.view().notes.len(), usize::from(number), "and what was not taken is not shown");
    let mut over = kept.view().clone();
    over.notes.push(note(99, &"n".repeat(NOTE_BYTES)));
    assert!(seal_sheet(&secret, Some(cid()), &over, &mut dice).unwrap().len() > SHEET_BYTES);
}

#[test]
fn a_sheet_waits_closed_until_its_conversation_is_known_and_fits_no_other() {
    let mut dice = crate::testing::Dice::new(4);
    let secret = einwurf_seal::InboxSecret::generate(&mut dice);
    let sheet = Sheet { waiting: true, ..blank(cid()) };
    let stored = |version, conversation: Option<&str>, cid| StoredSheet {
        conversation: conversation.map(str::to_owned),
        version,
        inbox_key: secret.id(),
        sealed: seal_sheet(&secret, cid, &sheet, &mut crate::testing::Dice::new(version)).unwrap(),
    };
    let mut sheets = Sheets::default();
    let page =
        vec![stored(2, Some("a"), Some(cid())), stored(3, None, None), stored(1, Some("a"), Some(cid()))];
    assert_eq!(sheets.take(page, 3, true).unwrap().version, 3);
    assert_eq!((sheets.after(), sheets.is_complete(), sheets.has_closed()), (3, false, true));
    assert!(sheets.claim("b").is_none());
    let claimed = sheets.claim("a").unwrap();
    assert_eq!(claimed.version, 2, "the newer of two");
    let other = Cid([2; 32]);
    assert!(
        open_sheet::<Sheet>(&secret, Some(other), &claimed.sealed).is_err(),
        "moved to another conversation"
    );
    let opened: Sheet = open_sheet(&secret, Some(cid()), &claimed.sealed).unwrap();
    sheets.opened(other, &claimed, opened.clone());
    assert!(sheets.sheet(other).is_none());
    sheets.opened(cid(), &claimed, opened);
    assert!(sheets.sheet(cid()).unwrap().waiting);
    sheets.take(Vec::new(), 3, false);
    assert!(sheets.is_complete());
    sheets.forget(cid());
    assert!(sheets.sheet(cid()).is_none());
}

fn canned(title: &str, text: &str) -> Canned {
    Canned { title: label(title), text: text.into() }
}

#[test]
fn the_teams_settings_merge_by_name() {
    let base = TeamSheet { canned: vec![canned("Gruß", "alt"), canned("Weg", "x")], ..team::blank() };
    let mine = TeamSheet { canned: vec![canned("Gruß", "neu")], ..base.clone() };
    let topic = Topic { name: label("Rechnung"), members: vec![who(1)] };
    let automatic = BTreeMap::from([(Register::En, "We are closed.".to_owned())]);
    let theirs = TeamSheet { topics: vec![topic], automatic, ..base.clone() };
    let mut merged = base.clone();
    for op in differences(&base, &theirs).iter().chain(&differences(&base, &mine)) {
        assert!(merged.apply(op).is_some());
    }
    assert!(merged.canned == mine.canned && merged.topics == theirs.topics);
    assert_eq!(merged.automatic.len(), 1);
    assert!(differences(&merged, &merged).is_empty());
    for op in differences(&merged, &base) {
        merged.apply(&op);
    }
    assert!(merged.topics.is_empty() && merged.automatic.is_empty() && merged.canned.len() == 2);
}

#[test]
fn whoever_stands_in_takes_care_for_exactly_that_time() {
    let stand_in = StandIn { of: who(1), by: who(2), from: NOW, until: NOW.plus(60) };
    let topic = Topic { name: label("Rechnung"), members: vec![who(1)] };
    let team = TeamSheet { stand_ins: vec![stand_in], topics: vec![topic], ..team::blank() };
    for (at, mine) in [(NOW.minus(1), false), (NOW, true), (NOW.plus(59), true), (NOW.plus(60), false)] {
        assert_eq!(is_mine(&team, who(2), who(1), at), mine);
        assert_eq!(routes_to(&team, who(2), "Rechnung", at), mine);
    }
    assert!(is_mine(&team, who(1), who(1), NOW) && routes_to(&team, who(1), "Rechnung", NOW));
    assert!(!is_mine(&team, who(3), who(1), NOW) && !routes_to(&team, who(1), "Anderes", NOW));
}
