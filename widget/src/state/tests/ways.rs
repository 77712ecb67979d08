//! The ways that a visitor really goes.

use super::*;

fn seals(effects: &[Effect]) -> Option<(&str, bool)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some((order.message.inner().text(), order.again)),
        _ => None,
    })
}

#[test]
fn the_happy_way() {
    let mut model = fresh();
    model.on(Event::Tick(Purpose::Answer, true));
    assert_eq!(model.on(Event::Agree), [Effect::House, Effect::Focus(Focus::Start)]);
    model.on(Event::Input(Field::Text, TEXT.into()));
    assert_eq!(seals(&model.on(Event::Send)), Some((TEXT, false)));
    assert_eq!(model.on(Event::Sealed(Ok(()))), [Effect::Send { fresh_ticket: false }]);
    let effects = model.on(accepted());
    assert!(matches!(effects[..], [Effect::Wait { seconds: 30, .. }, Effect::Connect { seconds: 0 }, _]));
    let Phase::Arrived(arrival) = &model.phase else { panic!() };
    assert_eq!((arrival.at, arrival.deleted, arrival.message.text()), (NOW, DELETED, TEXT));
    model.on(Event::Another);
    assert!(matches!(model.phase, Phase::Talk(Some(_))) && model.draft.text.is_empty());
}

#[test]
fn con_02_the_button_without_the_tick_says_so_and_points_at_the_box() {
    let mut model = fresh();
    assert_eq!(model.on(Event::Agree), [Effect::Focus(Focus::Box)]);
    assert!(matches!(&model.phase, Phase::Notice(reading) if reading.nudge == Some(NotAgreed::Box)));
    model.on(Event::Tick(Purpose::Answer, true));
    assert!(matches!(&model.phase, Phase::Notice(reading) if reading.nudge.is_none()));
}

#[test]
fn con_04_declining_is_taken_back_only_by_reading_again() {
    let mut model = after(fresh(), &[Event::Tick(Purpose::Answer, true), Event::Decline]);
    model.on(Event::Agree);
    assert!(matches!(model.phase, Phase::Declined { changed: false }));
    model.on(Event::Reconsider);
    assert_eq!(model, fresh());
}

#[test]
fn msg_01_faults_are_shown_at_their_field_and_typing_clears_them() {
    for (field, value, fault) in [
        (Field::Text, "  ", DraftError::TextEmpty),
        (Field::Email, "erika@", DraftError::Email),
        (Field::Email, "", DraftError::WishNeedsEmail),
        (Field::Phone, "viele", DraftError::Phone),
    ] {
        let mut model = after(composed(), &[Event::Input(field, value.into())]);
        assert_eq!(model.on(Event::Send), [Effect::Focus(Focus::Field(field))]);
        assert!(matches!(&model.phase, Phase::Compose(composing) if composing.fault == Some(fault)));
        model.on(Event::Input(field, "x".into()));
        assert!(matches!(&model.phase, Phase::Compose(composing) if composing.fault.is_none()));
    }
}

#[test]
fn a_relay_that_is_down_is_asked_again_with_longer_pauses() {
    let mut model = sending();
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let effects = model.on(Event::Answered(Answer::Lost));
        let [Effect::Wait { seconds, timer }] = effects[..] else { panic!("{effects:?}") };
        pauses.push(seconds);
        assert_eq!(model.on(Event::TimeUp(timer)), [Effect::Send { fresh_ticket: false }]);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 15, 30, 30, 30]);
    model.on(accepted());
    assert!(matches!(model.phase, Phase::Arrived(_)));
}

#[test]
fn a_pause_that_was_cut_short_does_not_end_again() {
    let mut model = after(sending(), &[Event::Answered(Answer::Lost)]);
    assert_eq!(model.on(Event::Retry), [Effect::Send { fresh_ticket: false }]);
    model.on(Event::Answered(Answer::Lost));
    assert_eq!(model.on(Event::TimeUp(1)), []);
    assert_eq!(model.on(Event::TimeUp(2)), [Effect::Send { fresh_ticket: false }]);
}

#[test]
fn con_09_a_changed_notice_is_shown_and_the_draft_waits_for_fresh_consent() {
    let mut model = sending();
    assert_eq!(model.on(Event::Answered(Answer::Stale)), [Effect::Refresh]);
    assert_eq!(model.on(Event::Refreshed(Ok(Box::new(site(91))))), [Effect::Focus(Focus::Start)]);
    assert!(
        matches!(&model.phase, Phase::Notice(reading) if reading.changed && reading.ticks == Ticks::default())
    );
    assert_eq!(model.draft.text, TEXT);
    model.on(Event::Tick(Purpose::Answer, true));
    assert_eq!(model.on(Event::Agree), [Effect::House, Effect::Focus(Focus::Start)]);
    let Phase::Compose(composing) = &model.phase else { panic!() };
    assert_eq!(composing.consent.notice(), model.site.notice.digest());
    assert_eq!(seals(&model.on(Event::Send)), Some((TEXT, false)));
}

#[test]
fn a_retired_key_is_replaced_and_sealed_for_once() {
    let mut model = sending();
    assert_eq!(model.on(Event::Answered(Answer::Retired)), [Effect::Refresh]);
    assert_eq!(seals(&model.on(Event::Refreshed(Ok(Box::new(site(90)))))), Some((TEXT, true)));
    model.on(Event::Sealed(Ok(())));
    model.on(Event::Answered(Answer::Retired));
    assert!(matches!(&model.phase, Phase::Stopped(stop) if stop.trouble == Trouble::Trust));
}

#[test]
fn a_manifest_that_does_not_hold_stops_and_an_absent_one_is_tried_again() {
    let refreshing = after(sending(), &[Event::Answered(Answer::Retired)]);
    let stopped = after(refreshing.clone(), &[Event::Refreshed(Err(RefreshFault::Untrusted))]);
    assert!(matches!(&stopped.phase, Phase::Stopped(stop) if stop.trouble == Trouble::Trust));
    let mut waiting = after(refreshing, &[Event::Refreshed(Err(RefreshFault::Lost))]);
    assert_eq!(waiting.on(Event::Retry), [Effect::Refresh]);
}

#[test]
fn a_used_ticket_is_replaced_once() {
    let mut model = sending();
    assert_eq!(model.on(Event::Answered(Answer::NoAccess)), [Effect::Send { fresh_ticket: true }]);
    model.on(Event::Answered(Answer::NoAccess));
    assert!(matches!(&model.phase, Phase::Stopped(stop) if stop.trouble == Trouble::Access));
}

#[test]
fn newer_events_are_joined_but_not_for_ever() {
    let mut model = sending();
    for _ in 0..12 {
        assert_eq!(seals(&model.on(Event::Answered(Answer::Behind))), Some((TEXT, true)));
        model.on(Event::Sealed(Ok(())));
    }
    model.on(Event::Answered(Answer::Behind));
    assert!(matches!(model.phase, Phase::Stopped(_)));
}

#[test]
fn whatever_stopped_the_text_can_be_changed_and_sent_again() {
    for answer in [Answer::Limit, Answer::Refused("malformed")] {
        let mut model = after(sending(), &[Event::Answered(answer), Event::Edit]);
        assert_eq!(model.draft.text, TEXT);
        assert_eq!(seals(&model.on(Event::Send)), Some((TEXT, false)));
    }
}

#[test]
fn escape_closes_the_open_panel_first() {
    let mut model = after(fresh(), &[Event::Readers]);
    assert_eq!(model.on(Event::Escape), []);
    assert!(!model.readers);
    assert_eq!(model.on(Event::Escape), [Effect::Tell(Tell::Close)]);
}

#[test]
fn reopening_keeps_what_was_written() {
    let written = after(composed(), &[Event::Opened]);
    let mut model = after(written.clone(), &[Event::Close]);
    assert_eq!(model.on(Event::Opened), [Effect::House, Effect::Focus(Focus::Start)]);
    assert_eq!(model, written);
}

#[test]
fn what_is_ticked_in_an_open_window_before_the_frame_hears_of_it_stays_and_reopened_it_is_empty() {
    let mut model = after(fresh(), &[Event::Tick(Purpose::Special, true)]);
    let ticked = model.phase.clone();
    model.on(Event::Opened);
    assert_eq!(model.phase, ticked);
    // The page closes the window, and the frame does not hear of that.
    model.on(Event::Opened);
    assert!(matches!(&model.phase, Phase::Notice(reading) if *reading == Reading::default()));
}

#[test]
fn back_to_the_text_waits_for_the_attempt_that_is_under_way() {
    let lost = after(sending(), &[Event::Answered(Answer::Lost), Event::Retry, Event::Edit]);
    assert!(matches!(&lost.phase, Phase::Sending(delivery) if delivery.tries.leaves), "not gone yet");
    let back = after(lost.clone(), &[Event::Answered(Answer::Lost)]);
    assert!(matches!(&back.phase, Phase::Compose(composing) if composing.fault.is_none()));
    assert_eq!(back.draft.text, TEXT);
    assert!(matches!(after(lost.clone(), &[Event::Answered(BUSY)]).phase, Phase::Compose(_)));
    assert!(matches!(after(lost, &[accepted()]).phase, Phase::Arrived(_)), "what arrived has arrived");
    let refreshing = after(sending(), &[Event::Answered(Answer::Stale), Event::Edit]);
    let back = after(refreshing, &[Event::Refreshed(Err(RefreshFault::Lost))]);
    assert!(matches!(back.phase, Phase::Compose(_)));
}

#[test]
fn debug_shows_no_content() {
    for (name, model) in states() {
        let shown = format!("{model:?}");
        assert!(!shown.contains(TEXT) && !shown.contains("erika"), "{name}");
    }
}
