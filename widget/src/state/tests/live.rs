//! The live connection, and looks without one.

use super::*;

fn connects(effects: &[Effect]) -> Option<u32> {
    effects.iter().find_map(|effect| match effect {
        Effect::Connect { seconds } => Some(*seconds),
        _ => None,
    })
}

fn looks(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Look)
}

fn waits(effects: &[Effect]) -> Option<(u32, u32)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Wait { seconds, timer } => Some((*seconds, *timer)),
        _ => None,
    })
}

/// A conversation whose connection is open, and nothing is on its way.
fn live() -> Model {
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    let news = fixtures::news(vec![own], Some(consented()));
    after(talking(Some(consented())), &[Event::Live(Live::Open), news])
}

#[test]
fn a_conversation_is_connected_once_it_has_begun_and_until_it_ends() {
    let mut model = sending();
    assert_eq!(connects(&model.on(accepted())), Some(0));
    assert_eq!(connects(&model.on(Event::Talk)), None, "once");
    for events in [&LEAVE[..], &[Event::Looked(Look::Untrusted)], &[Event::Show(Paper::Data), Event::Forget]]
    {
        let mut ended = model.clone();
        let effects: Vec<_> = events.iter().flat_map(|event| ended.on(event.clone())).collect();
        assert!(effects.contains(&Effect::Disconnect), "{events:?}");
        assert_eq!(ended.on(Event::Live(Live::Look)), [], "nothing more is heard");
    }
}

#[test]
fn what_is_said_is_looked_at_and_without_news_nothing_is_asked() {
    let mut model = live();
    assert!(looks(&model.on(Event::Live(Live::Look))));
    assert!(!looks(&model.on(Event::Live(Live::Look))), "one look at a time");
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    let effects = model.on(fixtures::news(vec![own.clone()], None));
    assert!(looks(&effects), "what was said meanwhile is looked at, too");
    let effects = model.on(fixtures::news(vec![own], None));
    assert_eq!((looks(&effects), waits(&effects)), (false, None));
}

#[test]
fn a_look_that_nobody_answers_is_made_again_also_while_connected() {
    let mut model = after(live(), &[Event::Live(Live::Look)]);
    let (seconds, timer) = waits(&model.on(Event::Looked(Look::Lost))).unwrap();
    assert_eq!(seconds, 30);
    assert!(looks(&model.on(Event::TimeUp(timer))));
}

#[test]
fn without_a_connection_it_is_asked_now_and_then_and_less_often_after_a_while() {
    let mut model = talking(Some(consented()));
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        pauses.push(waits(&model.on(fixtures::news(vec![own.clone()], None))).unwrap().0);
    }
    assert_eq!(pauses, [30, 30, 30, 30, 60, 60, 60, 60]);
    let answer = fixtures::shown(1, Direction::ToVisitor, Some("Ja."));
    assert_eq!(waits(&model.on(fixtures::news(vec![own, answer], None))).unwrap().0, 30);
}

#[test]
fn a_connection_that_breaks_is_tried_again_later_and_later() {
    let mut model = live();
    let effects = model.on(Event::Live(Live::Closed));
    assert_eq!((connects(&effects), waits(&effects).map(|(seconds, _)| seconds)), (Some(1), Some(30)));
    let pauses: Vec<_> = (0..6).map(|_| connects(&model.on(Event::Live(Live::Closed))).unwrap()).collect();
    assert_eq!(pauses, [2, 4, 8, 15, 30, 30]);
    model.on(Event::Live(Live::Open));
    assert_eq!(connects(&model.on(Event::Live(Live::Closed))), Some(1));
}

#[test]
fn where_the_page_forbids_a_connection_it_is_tried_three_times_and_the_looks_go_on() {
    let mut model = talking(Some(consented()));
    let tries: Vec<_> = (0..4).map(|_| connects(&model.on(Event::Live(Live::Closed)))).collect();
    assert_eq!(tries, [Some(1), Some(2), None, None]);
    let timer = model.timer;
    assert!(looks(&model.on(Event::TimeUp(timer))));
    assert_eq!(connects(&model.on(Event::Opened)), Some(0), "shown anew, it is tried again");
}

#[test]
fn while_nobody_looks_for_a_minute_nothing_is_connected() {
    let mut model = after(live(), &[Event::Close]);
    assert!(!model.is_hidden(), "first it says how to learn of an answer");
    let (seconds, timer) = waits(&model.on(Event::Close)).unwrap();
    assert_eq!(seconds, 60);
    assert!(model.on(Event::TimeUp(timer)).contains(&Effect::Disconnect));
    assert_eq!(connects(&model.on(Event::Opened)), Some(0));
    // Shown again before the minute was over.
    let mut model = after(live(), &[Event::Close, Event::Close, Event::Opened]);
    let timer = model.timer;
    assert!(!model.on(Event::TimeUp(timer)).contains(&Effect::Disconnect));
}

#[test]
fn before_anything_was_sent_nothing_is_connected() {
    for (name, model) in states() {
        if model.begun() {
            continue;
        }
        for event in events() {
            let mut after = model.clone();
            let connected = connects(&after.on(event.clone())).is_some();
            assert!(!connected || after.begun(), "{event:?} in {name}");
        }
    }
}

#[test]
fn msg_07_the_automatic_answer_is_told_once_while_nobody_is_there_and_goes_along_with_the_message() {
    let mut model = after(composed(), &[Event::House(Some(closed()))]);
    assert_eq!(model.told(), Some("Wir melden uns morgen."));
    let effects = model.on(Event::Send);
    let Some(Effect::Seal(order)) = effects.first() else { panic!() };
    assert_eq!(order.told.as_deref(), Some("Wir melden uns morgen."));
    let mut model = after(model, &[Event::Sealed(Ok(())), accepted(), Event::Another, typed()]);
    let first = model.talk.as_ref().unwrap().thread.first().unwrap();
    assert_eq!(first.told.as_deref(), Some("Wir melden uns morgen."));
    let effects = model.on(Event::Send);
    let Some(Effect::Seal(order)) = effects.first() else { panic!() };
    assert_eq!((order.told.as_deref(), model.told()), (None, None), "it was said");
    let open = House { presence: Presence::Open(NOW), ..closed() };
    assert_eq!(after(composed(), &[Event::House(Some(open))]).told(), None);
}

#[test]
fn msg_05_a_topic_is_one_of_those_that_are_offered_and_travels_in_the_order() {
    let mut model = after(composed(), &[Event::House(Some(closed())), Event::Topic(Some(1))]);
    let effects = model.clone().on(Event::Send);
    let Some(Effect::Seal(order)) = effects.first() else { panic!() };
    assert_eq!(order.topic.as_deref(), Some("Türen"));
    model.on(Event::Topic(Some(2)));
    assert_eq!(model.topic, None, "there are two");
    let model = after(model, &[Event::Topic(Some(0)), Event::House(None)]);
    assert_eq!(model.topic, None, "it is not offered any more");
}
