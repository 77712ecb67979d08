//! A relay that names other facts than were signed, keeps documents back, or moves; and people who type.

use super::*;
use crate::testing::{answers, relay_info};
use einwurf_protocol::{
    notice::{Mode, Purpose},
    settings::{Profile, Sector},
};

fn in_force_of(answers: &Answers) -> (InForce, Vec<String>) {
    let written = founding::write(answers, &relay_info()).unwrap();
    let (facts, notices) = (written.facts.clone(), written.references());
    let display = founding::display(answers);
    (InForce { facts, display, notices }, written.into_documents())
}

fn editing() -> Editing {
    let (in_force, documents) = in_force_of(&answers());
    let mut editing = Editing::beside(relay_info());
    editing.take(in_force.clone());
    for (named, document) in in_force.notices.iter().zip(&documents) {
        editing.hold(named.digest, Some(document));
    }
    editing
}

#[test]
fn what_is_published_has_nothing_to_publish() {
    let editing = editing();
    assert!(editing.is_complete() && editing.in_force.as_ref().unwrap().is_as_signed());
    assert!(!editing.is_changed() && !editing.is_redisplayed() && !editing.is_to_publish());
    assert_eq!((editing.first_fault(), editing.first_shown_fault()), (None, None));
    assert_eq!(
        Register::ALL.map(|register| editing.changes(register)),
        [Some(vec![]), Some(vec![]), Some(vec![])]
    );
}

#[test]
fn con_09_a_change_is_seen_in_every_register_before_it_is_signed() {
    let mut editing = editing();
    editing.answers.set(Ask::Days, "30".into());
    assert!(editing.is_changed() && editing.is_to_publish());
    for register in Register::ALL {
        assert!(!editing.changes(register).unwrap().is_empty(), "{register}");
    }
    editing.drop_typed();
    assert!(!editing.is_to_publish());
}

#[test]
fn con_09_contact_ways_are_no_change_of_the_notice() {
    let mut editing = editing();
    editing.answers.set(Ask::Phone, "+49 40 987".into());
    assert!(editing.is_redisplayed() && !editing.is_changed() && !editing.is_reworded());
}

#[test]
fn a_relay_that_names_other_facts_than_were_signed_is_found_out_though_nobody_typed() {
    let (mut in_force, documents) = in_force_of(&answers());
    in_force.facts.authority = "The relay's own authority".into();
    let mut editing = Editing::beside(relay_info());
    editing.take(in_force.clone());
    for (named, document) in in_force.notices.iter().zip(&documents) {
        editing.hold(named.digest, Some(document));
    }
    assert!(!editing.is_changed(), "the form shows the relay's word");
    assert!(!in_force.is_as_signed() && editing.is_reworded(), "but today's text says otherwise");
    let changes = editing.changes(Register::En).unwrap();
    assert!(format!("{changes:?}").contains("The relay's own authority"), "{changes:?}");
    editing.published();
    assert_eq!(editing.former(), None, "and what was never signed is not offered as what was before");
}

#[test]
fn another_document_or_none_in_the_place_of_a_notice_is_as_good_as_none() {
    let (in_force, documents) = in_force_of(&answers());
    let (_, others) = in_force_of(&Answers { days: "30".into(), ..answers() });
    let digest = in_force.notices[0].digest;
    for served in [None, Some(others[0].as_str()), Some(documents[1].as_str()), Some("<!doctype html>")] {
        let mut editing = Editing::beside(relay_info());
        editing.take(in_force.clone());
        editing.hold(digest, served);
        assert!(editing.away && !editing.is_complete());
        assert_eq!(editing.lacking().len(), 3);
        assert_eq!(editing.changes(Register::DeFormal), None, "and nothing is compared with it");
    }
}

#[test]
fn loc_03_a_relay_that_moved_is_noticed_and_its_own_words_are_published() {
    let mut editing = editing();
    assert!(!editing.is_elsewhere());
    let moved = RelayInfo {
        profile: Profile::CloudflareDirect,
        host_name: "Andere Hosting AG".into(),
        ..relay_info()
    };
    editing.relay = Some(moved);
    assert!(editing.is_elsewhere() && editing.is_changed() && editing.is_reworded());
    assert_eq!(editing.facts().unwrap().host_name, "Andere Hosting AG");
    editing.relay = None;
    assert_eq!((editing.facts(), editing.is_to_publish()), (None, false), "unknown is not published");
}

#[test]
fn what_somebody_typed_stays_when_what_is_in_force_comes_anew_and_else_follows_it() {
    let (newer, _) = in_force_of(&Answers { days: "60".into(), ..answers() });
    let mut idle = editing();
    idle.take(newer.clone());
    assert_eq!(idle.answers.days, "60");
    let mut typing = editing();
    typing.answers.set(Ask::Dpo, "Frau Muster".into());
    typing.take(newer.clone());
    assert_eq!((typing.answers.dpo.as_str(), typing.answers.days.as_str()), ("Frau Muster", "90"));
    assert_eq!(typing.in_force, Some(newer));
    assert_eq!(typing.lacking().len(), 3, "the newer notices have to be fetched");
}

#[test]
fn the_facts_before_can_be_published_again_until_they_are_in_force() {
    let mut editing = editing();
    editing.answers.set(Ask::Days, "30".into());
    let before = editing.in_force.clone().unwrap();
    editing.published();
    let (after, _) = in_force_of(&Answers { days: "30".into(), ..answers() });
    editing.take(after);
    assert_eq!(editing.former(), Some(&before.facts));
    let moved = RelayInfo { host_name: "Andere Hosting AG".into(), ..relay_info() };
    let elsewhere = Editing { relay: Some(moved), ..editing.clone() };
    assert_eq!(elsewhere.former(), None, "the relay would refuse what names another place");
    editing.take(before);
    assert_eq!(editing.former(), None);
}

#[test]
fn pre_07_a_fact_that_was_emptied_is_blamed_once_somebody_tries_and_nothing_is_compared() {
    let mut editing = editing();
    editing.answers.set(Ask::Authority, "  ".into());
    let spot = Spot::Field(Ask::Authority);
    assert_eq!((editing.fault_of(spot), editing.first_fault()), (None, Some(spot)));
    editing.tried = true;
    assert_eq!(editing.fault_of(spot), Some(FieldFault::Empty));
    assert_eq!(editing.changes(Register::DeFormal), None);
    assert_eq!(editing.first_shown_fault(), None, "contact ways can be published all the same");
}

#[test]
fn kid_03_a_site_that_turns_out_to_be_bound_to_secrecy_has_to_promise_what_that_asks_for() {
    let mut editing = editing();
    editing.answers.terms.offer(Purpose::Context, true);
    editing.answers.bind(Sector::Health);
    let spots: Vec<_> = editing.faults().into_iter().map(|(spot, _)| spot.id()).collect();
    assert_eq!(spots, ["promise-dpia", "promise-secrecy"]);
    assert_eq!((editing.answers.days.as_str(), editing.answers.terms.mode), ("30", Mode::Consent));
}
