use super::*;
use crate::{
    state::rights::words::message,
    testing::{Dice, NOW, talk::Talk},
};
use einwurf_protocol::{
    event::Event,
    ids::{Digest, MessageId},
    limits::CERTIFICATE_SECONDS,
    message::{Act, Label},
};
use einwurf_seal::InboxSecret;

fn going(talk: &Talk, text: &str) -> Going {
    Going { words: message(text).unwrap(), id: MessageId([0xa5; 16]), seen: talk.letter().last() }
}

fn next_at(talk: &Talk, going: &Going, files: &Files, now: Timestamp) -> Result<Step, Fault> {
    let cid = talk.visitor.cid();
    step(&talk.staff, &talk.stored, cid, (going, files), (now, &mut Dice::new(9)))
}

fn next(talk: &Talk, going: &Going) -> Result<Step, Fault> {
    next_at(talk, going, &Files::default(), NOW)
}

fn posted(talk: &Talk, going: &Going) -> PostAnswer {
    match next(talk, going).unwrap() {
        Step::Post(body, _) => *body,
        other => panic!("{other:?}"),
    }
}

/// It is stored, and the visitor reads it.
fn arrive(talk: &mut Talk, body: PostAnswer) {
    talk.visitor.catch_up(vec![body.event.clone()]).unwrap();
    talk.store(body.event);
}

fn talk() -> Talk {
    let mut talk = Talk::begin(None);
    talk.write("Guten Tag");
    talk
}

#[test]
fn an_answer_joins_after_the_newest_event_and_the_visitor_reads_it_with_the_members_name() {
    let mut talk = talk();
    let body = posted(&talk, &going(&talk, "Gern."));
    assert!(body.attachments.is_empty());
    arrive(&mut talk, body);
    let letter = talk.letter();
    assert!(letter.troubles.is_empty());
    let item = letter.items.last().unwrap();
    assert!(item.is_answer() && item.text() == "Gern.");
    assert_eq!(item.author.as_deref(), Some(talk.staff.member.name.as_str()));
}

#[test]
fn msg_05_names_of_files_stand_in_the_ciphertext_alone() {
    let talk = talk();
    let attachment = Attachment {
        id: MessageId([7; 16]),
        key: vec![8; 32],
        length: 100,
        name: Label::try_from("angebot-4711.pdf".to_owned()).unwrap(),
        media_type: Label::try_from("application/pdf".to_owned()).unwrap(),
        description: Some("Ein Angebot über zwölf Fenster".into()),
        digest: Digest([3; 32]),
    };
    let declared = vec![Declared { id: attachment.id, bytes: 612 }];
    let files = Files { attachments: vec![attachment.clone()], declared: declared.clone() };
    let Ok(Step::Post(body, 1)) = next_at(&talk, &going(&talk, "Anbei."), &files, NOW) else { panic!() };
    assert_eq!(body.attachments, declared);
    let json = serde_json::to_string(&body).unwrap();
    assert!(!["angebot", "pdf", "Fenster", "Anbei"].iter().any(|word| json.contains(word)));
    let mut talk = talk;
    talk.store(body.event);
    assert_eq!(talk.letter().items.last().unwrap().files, [attachment]);
}

#[test]
fn after_a_conflict_with_the_visitor_the_same_answer_is_sealed_after_what_came() {
    let mut talk = talk();
    let going = going(&talk, "Gern.");
    let before = posted(&talk, &going);
    talk.write("Noch etwas");
    let after = posted(&talk, &going);
    let header = |body: &PostAnswer| Event::read(body.event.clone()).unwrap().header;
    assert_eq!((header(&before).seq, header(&after).seq), (1, 2));
    assert_eq!(header(&before).message, header(&after).message);
    talk.store(after.event);
    assert!(talk.letter().troubles.is_empty());
}

#[test]
fn a_colleagues_answer_stops_it_until_the_member_has_seen_it() {
    let mut talk = talk();
    let mine = going(&talk, "Gern.");
    // The colleague is the same member on another device, with another id: that is a surprise just the same.
    let theirs = Going { id: MessageId([1; 16]), ..going(&talk, "Schon erledigt.") };
    let body = posted(&talk, &theirs);
    arrive(&mut talk, body);
    assert!(matches!(next(&talk, &mine), Ok(Step::Colleague)));
    let seen = Going { seen: talk.letter().last(), ..mine };
    assert!(matches!(next(&talk, &seen), Ok(Step::Post(_, 2))));
    // What a colleague does besides answering stops nobody.
    talk.act(Act::Ask);
    assert!(matches!(next(&talk, &seen), Ok(Step::Post(_, 3))));
}

#[test]
fn an_answer_whose_acknowledgement_was_lost_is_there_once() {
    let mut talk = talk();
    let going = going(&talk, "Gern.");
    let body = posted(&talk, &going);
    arrive(&mut talk, body);
    talk.write("Danke");
    assert!(matches!(next(&talk, &going), Ok(Step::There(1))));
    // A message of the visitor with the same id is no answer.
    let other = Going { id: MessageId([1; 16]), seen: 9, ..going };
    assert!(matches!(next(&talk, &other), Ok(Step::Post(_, 3))));
}

#[test]
fn a_relay_that_answers_with_another_conversation_gets_no_answer() {
    let (talk, mut other) = (talk(), Talk::of(501, None));
    other.write("fremd");
    let going = going(&talk, "Gern.");
    let files = Files::default();
    let asked = |cid| step(&talk.staff, &other.stored, cid, (&going, &files), (NOW, &mut Dice::new(9)));
    assert_eq!(asked(talk.visitor.cid()).unwrap_err(), Fault::Chain);
    assert!(asked(other.visitor.cid()).is_ok());
}

#[test]
fn old_keys_and_an_old_certificate_say_so_before_anything_is_sealed() {
    let mut talk = talk();
    let going = going(&talk, "Gern.");
    let files = Files::default();
    let far = NOW.plus(2 * CERTIFICATE_SECONDS);
    assert_eq!(next_at(&talk, &going, &files, far).unwrap_err(), Fault::OldKeys);
    talk.staff.certificate = None;
    assert_eq!(next(&talk, &going).unwrap_err(), Fault::NoCertificate);
    talk.staff.inbox_keys = vec![InboxSecret::generate(&mut Dice::new(3))];
    assert_eq!(next(&talk, &going).unwrap_err(), Fault::OldKeys);
}

#[test]
fn rgt_03_no_answer_follows_a_withdrawal() {
    let mut talk = talk();
    let going = going(&talk, "Gern.");
    talk.withdraw();
    assert_eq!(next(&talk, &going).unwrap_err(), Fault::Erased);
}
