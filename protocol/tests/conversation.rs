//! Events and their chain: what the relay appends, and what both apps notice when they read again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::Key;
use einwurf_protocol::{
    api::visitor::{Kept, StoredEvent},
    chain::{Chain, Fault, JoinError, START, replay},
    codec::CodecError,
    es256::PublicKey,
    event::{Direction, Envelope, EnvelopeError, Event, Header, Kind},
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

fn withdrawal(key: &Key, chain: &Chain) -> Header {
    Header { kind: Kind::Withdrawal, ..key.header(START, false) }.after(chain)
}

trait After {
    fn after(self, chain: &Chain) -> Self;
}

impl After for Header {
    /// The same, at the end of `chain`.
    fn after(self, chain: &Chain) -> Self {
        Self { seq: chain.head.next, prev: chain.head.digest, epoch: chain.epochs.saturating_sub(1), ..self }
    }
}

#[test]
fn rgt_03_nothing_joins_after_a_withdrawal() {
    let (key, member) = (Key::new(3), Key::new(4));
    let chain = Chain::new(SITE, key.public().cid());
    let begun = chain.join(&key.event(&key.header(START, true))).unwrap();
    let ended = begun.join(&key.event(&withdrawal(&key, &begun))).unwrap();
    assert!(ended.ended && !begun.ended);
    let cid = ended.cid;
    for (author, direction) in [(&key, Direction::ToStaff), (&member, Direction::ToVisitor)] {
        for kind in [Kind::Message, Kind::Act, Kind::Withdrawal] {
            let header = Header { cid, direction, kind, ..author.header(START, false) }.after(&ended);
            assert_eq!(ended.join(&author.event(&header)), Err(JoinError::Ended), "{direction:?} {kind:?}");
        }
    }
    let next = Header { epoch: 1, ..key.header(START, true).after(&ended) };
    assert_eq!(ended.join(&key.event(&next)), Err(JoinError::Ended));
}

#[test]
fn rgt_03_a_withdrawal_fits_into_a_full_conversation_but_opens_no_epoch() {
    let key = Key::new(3);
    for next in [EVENTS_PER_CONVERSATION - 1, EVENTS_PER_CONVERSATION, EVENTS_PER_CONVERSATION + 1] {
        let mut chain = Chain { epochs: 1, ..Chain::new(SITE, key.public().cid()) };
        chain.head.next = next;
        let header =
            Header { message: einwurf_protocol::ids::MessageId([1; 16]), ..withdrawal(&key, &chain) };
        assert!(chain.join(&key.event(&header)).is_ok(), "{next}");
    }
    let chain = Chain::new(SITE, key.public().cid());
    let begun = chain.join(&key.event(&key.header(START, true))).unwrap();
    for (chain, epoch) in [(&chain, 0), (&begun, 1)] {
        let opening = key.header(START, true).opening;
        let header = Header { opening, epoch, ..withdrawal(&key, chain) };
        assert_eq!(chain.join(&key.event(&header)), Err(JoinError::Epoch));
    }
    let empty = withdrawal(&key, &chain);
    assert_eq!(chain.join(&key.event(&empty)), Err(JoinError::Epoch), "there is nothing to withdraw from");
}

fn erased(event: &Event) -> Event {
    let stored = StoredEvent { kept: Kept::Erased(event.remains()), at: common::NOW };
    let json = serde_json::to_string(&stored).unwrap();
    assert!(!json.contains("ciphertext") && !json.contains("nonce"));
    serde_json::from_str::<StoredEvent>(&json).unwrap().read().unwrap()
}

#[test]
fn rgt_03_what_is_left_of_erased_events_can_be_followed_and_not_opened() {
    let key = Key::new(3);
    let whole = conversation(&key, 4);
    let remains: Vec<_> = whole.iter().map(erased).collect();
    for (left, before) in remains.iter().zip(&whole) {
        assert!(left.is_erased() && !before.is_erased());
        assert_eq!((left.digest, &left.header), (before.digest, &before.header));
        assert_eq!(left.remains(), before.remains());
    }
    assert_eq!(read(&key, &remains), Ok(4));
    let mixed: Vec<_> = [&whole[..2], &remains[2..]].concat();
    assert_eq!(read(&key, &mixed), Ok(4));
}

#[test]
fn rgt_03_a_relay_cannot_invent_what_is_left_of_a_visitors_event() {
    let key = Key::new(3);
    let whole = conversation(&key, 3);
    let signature = |index| Err(Fault { index, error: JoinError::Signature });
    let with = |change: &dyn Fn(&mut einwurf_protocol::api::visitor::Remains)| {
        let mut remains = whole[1].remains();
        change(&mut remains);
        let changed = Event::of_remains(&remains).unwrap();
        read(&key, &[erased(&whole[0]), changed, erased(&whole[2])])
    };
    assert_eq!(with(&|_| ()), Ok(3));
    assert_eq!(with(&|remains| remains.signature.0[5] ^= 1), signature(1));
    assert_eq!(with(&|remains| remains.content.0[5] ^= 1), signature(1));
    // In the message id, which nothing else compares.
    assert_eq!(with(&|remains| remains.header[100] ^= 1), signature(1));
    let mut dropped: Vec<_> = whole.iter().map(erased).collect();
    dropped.remove(1);
    assert_eq!(read(&key, &dropped), Err(Fault { index: 1, error: JoinError::Position }));
    let mut header = whole[1].remains();
    header.header.pop();
    assert_eq!(Event::of_remains(&header), Err(EnvelopeError::Header));
}

#[test]
fn of_an_erased_answer_only_its_place_in_the_chain_is_checked() {
    let (key, member) = (Key::new(3), Key::new(4));
    let chain = Chain::new(SITE, key.public().cid());
    let first = key.event(&key.header(START, true));
    let begun = chain.join(&first).unwrap();
    let header = Header { cid: chain.cid, direction: Direction::ToVisitor, ..member.header(START, false) };
    let answer = member.event(&header.after(&begun));
    let own = key.public();
    let author = |_: &Thumbprint, direction| (direction == Direction::ToStaff).then_some(own);
    let left = [first.clone(), erased(&answer)];
    assert_eq!(replay(chain.clone(), &left, author).map(|chain| chain.head.next), Ok(2));
    let fault = Fault { index: 1, error: JoinError::Signature };
    assert_eq!(
        replay(chain.clone(), &[first.clone(), answer.clone()], author),
        Err(fault),
        "a whole one is not"
    );
    let fault = Fault { index: 0, error: JoinError::Position };
    assert_eq!(replay(chain, &[erased(&answer), first], author), Err(fault));
}

#[test]
fn an_event_is_whole_or_erased_and_not_both_or_neither() {
    let event = &conversation(&Key::new(3), 1)[0];
    let whole = serde_json::to_value(&event.envelope).unwrap();
    let erased = serde_json::to_value(event.remains()).unwrap();
    let read = |value: &serde_json::Value| {
        let theirs = serde_json::from_value::<StoredEvent>(value.clone()).ok();
        let ours = einwurf_protocol::json::from_slice::<StoredEvent>(value.to_string().as_bytes()).ok();
        assert_eq!(theirs, ours, "{value}");
        ours.is_some()
    };
    assert!(read(&serde_json::json!({ "event": whole, "at": 1 })));
    assert!(read(&serde_json::json!({ "erased": erased, "at": 1 })));
    for bad in [
        serde_json::json!({ "at": 1 }),
        serde_json::json!({ "event": whole, "erased": erased, "at": 1 }),
        serde_json::json!({ "event": erased, "at": 1 }),
        serde_json::json!({ "erased": whole, "at": 1 }),
        serde_json::json!({ "event": whole }),
        serde_json::json!({ "event": whole, "at": 1, "by": "Ines" }),
    ] {
        assert!(!read(&bad), "{bad}");
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
