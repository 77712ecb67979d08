//! A site takes text alone, or files again, whatever was picked meanwhile.

use super::*;
use crate::state::{Hello, Unsent};
use einwurf_protocol::message::Draft;

const OWN: &str = "Guten Tag";

fn says(model: &mut Model, text_only: bool) -> Option<Fault> {
    assert_eq!(model.on(Event::TextOnly(text_only)), []);
    assert_eq!(model.files.text_only, text_only);
    model.files.fault
}

/// A conversation that was opened again.
fn talking() -> Model {
    let consent = composing().consent().cloned();
    let mut model = fresh(Register::DeFormal);
    model.on(fixtures::kept(Kept::Talk));
    model.on(fixtures::news(vec![fixtures::shown(0, Direction::ToStaff, Some(OWN))], consent));
    model
}

#[test]
fn whoever_comes_back_asks_what_the_site_takes() {
    let mut model = fresh(Register::DeFormal);
    assert!(model.on(fixtures::kept(Kept::Talk)).contains(&Effect::House));
    assert!(talking().on(Event::Opened).contains(&Effect::House));
}

#[test]
fn an_answer_is_a_reason_to_ask_and_nothing_else_of_a_look_is() {
    let mut model = talking();
    let thread = |direction| {
        let shown = fixtures::shown;
        fixtures::news(vec![shown(0, Direction::ToStaff, Some(OWN)), shown(1, direction, Some("Ja"))], None)
    };
    assert!(!model.on(thread(Direction::ToStaff)).contains(&Effect::House));
    assert!(model.on(thread(Direction::ToVisitor)).contains(&Effect::House));
    assert!(!model.on(thread(Direction::ToVisitor)).contains(&Effect::House), "it is known");
}

#[test]
fn where_nothing_was_picked_there_is_nothing_to_say() {
    let mut model = talking();
    assert_eq!((says(&mut model, true), says(&mut model, false)), (None, None));
}

#[test]
fn what_is_picked_stays_and_is_told_that_it_cannot_go_until_it_is_taken_out() {
    let mut model = with_photos(&[1, 2]);
    pick(&mut model, 3);
    assert_eq!(says(&mut model, true), Some(Fault::TextOnly));
    on(&mut model, FileEvent::Prepared(3, Ok(paper())));
    on(&mut model, FileEvent::Remove(3));
    on(&mut model, FileEvent::Remove(1));
    assert_eq!((model.files.picked().count(), model.files.fault), (1, Some(Fault::TextOnly)));
    assert_eq!(says(&mut model, false), None, "it can go after all");
    says(&mut model, true);
    on(&mut model, FileEvent::Remove(2));
    assert_eq!((model.files.fault, model.draft.text.as_str()), (None, TEXT));
    assert!(order(&model.on(Event::Send)).files.is_empty());
}

#[test]
fn what_is_picked_meanwhile_is_let_go_unread_and_told_why() {
    let mut model = talking();
    says(&mut model, true);
    assert_eq!(pick(&mut model, 1), [Effect::File(FileEffect::Drop(1))]);
    assert_eq!((model.files.picked().count(), model.files.fault), (0, Some(Fault::TextOnly)));
    assert_eq!(says(&mut model, false), None);
}

#[test]
fn the_word_on_files_leaves_other_faults_alone() {
    let mut model = composing();
    pick(&mut model, 1);
    model.on(Event::Send);
    assert_eq!(says(&mut model, false), Some(Fault::Preparing));
}

#[test]
fn the_relay_has_the_last_word() {
    let mut model = with_photos(&[1]);
    says(&mut model, true);
    let order = order(&model.on(Event::Send));
    assert_eq!(order.files.len(), 1, "the site may have changed its mind");
    on(&mut model, FileEvent::Sealed(vec![(1, id(1))]));
    model.on(Event::Sealed(Ok(())));
    model.on(Event::Answered(Answer::TextOnly));
    assert_eq!((stage(&model, 1), model.files.fault), (Stage::Ready, Some(Fault::TextOnly)));
    model.on(Event::Send);
    on(&mut model, FileEvent::Sealed(vec![(1, id(1))]));
    model.on(Event::Sealed(Ok(())));
    assert_eq!(uploads(&model.on(accepted())), [(1, false)]);
    assert!(!model.files.text_only, "it took one");
}

#[test]
fn a_message_without_files_says_nothing_of_files() {
    let mut model = composing();
    says(&mut model, true);
    model.on(Event::Send);
    model.on(Event::Sealed(Ok(())));
    model.on(accepted());
    assert!(model.files.text_only);
}

#[test]
fn what_was_to_be_picked_once_more_cannot_be() {
    let draft = Draft { text: TEXT.to_owned(), ..Draft::default() };
    let unsent = Some(Box::new(Unsent { draft, ..Unsent::default() }));
    let mut model = fresh(Register::DeFormal);
    model.on(Event::Hello(Hello { kept: Kept::Talk, unsent, page: None }));
    assert!(model.files.again);
    assert_eq!((says(&mut model, true), says(&mut model, false)), (Some(Fault::TextOnly), None));
    assert!(model.files.again, "now it can");
}
