//! What is written in the conversation leaves in order, and nothing of it is lost.

use super::*;

fn sealed(effects: &[Effect]) -> Option<&Order> {
    effects.iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some(&**order),
        _ => None,
    })
}

fn text(effects: &[Effect]) -> Option<(&str, bool)> {
    sealed(effects).map(|order| (order.message.inner().text(), order.again))
}

fn send(model: &mut Model, text: &str) -> Vec<Effect> {
    model.on(Event::Input(Field::Text, text.into()));
    model.on(Event::Send)
}

fn unsent(model: &Model) -> Vec<&str> {
    let queue = &model.talk.as_ref().unwrap().outbox.queue;
    queue.iter().map(|delivery| delivery.message.inner().text()).collect()
}

fn arrived(seq: u64) -> Event {
    Event::Answered(Answer::Accepted { seq, at: NOW, deleted: DELETED })
}

#[test]
fn the_field_is_free_at_once_and_the_next_leaves_when_the_one_before_has_arrived() {
    let mut model = talking(Some(consented()));
    assert_eq!(text(&send(&mut model, "eins")), Some(("eins", false)));
    assert!(model.draft.text.is_empty());
    assert_eq!(text(&send(&mut model, "zwei")), None);
    assert_eq!(unsent(&model), ["eins", "zwei"]);
    assert_eq!(model.on(Event::Sealed(Ok(()))), [Effect::Send { fresh_ticket: false }]);
    let effects = model.on(arrived(1));
    assert_eq!(text(&effects), Some(("zwei", false)));
    model.on(Event::Sealed(Ok(())));
    model.on(arrived(2));
    let talk = model.talk.as_ref().unwrap();
    assert!(talk.outbox.queue.is_empty());
    let shown: Vec<_> = talk.thread.iter().map(|shown| (shown.seq, shown.text.as_deref().unwrap())).collect();
    assert_eq!(shown, [(0, TEXT), (1, "eins"), (2, "zwei")]);
}

#[test]
fn without_a_network_it_waits_and_goes_when_the_network_is_back() {
    let mut model = talking(Some(consented()));
    model.on(Event::Network(false));
    send(&mut model, "eins");
    model.on(Event::Sealed(Ok(())));
    let lost = model.on(Event::Answered(Answer::Lost));
    let [Effect::Wait { seconds: 1, timer }] = lost[..] else { panic!("{lost:?}") };
    send(&mut model, "zwei");
    assert!(model.offline && model.talk.as_ref().unwrap().outbox.is_lost());
    let mut later = model.clone();
    assert_eq!(later.on(Event::TimeUp(timer)), [Effect::Send { fresh_ticket: false }], "the same bytes");
    model.on(Event::Network(true));
    assert_eq!(model.on(Event::Retry), [Effect::Send { fresh_ticket: false }]);
    assert_eq!(text(&model.on(arrived(1))), Some(("zwei", false)));
    assert_eq!(model.on(Event::TimeUp(timer)), [], "that pause is over");
}

#[test]
fn of_two_who_write_at_once_both_are_kept_and_each_is_shown_once() {
    let mut model = talking(Some(consented()));
    send(&mut model, "eins");
    model.on(Event::Sealed(Ok(())));
    assert_eq!(text(&model.on(Event::Answered(Answer::Behind))), Some(("eins", true)));
    model.on(Event::Sealed(Ok(())));
    model.on(arrived(2));
    let own = |seq, text| fixtures::shown(seq, Direction::ToStaff, Some(text));
    let thread = vec![own(0, TEXT), fixtures::shown(1, Direction::ToVisitor, Some("Ja.")), own(2, "eins")];
    model.on(fixtures::news(thread.clone(), None));
    assert_eq!(model.talk.as_ref().unwrap().thread, thread);
}

#[test]
fn what_a_look_brought_before_its_acknowledgement_is_shown_once() {
    let mut model = talking(Some(consented()));
    send(&mut model, "eins");
    model.on(Event::Sealed(Ok(())));
    let own = |seq, text| fixtures::shown(seq, Direction::ToStaff, Some(text));
    model.on(fixtures::news(vec![own(0, TEXT), own(1, "eins")], None));
    model.on(arrived(1));
    assert_eq!(model.talk.as_ref().unwrap().thread.len(), 2);
}

#[test]
fn con_09_a_changed_notice_brings_all_that_waits_back_to_the_field_in_order() {
    let mut model = talking(Some(consented()));
    send(&mut model, "eins");
    send(&mut model, "zwei");
    model.on(Event::Input(Field::Text, "drei".into()));
    for event in [Event::Sealed(Ok(())), Event::Answered(Answer::Stale)] {
        model.on(event);
    }
    model.on(Event::Refreshed(Ok(Box::new(site(91)))));
    assert!(matches!(&model.phase, Phase::Notice(reading) if reading.changed));
    assert_eq!((model.draft.text.as_str(), unsent(&model).len()), ("eins\n\nzwei\n\ndrei", 0));
    model.on(Event::Tick(Purpose::Answer, true));
    model.on(Event::Agree);
    assert!(matches!(model.phase, Phase::Talk(Some(_))));
    let effects = model.on(Event::Send);
    assert_eq!(sealed(&effects).unwrap().message.consent().notice(), model.site.notice.digest());
}

#[test]
fn what_is_refused_waits_with_its_reason_until_it_is_tried_again() {
    for (answer, trouble) in
        [(Answer::Limit, Trouble::Limit), (Answer::Refused("malformed"), Trouble::Refused("malformed"))]
    {
        let mut model = talking(Some(consented()));
        send(&mut model, "eins");
        model.on(Event::Sealed(Ok(())));
        model.on(Event::Answered(answer));
        assert_eq!(text(&send(&mut model, "zwei")), None, "nothing overtakes it");
        assert_eq!(model.talk.as_ref().unwrap().outbox.trouble, Some(trouble));
        assert_eq!(model.on(Event::Retry), [Effect::Send { fresh_ticket: false }]);
        assert_eq!(model.talk.as_ref().unwrap().outbox.trouble, None);
        assert_eq!(text(&model.on(arrived(1))), Some(("zwei", false)));
    }
    // What was never sealed goes under a fresh manifest.
    let mut model = written(&[Event::Sealed(Err(SealFault::Broken))]);
    assert_eq!(model.on(Event::Retry), [Effect::Refresh]);
}

#[test]
fn what_is_too_long_to_be_sealed_stands_in_the_field_before_what_was_typed_since() {
    for fault in [Event::Sealed(Err(SealFault::TooLong)), Event::Answered(Answer::TooLarge)] {
        let mut model = talking(Some(consented()));
        send(&mut model, "eins");
        if matches!(fault, Event::Answered(_)) {
            model.on(Event::Sealed(Ok(())));
        }
        model.on(Event::Input(Field::Text, "zwei".into()));
        model.on(fault);
        assert_eq!((model.draft.text.as_str(), unsent(&model).len()), ("eins\n\nzwei", 0));
        assert_eq!(model.unfit(), Some(DraftError::TextTooLong));
        model.on(Event::Input(Field::Text, "kurz".into()));
        assert_eq!(model.unfit(), None);
    }
}

#[test]
fn an_empty_field_sends_nothing_and_says_so() {
    let mut model = talking(Some(consented()));
    assert_eq!(send(&mut model, " "), [Effect::Focus(Focus::Field(Field::Text))]);
    assert_eq!((model.unfit(), unsent(&model).len()), (Some(DraftError::TextEmpty), 0));
}

#[test]
fn rgt_01_withdrawing_drops_what_waits_and_lets_an_answer_on_its_way_come_first() {
    let mut model = written(&[Event::Sealed(Ok(())), typed(), Event::Send]);
    model.on(Event::Withdraw);
    assert_eq!(model.on(Event::Yes).first(), Some(&Effect::Note));
    assert!(unsent(&model).is_empty() && model.draft.text.is_empty());
    assert!(matches!(&model.phase, Phase::Leaving(leaving) if leaving.busy));
    model.on(Event::Noted);
    assert!(model.on(arrived(1)).contains(&Effect::Withdraw));
}

#[test]
fn what_has_not_arrived_when_it_ends_elsewhere_can_be_taken_elsewhere() {
    for answer in [Event::Answered(Answer::Gone), Event::Looked(Look::Gone)] {
        let model = written(&[Event::Sealed(Ok(())), Event::Input(Field::Text, "zwei".into()), answer]);
        assert_eq!(model.phase, Phase::Ended(End::Gone));
        assert_eq!(model.draft.text, [TEXT, "zwei"].join("\n\n"));
    }
}

#[test]
fn no_look_comes_between_a_message_of_the_conversation_and_its_answer() {
    for events in [&[][..], &[Event::Sealed(Ok(()))], &[Event::Sealed(Ok(())), Event::Answered(Answer::Lost)]]
    {
        let mut model = written(events);
        model.on(Event::Live(Live::Open));
        assert!(!model.on(Event::Live(Live::Look)).contains(&Effect::Look));
        let events = [Event::Sealed(Ok(())), Event::Retry];
        let model = after(model, &events);
        let mut model = after(model, &[]);
        assert!(model.on(arrived(1)).contains(&Effect::Look), "and then it is made");
    }
}
