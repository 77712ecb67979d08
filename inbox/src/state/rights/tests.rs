use super::{
    offer::{No, Now},
    *,
};
use crate::testing::{NOW, talk::Talk};
use einwurf_protocol::{
    precedence::{Hold, Standing},
    time::Timestamp,
};

fn letter(special: Option<bool>) -> Letter {
    let mut talk = Talk::begin(special);
    talk.write("Bestellung");
    talk.write("Mein Kind ist krank");
    talk.letter()
}

fn rights(letter: &Letter, view: View) -> Rights {
    Rights::default().open(letter.cid, view, Some(letter), NOW)
}

const ALL: [View; 10] = [
    View::Export,
    View::Handover,
    View::Parts,
    View::Restrict,
    View::Lift,
    View::Object,
    View::Hold,
    View::Release,
    View::Erase,
    View::Request,
];

fn may(letter: &Letter, at: Timestamp) -> Vec<View> {
    let now = Now { letter, certified: true, at };
    ALL.into_iter().filter(|view| now.may(*view).is_ok()).collect()
}

#[test]
fn rgt_06_a_restricted_conversation_can_be_copied_kept_and_freed_and_nothing_else() {
    let mut letter = letter(None);
    letter.terms.restricted = Some(NOW);
    let allowed = may(&letter, NOW);
    assert_eq!(allowed, [View::Export, View::Lift, View::Object, View::Hold, View::Request]);
    let now = Now { letter: &letter, certified: true, at: NOW };
    for view in [View::Erase, View::Parts, View::Handover] {
        assert_eq!(now.may(view), Err(No::Restricted));
    }
    assert_eq!(now.views().into_iter().filter(|view| *view == View::Restrict).count(), 0);
}

#[test]
fn rgt_06_what_is_held_and_in_use_is_not_erased() {
    let mut letter = letter(None);
    letter.terms.hold = Some(Hold { reason: Reason::Claim, since: NOW, until: NOW.plus(86_400) });
    let now = Now { letter: &letter, certified: true, at: NOW };
    for view in [View::Erase, View::Parts, View::Handover] {
        assert_eq!(now.may(view), Err(No::Held));
    }
    assert!(now.may(View::Restrict).is_ok() && now.may(View::Release).is_ok());
    assert_eq!(now.may(View::Hold), Err(No::Held));
    // What has ended holds nothing any more.
    let over = Now { at: NOW.plus(86_400), ..now };
    assert!(over.may(View::Erase).is_ok() && over.views().contains(&View::Hold));
    assert_eq!(over.may(View::Release), Err(No::NotHeld));
}

#[test]
fn rgt_03_after_a_withdrawal_what_is_held_is_used_for_nothing_else() {
    let mut letter = letter(Some(false));
    letter.terms.hold = Some(Hold { reason: Reason::Claim, since: NOW, until: NOW.plus(86_400) });
    letter.terms.withdrawn = Some(NOW.plus(60));
    let at = NOW.plus(120);
    assert_eq!(may(&letter, at), [View::Export, View::Erase, View::Request]);
    assert_eq!(Now { letter: &letter, certified: true, at }.may_ask(), Err(No::HeldAlone));
    // A hold that came after it does not count.
    letter.terms.hold = Some(Hold { since: NOW.plus(61), ..letter.terms.hold.unwrap() });
    assert_eq!(may(&letter, at), [View::Export, View::Request]);
}

#[test]
fn rgt_06_nothing_is_offered_that_precedence_would_refuse() {
    let mut letter = letter(None);
    let hold = Hold { reason: Reason::Claim, since: NOW, until: NOW.plus(300 * 86_400) };
    for (restricted, hold, withdrawn, after) in [
        (None, None, None, 0),
        (Some(NOW), None, None, 0),
        (None, Some(hold), None, 0),
        (Some(NOW), Some(hold), None, 0),
        (None, None, None, 91),
        (None, Some(hold), None, 91),
        (Some(NOW), None, None, 91),
        (None, None, Some(NOW.plus(1)), 1),
        (Some(NOW), Some(hold), Some(NOW.plus(1)), 1),
    ] {
        letter.terms.restricted = restricted;
        letter.terms.hold = hold;
        letter.terms.withdrawn = withdrawn;
        let at = NOW.plus(after * 86_400);
        let standing = letter.terms.decide(at).standing;
        let now = Now { letter: &letter, certified: true, at };
        for view in [View::Erase, View::Parts, View::Handover, View::Restrict] {
            let in_use = standing == Standing::InUse;
            let offered = now.may(view).is_ok();
            // What is held after a withdrawal may be given up before its end.
            let given_up = view == View::Erase && standing == Standing::Held && withdrawn.is_some();
            assert!(!offered || in_use || given_up, "{view:?} {standing:?}");
            assert!(offered || !in_use || hold.is_some(), "{view:?} {standing:?}");
        }
        // The panel says of each what may be done or why not, and only one of two opposites.
        let views = now.views();
        assert_eq!(views.contains(&View::Lift), restricted.is_some());
        assert_eq!(views.contains(&View::Release), hold.is_some());
        assert_eq!(views.len(), 8);
    }
}

#[test]
fn rgt_06_without_a_certificate_only_what_the_visitor_is_not_told_of_is_offered() {
    let letter = letter(Some(false));
    let now = Now { letter: &letter, certified: false, at: NOW };
    let allowed: Vec<_> = ALL.into_iter().filter(|view| now.may(*view).is_ok()).collect();
    assert_eq!(allowed, [View::Export, View::Erase, View::Request]);
    assert_eq!(now.may_ask(), Err(No::NoCertificate));
}

#[test]
fn kid_02_one_click_asks_for_consent_or_erases_only_where_consent_is_missing() {
    for (special, ask, erase) in [
        (Some(false), Ok(()), Ok(())),
        (Some(true), Err(No::Agreed), Err(No::Agreed)),
        (None, Err(No::NoBox), Ok(())),
    ] {
        let letter = letter(special);
        let now = Now { letter: &letter, certified: true, at: NOW };
        assert_eq!((now.may_ask(), now.may_erase_one()), (ask, erase), "{special:?}");
    }
    let mut talk = Talk::begin(Some(false));
    talk.write("eins");
    talk.act(Act::Ask);
    let letter = talk.letter();
    assert_eq!(Now { letter: &letter, certified: true, at: NOW }.may_ask(), Err(No::Asked));
}

#[test]
fn ret_03_a_hand_over_needs_parts_a_date_and_a_file_of_exactly_these_parts() {
    let letter = letter(None);
    let mut form = rights(&letter, View::Handover);
    assert_eq!(form.act(&letter, NOW), Err(Lack::Parts));
    form.tick(0, true);
    assert_eq!(form.act(&letter, NOW), Err(Lack::Until));
    form.until = "2032-12-31".into();
    assert_eq!(form.act(&letter, NOW), Err(Lack::Saved));
    form.save();
    let until = noon("2032-12-31").unwrap();
    let handover = |parts| Ok(Some(Act::Handover { parts, basis: Basis::Contract, until }));
    assert_eq!(form.act(&letter, NOW), handover(vec![0]));
    form.tick(1, true);
    assert_eq!(form.act(&letter, NOW), Err(Lack::Saved), "other parts than those saved");
    form.tick(1, false);
    assert_eq!(form.act(&letter, NOW), handover(vec![0]));
    form.until = "2099-01-01".into();
    assert_eq!(form.act(&letter, NOW), Err(Lack::TooFar));
}

#[test]
fn ret_03_a_message_that_is_gone_is_not_ticked_any_more() {
    let mut talk = Talk::begin(None);
    talk.write("eins");
    talk.write("zwei");
    let mut form = rights(&talk.letter(), View::Parts);
    form.tick(0, true);
    form.tick(1, true);
    assert_eq!(form.act(&talk.letter(), NOW), Ok(Some(Act::Erase { parts: vec![0, 1] })));
    talk.act(Act::Erase { parts: vec![0] });
    talk.erase(0);
    assert_eq!(form.act(&talk.letter(), NOW), Ok(Some(Act::Erase { parts: vec![1] })));
}

#[test]
fn rgt_06_a_hold_ends_after_today_and_within_three_years() {
    let letter = letter(None);
    let mut form = rights(&letter, View::Hold);
    form.reason = Reason::Authority;
    let last = NOW.plus(HOLD_DAYS * DAY);
    for (until, wanted) in [
        (String::new(), Err(Lack::Until)),
        (written(NOW.minus(DAY)), Err(Lack::Until)),
        (written(NOW.plus(DAY)), Ok(())),
        (written(last), Ok(())),
        (written(last.plus(DAY)), Err(Lack::TooFar)),
    ] {
        form.until.clone_from(&until);
        assert_eq!(form.act(&letter, NOW).map(drop), wanted, "{until}");
    }
}

#[test]
fn rgt_06_after_an_objection_it_is_restricted_first_and_going_on_needs_reasons() {
    let mut letter = letter(None);
    let mut form = rights(&letter, View::Object);
    assert_eq!(form.act(&letter, NOW), Ok(Some(Act::Restrict)));
    letter.terms.restricted = Some(NOW);
    assert_eq!(form.act(&letter, NOW), Err(Lack::Reasons));
    for (length, fits) in [(REASONS_BYTES - 1, true), (REASONS_BYTES, true), (REASONS_BYTES + 1, false)] {
        form.reasons = "x".repeat(length);
        assert_eq!(form.act(&letter, NOW).is_ok(), fits, "{length}");
    }
    form.reasons = " \n ".into();
    assert_eq!(form.act(&letter, NOW), Err(Lack::Reasons));
}

#[test]
fn rgt_06_a_request_came_in_today_or_within_the_last_year() {
    let letter = letter(None);
    let mut form = rights(&letter, View::Request);
    assert_eq!(form.received_at(NOW), Ok(NOW.min(noon(&written(NOW)).unwrap())), "today by default");
    for (received, fits) in [
        (written(NOW.plus(DAY)), false),
        (written(NOW.minus(DAY)), true),
        (written(NOW.minus(364 * DAY)), true),
        (written(NOW.minus(366 * DAY)), false),
        ("gestern".into(), false),
    ] {
        form.received.clone_from(&received);
        assert_eq!(form.received_at(NOW).is_ok(), fits, "{received}");
    }
}

#[test]
fn rgt_06_what_was_typed_survives_a_look_at_the_conversation_and_belongs_to_no_other() {
    let letter = letter(None);
    let mut form = rights(&letter, View::Object);
    form.reasons = "Ein Rechtsstreit".into();
    form.leave();
    assert_eq!(form.view_of(letter.cid), None);
    let again = form.clone().open(letter.cid, View::Object, Some(&letter), NOW);
    assert_eq!(again.reasons, "Ein Rechtsstreit");
    let other = form.clone().open(Cid([9; 32]), View::Object, None, NOW);
    assert!(other.reasons.is_empty() && other.view_of(letter.cid).is_none());
    assert!(form.open(letter.cid, View::Hold, Some(&letter), NOW).reasons.is_empty());
}

#[test]
fn rgt_06_the_same_again_keeps_its_id_and_something_else_gets_another() {
    let cid = Cid([3; 32]);
    let mut form = Rights { cid: Some(cid), ..Rights::default() };
    let [one, two] = [MessageId([1; 16]), MessageId([2; 16])];
    let act = |text: &str| Sending::Act(Act::Restrict, text.into());
    assert_eq!(form.id_of(act("a"), one), one);
    assert_eq!(form.id_of(act("a"), two), one, "tried again");
    assert_eq!(form.id_of(act("b"), two), two, "other words");
    assert!(form.arrived(cid));
    assert_eq!(form.id_of(act("b"), one), one, "it arrived; this is a new one");
}

#[test]
fn rgt_06_what_arrives_late_changes_nothing_about_another_conversation() {
    let (before, now) = (Cid([3; 32]), Cid([4; 32]));
    let busy = Said::Busy(|t| &t.rights_sending);
    let mut form =
        Rights { cid: Some(now), reasons: "Ein Rechtsstreit".into(), said: busy, ..Rights::default() };
    form.failed(before);
    assert!(!form.arrived(before) && form.said.is_busy());
    assert_eq!((form.cid, form.reasons.as_str()), (Some(now), "Ein Rechtsstreit"));
    form.failed(now);
    assert!(!form.said.is_busy() && !form.reasons.is_empty(), "it may be tried again");
    assert!(form.arrived(now) && form.reasons.is_empty());
}

#[test]
fn rgt_06_an_objection_is_followed_only_while_nothing_is_held() {
    let mut letter = letter(None);
    letter.terms.restricted = Some(NOW);
    let agree = |letter: &Letter, certified, at| Now { letter, certified, at }.may_agree();
    assert_eq!(agree(&letter, true, NOW), Ok(()));
    assert_eq!(agree(&letter, false, NOW), Err(No::NoCertificate));
    let until = NOW.plus(60);
    letter.terms.hold = Some(Hold { reason: Reason::Claim, since: NOW, until });
    for (at, may) in [(until.minus(1), Err(No::Held)), (until, Ok(())), (until.plus(1), Ok(()))] {
        assert_eq!(agree(&letter, true, at), may);
    }
}

#[test]
fn stf_03_the_app_has_no_contacts_no_cards_and_no_sharing() {
    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("main.js")];
    sources(&root.join("src"), &mut found);
    assert!(found.len() > 100);
    for path in found.iter().filter(|path| !path.ends_with("rights/tests.rs")) {
        let text = std::fs::read_to_string(path).unwrap().to_lowercase();
        for word in
            ["navigator.share", "navigator().share", "share_with", "contacts", "vcard", ".vcf", "begin:vcard"]
        {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
}
