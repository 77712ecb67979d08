//! On the way, after a break, back at the text, and what others sent.

use super::*;

#[test]
fn the_text_is_accepted_first_then_files_go_one_after_the_other() {
    let (mut model, effects) = arrived(&[1, 2]);
    assert_eq!(uploads(&effects), [(1, false)]);
    assert!(effects.contains(&Effect::File(FileEffect::Busy(true))));
    assert_eq!(model.files.bar(), Some(Bar::Sending(1, 2, 0)));
    on(&mut model, FileEvent::Progress(1, 40));
    on(&mut model, FileEvent::Progress(2, 90));
    assert_eq!(model.files.bar(), Some(Bar::Sending(1, 2, 40)));
    assert_eq!(uploads(&on(&mut model, FileEvent::Uploaded(1, Ok(())))), [(2, false)]);
    assert_eq!(model.files.bar(), Some(Bar::Sending(2, 2, 0)));
    let effects = on(&mut model, FileEvent::Uploaded(2, Ok(())));
    assert!(effects.contains(&Effect::File(FileEffect::Busy(false))));
    assert_eq!(model.files.bar(), Some(Bar::Done(2)));
    assert_eq!(on(&mut model, FileEvent::Dismiss).len(), 2);
    assert_eq!(model.files.bar(), None);
}

#[test]
fn after_a_break_only_what_is_missing_goes() {
    let (mut model, _) = arrived(&[1, 2]);
    let effects = on(&mut model, FileEvent::Uploaded(1, Err(Failure::Lost)));
    let [Effect::Wait { seconds: 1, timer }] = effects[..] else { panic!("{effects:?}") };
    assert_eq!(model.files.bar(), Some(Bar::Paused(1, 2)));
    assert!(uploads(&model.on(Event::TimeUp(timer + 1))).is_empty());
    assert_eq!(uploads(&model.on(Event::TimeUp(timer))), [(1, true)]);
    on(&mut model, FileEvent::Uploaded(1, Err(Failure::Lost)));
    assert_eq!(uploads(&model.on(Event::Retry)), [(1, true)], "the network came back");
    assert_eq!(uploads(&on(&mut model, FileEvent::Uploaded(1, Ok(())))), [(2, false)]);
}

#[test]
fn what_is_stopped_or_refused_can_be_sent_again() {
    let (mut model, _) = arrived(&[1, 2]);
    let effects = on(&mut model, FileEvent::Stop);
    assert_eq!(effects, [FileEffect::Stop(1), FileEffect::Busy(false)].map(Effect::File));
    on(&mut model, FileEvent::Uploaded(1, Err(Failure::Stopped)));
    assert_eq!(model.files.bar(), Some(Bar::Failed(2)));
    assert_eq!(uploads(&on(&mut model, FileEvent::Again)), [(1, true)]);
    assert_eq!(uploads(&on(&mut model, FileEvent::Uploaded(1, Err(Failure::Refused)))), [(2, true)]);
    on(&mut model, FileEvent::Uploaded(2, Ok(())));
    assert_eq!(model.files.bar(), Some(Bar::Failed(1)));
}

#[test]
fn back_at_the_text_the_files_are_there_again_and_are_sealed_anew() {
    let mut model = with_photos(&[1]);
    assert!(!order(&model.on(Event::Send)).again);
    assert_eq!((stage(&model, 1), model.files.picked().count()), (Stage::Queued, 0));
    model.on(Event::Sealed(Ok(())));
    model.on(Event::Answered(Answer::Lost));
    assert_eq!(stage(&model, 1), Stage::Queued);
    model.on(Event::Edit);
    assert_eq!(stage(&model, 1), Stage::Ready);
    let order = order(&model.on(Event::Send));
    assert!(!order.again && order.files.len() == 1);
}

#[test]
fn a_conflict_seals_the_message_again_with_the_same_files() {
    let mut model = with_photos(&[1]);
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    let order = order(&model.on(Event::Answered(Answer::Behind)));
    assert!(order.again && order.files.len() == 1);
}

#[test]
fn a_file_that_cannot_be_sealed_leaves_text_and_other_files() {
    let mut model = with_photos(&[1, 2]);
    model.on(Event::Send);
    model.on(Event::Sealed(Err(SealFault::File(1, Refusal::Changed))));
    assert!(matches!(model.phase, Phase::Compose(_)));
    assert_eq!((stage(&model, 1), stage(&model, 2)), (Stage::Refused(Refusal::Changed), Stage::Ready));
    assert_eq!((model.files.fault, model.draft.text.as_str()), (Some(Fault::Refused), TEXT));
    assert_eq!(on(&mut model, FileEvent::Original(1, false)).len(), 1, "it can be tried again");
}

#[test]
fn dp_24_a_withdrawal_stops_and_drops_every_file() {
    let (mut model, _) = arrived(&[1, 2]);
    model.on(Event::Withdraw);
    let effects = model.on(Event::Yes);
    for effect in [FileEffect::Busy(false), FileEffect::Drop(1), FileEffect::Drop(2)] {
        assert!(effects.contains(&Effect::File(effect)), "{effects:?}");
    }
    assert_eq!(model.files, Files::default());
    let effects = model.on(Event::Ended(Ending::Done(End::Withdrawn(NOW))));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::File(_))));
}

fn attachment(byte: u8) -> Attachment {
    Attachment {
        id: id(byte),
        key: vec![0; 32],
        length: 5,
        name: Label::try_from("bild-1.jpg".to_owned()).unwrap(),
        media_type: Label::try_from("image/jpeg".to_owned()).unwrap(),
        description: None,
        digest: Digest([0; 32]),
    }
}

fn state(byte: u8, missing: &[u32]) -> AttachmentState {
    AttachmentState { id: id(byte), seq: 1, bytes: 9, missing: missing.to_vec() }
}

/// A conversation in which a member sent a file, and what the relay said of it.
fn received() -> (Model, Vec<Effect>) {
    let mut answer = fixtures::shown(1, Direction::ToVisitor, Some("Hier."));
    answer.attachments = vec![attachment(1)];
    let thread = vec![fixtures::shown(0, Direction::ToStaff, Some(TEXT)), answer];
    let mut model = fresh(Register::DeFormal);
    model.on(fixtures::kept(Kept::Talk));
    let effects = model.on(fixtures::news(thread, None));
    (model, effects)
}

#[test]
fn msg_06_what_a_member_sent_is_asked_for_fetched_and_opened_once() {
    let (mut model, effects) = received();
    assert!(effects.contains(&Effect::File(FileEffect::Ask)));
    on(&mut model, FileEvent::Stored(Some(vec![state(1, &[0])])));
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Missing));
    on(&mut model, FileEvent::Stored(Some(vec![state(1, &[])])));
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Stored));
    let fetch = Effect::File(FileEffect::Open(Box::new(attachment(1))));
    assert_eq!(on(&mut model, FileEvent::Open(id(1))), [fetch]);
    assert!(on(&mut model, FileEvent::Open(id(1))).is_empty(), "once is enough");
    assert!(on(&mut model, FileEvent::Open(id(9))).is_empty(), "nobody sent it");
    let opened = Opened { url: "blob:y".into(), name: "bild-1.jpg".into(), picture: true };
    let effects = on(&mut model, FileEvent::Opened(id(1), Ok(opened.clone())));
    assert_eq!(effects, [Effect::Focus(Focus::Opened(id(1)))]);
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Open(opened.clone())));
    on(&mut model, FileEvent::Stored(Some(vec![state(1, &[0])])));
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Open(opened.clone())), "what was there stays");
    assert_eq!(
        on(&mut model, FileEvent::Opened(id(2), Ok(opened))),
        [Effect::File(FileEffect::Close("blob:y".into()))]
    );
}

#[test]
fn what_does_not_come_can_be_fetched_again_and_what_is_forged_is_not_shown() {
    let (mut model, _) = received();
    on(&mut model, FileEvent::Stored(Some(vec![state(1, &[])])));
    on(&mut model, FileEvent::Open(id(1)));
    on(&mut model, FileEvent::Opened(id(1), Err(Failure::Lost)));
    assert_eq!(on(&mut model, FileEvent::Open(id(1))).len(), 1);
    on(&mut model, FileEvent::Opened(id(1), Err(Failure::Forged)));
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Failed(Failure::Forged)));
    on(&mut model, FileEvent::Stored(None));
    assert_eq!(model.files.sight(id(1)), Some(&Sight::Failed(Failure::Forged)));
}

#[test]
fn nothing_is_asked_about_files_that_are_all_there() {
    let (mut model, _) = received();
    on(&mut model, FileEvent::Stored(Some(vec![state(1, &[])])));
    let news = fixtures::news(model.talk.as_ref().unwrap().thread.clone(), None);
    assert!(!model.on(news).contains(&Effect::File(FileEffect::Ask)));
}

#[test]
fn in_the_conversation_each_message_keeps_its_files_and_they_go_in_order() {
    let (mut model, _) = arrived(&[1]);
    on(&mut model, FileEvent::Uploaded(1, Ok(())));
    model.on(Event::Talk);
    for number in [2, 3] {
        add(&mut model, number, photo(1_000));
        model.on(Event::Send);
    }
    assert_eq!((stage(&model, 2), stage(&model, 3)), (Stage::Queued, Stage::Queued));
    assert!(model.draft.text.is_empty() && model.files.picked().count() == 0, "the field is free");
    on(&mut model, FileEvent::Sealed(vec![(2, id(2))]));
    model.on(Event::Sealed(Ok(())));
    let effects = model.on(accepted());
    assert_eq!(uploads(&effects), [(2, false)]);
    let order = order(&effects);
    assert_eq!(order.files.iter().map(|file| file.number).collect::<Vec<_>>(), [3]);
    assert_eq!((order.message.inner().text(), stage(&model, 3)), ("1 Foto", Stage::Queued));
    assert!(model.files.file(1).is_none(), "what is stored is not spoken of any more");
}

#[test]
fn in_the_conversation_a_file_that_cannot_be_sealed_comes_back_to_the_field() {
    let (mut model, _) = arrived(&[1]);
    model.on(Event::Talk);
    add(&mut model, 2, photo(1_000));
    model.on(Event::Input(crate::state::Field::Text, TEXT.to_owned()));
    model.on(Event::Send);
    model.on(Event::Sealed(Err(SealFault::File(2, Refusal::Changed))));
    assert_eq!((stage(&model, 2), model.draft.text.as_str()), (Stage::Refused(Refusal::Changed), TEXT));
    assert!(matches!(model.phase, Phase::Talk(Some(_))));
}

#[test]
fn files_that_the_relay_has_no_room_for_come_back_and_the_text_goes_without_them() {
    let mut model = with_photos(&[1]);
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    assert_eq!(model.on(Event::Answered(Answer::Limit)), [Effect::Focus(Focus::File)]);
    assert_eq!((stage(&model, 1), model.files.fault), (Stage::Ready, Some(Fault::Room)));
    assert_eq!(model.draft.text, TEXT);
    on(&mut model, FileEvent::Remove(1));
    assert!(order(&model.on(Event::Send)).files.is_empty());

    let (mut model, _) = arrived(&[1]);
    model.on(Event::Talk);
    add(&mut model, 2, photo(1_000));
    model.on(Event::Input(crate::state::Field::Text, TEXT.to_owned()));
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    model.on(Event::Answered(Answer::Limit));
    assert_eq!((stage(&model, 2), model.files.fault), (Stage::Ready, Some(Fault::Room)));
    assert_eq!(model.draft.text, TEXT, "in the conversation, too");
}
