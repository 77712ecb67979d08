use super::*;
use crate::testing::{answers, relay_info};
use einwurf_protocol::settings::{Confirmed, Profile, Sector};

fn complete() -> Setup {
    let password = Zeroizing::new("zebra-lampe-3".to_owned());
    Setup { answers: answers(), password, ..Setup::default() }
}

#[test]
fn a_complete_form_reaches_the_keys_and_stays_there_until_it_is_published() {
    let mut setup = complete();
    for step in [Step::Purpose, Step::Privacy, Step::Account, Step::Keys, Step::Keys] {
        setup.go_on().unwrap();
        assert_eq!(setup.step, step);
    }
}

#[test]
fn pre_07_a_screen_with_a_fault_is_not_left_and_names_its_first_field() {
    for (step, ask) in
        [(Step::Company, Ask::Address), (Step::Privacy, Ask::Authority), (Step::Account, Ask::Password)]
    {
        let mut setup = Setup { step, ..complete() };
        setup.set(ask, String::new());
        let spot = Spot::Field(ask);
        assert_eq!(setup.fault_of(spot), None, "nothing is blamed before somebody tries to go on");
        assert_eq!(setup.go_on(), Err(ask.spec().id));
        assert_eq!((setup.step, setup.fault_of(spot)), (step, Some(FieldFault::Empty)));
        setup.set(ask, "+49 zebra lampe".into());
        assert_eq!(setup.fault_of(spot), None, "a mended field is quiet at once");
    }
}

#[test]
fn the_set_up_has_five_parts_of_which_one_is_account_and_keys() {
    assert_eq!(Step::ALL.map(Step::number), [1, 2, 3, 4, 4, 5]);
    assert_eq!(Step::PARTS.map(Step::number), [1, 2, 3, 4, 5]);
}

#[test]
fn pre_07_the_promise_to_delete_copies_is_asked_for_where_it_stands() {
    let mut setup = Setup { step: Step::Purpose, ..complete() };
    setup.answers.terms.confirmed.copies = false;
    setup.go_on().unwrap();
    assert_eq!(setup.go_on(), Err("promise-copies"));
    let copies = Spot::Promise(Promise::Copies);
    assert_eq!((setup.step, setup.fault_of(copies)), (Step::Privacy, Some(FieldFault::Unconfirmed)));
    setup.answers.terms.promise(Promise::Copies, true);
    assert_eq!(setup.fault_of(copies), None);
    setup.go_on().unwrap();
}

#[test]
fn kid_03_secrecy_is_not_left_without_assessment_oath_and_a_server_that_may_be_used() {
    let mut setup = Setup { step: Step::Purpose, relay: Some(relay_info()), ..complete() };
    setup.answers.bind(Sector::Health);
    for promise in [Promise::Dpia, Promise::Secrecy] {
        assert_eq!(setup.go_on(), Err(Spot::Promise(promise).id()));
        setup.answers.terms.promise(promise, true);
    }
    setup.relay = Some(RelayInfo { profile: Profile::CloudflareDirect, ..relay_info() });
    assert_eq!(setup.go_on(), Err(Spot::Place.id()));
    setup.relay = Some(relay_info());
    setup.go_on().unwrap();
    setup.set(Ask::Days, "31".into());
    assert_eq!(setup.go_on(), Err("days"));
    assert_eq!(setup.fault_of(Spot::Field(Ask::Days)), Some(FieldFault::SecrecyDays));
    setup.set(Ask::Days, "30".into());
    setup.go_on().unwrap();
}

#[test]
fn loc_03_a_relay_that_turns_out_to_be_another_is_shown_before_anything_is_signed() {
    let keys = || Setup { step: Step::Keys, relay: Some(relay_info()), ..complete() };
    let moved = RelayInfo { host_name: "Andere Hosting AG".into(), ..relay_info() };
    let mut setup = keys();
    assert_eq!(setup.reopen(moved.clone()), "title");
    assert_eq!((setup.step, setup.reread, &setup.relay), (Step::Privacy, true, &Some(moved)));
    setup.go_on().unwrap();
    assert!(!setup.reread, "it was read");
    // What does not go with the answers is named where it is asked for.
    let mut bound = keys();
    bound.answers.bind(Sector::Health);
    bound.answers.terms.confirmed = Confirmed { dpia: true, secrecy: true, copies: true };
    let direct = RelayInfo { profile: Profile::CloudflareDirect, ..relay_info() };
    assert_eq!(bound.reopen(direct), Spot::Place.id());
    assert_eq!((bound.step, bound.tried), (Step::Purpose, true));
    let shouting = RelayInfo { host_name: "Hosting! 100 % sicher".into(), ..relay_info() };
    assert_eq!(keys().reopen(shouting), FINDINGS);
}

#[test]
fn con_08_nobody_makes_keys_for_words_that_cannot_be_published() {
    let mut setup = Setup { step: Step::Privacy, relay: Some(relay_info()), ..complete() };
    setup.set(Ask::TeamEn, "the office (100 % safe)".into());
    assert_eq!(setup.go_on(), Err(FINDINGS));
    assert_eq!(setup.step, Step::Privacy);
    setup.set(Ask::TeamEn, "the office".into());
    setup.go_on().unwrap();
}

#[test]
fn going_back_drops_what_was_made() {
    let making = Making::Made { code: Zeroizing::new("A-B".into()), confirm: Confirm::default() };
    let mut setup = Setup { step: Step::Keys, making, ..complete() };
    setup.back();
    assert!(setup.step == Step::Account && setup.making == Making::Idle);
    setup.step = Step::Company;
    setup.back();
    assert_eq!(setup.step, Step::Company);
}

#[test]
fn there_is_no_way_back_from_a_published_site() {
    let mut setup = Setup { step: Step::Published, ..complete() };
    setup.back();
    assert_eq!(setup.step, Step::Published);
}

#[test]
fn stf_04_what_is_kept_in_the_tab_holds_no_password_and_resumes_where_it_is_asked_again() {
    let setup = Setup { step: Step::Keys, ..complete() };
    let kept = serde_json::to_string(&setup.kept()).unwrap();
    assert!(!kept.contains("zebra"));
    let mut resumed = Setup::default();
    resumed.resume(serde_json::from_str(&kept).unwrap());
    assert_eq!((resumed.step, &resumed.answers), (Step::Account, &setup.answers));
    assert!(resumed.password.is_empty());
}

#[test]
fn debug_shows_no_answer() {
    assert!(!format!("{:?}", complete()).contains("zebra"));
}
