//! What a page is told that asked for it: each thing once, when it happened, and nothing else.

use super::*;

/// Every word that these events lead to.
fn words(mut model: Model, events: &[Event]) -> Vec<Tell> {
    let effects: Vec<_> = events.iter().flat_map(|event| model.on_telling(event.clone())).collect();
    effects
        .into_iter()
        .filter_map(|effect| if let Effect::Tell(word) = effect { Some(word) } else { None })
        .collect()
}

fn answers(seqs: &[u64]) -> Event {
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    let by_staff = seqs.iter().map(|seq| fixtures::shown(*seq, Direction::ToVisitor, Some(TEXT)));
    fixtures::news(std::iter::once(own).chain(by_staff).collect(), None)
}

/// Ticks what the notice asks for.
fn ticked() -> Model {
    after(fresh(), &[Event::Tick(Purpose::Answer, true)])
}

#[test]
fn consent_is_told_when_it_is_given_and_not_when_a_box_is_ticked_or_missing() {
    assert_eq!(words(fresh(), &[Event::Tick(Purpose::Answer, true), Event::Agree]), [Tell::ConsentGiven]);
    assert_eq!(words(fresh(), &[Event::Agree, Event::Escape]), [Tell::Close]);
    assert_eq!(words(ticked(), &[Event::Decline]), []);
    // Once agreed, the button is not there any more.
    assert_eq!(words(ticked(), &[Event::Agree, Event::Agree]), [Tell::ConsentGiven]);
}

#[test]
fn a_child_whose_parents_were_not_asked_gives_none() {
    let child = Model::new(fixtures::site(full()).unwrap());
    let events = [Event::Age(Age::NotAsked), Event::Tick(Purpose::Answer, true), Event::Agree];
    assert_eq!(words(child.clone(), &events), []);
    assert!(!after(child, &events).may_begin_anew(), "a new notice would ask once more");
}

#[test]
fn a_message_is_told_when_the_relay_has_it_and_not_before() {
    let events = [Event::Send, Event::Sealed(Ok(())), Event::Answered(Answer::Lost)];
    assert_eq!(words(composed(), &events), []);
    assert_eq!(words(sending(), &[accepted()]), [Tell::MessageSent]);
    // In the conversation, too.
    let mut talk = talking(Some(consented()));
    talk.on(Event::Input(Field::Text, TEXT.into()));
    let later = Event::Answered(Answer::Accepted { seq: 1, at: NOW, deleted: DELETED });
    assert_eq!(words(talk, &[Event::Send, Event::Sealed(Ok(())), later]), [Tell::MessageSent]);
    assert_eq!(words(talking(Some(consented())), &[accepted()]), [], "nothing was on its way");
}

#[test]
fn an_answer_is_told_once_and_neither_what_was_there_before_nor_an_act() {
    let talk = talking(Some(consented()));
    assert_eq!(
        words(talk.clone(), &[answers(&[1]), answers(&[1]), answers(&[1, 2])]),
        [Tell::MessageReceived; 2]
    );
    let act = fixtures::news(vec![fixtures::act(1, "handover", TEXT)], None);
    assert_eq!(words(talk, &[act]), []);
    assert_eq!(
        words(fresh(), &[fixtures::kept(Kept::Talk), answers(&[1])]),
        [],
        "a page that was loaded again"
    );
}

#[test]
fn a_withdrawal_is_told_when_it_is_done_and_what_arrives_meanwhile_is_not() {
    let leave = [&LEAVE[..], &[Event::Noted, Event::Ended(Ending::Lost)]].concat();
    assert_eq!(words(composed(), &leave), []);
    for end in [End::Withdrawn(NOW), End::Dropped] {
        let done = [&LEAVE[..], &[Event::Noted, Event::Ended(Ending::Done(end))]].concat();
        assert_eq!(words(composed(), &done), [Tell::ConsentWithdrawn], "{end:?}");
    }
    let busy = [&LEAVE[..], &[accepted(), Event::Noted]].concat();
    assert_eq!(words(sending(), &busy), []);
    assert_eq!(words(talking(Some(consented())), &[Event::Looked(Look::Gone)]), [], "erased by staff");
}

#[test]
fn in_no_state_does_the_telling_change_what_happens() {
    for (name, model) in states() {
        for event in [Event::Agree, accepted(), answers(&[7]), Event::Opened, Event::Ended(Ending::Lost)] {
            let (mut one, mut other) = (model.clone(), model.clone());
            let (effects, telling) = (one.on(event.clone()), other.on_telling(event));
            assert_eq!(one, other, "{name}");
            assert!(telling.starts_with(&effects), "{name}");
        }
    }
}

#[test]
fn the_window_is_made_anew_only_while_nothing_was_agreed_to_typed_or_begun() {
    assert!(fresh().may_begin_anew());
    assert!(ticked().may_begin_anew(), "a box is for the text beside it");
    assert!(after(fresh(), &[Event::Decline]).may_begin_anew());
    for model in [composed(), sending(), talking(None), talking(Some(consented())), ended(End::Dropped)] {
        assert!(!model.may_begin_anew(), "{:?}", model.screen());
    }
    for (name, model) in states() {
        if model.may_begin_anew() {
            assert!(model.talk.is_none() && model.draft == Draft::default(), "{name}");
        }
    }
    let changed = [Event::Answered(Answer::Stale), Event::Refreshed(Ok(Box::new(site(91))))];
    let changed = after(sending(), &changed);
    assert!(matches!(changed.screen(), Screen::Notice(_)) && !changed.may_begin_anew(), "a message waits");
}
