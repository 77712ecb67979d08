//! Boxes, modes and the question of age.

use super::*;

const OFFERED: [Purpose; 3] = [Purpose::Special, Purpose::Remember, Purpose::Context];

fn at(kind: Kind) -> Model {
    Model::new(fixtures::site(kind).unwrap())
}

fn request() -> Kind {
    Kind { mode: Mode::Request, ..Kind::usual(Register::En) }
}

#[test]
fn con_02_boxes_and_the_question_of_age_are_empty_at_first_and_when_reopened() {
    let chosen =
        [Event::Age(Age::OldEnough), Event::Tick(Purpose::Special, true), Event::Close, Event::Opened];
    for model in [at(full()), after(at(full()), &chosen)] {
        assert!(matches!(&model.phase, Phase::Notice(reading) if *reading == Reading::default()));
    }
}

#[test]
fn con_03_every_combination_of_optional_boxes_can_write_and_is_what_was_granted() {
    for chosen in 0..8 {
        let ticked = |index: usize| chosen & (1 << index) != 0;
        let mut model = at(full());
        for (index, purpose) in OFFERED.into_iter().enumerate() {
            model.on(Event::Tick(purpose, ticked(index)));
        }
        for event in [Event::Tick(Purpose::Answer, true), Event::Age(Age::OldEnough), Event::Agree] {
            model.on(event);
        }
        let Phase::Compose(composing) = &model.phase else { panic!("{chosen}") };
        for (index, purpose) in OFFERED.into_iter().enumerate() {
            assert_eq!(composing.consent.grants(purpose), ticked(index), "{chosen} {purpose:?}");
        }
        assert_eq!(model.talk.as_ref().map(|talk| talk.remember), Some(ticked(1)));
    }
}

#[test]
fn con_06_in_request_mode_the_button_alone_agrees_and_no_box_is_shown() {
    let mut model = at(request());
    assert!(model.site.notice.notice().statements.is_empty());
    model.on(Event::Agree);
    assert!(matches!(model.phase, Phase::Compose(_)));
}

#[test]
fn con_06_no_text_of_the_widget_speaks_of_consent_since_all_serve_both_modes() {
    for file in Register::ALL.map(crate::texts::tests::file) {
        let lower = file.to_lowercase();
        for word in ["einwillig", "zustimm", "widerruf", "consent", "withdraw"] {
            assert!(!lower.contains(word), "{word}");
        }
    }
}

#[test]
fn con_06_what_ended_is_never_replaced_by_another_basis() {
    for (name, model) in states() {
        if !model.phase.is_final() {
            continue;
        }
        for event in events() {
            let mut after = model.clone();
            after.on(event.clone());
            assert_eq!(after.phase, model.phase, "{event:?} in {name}");
            assert!(after.consent().is_none() && after.talk.is_none(), "{event:?} in {name}");
        }
    }
}

#[test]
fn con_09_a_kept_conversation_under_an_older_notice_needs_fresh_consent_before_writing() {
    let old = after(Model::new(site(91)), &[Event::Tick(Purpose::Answer, true), Event::Agree]);
    let mut model = talking(old.consent().cloned());
    assert_eq!((model.screen(), model.consent()), (Screen::Talk, None));
    model.on(Event::Another);
    assert!(matches!(&model.phase, Phase::Notice(reading) if *reading == Reading::default()));
    model.on(Event::Agree);
    assert!(model.consent().is_none(), "the box was not ticked");
    assert!(model.talk.is_some(), "it can still be withdrawn");
    model.on(Event::Decline);
    assert_eq!(model.screen(), Screen::Talk, "what was said before still stands");
}

#[test]
fn kid_01_the_question_of_age_needs_an_answer_and_points_at_it() {
    let mut model = after(at(full()), &[Event::Tick(Purpose::Answer, true)]);
    assert_eq!(model.on(Event::Agree), [Effect::Focus(Focus::Box)]);
    assert!(matches!(&model.phase, Phase::Notice(reading) if reading.nudge == Some(NotAgreed::Age)));
    model.on(Event::Age(Age::Parents));
    model.on(Event::Agree);
    assert_eq!(model.consent().and_then(Consent::by), Some(einwurf_protocol::consent::By::Parent));
}

#[test]
fn kid_01_who_has_not_asked_yet_sends_stores_and_draws_nothing_ever() {
    let mut model = after(at(full()), &[Event::Tick(Purpose::Answer, true), Event::Age(Age::NotAsked)]);
    assert_eq!(model.on(Event::Agree), [Effect::Focus(Focus::Start)]);
    assert_eq!((model.screen(), &model.talk), (Screen::TooYoung, &None));
    for event in events() {
        let effects = model.on(event.clone());
        let harmless = |effect: &Effect| {
            let dropped = matches!(effect, Effect::File(FileEffect::Drop(_)));
            dropped || matches!(effect, Effect::Focus(_) | Effect::Tell(Tell::Close) | Effect::Revoke(_))
        };
        assert!(effects.iter().all(harmless), "{event:?}: {effects:?}");
        assert_eq!(model.phase, Phase::TooYoung, "{event:?}");
        model.readers = false;
    }
}

#[test]
fn dp_10_what_says_close_closes_and_grants_nothing() {
    let mut model = at(request());
    assert!(model.on(Event::Decline).contains(&Effect::Tell(Tell::Close)));
    assert!(model.consent().is_none());
    model.on(Event::Opened);
    assert!(matches!(&model.phase, Phase::Notice(reading) if *reading == Reading::default()));
    // "Do not agree" answers with other ways and leaves the frame open.
    let mut model = fresh();
    assert_eq!(model.on(Event::Decline), [Effect::Focus(Focus::Start)]);
    // Saving a receipt or data grants nothing.
    for kind in [Paper::Receipt, Paper::Data] {
        let papers =
            after(talking(None), &[Event::Show(kind), got(kind), Event::Copy { link: false }, Event::Back]);
        assert!(papers.consent().is_none());
    }
}

#[test]
fn kid_01_who_has_not_asked_goes_back_to_a_conversation_that_had_begun_and_writes_no_more() {
    let mut model = grown();
    assert_eq!((model.screen(), model.consent()), (Screen::Talk, None));
    assert!(model.talk.as_ref().is_some_and(|talk| talk.young && !talk.thread.is_empty()));
    assert!(!model.may_write() && model.draft.text == TEXT);
    for event in [Event::Another, Event::Tick(Purpose::Special, true), Event::Agree, Event::Send] {
        assert_eq!(model.on(event), []);
        assert_eq!(model.phase, Phase::Talk(None));
    }
    model.on(Event::Withdraw);
    model.on(Event::Yes);
    assert!(model.on(Event::Noted).contains(&Effect::Withdraw));
}

#[test]
fn con_02_the_box_of_a_members_question_is_empty_when_reopened() {
    let model = after(asked(full()).0, &[Event::Tick(Purpose::Special, true), Event::Close, Event::Opened]);
    assert!(model.talk.as_ref().is_some_and(|talk| !talk.special));
    assert_eq!(after(model, &[Event::Agree]).screen(), Screen::Talk);
}
