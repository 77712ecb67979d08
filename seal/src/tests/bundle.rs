//! The bundle: what it gives back, and what a changed one is worth.

use super::support::{NOW, Talk, message, mine, talk, texts};
use crate::{Beside, Bundle, SealError, Trust};
use einwurf_protocol::{chain::JoinError, event::Event, ids::MessageId, limits::BUNDLE_BYTES};

const ADDRESS: &str = "conversation-address";
const SERIAL: u64 = 41;
/// Where the parts of the form begin (`docs/protocol.md` section 8.5).
const SITE: usize = 1 + "einwurf/1 bundle".len() + 1;
const SCALAR: usize = SITE + 32;
const TOKEN: usize = SCALAR + 32;
const SALT: usize = TOKEN + 32;
const LENGTH: usize = SALT + 32;
const TEXT: usize = LENGTH + 4;
const NUMBER: usize = TEXT + ADDRESS.len();
const COUNT: usize = NUMBER + 8;
const EPOCHS: usize = COUNT + 4;

fn months() -> Talk {
    let mut talk = talk("bundle");
    talk.write("January");
    talk.rekey();
    talk.write("February");
    talk
}

fn bytes(talk: &Talk) -> Vec<u8> {
    talk.visitor.bundle(ADDRESS, SERIAL).to_vec()
}

fn read(bytes: &[u8]) -> Result<Bundle, SealError> {
    Bundle::read(bytes)
}

/// Reads what the relay holds into the conversation of a bundle.
fn followed(talk: &Talk, bundle: &mut Bundle) -> Result<usize, SealError> {
    let trust = Trust { site: &talk.site.thumbprint(), former: &[], revoked: &[] };
    bundle.conversation.follow(&trust, &talk.stored.events).map(|shown| shown.len())
}

#[test]
fn a_bundle_gives_back_the_same_conversation() {
    let talk = months();
    let bytes = bytes(&talk);
    let Bundle { conversation, address, serial } = read(&bytes).unwrap();
    assert_eq!((address.as_str(), serial), (ADDRESS, SERIAL));
    assert_eq!(conversation.cid(), talk.visitor.cid());
    assert_eq!((conversation.site(), conversation.token()), (talk.visitor.site(), talk.visitor.token()));
    assert_eq!(
        (conversation.salt(), conversation.public_key()),
        (talk.visitor.salt(), talk.visitor.public_key())
    );
    assert!(conversation.position() == 0, "the head is read from the relay");
    let mut bundle = read(&bytes).unwrap();
    assert_eq!(followed(&talk, &mut bundle), Ok(2));
    assert_eq!(bundle.conversation.bundle(ADDRESS, SERIAL).to_vec(), bytes);
}

#[test]
fn after_a_bundle_the_conversation_goes_on_as_if_the_tab_had_stayed() {
    let mut talk = months();
    let mut bundle = read(&bytes(&talk)).unwrap();
    followed(&talk, &mut bundle).unwrap();
    let expected = Event::read(talk.seal("March")).unwrap().header;
    talk.visitor = bundle.conversation;
    let event = Event::read(talk.write("March")).unwrap();
    assert_eq!((event.header.seq, event.header.prev, event.header.epoch), (2, expected.prev, 1));
    talk.rekey();
    let event = Event::read(talk.write("April")).unwrap();
    assert_eq!((event.header.epoch, event.header.opening.is_some()), (2, true));
    let newest = [talk.inbox.pop().unwrap()];
    let thread = mine(talk.open_with(&newest));
    assert_eq!((texts(&thread), thread.faults.len()), (vec!["January", "February", "March", "April"], 0));
    let withdrawal = talk.visitor.withdraw(MessageId([1; 16]), &mut talk.rng).unwrap();
    talk.visitor.accepted(&withdrawal).unwrap();
    assert!(talk.visitor.is_ended());
}

#[test]
fn rgt_03_a_bundle_can_withdraw_in_an_epoch_whose_opening_it_does_not_have() {
    let mut talk = months();
    let mut bundle = read(&bytes(&talk)).unwrap();
    followed(&talk, &mut bundle).unwrap();
    let withdrawal = bundle.conversation.withdraw(MessageId([1; 16]), &mut talk.rng).unwrap();
    talk.visitor.accepted(&withdrawal).unwrap();
    assert!(talk.visitor.is_ended());
}

#[test]
fn a_bundle_from_before_the_first_answer_goes_on_whatever_the_relay_stored() {
    // Kept before the first message was sent: the tab is gone, and nobody knows whether it arrived.
    let mut talk = talk("kept before");
    let kept = bytes(&talk);
    assert_eq!(kept.len(), EPOCHS + 68, "with the keys of the epoch that waits");
    let sent = talk.seal("one");
    let mut lost = read(&kept).unwrap();
    assert_eq!(followed(&talk, &mut lost), Ok(0));
    lost.conversation.rekey(&talk.inbox[0].entry(NOW), &mut talk.rng).unwrap();
    let id = MessageId([1; 16]);
    let again = lost.conversation.seal(&message("one"), &Beside::default(), id, &mut talk.rng).unwrap();
    assert_eq!(Event::read(again).unwrap().header.epoch, 0);
    talk.store(sent);
    let mut arrived = read(&kept).unwrap();
    assert_eq!(followed(&talk, &mut arrived), Ok(1));
    let next = arrived.conversation.seal(&message("two"), &Beside::default(), id, &mut talk.rng).unwrap();
    let withdrawal = arrived.conversation.withdraw(id, &mut talk.rng).unwrap();
    for envelope in [next, withdrawal] {
        let header = Event::read(envelope).unwrap().header;
        assert_eq!((header.seq, header.epoch, header.opening), (1, 0, None));
    }
}

#[test]
fn an_opening_that_a_bundle_does_not_hold_is_not_made_again() {
    let mut talk = talk("no opening");
    let mut bundle = read(&bytes(&talk)).unwrap();
    let id = MessageId([1; 16]);
    for _ in 0..2 {
        let sealed = bundle.conversation.seal(&message("one"), &Beside::default(), id, &mut talk.rng);
        assert_eq!(sealed.unwrap_err(), SealError::Epoch);
        followed(&talk, &mut bundle).unwrap();
    }
}

#[test]
fn a_bundle_from_before_an_epoch_does_not_show_the_epoch() {
    let mut talk = talk("older");
    talk.write("January");
    let older = bytes(&talk);
    talk.rekey();
    talk.write("February");
    let mut bundle = read(&older).unwrap();
    assert_eq!(followed(&talk, &mut bundle), Err(SealError::Epoch));
    assert!(bundle.conversation.position() == 0);
}

#[test]
fn every_flipped_byte_is_refused_or_opens_nothing_or_is_no_credential() {
    let talk = months();
    let good = bytes(&talk);
    assert_eq!(good.len(), EPOCHS + 2 * 68);
    for place in 0..good.len() {
        let mut flipped = good.clone();
        flipped[place] ^= 1 << (place % 8);
        let Ok(mut bundle) = read(&flipped) else { continue };
        let follows = followed(&talk, &mut bundle);
        match place {
            SITE..TOKEN => assert_eq!(follows, Err(JoinError::Conversation.into()), "byte {place}"),
            TOKEN..SALT => {
                assert_ne!(bundle.conversation.token(), talk.visitor.token(), "the relay refuses it");
            }
            SALT..LENGTH => {
                assert_ne!(bundle.conversation.salt(), talk.visitor.salt(), "its choices fit no grant");
            }
            TEXT..NUMBER => assert_ne!(bundle.address, ADDRESS, "the relay did not issue it"),
            NUMBER..COUNT => assert_ne!(bundle.serial, SERIAL),
            EPOCHS.. => assert!(
                matches!(follows, Err(SealError::Content | SealError::Epoch)),
                "byte {place}: {follows:?}"
            ),
            _ => panic!("byte {place} changed nothing"),
        }
    }
}

#[test]
fn a_bundle_of_another_form_is_refused() {
    let good = bytes(&months());
    let with = |place: usize, byte: u8| {
        let mut bad = good.clone();
        bad[place] = byte;
        bad
    };
    let mut zero = good.clone();
    zero[SCALAR..TOKEN].fill(0);
    let mut endless = good[..EPOCHS].to_vec();
    endless[COUNT..EPOCHS].fill(0xff);
    let second = EPOCHS + 68;
    let bad = [
        Vec::new(),
        with(17, 2),
        with(1, b'E'),
        with(second + 3, 0),
        with(second + 3, 2),
        with(TEXT, 0xff),
        [&good[..], &[0]].concat(),
        good[..good.len() - 1].to_vec(),
        zero,
        endless,
    ];
    for (index, bad) in bad.iter().enumerate() {
        assert_eq!(read(bad).map(drop), Err(SealError::Bundle), "{index}");
    }
}

#[test]
fn a_bundle_one_below_at_and_one_above_its_limit() {
    let talk = months();
    let fixed = bytes(&talk).len() - ADDRESS.len();
    for (length, expected) in
        [(BUNDLE_BYTES - 1, Ok(())), (BUNDLE_BYTES, Ok(())), (BUNDLE_BYTES + 1, Err(SealError::TooLong))]
    {
        let bundle = talk.visitor.bundle(&"a".repeat(length - fixed), SERIAL);
        assert_eq!(read(&bundle).map(drop), expected, "{length}");
    }
}

#[test]
fn enc_02_debug_of_a_bundle_shows_no_secret_and_no_address() {
    let shown = format!("{:?}", read(&bytes(&months())).unwrap());
    assert!(shown.starts_with("Bundle(VisitorConversation(") && shown.ends_with("hidden), address hidden)"));
    assert!(!shown.contains(ADDRESS));
}
