use super::*;
use crate::{
    state::desk::letter::{Body, Letter},
    testing::talk::Talk,
};
use einwurf_protocol::limits::TEXT_BYTES;

const ID: MessageId = MessageId([0xa5; 16]);
const OTHER: MessageId = MessageId([0x5a; 16]);

fn words(answers: &Answers, cid: Cid) -> Words {
    Words { text: answers.text(cid).to_owned(), files: Vec::new() }
}

fn send(answers: &mut Answers, cid: Cid, letter: &Letter, id: MessageId) -> Option<Going> {
    let words = words(answers, cid);
    answers.send(cid, letter, words, id)
}

fn anyway(answers: &mut Answers, cid: Cid, letter: &Letter, id: MessageId) -> Option<Going> {
    let words = words(answers, cid);
    answers.anyway(cid, letter, words, id)
}

fn letter() -> (Cid, Letter) {
    let mut talk = Talk::begin(None);
    talk.write("Guten Tag");
    let letter = talk.letter();
    (letter.cid, letter)
}

/// The same after a colleague's answer.
fn answered(letter: &Letter) -> Letter {
    let mut letter = letter.clone();
    let mut item = letter.items.last().unwrap().clone();
    item.seq += 1;
    item.direction = einwurf_protocol::event::Direction::ToVisitor;
    item.author = Some("Anna".into());
    item.body = Body::Text("Schon erledigt.".into());
    letter.items.push(item);
    letter
}

fn written(cid: Cid, letter: &Letter, text: &str) -> Answers {
    let mut answers = Answers::default();
    answers.write(cid, text.into(), Some(letter));
    answers
}

#[test]
fn what_is_typed_stays_until_it_has_arrived() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Gern, morgen um acht.");
    assert!(answers.is_pending());
    let going = send(&mut answers, cid, &letter, ID).unwrap();
    assert_eq!((going.words.text(), going.seen), ("Gern, morgen um acht.", 0));
    assert_eq!(answers.stage(cid), Stage::Sending);
    answers.failed(cid, Fault::Offline);
    assert_eq!(
        (answers.text(cid), answers.stage(cid)),
        ("Gern, morgen um acht.", Stage::Failed(Fault::Offline))
    );
    answers.arrived(cid, 1);
    assert_eq!((answers.text(cid), answers.stage(cid)), ("", Stage::Arrived));
    assert!(!answers.is_pending());
}

#[test]
fn nothing_goes_twice_and_the_same_again_keeps_its_id() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Ja.");
    assert_eq!(send(&mut answers, cid, &letter, ID).unwrap().id, ID);
    assert_eq!(send(&mut answers, cid, &letter, OTHER), None, "one click more");
    answers.failed(cid, Fault::Offline);
    assert_eq!(send(&mut answers, cid, &letter, OTHER).unwrap().id, ID);
    answers.failed(cid, Fault::Offline);
    answers.write(cid, "Nein.".into(), Some(&letter));
    assert_eq!(send(&mut answers, cid, &letter, OTHER).unwrap().id, OTHER, "another text is another message");
}

#[test]
fn what_cannot_be_sent_says_why_and_stays() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "  \n ");
    assert_eq!(send(&mut answers, cid, &letter, ID), None);
    assert_eq!(answers.stage(cid), Stage::Lacks(Lack::Text));
    for (length, fits) in [(TEXT_BYTES - 1, true), (TEXT_BYTES, true), (TEXT_BYTES + 1, false)] {
        let mut answers = written(cid, &letter, &"a".repeat(length));
        assert_eq!(send(&mut answers, cid, &letter, ID).is_some(), fits, "{length}");
        assert_eq!(answers.stage(cid) == Stage::Lacks(Lack::Length), !fits);
        assert_eq!(answers.text(cid).len(), length);
    }
}

#[test]
fn an_answer_that_came_while_somebody_wrote_is_asked_about_once() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Ich kümmere mich.");
    let after = answered(&letter);
    assert_eq!(send(&mut answers, cid, &after, ID), None);
    assert_eq!((answers.stage(cid), answers.text(cid)), (Stage::Colleague, "Ich kümmere mich."));
    assert_eq!(colleagues(&after, &answers.of(cid)), ["Anna"]);
    answers.write(cid, "Ich ergänze nur.".into(), Some(&after));
    assert_eq!(answers.stage(cid), Stage::Colleague, "typing is no answer to the question");
    let going = anyway(&mut answers, cid, &after, ID).unwrap();
    assert_eq!((going.words.text(), going.seen), ("Ich ergänze nur.", 1));
}

#[test]
fn an_answer_that_was_there_before_surprises_nobody_and_neither_does_ones_own() {
    let (cid, letter) = letter();
    let after = answered(&letter);
    let mut answers = written(cid, &after, "Und noch etwas.");
    assert!(send(&mut answers, cid, &after, ID).is_some());
    // It arrived at position 2, and the list has not heard of it yet when the next one is begun.
    answers.arrived(cid, 2);
    answers.write(cid, "Nachtrag".into(), Some(&after));
    let own = answered(&after);
    assert!(send(&mut answers, cid, &own, OTHER).is_some());
}

#[test]
fn a_text_that_was_emptied_and_begun_anew_counts_from_then() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Ich");
    let after = answered(&letter);
    answers.write(cid, String::new(), Some(&after));
    answers.write(cid, "Gut.".into(), Some(&after));
    assert!(send(&mut answers, cid, &after, ID).is_some());
}

#[test]
fn each_conversation_has_its_own_draft_and_an_ended_session_keeps_them_for_their_author_alone() {
    let (cid, letter) = letter();
    let (me, other) = (Thumbprint([1; 32]), Thumbprint([2; 32]));
    let mut answers = Answers::default();
    answers.claim(me);
    answers.write(cid, "Für die eine".into(), Some(&letter));
    answers.write(Cid([9; 32]), "für die andere".into(), None);
    send(&mut answers, cid, &letter, ID).unwrap();
    answers.told(cid, Notice::Going);
    answers.suspend();
    assert_eq!((answers.text(cid), answers.stage(cid)), ("Für die eine", Stage::Writing));
    assert_eq!(answers.notice(cid), None);
    answers.claim(me);
    assert_eq!(answers.text(Cid([9; 32])), "für die andere");
    // What was on its way when the session ended keeps its id, so that it is not there twice.
    assert_eq!(send(&mut answers, cid, &letter, OTHER).unwrap().id, ID);
    answers.claim(other);
    assert!(!answers.is_pending() && answers.text(cid).is_empty());
    assert!(!format!("{:?}", answers.of(cid)).contains("eine"));
}

#[test]
fn typing_while_it_is_sealed_changes_nothing() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Ja.");
    send(&mut answers, cid, &letter, ID).unwrap();
    answers.write(cid, "Jein".into(), Some(&letter));
    assert_eq!(answers.text(cid), "Ja.");
}

#[test]
fn a_visitor_is_told_by_mail_only_with_consent_and_wish_and_address() {
    use crate::state::desk::letter::Given;
    use einwurf_protocol::notice::{Mode, Register};
    let (_, mut letter) = letter();
    letter.contact.email = Some("mara@example.org".into());
    letter.contact.wish = Some(Wish::Notice);
    let given = |purposes| Given {
        at: crate::testing::NOW,
        register: Register::En,
        mode: Mode::Consent,
        purposes,
        special: None,
        by: None,
        digest: String::new(),
    };
    letter.consents = vec![given(vec![Purpose::Answer])];
    assert_eq!(notice_address(&letter), None, "a wish is no consent");
    letter.consents.push(given(vec![Purpose::Answer, Purpose::Notify]));
    assert_eq!(notice_address(&letter), Some("mara@example.org"));
    letter.contact.wish = Some(Wish::Email);
    assert_eq!(notice_address(&letter), None);
    letter.contact.wish = Some(Wish::Notice);
    letter.consents.push(given(vec![Purpose::Answer]));
    assert_eq!(notice_address(&letter), None, "the newest consent counts");
}

#[test]
fn a_mail_of_the_last_hour_tells_of_this_answer_too() {
    assert_eq!(Notice::of(Err(Fault::Limit)), Notice::Lately);
    assert_eq!(Notice::of(Err(Fault::Away)), Notice::Failed(Fault::Away));
    assert_eq!(Notice::of(Ok(())), Notice::Gone);
}

#[test]
fn what_looks_sensitive_asks_for_a_call_once_and_never_stops_anybody() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Die IBAN ist DE89 3704 0044 0532 0130 00");
    let said = words(&answers, cid);
    assert!(!answers.asks_for_call(cid, &said, true), "somebody called already");
    assert!(answers.asks_for_call(cid, &said, false));
    assert_eq!(answers.stage(cid), Stage::Callback);
    answers.write(cid, "Die IBAN kommt per Post".into(), Some(&letter));
    assert_eq!(answers.stage(cid), Stage::Callback, "typing is no answer to the question");
    answers.uncalled(cid);
    let said = words(&answers, cid);
    assert!(!answers.asks_for_call(cid, &said, false));
    assert!(send(&mut answers, cid, &letter, ID).is_some());
    answers.arrived(cid, 1);
    answers.write(cid, "Das Passwort lautet".into(), Some(&letter));
    let said = words(&answers, cid);
    assert!(answers.asks_for_call(cid, &said, false), "the next one is asked about again");
    let said = Words { text: "Gern.".into(), files: Vec::new() };
    assert!(!answers.asks_for_call(cid, &said, false));
}

#[test]
fn the_same_words_with_other_files_are_another_message() {
    let (cid, letter) = letter();
    let mut answers = written(cid, &letter, "Anbei.");
    let with = |files: Vec<u32>| Words { text: "Anbei.".into(), files };
    assert_eq!(answers.send(cid, &letter, with(vec![1]), ID).unwrap().id, ID);
    answers.failed(cid, Fault::Offline);
    assert_eq!(answers.send(cid, &letter, with(vec![1]), OTHER).unwrap().id, ID);
    answers.failed(cid, Fault::Offline);
    assert_eq!(answers.send(cid, &letter, with(vec![1, 2]), OTHER).unwrap().id, OTHER);
}
