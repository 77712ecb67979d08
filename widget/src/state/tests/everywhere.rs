//! What must hold whatever happens whenever.

use super::*;
use einwurf_protocol::message::Draft;

fn each(mut check: impl FnMut(&str, &Model, &Event, &Model, &[Effect])) {
    for (name, before) in states() {
        for event in events() {
            let mut model = before.clone();
            let effects = model.on(event.clone());
            check(&format!("{event:?} in {name}"), &before, &event, &model, &effects);
        }
    }
}

#[test]
fn the_first_part_answers_as_the_whole_does_or_leaves_it_to_the_second() {
    each(|case, before, event, after, effects| {
        let mut early = before.clone();
        match early.early(event.clone()) {
            Ok(answered) => {
                assert_eq!(answered, effects, "{case}");
                assert_eq!(early, *after, "{case}");
            }
            Err(_) => assert_eq!(early, *before, "{case}"),
        }
    });
}

#[test]
fn con_02_the_first_part_answers_everything_until_somebody_agrees() {
    let pressed = |event: &Event| {
        use Event::{Age, Agree, Close, Decline, Escape, Hello, Network, Opened, Readers, Reconsider, Tick};
        let begins = comes_back(event) || matches!(event, Hello(super::Hello { unsent: Some(_), .. }));
        let answered = matches!(
            event,
            Tick(..)
                | Age(_)
                | Agree
                | Decline
                | Reconsider
                | Readers
                | Escape
                | Close
                | Opened
                | Network(_)
                | Hello(_)
        );
        answered && !begins
    };
    each(|case, before, event, after, _| {
        let young = before.talk.is_none() && !writes_or_later(before) && before.over.is_none();
        let reads = matches!(before.phase, Phase::Notice(_) | Phase::Declined { .. } | Phase::Moved);
        if young && reads && pressed(event) && !writes_or_later(after) {
            assert!(before.clone().early(event.clone()).is_ok(), "{case}");
        }
        // Nobody writes by the first part alone.
        let mut early = before.clone();
        if !writes_or_later(before) && early.early(event.clone()).is_ok() {
            assert!(!writes_or_later(&early), "{case}");
        }
    });
}

/// What is on its way: the first message, or one of the conversation.
fn on_its_way(model: &Model) -> &Phase {
    let way = model.talk.as_ref().and_then(|talk| talk.outbox.way.as_deref());
    way.unwrap_or(&model.phase)
}

fn queued(model: &Model) -> usize {
    model.talk.as_ref().map_or(0, |talk| talk.outbox.queue.len())
}

fn writes_or_later(model: &Model) -> bool {
    model.consent().is_some()
}

/// A conversation that was kept comes back with a consent that its key signed; no other way leads around the notice.
fn comes_back(event: &Event) -> bool {
    matches!(event, Event::Hello(Hello { kept, .. }) if *kept != Kept::Nothing)
}

#[test]
fn the_list_of_states_has_every_phase_and_screen() {
    let kind = |model: &Model| std::mem::discriminant(&model.phase);
    let kinds: std::collections::HashSet<_> = states().iter().map(|(_, model)| kind(model)).collect();
    assert_eq!(kinds.len(), 15);
}

#[test]
fn the_draft_is_lost_only_when_the_relay_acknowledged_it_or_with_consent() {
    each(|case, before, event, after, _| {
        let sent = matches!(before.phase, Phase::Sending(_))
            && matches!(event, Event::Answered(Answer::Accepted { .. }));
        let dropped = matches!((event, &before.over), (Event::Yes, Some(Over::Leave)))
            || matches!((event, &before.over), (Event::Forget, Some(Over::Papers(_))));
        let writes = matches!(before.phase, Phase::Compose(_) | Phase::Talk(Some(_)) | Phase::Arrived(_));
        let typed = writes && matches!(event, Event::Input(..) | Event::Wish(_));
        // Written in the conversation, it waits there to leave; what could not leave stands in the field again.
        let moves = queued(before) != queued(after);
        match (sent || dropped, typed) {
            (true, _) if after.draft == Draft::default() => {}
            (_, true) => {}
            _ if moves => {}
            _ => assert!(after.draft == before.draft, "{case}"),
        }
    });
}

#[test]
fn con_02_only_the_tick_and_the_button_lead_to_writing() {
    each(|case, before, event, after, _| {
        if writes_or_later(before) || !writes_or_later(after) {
            return;
        }
        match &before.phase {
            Phase::Notice(reading) => {
                assert!(reading.ticks.has(Purpose::Answer) && matches!(event, Event::Agree), "{case}");
            }
            phase => panic!("{case}: {phase:?}"),
        }
    });
}

#[test]
fn pre_03_nothing_is_sealed_fetched_or_sent_before_consent() {
    each(|case, before, event, _, effects| {
        if !writes_or_later(before) && before.talk.is_none() && !comes_back(event) && !before.phase.is_final()
        {
            let harmless = |effect: &Effect| {
                // What is picked here is let go, unread.
                let dropped = matches!(effect, Effect::File(FileEffect::Drop(_)));
                dropped || matches!(effect, Effect::Focus(_) | Effect::Tell(Tell::Close) | Effect::Revoke(_))
            };
            assert!(effects.iter().all(harmless), "{case}: {effects:?}");
        }
    });
}

#[test]
fn pre_03_sealing_begins_with_send_or_with_a_conflict_and_never_while_typing() {
    each(|case, before, event, _, effects| {
        if effects.iter().any(|effect| matches!(effect, Effect::Seal(_))) {
            let writes = matches!(before.phase, Phase::Compose(_) | Phase::Talk(Some(_)));
            let pressed = writes && matches!(event, Event::Send) || matches!(event, Event::Want(_));
            let way = on_its_way(before);
            let conflict =
                matches!(way, Phase::Sending(_)) && matches!(event, Event::Answered(Answer::Behind));
            let rekeyed = matches!(way, Phase::Refreshing(_)) && matches!(event, Event::Refreshed(Ok(_)));
            // One went, or came back to the field, and the next of what was sent before follows it.
            let next = queued(before) > 1 && matches!(event, Event::Answered(_) | Event::Sealed(_));
            assert!(pressed || conflict || rekeyed || next, "{case}");
        }
    });
}

#[test]
fn requests_are_owed_exactly_where_the_state_says_so() {
    each(|case, before, event, after, effects| {
        // The same attempt, of which more is told, or after which it ends.
        let under_way = matches!(on_its_way(before), Phase::Sending(_) | Phase::Refreshing(_));
        if matches!(event, Event::Working) || under_way && matches!(event, Event::Edit) {
            return assert_eq!(effects, [], "{case}");
        }
        let count = |wanted: fn(&Effect) -> bool| effects.iter().filter(|effect| wanted(effect)).count();
        let moved = on_its_way(before) != on_its_way(after);
        let owed = |phase: bool| usize::from(moved && phase);
        let sends = count(|effect| matches!(effect, Effect::Send { .. }));
        assert_eq!(sends, owed(matches!(on_its_way(after), Phase::Sending(_))), "{case}");
        let seals = count(|effect| matches!(effect, Effect::Seal(_)));
        assert_eq!(seals, owed(matches!(on_its_way(after), Phase::Sealing(_))), "{case}");
        let refreshes = count(|effect| matches!(effect, Effect::Refresh));
        assert_eq!(refreshes, owed(matches!(on_its_way(after), Phase::Refreshing(_))), "{case}");
        let leaves = count(|effect| matches!(effect, Effect::Withdraw));
        let leaving = |phase: &Phase| matches!(phase, Phase::Leaving(leaving) if !leaving.busy && !leaving.noting && leaving.pause.is_none());
        assert_eq!(leaves, owed(leaving(&after.phase)), "{case}");
        let waits = count(|effect| matches!(effect, Effect::Wait { .. }));
        assert!(waits <= 1, "{case}");
        let paused = matches!(&after.phase, Phase::Leaving(leaving) if leaving.pause.is_some());
        if moved && (paused || matches!(on_its_way(after), Phase::Waiting(..))) {
            assert_eq!(waits, 1, "{case}");
        }
    });
}

#[test]
fn a11_02_another_screen_moves_the_focus_once() {
    each(|case, before, _, after, effects| {
        let focus = effects.iter().filter(|effect| matches!(effect, Effect::Focus(_))).count();
        assert!(focus <= 1, "{case}");
        assert!(focus == 1 || before.screen() == after.screen(), "{case}");
    });
}

#[test]
fn con_02_boxes_are_empty_whenever_a_notice_appears() {
    each(|case, before, event, after, _| {
        let Phase::Notice(reading) = &after.phase else { return };
        let appears = !matches!(before.phase, Phase::Notice(_)) || matches!(event, Event::Opened);
        assert!(!appears || reading.ticks == Ticks::default(), "{case}");
    });
}

#[test]
fn con_05_escape_and_close_only_hide_or_go_back() {
    for (name, model) in states() {
        for event in [Event::Escape, Event::Close] {
            let mut after = model.clone();
            let goes_back = matches!(event, Event::Escape) && model.over.is_some();
            if after.warned.is_none() && after.on(event.clone()).is_empty() {
                // Once a sentence comes first, and nothing else happens.
                let warned = Model { warned: after.warned, ..model.clone() };
                assert!(after == warned && after.warned.is_some(), "{name}");
            } else {
                after = model.clone();
            }
            let model = after.clone();
            let mut effects = after.on(event);
            effects.retain(|effect| !matches!(effect, Effect::Revoke(_) | Effect::Wait { .. }));
            let back = Model { over: None, ..model.clone() };
            let hidden =
                Model { frame: Frame::Hidden, wire: after.wire, timer: after.timer, ..model.clone() };
            if goes_back {
                assert_eq!((effects, after), (vec![Effect::Focus(Focus::Start)], back), "{name}");
            } else {
                assert_eq!((effects, after), (vec![Effect::Tell(Tell::Close)], hidden), "{name}");
            }
        }
    }
}

#[test]
fn a_site_that_moved_takes_nothing_but_shows_what_was_kept() {
    for event in events() {
        let mut after = moved();
        after.on(event.clone());
        assert!(after.screen() == Screen::Moved || comes_back(&event), "{event:?}");
        assert!(after.draft == Draft::default() && after.consent().is_none());
    }
    let shown = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    let open = [fixtures::kept(Kept::Talk), fixtures::news(vec![shown], Some(consented())), Event::Another];
    let kept = after(moved(), &open);
    assert_eq!((kept.screen(), kept.consent()), (Screen::Talk, None));
}

/// All sequences of four events from the start: no path leads past the notice without tick and button.
#[test]
fn con_02_no_path_of_four_events_avoids_consent() {
    // What only changes what is said beside it multiplies the paths and leads nowhere.
    let aside = |event: &Event| matches!(event, Event::Network(_) | Event::House(_) | Event::File(_));
    let events: Vec<_> = events().into_iter().filter(|event| !comes_back(event) && !aside(event)).collect();
    let mut paths = vec![fresh()];
    let mut consented = 0;
    for _ in 0..4 {
        let mut next: Vec<Model> = Vec::new();
        for model in &paths {
            for event in &events {
                let mut after = model.clone();
                after.on(event.clone());
                if writes_or_later(&after) {
                    let Phase::Notice(reading) = &model.phase else { panic!("{event:?} in {model:?}") };
                    assert!(reading.ticks.has(Purpose::Answer) && matches!(event, Event::Agree));
                    consented += 1;
                } else if !next.contains(&after) && !paths.contains(&after) {
                    next.push(after);
                }
            }
        }
        paths.extend(next);
    }
    assert!(consented > 0);
}
