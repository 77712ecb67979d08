//! A page that is loaded again: what had not arrived leaves once, or stands in the field.

use super::*;

/// As the keeper has it, after the page was loaded again.
fn reloaded(kept: Kept, unsent: Option<Unsent>) -> Model {
    let hello = Hello { kept, unsent: unsent.map(Box::new), page: None };
    after(fresh(), &[Event::Hello(hello)])
}

fn queue(model: &Model) -> Vec<&str> {
    let queue = model.talk.iter().flat_map(|talk| &talk.outbox.queue);
    queue.map(|delivery| delivery.message.inner().text()).collect()
}

fn two() -> Model {
    written(&[Event::Sealed(Ok(())), Event::Input(Field::Text, "zwei".into()), Event::Send])
}

fn own() -> Event {
    fixtures::news(vec![fixtures::shown(0, Direction::ToStaff, Some(TEXT))], Some(consented()))
}

#[test]
fn pre_02_before_consent_and_after_the_end_nothing_would_be_lost() {
    for (name, mut model) in states() {
        model.on(FileEvent::Picking(true).into());
        let before = matches!(
            model.phase,
            Phase::Notice(_)
                | Phase::Moved
                | Phase::Declined { .. }
                | Phase::TooYoung
                | Phase::Opening { .. }
        );
        let over = model.phase.is_final() || matches!(model.phase, Phase::Leaving(_));
        if before || over {
            assert_eq!(model.unsent(), None, "{name}");
            assert_eq!(model.unsent_mark(), (0, false), "{name}");
        }
    }
}

#[test]
fn what_is_typed_is_kept_only_while_a_file_is_picked() {
    let picking =
        |events: &[Event]| after(composed(), &[&[FileEvent::Picking(true).into()], events].concat());
    assert_eq!(composed().unsent(), None);
    let unsent = picking(&[]).unsent().unwrap();
    assert_eq!((unsent.draft.text.as_str(), unsent.consent, unsent.parcels.len()), (TEXT, None, 0));
    for event in [
        FileEvent::Picking(false).into(),
        FileEvent::Picked(vec![(1, "a.jpg".into())]).into(),
        Event::Input(Field::Text, "anders".into()),
        Event::Withdraw,
        Event::Send,
    ] {
        let mut model = picking(std::slice::from_ref(&event));
        model.on(Event::Yes);
        let kept = model.unsent().map(|unsent| unsent.draft.text).unwrap_or_default();
        assert_eq!(kept, "", "{event:?}");
    }
}

#[test]
fn two_that_wait_leave_in_their_order_after_a_reload_the_sealed_one_as_it_is() {
    let unsent = two().unsent().unwrap();
    assert!(unsent.sealed);
    let mut model = reloaded(Kept::Talk, Some(unsent.clone()));
    assert_eq!((queue(&model), model.unsent()), (vec![TEXT, "zwei"], Some(unsent)), "and again");
    let effects = model.on(own());
    assert!(effects.contains(&Effect::Send { fresh_ticket: false }), "{effects:?}");
    let effects = model.on(Event::Answered(Answer::Accepted { seq: 1, at: NOW, deleted: DELETED }));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Seal(order) if order.message.inner().text() == "zwei"))
    );
    assert_eq!(queue(&model), ["zwei"]);
}

#[test]
fn what_arrived_before_the_page_was_loaded_again_is_shown_once() {
    let mut model = reloaded(Kept::Talk, two().unsent());
    let shown = |seq| fixtures::shown(seq, Direction::ToStaff, Some(TEXT));
    model.on(fixtures::news(vec![shown(0), shown(1)], Some(consented())));
    model.on(Event::Answered(Answer::Accepted { seq: 1, at: NOW, deleted: DELETED }));
    assert_eq!(model.talk.as_ref().unwrap().thread, [shown(0), shown(1)]);
    assert_eq!(queue(&model), ["zwei"]);
}

#[test]
fn the_first_message_of_all_goes_on_where_it_was() {
    let mut model = reloaded(Kept::Talk, sending().unsent());
    let effects = model.on(Event::Looked(Look::Nothing));
    assert!(effects.contains(&Effect::Send { fresh_ticket: false }) && !effects.contains(&Effect::Forget));
    assert_eq!((model.screen(), model.draft.text.as_str()), (Screen::Delivery, TEXT));
    assert_eq!(model.on(Event::Looked(Look::Nothing)), [], "a look that was asked for before");
    model.on(accepted());
    assert!(matches!(model.phase, Phase::Arrived(_)) && model.draft.text.is_empty());
}

#[test]
fn what_cannot_leave_by_itself_stands_in_the_field() {
    let all = [TEXT, "zwei"].join("\n\n");
    // Not sealed yet, and the relay has nothing.
    let unsealed = Unsent { sealed: false, ..two().unsent().unwrap() };
    let mut model = reloaded(Kept::Talk, Some(unsealed));
    assert!(model.on(Event::Looked(Look::Nothing)).contains(&Effect::Forget));
    assert_eq!((model.screen(), &model.draft.text), (fresh().screen(), &all));
    // What was agreed to is not in force any more.
    let mut model = reloaded(Kept::Talk, two().unsent());
    model.on(fixtures::news(vec![fixtures::shown(0, Direction::ToStaff, Some(TEXT))], None));
    assert_eq!((queue(&model), &model.draft.text), (Vec::new(), &all));
    // Nothing was kept of the conversation, or nothing that its key signed.
    for (kept, consent) in [(Kept::Nothing, Some(consented())), (Kept::Talk, None)] {
        let model = reloaded(kept, Some(Unsent { consent, ..two().unsent().unwrap() }));
        assert_eq!((queue(&model), &model.draft.text), (Vec::new(), &all));
    }
    // It ended elsewhere.
    let model = after(reloaded(Kept::Talk, two().unsent()), &[Event::Looked(Look::Gone)]);
    assert_eq!((&model.phase, &model.draft.text), (&Phase::Ended(End::Gone), &all));
}

#[test]
fn con_02_a_text_that_was_put_back_needs_a_fresh_tick_and_is_seen_only_after_it() {
    let unsent = after(composed(), &[FileEvent::Picking(true).into()]).unsent();
    let mut model = reloaded(Kept::Nothing, unsent);
    assert!(matches!(&model.phase, Phase::Notice(reading) if reading.ticks == Ticks::default()));
    assert!(model.files.again && model.unsent().is_none(), "without consent nothing stays on the device");
    model.on(Event::Tick(Purpose::Answer, true));
    model.on(Event::Agree);
    assert_eq!((model.screen(), model.draft.text.as_str()), (Screen::Compose, TEXT));
    model.on(FileEvent::Picked(vec![(1, "a.jpg".into())]).into());
    assert!(!model.files.again);
}

#[test]
fn a_message_whose_files_are_gone_is_not_sent_without_them() {
    let mut unsent = two().unsent().unwrap();
    unsent.parcels[0].files = true;
    let model = reloaded(Kept::Talk, Some(unsent));
    assert!(model.files.again);
    assert_eq!((queue(&model), model.draft.text.as_str()), (vec!["zwei"], TEXT));
}

#[test]
fn rgt_01_what_waits_after_a_reload_is_dropped_with_the_consent() {
    let mut model = after(reloaded(Kept::Talk, two().unsent()), &LEAVE);
    assert_eq!((model.unsent(), model.draft.text.as_str()), (None, ""));
    assert!(model.on(Event::Noted).contains(&Effect::Withdraw));
}

#[test]
fn a_frame_that_is_shown_while_it_opens_asks_the_relay_once() {
    let mut model = reloaded(Kept::Talk, None);
    assert!(!model.on(Event::Opened).contains(&Effect::Look));
    model.on(Event::Looked(Look::Lost));
    assert!(model.on(Event::Opened).contains(&Effect::Look), "nobody answered");
}
