//! A conversation that is opened again, read again and gone on with.

use super::*;

fn look(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Look)
}

fn seals(effects: &[Effect]) -> Option<Consent> {
    effects.iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some(order.message.consent().clone()),
        _ => None,
    })
}

#[test]
fn what_was_kept_opens_again_and_is_written_on_under_the_same_consent() {
    let mut model = fresh();
    assert!(look(&model.on(fixtures::kept(Kept::Talk))));
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    model.on(fixtures::news(vec![own], Some(consented())));
    assert_eq!(model.screen(), Screen::Talk);
    for event in [Event::Another, Event::Input(Field::Text, TEXT.into())] {
        model.on(event);
    }
    assert_eq!(seals(&model.on(Event::Send)), Some(consented()));
}

#[test]
fn what_was_kept_and_is_nowhere_any_more_is_forgotten_for_a_new_beginning() {
    let mut model = after(fresh(), &[fixtures::kept(Kept::Talk)]);
    assert!(model.on(Event::Looked(Look::Nothing)).contains(&Effect::Forget));
    assert_eq!(model, fresh());
}

#[test]
fn a_relay_that_does_not_answer_is_asked_again_for_what_was_kept() {
    let mut model = after(fresh(), &[fixtures::kept(Kept::Talk)]);
    let [Effect::Wait { timer, .. }] = model.on(Event::Looked(Look::Lost))[..] else { panic!() };
    assert_eq!(model.phase, Phase::Opening { lost: true });
    assert!(look(&model.on(Event::TimeUp(timer))) && look(&model.on(Event::Retry)));
}

#[test]
fn what_does_not_verify_is_not_shown_and_not_answered_but_can_be_withdrawn() {
    for events in
        [vec![fixtures::kept(Kept::Talk), Event::Looked(Look::Untrusted)], vec![fixtures::kept(Kept::Newer)]]
    {
        let mut model = after(fresh(), &events);
        let talk = model.talk.clone().unwrap();
        assert!(talk.fault && talk.thread.is_empty());
        model.on(Event::Another);
        assert_eq!((model.screen(), model.consent()), (Screen::Talk, None));
        model.on(Event::Withdraw);
        model.on(Event::Yes);
        assert!(model.on(Event::Noted).contains(&Effect::Withdraw));
    }
}

#[test]
fn a_kept_conversation_does_not_replace_one_that_has_begun() {
    let before = composed();
    assert_eq!(after(before.clone(), &[fixtures::kept(Kept::Talk)]), before);
}

#[test]
fn it_is_looked_at_again_while_it_is_on_the_screen_and_not_while_it_is_hidden() {
    let mut model = after(sending(), &[accepted()]);
    let timer = model.timer;
    let mut hidden = after(model.clone(), &[Event::Close]);
    assert!(hidden.is_hidden());
    assert_eq!(hidden.on(Event::TimeUp(timer)), []);
    assert!(look(&hidden.on(Event::Opened)));
    assert!(look(&model.on(Event::TimeUp(timer))));
    assert_eq!(model.on(Event::TimeUp(timer.wrapping_sub(1))), [], "an older pause");
}

#[test]
fn no_look_comes_between_a_message_and_its_answer() {
    let mut model = after(sending(), &[accepted(), Event::Talk, Event::Looked(Look::Lost)]);
    let timer = model.timer;
    model.on(Event::Input(Field::Text, TEXT.into()));
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    assert!(!look(&model.on(Event::TimeUp(timer))));
}

#[test]
fn an_answer_opens_the_conversation_from_the_postmark_and_interrupts_no_writing() {
    let thread = vec![
        fixtures::shown(0, Direction::ToStaff, Some(TEXT)),
        fixtures::shown(1, Direction::ToVisitor, Some("Ja.")),
    ];
    let arrived = after(sending(), &[accepted()]);
    let model = after(arrived.clone(), &[fixtures::news(thread.clone(), None)]);
    assert_eq!(model.screen(), Screen::Talk);
    assert!(model.talk.as_ref().is_some_and(|talk| talk.fresh) && model.consent().is_some());
    let typed = Event::Input(Field::Text, TEXT.into());
    let writing = after(arrived, &[Event::Another, typed, fixtures::news(thread, None)]);
    assert_eq!((writing.screen(), writing.draft.text.as_str()), (Screen::Talk, TEXT));
}

#[test]
fn kid_02_a_member_asks_and_box_and_button_give_a_fresh_consent_for_the_next_message() {
    let (mut model, before) = asked(full());
    assert!(model.talk.as_ref().unwrap().question().is_some() && !before.grants(Purpose::Special));
    model.on(Event::Agree);
    assert_eq!(model.screen(), Screen::Talk, "the box is empty");
    model.on(Event::Tick(Purpose::Special, true));
    model.on(Event::Agree);
    model.on(Event::Input(Field::Text, TEXT.into()));
    let fresh = seals(&model.on(Event::Send)).unwrap();
    assert!(fresh.grants(Purpose::Special) && fresh.grants(Purpose::Remember));
    assert!(!fresh.grants(Purpose::Context));
    assert_eq!((fresh.by(), fresh.notice()), (before.by(), before.notice()));
    assert!(model.talk.as_ref().unwrap().question().is_none(), "it is answered");
}

#[test]
fn kid_02_a_site_without_such_a_box_is_given_no_such_consent() {
    let (model, _) = asked(Kind { offers: &[Purpose::Remember], ..full() });
    let model = after(model, &[Event::Tick(Purpose::Special, true), Event::Agree]);
    assert_eq!(model.screen(), Screen::Talk);
}

#[test]
fn rgt_02_the_private_link_is_copied_only_once_it_is_on_the_screen() {
    let mut model = after(composed(), &[Event::Show(Paper::Receipt), got(Paper::Receipt)]);
    assert_eq!(model.on(Event::Copy { link: true }), []);
    model.on(Event::Link);
    assert_eq!(model.on(Event::Copy { link: true }), [Effect::Copy(gathered().link.unwrap())]);
    assert!(!format!("{model:?}").contains("secret"));
}

#[test]
fn rgt_02_a_conversation_by_link_is_remembered_by_no_device() {
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks.set(Purpose::Remember, true);
    let site = fixtures::site(Kind { children: None, ..full() }).unwrap();
    let consent = site.notice.agree(&ticks).unwrap();
    for (kept, remembered) in [(Kept::Talk, true), (Kept::Linked, false), (Kept::Both, true)] {
        let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
        let open = [fixtures::kept(kept), fixtures::news(vec![own], Some(consent.clone()))];
        let talk = after(Model::new(site.clone()), &open).talk.unwrap();
        assert_eq!((talk.remembers(), talk.linked), (remembered, kept != Kept::Talk));
    }
}

#[test]
fn rec_05_the_receipt_is_there_right_after_consent() {
    let mut model = after(fresh(), &[Event::Tick(Purpose::Answer, true), Event::Agree]);
    assert_eq!(model.on(Event::Show(Paper::Receipt))[0], Effect::Gather(Paper::Receipt));
    model.on(got(Paper::Receipt));
    assert_eq!(model.screen(), Screen::Papers(Paper::Receipt, true));
    assert_eq!(model.on(Event::Copy { link: false }), [Effect::Copy(TEXT.into())]);
    model.on(Event::Back);
    assert_eq!(model.screen(), Screen::Compose);
}

#[test]
fn rgt_02_a_link_that_opens_nothing_says_so_and_begins_no_other_conversation() {
    let expired = |kept| after(fresh(), &[fixtures::kept(kept), Event::Looked(Look::Nothing)]);
    for mut model in
        [after(fresh(), &[fixtures::kept(Kept::Void)]), expired(Kept::Linked), expired(Kept::Both)]
    {
        assert_eq!((&model.phase, &model.talk), (&Phase::Ended(End::Void), &None));
        for event in events() {
            model.on(event);
            assert_eq!(model.phase, Phase::Ended(End::Void));
        }
    }
}

#[test]
fn whatever_does_not_verify_stops_the_writing_and_keeps_the_draft() {
    let arrived = after(sending(), &[accepted()]);
    let writing = after(arrived.clone(), &[Event::Another, Event::Input(Field::Text, TEXT.into())]);
    for model in [writing.clone(), arrived, talking(Some(consented()))] {
        let before = model.draft.clone();
        let mut model = after(model, &[Event::Looked(Look::Untrusted)]);
        assert_eq!((&model.phase, &model.draft), (&Phase::Talk(None), &before));
        for event in [Event::Another, Event::Send, Event::Agree, Event::Edit] {
            assert!(seals(&model.on(event)).is_none() && model.phase == Phase::Talk(None));
        }
    }
    // A look that ended while a message was on its way: its answer is waited for, and nothing follows it.
    let sent = after(writing, &[Event::Send, Event::Sealed(Ok(())), Event::Looked(Look::Untrusted)]);
    assert_eq!(sent.talk.as_ref().unwrap().outbox.queue.len(), 1);
    for events in [&[accepted(), Event::Another][..], &[Event::Answered(Answer::Limit), Event::Edit]] {
        let mut model = after(sent.clone(), events);
        assert!(seals(&model.on(Event::Send)).is_none());
    }
}

#[test]
fn rgt_04_no_day_of_deletion_is_named_that_something_outlasts() {
    let mut talk = talking(None).talk.unwrap();
    assert_eq!(talk.leaves(), Some(DELETED));
    let until = |until| Some(Hold { reason: Reason::Claim, since: NOW, until });
    for (hold, named) in [(DELETED.minus(1), true), (DELETED, true), (DELETED.plus(1), false)] {
        talk.hold = until(hold);
        assert_eq!(talk.leaves().is_some(), named);
    }
    (talk.hold, talk.restricted) = (None, true);
    assert_eq!(talk.leaves(), None);
}
