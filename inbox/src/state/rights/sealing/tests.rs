use super::*;
use crate::{
    state::{desk::letter::Body, rights::words::message},
    testing::{Dice, NOW, talk::Talk},
};
use einwurf_protocol::{
    event::Event,
    limits::{CERTIFICATE_SECONDS, HOLD_DAYS},
    message::{Basis, Reason},
};
use einwurf_seal::InboxSecret;

fn plan(talk: &Talk, act: Act) -> Plan {
    let seen = talk.letter().last();
    Plan { act, words: message("Gesagt.").unwrap(), id: MessageId([0xa5; 16]), seen }
}

fn next(talk: &Talk, plan: &Plan) -> Result<Step, Fault> {
    step(&talk.staff, &talk.stored, talk.visitor.cid(), plan, (NOW, &mut Dice::new(9)))
}

fn posted(talk: &Talk, plan: &Plan) -> PostAct {
    match next(talk, plan).unwrap() {
        Step::Post(body) => *body,
        Step::There => panic!("nothing was posted yet"),
    }
}

fn two_messages() -> Talk {
    let mut talk = Talk::begin(Some(false));
    talk.write("Bestellung");
    talk.write("Mein Kind ist krank");
    talk
}

#[test]
fn rgt_06_an_act_joins_after_the_newest_event_and_the_relay_is_told_what_to_do() {
    let until = NOW.plus(HOLD_DAYS * 86_400);
    for act in [Act::Restrict, Act::Lift, Act::Release, Act::Hold { reason: Reason::Claim, until }] {
        let mut talk = two_messages();
        let body = posted(&talk, &plan(&talk, act.clone()));
        assert_eq!((body.v, body.act.as_ref()), (1, Some(&act)));
        talk.store(body.event);
        let letter = talk.letter();
        assert!(letter.troubles.is_empty() && letter.items[2].body == Body::Did(act, "Gesagt.".into()));
    }
}

#[test]
fn kid_02_asking_for_consent_never_leaves_the_ciphertext() {
    let talk = two_messages();
    let body = posted(&talk, &plan(&talk, Act::Ask));
    assert_eq!(body.act, None);
    assert!(!serde_json::to_string(&body).unwrap().contains("ask"));
}

#[test]
fn kid_02_one_message_is_erased_and_the_visitor_is_told() {
    let mut talk = two_messages();
    let body = posted(&talk, &plan(&talk, Act::Erase { parts: vec![1] }));
    talk.store(body.event);
    talk.erase(1);
    let letter = talk.letter();
    assert!(letter.troubles.is_empty() && letter.items[1].body == Body::Erased);
    assert!(letter.items[0].is_message());
}

#[test]
fn rgt_06_after_a_conflict_the_same_act_is_sealed_after_what_came() {
    let mut talk = two_messages();
    let plan = plan(&talk, Act::Restrict);
    let before = posted(&talk, &plan);
    talk.write("Noch etwas");
    let after = posted(&talk, &plan);
    let header = |body: &PostAct| Event::read(body.event.clone()).unwrap().header;
    assert_eq!((header(&before).seq, header(&after).seq), (2, 3));
    assert_eq!(header(&before).message, header(&after).message);
    talk.store(after.event);
    assert!(talk.letter().troubles.is_empty());
}

#[test]
fn rgt_06_an_act_whose_answer_was_lost_happens_once() {
    let mut talk = two_messages();
    let plan = plan(&talk, Act::Erase { parts: vec![1] });
    let body = posted(&talk, &plan);
    talk.store(body.event);
    talk.erase(1);
    assert!(matches!(next(&talk, &plan), Ok(Step::There)));
    // A message of the visitor with the same id is no answer to it.
    let other = Plan { id: MessageId([1; 16]), act: Act::Restrict, ..plan };
    assert!(matches!(next(&talk, &other), Ok(Step::Post(_))));
}

#[test]
fn ret_03_a_hand_over_never_erases_what_the_member_has_not_seen() {
    let mut talk = two_messages();
    let act = Act::Handover { parts: vec![0], basis: Basis::Law, until: NOW.plus(86_400) };
    let plan = plan(&talk, act);
    assert!(matches!(next(&talk, &plan), Ok(Step::Post(_))));
    // A colleague's act in between takes nothing from the visitor.
    talk.act(Act::Ask);
    assert!(matches!(next(&talk, &plan), Ok(Step::Post(_))));
    talk.write("Eine neue Nachricht");
    assert_eq!(next(&talk, &plan).unwrap_err(), Fault::Conflict);
}

#[test]
fn ret_03_parts_that_are_gone_are_not_handed_over() {
    let mut talk = two_messages();
    let until = NOW.plus(86_400);
    let plan_of = |talk: &Talk, parts| plan(talk, Act::Handover { parts, basis: Basis::Law, until });
    talk.act(Act::Erase { parts: vec![1] });
    talk.erase(1);
    for parts in [vec![0, 1], vec![2], vec![7]] {
        assert_eq!(next(&talk, &plan_of(&talk, parts)).unwrap_err(), Fault::Conflict);
    }
    assert!(matches!(next(&talk, &plan_of(&talk, vec![0])), Ok(Step::Post(_))));
}

#[test]
fn rgt_06_a_relay_that_answers_with_another_conversation_gets_no_act() {
    let (talk, mut other) = (two_messages(), Talk::of(501, None));
    other.write("fremd");
    let plan = plan(&talk, Act::Restrict);
    let asked = |cid| step(&talk.staff, &other.stored, cid, &plan, (NOW, &mut Dice::new(9)));
    assert_eq!(asked(talk.visitor.cid()).unwrap_err(), Fault::Chain);
    assert!(asked(other.visitor.cid()).is_ok());
}

#[test]
fn rgt_06_who_has_no_certificate_or_no_key_seals_nothing() {
    let mut talk = two_messages();
    let plan = plan(&talk, Act::Restrict);
    let far = (NOW.plus(2 * CERTIFICATE_SECONDS), &mut Dice::new(9));
    let late = step(&talk.staff, &talk.stored, talk.visitor.cid(), &plan, far);
    assert_eq!(late.unwrap_err(), Fault::OldKeys, "a certificate of last month");
    talk.staff.certificate = None;
    assert_eq!(next(&talk, &plan).unwrap_err(), Fault::NoCertificate);
    talk.staff.inbox_keys = vec![InboxSecret::generate(&mut Dice::new(3))];
    assert_eq!(next(&talk, &plan).unwrap_err(), Fault::OldKeys);
}

#[test]
fn rgt_03_nothing_follows_a_withdrawal() {
    let mut talk = two_messages();
    let plan = plan(&talk, Act::Release);
    talk.withdraw();
    assert_eq!(next(&talk, &plan).unwrap_err(), Fault::Erased);
}
