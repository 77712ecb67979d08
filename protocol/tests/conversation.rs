//! Events and their chain: what the relay appends, and what both apps notice when they read again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::Key;
use einwurf_protocol::{
    chain::{Chain, Fault, JoinError, START, replay},
    codec::CodecError,
    es256::PublicKey,
    event::{Direction, Envelope, EnvelopeError, Event, Header},
    ids::Thumbprint,
    limits::{CIPHERTEXT_BYTES, EVENTS_PER_CONVERSATION},
};
use proptest::prelude::*;

const SITE: Thumbprint = Thumbprint([1; 32]);

fn conversation(key: &Key, length: usize) -> Vec<Event> {
    let mut chain = Chain::new(SITE, key.public().cid());
    let mut events = Vec::new();
    for index in 0..length {
        let event = key.event(&key.header(chain.head, index == 0));
        chain = chain.join(&event).unwrap();
        events.push(event);
    }
    events
}

fn read(key: &Key, events: &[Event]) -> Result<u64, Fault> {
    let public = key.public();
    let author = |id: &Thumbprint, _: Direction| (*id == public.thumbprint()).then_some(public);
    replay(Chain::new(SITE, public.cid()), events, author).map(|chain| chain.head.next)
}

#[test]
fn a_whole_conversation_is_read() {
    let key = Key::new(3);
    assert_eq!(read(&key, &conversation(&key, 5)), Ok(5));
}

#[test]
fn a_dropped_reordered_or_duplicated_event_is_found_where_it_happened() {
    let key = Key::new(3);
    let whole = conversation(&key, 4);
    let without = |index: usize| {
        let mut events = whole.clone();
        events.remove(index);
        events
    };
    let position = |index| Err(Fault { index, error: JoinError::Position });
    assert_eq!(read(&key, &without(0)), position(0));
    assert_eq!(read(&key, &without(1)), position(1));
    assert_eq!(read(&key, &without(2)), position(2));
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    assert_eq!(read(&key, &swapped), position(1));
    let mut twice = whole.clone();
    twice.insert(2, whole[1].clone());
    assert_eq!(read(&key, &twice), position(2));
}

#[test]
fn an_event_of_another_conversation_or_site_is_found() {
    let key = Key::new(3);
    let mut events = conversation(&key, 2);
    events[1] = conversation(&Key::new(4), 2)[1].clone();
    assert_eq!(read(&key, &events), Err(Fault { index: 1, error: JoinError::Conversation }));
    let elsewhere = Header { site: Thumbprint([2; 32]), ..key.header(START, true) };
    assert_eq!(read(&key, &[key.event(&elsewhere)]), Err(Fault { index: 0, error: JoinError::Conversation }));
}

#[test]
fn an_event_by_somebody_else_is_found() {
    let key = Key::new(3);
    let forged = Key::new(4).event(&key.header(START, true));
    assert_eq!(read(&key, &[forged]), Err(Fault { index: 0, error: JoinError::Signature }));
    let unknown = |_: &Thumbprint, _: Direction| None::<PublicKey>;
    let events = conversation(&key, 1);
    let chain = Chain::new(SITE, key.public().cid());
    assert_eq!(replay(chain, &events, unknown), Err(Fault { index: 0, error: JoinError::Signature }));
}

#[test]
fn epochs_open_once_and_count_up() {
    let key = Key::new(3);
    let chain = Chain::new(SITE, key.public().cid());
    let first = |change: fn(&mut Header)| {
        let mut header = key.header(START, true);
        change(&mut header);
        chain.join(&key.event(&header)).map(|chain| chain.epochs)
    };
    assert_eq!(first(|_| ()), Ok(1));
    assert_eq!(first(|header| header.opening = None), Err(JoinError::Epoch));
    assert_eq!(first(|header| header.epoch = 1), Err(JoinError::Epoch));
    assert_eq!(first(|header| header.direction = Direction::ToVisitor), Err(JoinError::Epoch));
    let opened = chain.join(&key.event(&key.header(START, true))).unwrap();
    let second = |epoch, opens| {
        let header = Header { epoch, ..key.header(opened.head, opens) };
        opened.join(&key.event(&header)).map(|chain| chain.epochs)
    };
    assert_eq!(second(0, false), Ok(1));
    assert_eq!(second(1, true), Ok(2));
    assert_eq!(second(1, false), Err(JoinError::Epoch));
    assert_eq!(second(0, true), Err(JoinError::Epoch));
}

#[test]
fn the_last_epoch_that_a_number_can_name_is_no_overflow() {
    let key = Key::new(3);
    let chain = Chain { epochs: u32::MAX, ..Chain::new(SITE, key.public().cid()) };
    let header = Header { epoch: u32::MAX, ..key.header(START, true) };
    assert_eq!(chain.join(&key.event(&header)), Err(JoinError::Epoch));
}

#[test]
fn a_conversation_one_below_at_and_one_above_its_length() {
    let key = Key::new(3);
    for (next, expected) in [
        (EVENTS_PER_CONVERSATION - 1, Ok(())),
        (EVENTS_PER_CONVERSATION, Err(JoinError::Full)),
        (EVENTS_PER_CONVERSATION + 1, Err(JoinError::Full)),
    ] {
        let mut chain = Chain { epochs: 1, ..Chain::new(SITE, key.public().cid()) };
        chain.head.next = next;
        let header = Header { seq: next, ..key.header(START, false) };
        assert_eq!(chain.join(&key.event(&header)).map(drop), expected, "{next}");
    }
}

#[test]
fn enc_06_only_padded_sizes_are_events() {
    let envelope = conversation(&Key::new(3), 1)[0].envelope.clone();
    let with =
        |length: usize| Event::read(Envelope { ciphertext: vec![0; length], ..envelope.clone() }).map(drop);
    for length in [0, 15, 16, 511, 527, 529, CIPHERTEXT_BYTES - 1, CIPHERTEXT_BYTES + 1, 2 * CIPHERTEXT_BYTES]
    {
        assert_eq!(with(length), Err(EnvelopeError::Ciphertext), "{length}");
    }
    for length in [528, 1040, CIPHERTEXT_BYTES] {
        assert_eq!(with(length), Ok(()), "{length}");
    }
}

#[test]
fn a_nonce_or_header_of_another_length_is_no_event() {
    let envelope = conversation(&Key::new(3), 1)[0].envelope.clone();
    for length in [23, 25] {
        let bad = Envelope { nonce: vec![0; length], ..envelope.clone() };
        assert_eq!(Event::read(bad), Err(EnvelopeError::Nonce));
    }
    let mut header = envelope.header.clone();
    header.push(0);
    assert_eq!(Event::read(Envelope { header, ..envelope }), Err(EnvelopeError::Header));
}

#[test]
fn a_header_of_another_version_or_tag_is_refused() {
    let bytes = Key::new(3).header(START, true).encode();
    let label = 1 + "einwurf/1 event".len();
    let tags = [
        label,
        label + 1 + 32 + 32 + 4 + 8,
        label + 1 + 32 + 32 + 4 + 8 + 1,
        bytes.len() - 32 - 1120 - 32 - 1,
    ];
    for place in tags {
        let mut changed = bytes.clone();
        changed[place] = 9;
        assert_eq!(Header::decode(&changed), Err(CodecError::Unknown), "byte {place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_flipped_bit_breaks_the_event(field in 0..4_usize, place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let key = Key::new(3);
        let mut envelope = conversation(&key, 1)[0].envelope.clone();
        let bytes: &mut [u8] = match field {
            0 => &mut envelope.header,
            1 => &mut envelope.nonce,
            2 => &mut envelope.ciphertext,
            _ => &mut envelope.signature.0,
        };
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let broken = Event::read(envelope).map_or(true, |event| event.verify(&key.public()).is_err());
        prop_assert!(broken);
    }

    #[test]
    fn no_bytes_make_the_decoder_fail_otherwise_than_by_an_error(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        if let Ok(header) = Header::decode(&bytes) {
            prop_assert_eq!(header.encode(), bytes);
        }
    }
}
