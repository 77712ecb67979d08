//! Whatever is written, wherever a bit flips.

use super::support::{consent, flipped, message, mine, talk, texts, whole_mut, written};
use crate::{Beside, Opened};
use einwurf_protocol::{
    event::Envelope,
    ids::MessageId,
    message::{Draft, Wish},
    padding::class,
};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    ".{1,1200}".prop_filter("not empty", |text| !text.trim().is_empty())
}

/// One bit of one field of an envelope.
fn with_flip(envelope: &Envelope, field: usize, place: f64) -> Envelope {
    let mut copy = envelope.clone();
    let signature = copy.signature.0.to_vec();
    let bytes = [&copy.header, &copy.nonce, &copy.ciphertext, &signature][field];
    let bits = bytes.len() * 8;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let bit = ((place * bits as f64) as usize).min(bits - 1);
    let bytes = flipped(bytes, bit);
    match field {
        0 => copy.header = bytes,
        1 => copy.nonce = bytes,
        2 => copy.ciphertext = bytes,
        _ => copy.signature.0.copy_from_slice(&bytes),
    }
    copy
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn open_of_seal_is_the_same(text in text(), name in "[ -~]{0,40}", phone in proptest::option::of("[0-9 ]{1,20}[0-9]")) {
        let phone = phone.unwrap_or_default();
        let wish = if phone.is_empty() { None } else { Some(Wish::Phone) };
        let draft = Draft { text, name, phone, wish, email: "a@b.example".into() };
        let message = consent().cover(draft.check().unwrap());
        let mut talk = talk("same");
        let sealed = talk.visitor.seal(&message, &Beside::default(), MessageId([3; 16]), &mut talk.rng).unwrap();
        talk.store(sealed);
        let thread = talk.thread();
        prop_assert_eq!(&written(&thread.entries[0]).message, message.inner());
        prop_assert_eq!((thread.entries.len(), thread.faults.len()), (1, 0));
        prop_assert_eq!(thread.entries[0].message, MessageId([3; 16]));
    }

    #[test]
    fn a_flipped_bit_in_the_only_event_is_never_mine(field in 0_usize..4, place in 0.0..1.0) {
        let mut talk = talk("flip");
        let envelope = talk.write("the text");
        *whole_mut(&mut talk.stored.events[0]) = with_flip(&envelope, field, place);
        let opened = talk.open();
        prop_assert!(matches!(opened, Opened::NotMine | Opened::Broken(_)), "{:?}", opened);
    }

    #[test]
    fn a_flipped_bit_later_takes_its_event_out_and_is_named(index in 1_usize..3, field in 0_usize..4, place in 0.0..1.0) {
        let mut talk = talk("flip later");
        let written = ["one", "two", "three"];
        for text in written {
            talk.write(text);
        }
        let event = whole_mut(&mut talk.stored.events[index]);
        *event = with_flip(event, field, place);
        let thread = talk.thread();
        let rest: Vec<_> = written.into_iter().enumerate().filter(|(at, _)| *at != index).map(|(_, text)| text).collect();
        prop_assert_eq!(texts(&thread), rest);
        prop_assert!(!thread.faults.is_empty());
    }

    #[test]
    fn a_flipped_character_in_the_grant_is_broken(place in 0_usize..400, other in "[A-Za-z0-9_.-]") {
        let mut talk = talk("flip grant");
        talk.write("one");
        let grant = &mut talk.stored.grants[0].grant;
        prop_assume!(grant[place..=place] != other);
        grant.replace_range(place..=place, &other);
        prop_assert!(matches!(talk.open(), Opened::Broken(_)));
    }

    #[test]
    fn a_wrong_key_is_not_mine(text in text(), seed in "[a-z]{1,9}") {
        let (mut one, other) = (talk("mine"), talk(&format!("not mine {seed}")));
        one.write(&text);
        let opened = one.open_with(&other.inbox);
        prop_assert_eq!(opened, Opened::NotMine);
    }

    #[test]
    fn enc_06_sizes_fall_in_classes(a in text(), b in text()) {
        let mut talk = talk("sizes");
        let (one, two) = (talk.seal(&a), talk.seal(&b));
        let padded = one.ciphertext.len() - 16;
        prop_assert_eq!(class(padded), padded);
        prop_assert!(padded.is_power_of_two() && padded >= 512);
        let json = |text: &str| 4 + serde_json::to_vec(&einwurf_protocol::message::Payload::of(message(text).inner().clone())).unwrap().len();
        prop_assert_eq!(class(json(&a)), padded);
        prop_assert_eq!(class(json(&a)) == class(json(&b)), one.ciphertext.len() == two.ciphertext.len());
    }

    #[test]
    fn any_chain_of_months_opens_with_the_newest_key(months in proptest::collection::vec(1_usize..3, 1..4)) {
        let mut talk = talk("months");
        let mut written = Vec::new();
        for (month, messages) in months.iter().enumerate() {
            if month > 0 {
                talk.rekey();
            }
            for message in 0..*messages {
                written.push(format!("month {month}, message {message}"));
                talk.write(&written[written.len() - 1]);
            }
        }
        let newest = [talk.inbox.pop().unwrap()];
        let thread = mine(talk.open_with(&newest));
        prop_assert_eq!(texts(&thread), written);
        prop_assert!(thread.faults.is_empty());
    }
}
