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
        let typed =
            matches!(before.phase, Phase::Compose(_)) && matches!(event, Event::Input(..) | Event::Wish(_));
        match (sent || dropped, typed) {
            (true, _) if after.draft == Draft::default() => {}
            (_, true) => {}
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
                matches!(effect, Effect::Focus(_) | Effect::Tell(Tell::Close) | Effect::Revoke(_))
            };
            assert!(effects.iter().all(harmless), "{case}: {effects:?}");
        }
    });
}

#[test]
fn pre_03_sealing_begins_with_send_or_with_a_conflict_and_never_while_typing() {
    each(|case, before, event, _, effects| {
        if effects.iter().any(|effect| matches!(effect, Effect::Seal(_))) {
            let pressed = matches!(before.phase, Phase::Compose(_)) && matches!(event, Event::Send);
            let conflict =
                matches!(before.phase, Phase::Sending(_)) && matches!(event, Event::Answered(Answer::Behind));
            let rekeyed =
                matches!(before.phase, Phase::Refreshing(_)) && matches!(event, Event::Refreshed(Ok(_)));
            assert!(pressed || conflict || rekeyed, "{case}");
        }
    });
}

#[test]
fn requests_are_owed_exactly_where_the_state_says_so() {
    each(|case, before, _, after, effects| {
        let count = |wanted: fn(&Effect) -> bool| effects.iter().filter(|effect| wanted(effect)).count();
        let moved = before.phase != after.phase;
        let owed = |phase: bool| usize::from(moved && phase);
        let sends = count(|effect| matches!(effect, Effect::Send { .. }));
        assert_eq!(sends, owed(matches!(after.phase, Phase::Sending(_))), "{case}");
        let seals = count(|effect| matches!(effect, Effect::Seal(_)));
        assert_eq!(seals, owed(matches!(after.phase, Phase::Sealing(_))), "{case}");
        let refreshes = count(|effect| matches!(effect, Effect::Refresh));
        assert_eq!(refreshes, owed(matches!(after.phase, Phase::Refreshing(_))), "{case}");
        let leaves = count(|effect| matches!(effect, Effect::Withdraw));
        let leaving =
            matches!(&after.phase, Phase::Leaving(leaving) if !leaving.busy && leaving.pause.is_none());
        assert_eq!(leaves, owed(leaving), "{case}");
        let waits = count(|effect| matches!(effect, Effect::Wait { .. }));
        assert!(waits <= 1, "{case}");
        let paused = matches!(&after.phase, Phase::Leaving(leaving) if leaving.pause.is_some());
        if moved && (paused || matches!(after.phase, Phase::Waiting(..))) {
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
            let mut effects = after.on(event);
            effects.retain(|effect| !matches!(effect, Effect::Revoke(_)));
            let back = Model { over: None, ..model.clone() };
            let hidden = Model { hidden: true, ..model.clone() };
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
    let events: Vec<_> = events().into_iter().filter(|event| !comes_back(event)).collect();
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
