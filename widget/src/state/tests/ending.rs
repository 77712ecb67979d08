//! Withdrawing, forgetting, and that nothing comes after.

use super::*;

fn has_talk(name: &str, model: &Model) -> bool {
    let past = model.phase.is_final() || matches!(model.phase, Phase::Leaving(_));
    let before = matches!(model.phase, Phase::Notice(_) | Phase::Moved | Phase::Declined { .. });
    if past || before && !name.contains("changed") {
        return false;
    }
    assert!(model.talk.is_some(), "{name}");
    true
}

#[test]
fn rgt_01_withdrawing_takes_two_interactions_in_every_state_after_consent() {
    let mut states_after = 0;
    for (name, model) in states() {
        if has_talk(name, &model) {
            states_after += 1;
            let mut model = model;
            let busy = model.is_busy();
            model.on(Event::Withdraw);
            assert_eq!(model.screen(), Screen::Leave, "{name}");
            let effects = model.on(Event::Yes);
            assert!(matches!(model.phase, Phase::Leaving(_)), "{name}");
            assert_eq!(effects.first(), Some(&Effect::Note), "{name}: noted before anything else");
            assert!(!effects.contains(&Effect::Withdraw), "{name}: posted before it is noted");
            let noted = model.on(Event::Noted);
            assert_eq!(noted.contains(&Effect::Withdraw), !busy, "{name}");
            assert_eq!(model.on(Event::Noted), [], "{name}: once");
        }
    }
    assert!(states_after > 15, "{states_after}");
}

#[test]
fn dp_09_withdrawing_is_no_longer_than_agreeing_and_asks_nothing() {
    let give = [Event::Tick(Purpose::Answer, true), Event::Agree];
    assert!(LEAVE.len() <= give.len());
    let mut model = after(composed(), &[Event::Withdraw]);
    // Nothing that is typed or ticked on the way changes anything.
    for event in events() {
        if matches!(event, Event::Input(..) | Event::Tick(..) | Event::Wish(_) | Event::Agree | Event::Send) {
            assert_eq!(model.on(event), []);
            assert_eq!(model.screen(), Screen::Leave);
        }
    }
}

#[test]
fn dp_20_the_words_are_neutral_in_every_register_and_mode_and_going_back_changes_nothing() {
    for register in Register::ALL {
        for mode in [Mode::Consent, Mode::Request] {
            let site = fixtures::site(Kind { mode, ..Kind::usual(register) }).unwrap();
            let words = &site.notice.notice().withdrawal;
            let all = [&words.label, &words.ask, &words.yes, &words.no, &words.done, &words.pending];
            for word in ["schade", "leider", "wirklich", "verlier", "sad", "sorry", "really", "lose", "!"] {
                assert!(all.iter().all(|text| !text.to_lowercase().contains(word)), "{register} {word}");
            }
        }
    }
    let before = talking(Some(consented()));
    assert_eq!(after(before.clone(), &[Event::Withdraw, Event::Back]), before);
}

#[test]
fn rgt_03_a_withdrawal_is_dated_by_the_relay_and_clears_the_device() {
    let mut model = after(talking(Some(consented())), &LEAVE);
    let effects = model.on(Event::Ended(Ending::Done(End::Withdrawn(NOW))));
    assert_eq!(effects, [Effect::Forget, Effect::Focus(Focus::Start)]);
    assert_eq!((&model.phase, &model.talk), (&Phase::Ended(End::Withdrawn(NOW)), &None));
    assert_eq!(model.on(Event::Show(Paper::Receipt)).first(), Some(&Effect::Gather(Paper::Receipt)));
}

#[test]
fn rgt_03_before_anything_was_sent_everything_is_simply_dropped() {
    let mut model = composed();
    model.on(Event::Withdraw);
    assert_eq!(model.on(Event::Yes), [Effect::Note, Effect::Focus(Focus::Start)]);
    assert_eq!(model.on(Event::Noted), [Effect::Withdraw]);
    assert!(model.draft == einwurf_protocol::message::Draft::default());
    assert_eq!(model.on(Event::Ended(Ending::Done(End::Dropped)))[0], Effect::Forget);
    assert_eq!(model.on(Event::Show(Paper::Receipt)), [], "there is nothing to prove");
}

#[test]
fn rgt_03_a_message_on_its_way_is_waited_for_so_that_it_is_erased_too() {
    let mut model = sending();
    model.on(Event::Withdraw);
    assert!(!model.on(Event::Yes).contains(&Effect::Withdraw));
    assert_eq!(model.on(Event::Noted), []);
    assert_eq!(model.on(accepted()), [Effect::Withdraw]);
    let mut sealing = after(composed(), &[Event::Send, Event::Withdraw, Event::Yes]);
    assert_eq!(sealing.on(Event::Sealed(Ok(()))), []);
    assert_eq!(sealing.on(Event::Noted), [Effect::Withdraw], "whichever comes last");
}

#[test]
fn dp_08_while_the_relay_is_away_it_is_tried_again_with_longer_pauses_and_by_hand() {
    let mut model = after(talking(None), &LEAVE);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let [Effect::Wait { seconds, timer }] = model.on(Event::Ended(Ending::Lost))[..] else { panic!() };
        pauses.push(seconds);
        assert!(matches!(&model.phase, Phase::Leaving(leaving) if leaving.is_pending()));
        assert_eq!(model.on(Event::TimeUp(timer)), [Effect::Withdraw]);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 15, 30, 30, 30]);
    model.on(Event::Ended(Ending::Lost));
    assert_eq!(model.on(Event::Retry), [Effect::Withdraw]);
    assert_eq!(model.on(Event::Retry), [], "one at a time");
}

#[test]
fn rgt_03_a_tab_that_is_loaded_again_goes_on_with_the_withdrawal() {
    let mut model = fresh();
    assert_eq!(model.on(fixtures::kept(Kept::Leaving)), [Effect::Withdraw, Effect::Focus(Focus::Start)]);
    assert_eq!(model.screen(), Screen::Leaving);
}

#[test]
fn rgt_04_what_is_held_for_a_claim_is_not_said_to_be_erased() {
    let hold = Hold { reason: Reason::Claim, since: Timestamp(1), until: DELETED };
    let mut model = after(talking(None), &LEAVE);
    let Event::Looked(Look::News(mut news)) = fixtures::news(Vec::new(), None) else { panic!() };
    news.hold = Some(hold);
    model.on(Event::Looked(Look::News(news)));
    for (at, end) in [
        (DELETED.minus(1), End::Held(DELETED.minus(1), DELETED)),
        (DELETED, End::Withdrawn(DELETED)),
        (DELETED.plus(1), End::Withdrawn(DELETED.plus(1))),
    ] {
        let ended = after(model.clone(), &[Event::Ended(Ending::Done(End::Withdrawn(at)))]);
        assert_eq!(ended.phase, Phase::Ended(end));
    }
}

#[test]
fn dp_24_nothing_is_sealed_sent_or_kept_after_a_withdrawal() {
    for (name, model) in states() {
        let leaving = matches!(model.phase, Phase::Leaving(_));
        if !leaving && !model.phase.is_final() {
            continue;
        }
        for first in events() {
            for second in events() {
                let mut model = model.clone();
                let mut effects = model.on(first.clone());
                effects.extend(model.on(second.clone()));
                let writes = |effect: &Effect| {
                    matches!(
                        effect,
                        Effect::Seal(_) | Effect::Send { .. } | Effect::Note | Effect::Refresh | Effect::Look
                    )
                };
                assert!(!effects.iter().any(writes), "{first:?}, {second:?} in {name}: {effects:?}");
                assert!(leaving || model.phase.is_final(), "{first:?}, {second:?} in {name}");
                assert!(model.consent().is_none(), "{first:?}, {second:?} in {name}");
            }
        }
    }
}

#[test]
fn ret_04_forgetting_clears_the_device_at_once_and_withdraws_nothing() {
    for (name, model) in states() {
        if !has_talk(name, &model) {
            continue;
        }
        let mut model = after(model, &[Event::Show(Paper::Data)]);
        let mut effects = model.on(Event::Forget);
        effects.retain(|effect| !matches!(effect, Effect::Disconnect | Effect::File(_)));
        assert_eq!(effects, [Effect::Forget, Effect::Focus(Focus::Start)], "{name}");
        assert_eq!((&model.phase, &model.talk), (&Phase::Ended(End::Forgotten), &None), "{name}");
        assert!(model.draft == einwurf_protocol::message::Draft::default(), "{name}");
    }
}

#[test]
fn withdrawn_elsewhere_ends_it_here_and_keeps_what_was_not_sent() {
    for (look, end) in [(Look::Gone, End::Gone), (Look::Nothing, End::Past)] {
        let mut model = after(talking(Some(consented())), &[Event::Looked(look)]);
        assert_eq!(model.phase, Phase::Ended(end));
        assert_eq!(model.on(Event::Yes), [], "nothing is left to withdraw");
    }
    let model = after(sending(), &[Event::Answered(Answer::Gone)]);
    assert_eq!((&model.phase, model.draft.text.as_str()), (&Phase::Ended(End::Gone), TEXT));
}

#[test]
fn rec_05_a_receipt_is_offered_after_the_end_only_where_its_keys_are_still_there() {
    let ends = [
        (End::Withdrawn(NOW), true),
        (End::Held(NOW, DELETED), true),
        (End::Gone, true),
        (End::Past, false),
        (End::Void, false),
        (End::Dropped, false),
        (End::Forgotten, false),
    ];
    for (end, proves) in ends {
        let mut model = ended(end);
        let gathers = model.on(Event::Show(Paper::Receipt)).contains(&Effect::Gather(Paper::Receipt));
        assert_eq!((gathers, end.proves()), (proves, proves), "{end:?}");
    }
}

#[test]
fn rgt_05_no_address_leads_to_a_paper_that_is_put_away() {
    let urls = Effect::Revoke(vec!["blob:x".into(), "blob:x".into()]);
    let shown = after(talking(Some(consented())), &[Event::Show(Paper::Data), got(Paper::Data)]);
    for event in [
        Event::Back,
        Event::Escape,
        Event::Forget,
        Event::Withdraw,
        Event::Show(Paper::Receipt),
        got(Paper::Data),
        Event::Looked(Look::Gone),
    ] {
        assert!(shown.clone().on(event.clone()).contains(&urls), "{event:?}");
    }
    let late = shown.clone().on(got(Paper::Receipt));
    assert_eq!(late, [urls], "nobody waits for it any more");
}
