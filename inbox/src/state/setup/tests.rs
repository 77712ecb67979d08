use super::*;
use crate::testing::answers;

fn complete() -> Setup {
    let password = Zeroizing::new("zebra-lampe-3".to_owned());
    Setup { answers: answers(), password, ..Setup::default() }
}

#[test]
fn a_complete_form_reaches_the_keys_and_stays_there_until_it_is_published() {
    let mut setup = complete();
    for step in [Step::Privacy, Step::Account, Step::Keys, Step::Keys] {
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
        assert_eq!(setup.fault_of(ask), None, "nothing is blamed before somebody tries to go on");
        assert_eq!(setup.go_on(), Err(ask));
        assert_eq!((setup.step, setup.fault_of(ask)), (step, Some(FieldFault::Empty)));
        setup.set(ask, "+49 zebra lampe".into());
        assert_eq!(setup.fault_of(ask), None, "a mended field is quiet at once");
    }
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
