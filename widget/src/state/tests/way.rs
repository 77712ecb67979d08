//! How the visitor learns of an answer.

use super::*;

const WORDS: &str = "Bitte sagen Sie mir Bescheid.";

fn offering() -> Model {
    let offers = &[Purpose::Remember, Purpose::Notify];
    let site = fixtures::site(Kind { offers, ..Kind::usual(Register::DeFormal) }).unwrap();
    let mut model = Model::new(site);
    for event in
        [Event::Tick(Purpose::Answer, true), Event::Agree, typed(), Event::Send, Event::Sealed(Ok(()))]
    {
        model.on(event);
    }
    after(model, &[accepted()])
}

fn ordered(effects: &[Effect]) -> Option<&Order> {
    effects.iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some(&**order),
        _ => None,
    })
}

#[test]
fn con_03_each_way_that_needs_consent_has_its_own_empty_box_and_makes_a_fresh_grant() {
    for (way, purpose, wish) in
        [(Way::Notice, Purpose::Notify, Some(Wish::Notice)), (Way::Remember, Purpose::Remember, None)]
    {
        let mut model =
            after(offering(), &[Event::Way(way), Event::Input(Field::Email, "e@muster.example".into())]);
        assert!(model.offers(way) && !model.ways.ticked);
        assert_eq!(model.on(Event::Want(WORDS.into())), [Effect::Focus(Focus::Box)]);
        assert!(model.ways.nudge);
        model.on(Event::Box(true));
        let effects = model.on(Event::Want(WORDS.into()));
        let order = ordered(&effects).unwrap();
        let (consent, message) = (order.message.consent(), order.message.inner());
        assert!(consent.grants(purpose) && consent.grants(Purpose::Answer));
        assert_eq!((message.text(), message.wish()), (WORDS, wish));
        assert_eq!(message.email(), wish.map(|_| "e@muster.example"));
        assert_eq!(model.ways.done, Some(way));
        assert!(!model.offers(way), "nobody is asked twice");
        assert_eq!(model.talk.as_ref().unwrap().remembers(), way == Way::Remember);
        assert!(model.consent().unwrap().grants(purpose), "also for what is written next");
    }
}

#[test]
fn a_call_and_an_ordinary_mail_need_no_grant_but_a_number_or_an_address() {
    for (way, field, fault, wish) in [
        (Way::Phone, Field::Phone, DraftError::WishNeedsPhone, Wish::Phone),
        (Way::Email, Field::Email, DraftError::WishNeedsEmail, Wish::Email),
    ] {
        let mut model = after(offering(), &[Event::Way(way), Event::Box(true)]);
        assert_eq!(model.on(Event::Want(WORDS.into())), [Effect::Focus(Focus::Field(field))]);
        assert_eq!(model.unfit(), Some(fault));
        let value = if way == Way::Phone { "030 1234" } else { "e@muster.example" };
        model.on(Event::Input(field, value.into()));
        let before = model.consent().cloned();
        let effects = model.on(Event::Want(WORDS.into()));
        assert_eq!(ordered(&effects).unwrap().message.inner().wish(), Some(wish));
        assert_eq!(model.consent().cloned(), before);
    }
    let mut model =
        after(offering(), &[Event::Way(Way::Email), Event::Input(Field::Email, "e@muster.example".into())]);
    assert_eq!(
        model.on(Event::Want(WORDS.into())),
        [Effect::Focus(Focus::Box)],
        "unencrypted: said with a tick"
    );
}

#[test]
fn a_site_that_does_not_offer_it_is_given_no_such_consent() {
    let arrived = after(sending(), &[accepted()]);
    for way in [Way::Notice, Way::Remember] {
        assert!(!arrived.offers(way));
        let open = [Event::Way(way), Event::Box(true), Event::Input(Field::Email, "e@muster.example".into())];
        let mut model = after(arrived.clone(), &open);
        assert_eq!(ordered(&model.on(Event::Want(WORDS.into()))), None);
    }
}

#[test]
fn rgt_02_the_private_link_is_made_when_it_is_asked_for_and_copied_only_from_the_screen() {
    let mut model = offering();
    assert_eq!(model.on(Event::Way(Way::Link)), [Effect::Private]);
    assert_eq!(model.on(Event::Private(Some(private()))), []);
    assert_eq!(model.on(Event::Copy { link: true }), [Effect::Copy(private().link)]);
    assert_eq!(model.on(Event::Share), [Effect::Share(private().link)]);
    assert!(!format!("{model:?}").contains("secret"));
    model.on(Event::Way(Way::Link));
    assert_eq!(model.on(Event::Copy { link: true }), [], "it is not on the screen");
}

#[test]
fn closing_without_a_way_is_answered_by_one_sentence_and_never_again() {
    let mut model = offering();
    assert_eq!(model.on(Event::Escape), []);
    assert_eq!((model.warned, model.is_hidden()), (Some(Warning::NoWay), false));
    assert!(model.on(Event::Close).contains(&Effect::Tell(Tell::Close)));
    model.on(Event::Opened);
    assert!(model.on(Event::Close).contains(&Effect::Tell(Tell::Close)));
}

#[test]
fn closing_with_a_way_or_after_an_answer_just_closes() {
    let closes = |model: &Model| model.clone().on(Event::Close).contains(&Effect::Tell(Tell::Close));
    let copied = [Event::Way(Way::Link), Event::Private(Some(private())), Event::Copied(true)];
    assert!(closes(&after(offering(), &copied)));
    assert!(!closes(&after(offering(), &copied[..2])), "seen is not kept");
    let with_address = after(composed(), &[Event::Send, Event::Sealed(Ok(())), accepted()]);
    assert!(closes(&with_address), "an address came with the message");
    let thread = vec![
        fixtures::shown(0, Direction::ToStaff, Some(TEXT)),
        fixtures::shown(1, Direction::ToVisitor, Some("Ja.")),
    ];
    assert!(closes(&after(offering(), &[fixtures::news(thread, None)])));
    assert!(closes(&fresh()) && closes(&composed()));
}

#[test]
fn closing_while_something_cannot_leave_is_answered_by_one_sentence() {
    let lost = [Event::Sealed(Ok(())), Event::Answered(Answer::Lost)];
    for model in [written(&lost), after(sending(), &lost[1..])] {
        let mut model = model;
        assert_eq!(model.on(Event::Close), []);
        assert_eq!(model.warned, Some(Warning::Unsent));
        assert!(model.on(Event::Close).contains(&Effect::Tell(Tell::Close)));
    }
}
