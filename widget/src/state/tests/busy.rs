//! Too much is coming in, or work takes long: nothing is lost, and it goes on by itself.

use super::*;

#[test]
fn a_message_that_has_to_wait_leaves_by_itself_when_there_is_room() {
    let mut model = sending();
    let [Effect::Wait { seconds: 60, timer }] = model.on(Event::Answered(BUSY))[..] else { panic!() };
    assert_eq!(model.screen(), Screen::Delivery);
    assert_eq!(model.draft.text, TEXT, "the draft stays");
    let until = |model: &Model| match &model.phase {
        Phase::Waiting(delivery, _) | Phase::Sending(delivery) => delivery.tries.busy,
        _ => None,
    };
    assert_eq!(until(&model), Some(NOW.plus(60)));
    assert_eq!(model.on(Event::TimeUp(timer)), [Effect::Send { fresh_ticket: false }], "the same bytes");
    assert_eq!(until(&model), Some(NOW.plus(60)), "the sentence stays while it is tried");
    model.on(Event::Answered(Answer::Lost));
    assert_eq!(until(&model), None, "now nobody answers, and that is said");
}

#[test]
fn in_the_conversation_it_waits_and_is_told_until_when() {
    let mut model = talking(Some(consented()));
    model.on(Event::Input(Field::Text, "eins".into()));
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    let version = model.talk.as_ref().unwrap().version;
    model.on(Event::Answered(BUSY));
    let talk = model.talk.as_ref().unwrap();
    assert_eq!((talk.outbox.tries().busy, talk.outbox.queue.len()), (Some(NOW.plus(60)), 1));
    assert!(talk.version > version, "it is drawn");
}

#[test]
fn a11_05_work_that_takes_longer_than_a_moment_is_told_and_ends_with_the_answer() {
    let mut model = sending();
    assert_eq!(model.on(Event::Working), []);
    let works = |model: &Model| matches!(&model.phase, Phase::Sending(delivery) if delivery.tries.working);
    assert!(works(&model));
    model.on(Event::Answered(Answer::NoAccess));
    assert!(!works(&model));
    model.on(Event::Working);
    model.on(accepted());
    assert_eq!(model.screen(), Screen::Arrived);
}

#[test]
fn a_site_that_takes_text_alone_refuses_files_and_keeps_the_text() {
    let mut model = sending();
    model.on(Event::Answered(Answer::TextOnly));
    assert_eq!((model.screen(), model.files.fault), (Screen::Compose, Some(Fault::TextOnly)));
    assert!(model.files.text_only && model.draft.text == TEXT);
    model.on(Event::TextOnly(false));
    assert!(!model.files.text_only, "the next ticket says otherwise");
}
