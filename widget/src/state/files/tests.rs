//! Files in the model: what goes along, and what does not. What becomes of it: [`way`]; while a site takes none:
//! [`text_only`].

mod text_only;
mod way;

use super::*;
use crate::{
    fixtures::{self, DELETED, Kind, NOW, write},
    state::{Answer, Effect, End, Ending, Event, Focus, Kept, Model, Order, Phase, SealFault},
};
use einwurf_protocol::{
    api::visitor::AttachmentState,
    event::Direction,
    ids::Digest,
    limits::{ATTACHMENTS, ATTACHMENTS_BYTES, DESCRIPTION_BYTES},
    message::{Attachment, DraftError},
    notice::Register,
};

const TEXT: &str = "So sieht es aus.";

fn fresh(register: Register) -> Model {
    let mut model = Model::new(fixtures::site(Kind::usual(register)).unwrap());
    let form = |count| if count == 1 { "one" } else { "other" };
    model.words = Words::new(&crate::texts::tests::texts(register), |count| {
        (form(count).to_owned(), count.to_string())
    });
    model
}

fn composing() -> Model {
    let mut model = fresh(Register::DeFormal);
    write(&mut model, TEXT);
    model
}

fn photo(length: u64) -> Found {
    Found {
        ending: "jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        length,
        preview: Some("blob:x".to_owned()),
        original: false,
        shrunk: true,
        marks: true,
        arrows: 0,
    }
}

fn paper() -> Found {
    Found { ending: "pdf".into(), media_type: "application/pdf".into(), ..photo(7_000) }
}

fn on(model: &mut Model, event: FileEvent) -> Vec<Effect> {
    model.on(event.into())
}

fn pick(model: &mut Model, number: u32) -> Vec<Effect> {
    on(model, FileEvent::Picked(vec![(number, format!("IMG_{number}.jpg"))]))
}

fn add(model: &mut Model, number: u32, found: Found) {
    pick(model, number);
    on(model, FileEvent::Prepared(number, Ok(found)));
}

fn with_photos(numbers: &[u32]) -> Model {
    let mut model = composing();
    for number in numbers {
        add(&mut model, *number, photo(1_000));
    }
    model
}

fn stage(model: &Model, number: u32) -> Stage {
    model.files.file(number).unwrap().stage
}

fn order(effects: &[Effect]) -> Order {
    let seal = effects.iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some((**order).clone()),
        _ => None,
    });
    seal.unwrap()
}

fn uploads(effects: &[Effect]) -> Vec<(u32, bool)> {
    let upload = |effect: &Effect| match effect {
        Effect::File(FileEffect::Upload { number, resume }) => Some((*number, *resume)),
        _ => None,
    };
    effects.iter().filter_map(upload).collect()
}

fn id(byte: u8) -> MessageId {
    MessageId([byte; MessageId::LENGTH])
}

fn accepted() -> Event {
    Event::Answered(Answer::Accepted { seq: 0, at: NOW, deleted: DELETED })
}

/// The message has arrived, and the first file is on its way.
fn arrived(numbers: &[u32]) -> (Model, Vec<Effect>) {
    let mut model = with_photos(numbers);
    model.on(Event::Send);
    let ids = numbers.iter().map(|number| (*number, id(u8::try_from(*number).unwrap()))).collect();
    on(&mut model, FileEvent::Sealed(ids));
    model.on(Event::Sealed(Ok(())));
    let effects = model.on(accepted());
    (model, effects)
}

#[test]
fn pre_03_what_is_picked_without_consent_is_let_go_unread() {
    let mut model = fresh(Register::DeFormal);
    assert_eq!(pick(&mut model, 1), [Effect::File(FileEffect::Drop(1))]);
    assert!(model.files.list.is_empty());
    let mut model = composing();
    model.on(Event::Withdraw);
    assert_eq!(pick(&mut model, 1), [Effect::File(FileEffect::Drop(1))], "something lies over the form");
}

#[test]
fn a_file_is_made_ready_and_goes_along_under_a_neutral_name() {
    let mut model = composing();
    let prepare = FileEffect::Prepare { number: 1, original: false, unclean: false };
    assert_eq!(pick(&mut model, 1), [Effect::File(prepare)]);
    assert_eq!(stage(&model, 1), Stage::Preparing);
    on(&mut model, FileEvent::Prepared(1, Ok(photo(1_000))));
    assert_eq!((stage(&model, 1), model.files.bytes()), (Stage::Ready, 1_000));
    assert_eq!(order(&model.on(Event::Send)).files.len(), 1);
}

#[test]
fn msg_02_names_say_nothing_but_kind_and_number() {
    for (register, names) in [
        (Register::DeFormal, ["bild-1.jpg", "datei-1.pdf", "bild-2.jpg", "video-1.mp4"]),
        (Register::En, ["photo-1.jpg", "file-1.pdf", "photo-2.jpg", "video-1.mp4"]),
    ] {
        let mut model = fresh(register);
        write(&mut model, TEXT);
        let film = Found { ending: "mp4".into(), media_type: "video/mp4".into(), ..photo(9) };
        for (number, found) in [(4, photo(1)), (5, paper()), (6, photo(2)), (7, film)] {
            add(&mut model, number, found);
        }
        let order = order(&model.on(Event::Send));
        assert_eq!(order.files.iter().map(|file| file.name.to_string()).collect::<Vec<_>>(), names);
    }
}

#[test]
fn msg_01_a_message_of_files_alone_says_what_they_are() {
    let words = |register, files: &[Found]| {
        let mut model = fresh(register);
        write(&mut model, "  ");
        for (number, found) in (1..).zip(files) {
            add(&mut model, number, found.clone());
        }
        order(&model.on(Event::Send)).message.inner().text().to_owned()
    };
    assert_eq!(words(Register::DeFormal, &[photo(1)]), "1 Foto");
    assert_eq!(words(Register::DeInformal, &[photo(1), photo(1)]), "2 Fotos");
    assert_eq!(words(Register::DeFormal, &[paper()]), "1 Datei");
    assert_eq!(words(Register::En, &[paper(), photo(1)]), "2 files");
    assert_eq!(words(Register::En, &[photo(1)]), "1 photo");
    let most: Vec<_> = (0..20).map(|_| photo(1)).collect();
    assert_eq!(words(Register::En, &most), "20 photos");
    let mut model = composing();
    model.on(Event::Input(crate::state::Field::Text, String::new()));
    model.on(Event::Send);
    let Phase::Compose(composing) = &model.phase else { panic!() };
    assert_eq!(composing.fault, Some(DraftError::TextEmpty));
}

#[test]
fn a_message_holds_so_many_files_and_no_more() {
    for (count, last) in [
        (ATTACHMENTS - 1, Stage::Ready),
        (ATTACHMENTS, Stage::Ready),
        (ATTACHMENTS + 1, Stage::Refused(Refusal::TooMany)),
    ] {
        let mut model = composing();
        let count = u32::try_from(count).unwrap();
        (1..=count).for_each(|number| add(&mut model, number, photo(1)));
        assert_eq!(stage(&model, count), last, "{count}");
    }
}

#[test]
fn a_message_holds_so_many_bytes_and_no_more() {
    let large = |length| {
        let mut model = composing();
        add(&mut model, 1, photo(ATTACHMENTS_BYTES - 10));
        add(&mut model, 2, photo(length));
        stage(&model, 2)
    };
    assert_eq!((large(9), large(10)), (Stage::Ready, Stage::Ready));
    assert_eq!(large(11), Stage::Refused(Refusal::TooLarge));
    assert_eq!(large(u64::MAX), Stage::Refused(Refusal::TooLarge));
}

#[test]
fn a11_06_a_description_goes_along_as_far_as_it_fits() {
    for (typed, kept) in
        [(DESCRIPTION_BYTES - 1, 999), (DESCRIPTION_BYTES, 1_000), (DESCRIPTION_BYTES + 1, 1_000)]
    {
        let mut model = with_photos(&[1]);
        on(&mut model, FileEvent::Describe(1, "x".repeat(typed)));
        let order = order(&model.on(Event::Send));
        assert_eq!(order.files[0].description.as_ref().unwrap().len(), kept);
    }
    let mut model = with_photos(&[1, 2]);
    on(&mut model, FileEvent::Describe(1, "ü".repeat(600)));
    on(&mut model, FileEvent::Describe(2, "  ".to_owned()));
    let order = order(&model.on(Event::Send));
    assert_eq!(order.files[0].description.as_deref(), Some("ü".repeat(500).as_str()), "no half letter");
    assert_eq!(order.files[1].description, None);
}

#[test]
fn msg_03_nothing_is_sent_while_a_file_is_refused_or_not_ready() {
    for result in [None, Some(Refusal::Office), Some(Refusal::Polyglot), Some(Refusal::Empty)] {
        let mut model = composing();
        pick(&mut model, 1);
        if let Some(refusal) = result {
            on(&mut model, FileEvent::Prepared(1, Err(refusal)));
        }
        assert_eq!(model.on(Event::Send), [Effect::Focus(Focus::File)]);
        assert!(matches!(model.phase, Phase::Compose(_)));
        assert_eq!(model.files.fault, Some(if result.is_some() { Fault::Refused } else { Fault::Preparing }));
        assert_eq!(model.draft.text, TEXT);
        assert_eq!(on(&mut model, FileEvent::Remove(1)), [Effect::File(FileEffect::Drop(1))]);
        assert_eq!(model.files.fault, None);
        assert!(order(&model.on(Event::Send)).files.is_empty());
    }
}

#[test]
fn msg_03_an_office_file_goes_as_it_is_only_when_the_visitor_says_so() {
    let mut model = composing();
    pick(&mut model, 1);
    assert!(on(&mut model, FileEvent::Unclean(1)).is_empty(), "before anything is known of it");
    on(&mut model, FileEvent::Prepared(1, Err(Refusal::Office)));
    assert!(on(&mut model, FileEvent::Original(1, true)).is_empty());
    let again = FileEffect::Prepare { number: 1, original: false, unclean: true };
    assert_eq!(on(&mut model, FileEvent::Unclean(1)), [Effect::File(again)]);
    on(&mut model, FileEvent::Prepared(1, Err(Refusal::Polyglot)));
    assert!(on(&mut model, FileEvent::Unclean(1)).is_empty(), "two files in one never go");
    let mut model = with_photos(&[1]);
    assert!(on(&mut model, FileEvent::Unclean(1)).is_empty(), "a picture is always cleaned");
}

#[test]
fn msg_04_every_word_of_the_module_has_its_refusal() {
    for (code, refusal) in Refusal::CODES {
        assert_eq!(Refusal::of(code), refusal);
    }
    assert_eq!((Refusal::of("failed"), Refusal::of("")), (Refusal::Failed, Refusal::Failed));
    assert_eq!(Failure::of("network"), Failure::Lost);
    assert_eq!(Failure::of("broken"), Failure::Forged);
    assert_eq!(Failure::of("relay:gone"), Failure::Refused);
}

#[test]
fn what_comes_back_of_a_removed_file_is_let_go() {
    let mut model = composing();
    pick(&mut model, 1);
    on(&mut model, FileEvent::Remove(1));
    on(&mut model, FileEvent::Prepared(1, Ok(photo(1))));
    assert!(model.files.list.is_empty());
}

#[test]
fn a_picture_goes_in_full_size_by_choice_and_with_arrows() {
    let mut model = with_photos(&[1]);
    let full = FileEffect::Prepare { number: 1, original: true, unclean: false };
    assert_eq!(on(&mut model, FileEvent::Original(1, true)), [Effect::File(full)]);
    on(&mut model, FileEvent::Prepared(1, Ok(Found { original: true, ..photo(9) })));
    assert!(on(&mut model, FileEvent::Mark(1)).is_empty(), "no place was chosen");
    on(&mut model, FileEvent::Aim(1, Some((130, 40))));
    assert_eq!(on(&mut model, FileEvent::Mark(1)), [Effect::File(FileEffect::Mark(1, (100, 40)))]);
    on(&mut model, FileEvent::Prepared(1, Ok(Found { arrows: 1, ..photo(9) })));
    assert_eq!(model.files.file(1).unwrap().found.as_ref().unwrap().arrows, 1);
    let mut model = composing();
    add(&mut model, 1, Found { marks: false, ..paper() });
    on(&mut model, FileEvent::Aim(1, Some((1, 1))));
    assert_eq!(model.files.file(1).unwrap().aim, None);
}

#[test]
fn debug_says_nothing_of_files() {
    let mut model = with_photos(&[1]);
    on(&mut model, FileEvent::Describe(1, "Mein Garten".to_owned()));
    let text = format!("{:?} {:?}", model.files, photo(3));
    assert!(!text.contains("IMG_1") && !text.contains("Garten") && !text.contains("blob"), "{text}");
}
