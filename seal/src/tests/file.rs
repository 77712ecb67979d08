//! Files: what is announced, what comes, and what an attacker makes of it. The faults are in `vectors/files.rs`.

use super::rng::drawn;
use crate::file::{FileError, FileOpener, FileSealer, SEGMENT_BYTES, sealed_bytes};
use einwurf_protocol::{
    ids::Cid,
    limits::{ATTACHMENTS_BYTES, DECLARED_BYTES},
    message::Attachment,
};
use proptest::prelude::*;

const CID: Cid = Cid([3; 32]);

fn sealed(content: &[u8], piece: usize, seed: &str) -> (Attachment, Vec<u8>) {
    let mut file = Vec::new();
    let length = content.len() as u64;
    let mut sealer = FileSealer::begin(&CID, length, &mut file, &mut drawn(seed)).unwrap();
    content.chunks(piece).for_each(|piece| sealer.update(piece, &mut file).unwrap());
    let done = sealer.finish(&mut file).unwrap();
    let label = |text: &str| text.to_owned().try_into().unwrap();
    let attachment = Attachment {
        id: done.id,
        key: done.key.to_vec(),
        length: done.length,
        name: label("bild-1.jpg"),
        media_type: label("image/jpeg"),
        description: None,
        digest: done.digest,
    };
    (attachment, file)
}

fn opened(attachment: &Attachment, file: &[u8], piece: usize) -> Result<Vec<u8>, FileError> {
    let mut out = Vec::new();
    let mut opener = FileOpener::new(&CID, attachment)?;
    for piece in file.chunks(piece) {
        opener.update(piece, &mut out)?;
    }
    opener.finish().map(|()| out)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn what_was_sealed_opens_whatever_the_pieces(
            length in 0_usize..200_000, a in 1_usize..100_000, b in 1_usize..100_000,
        ) {
        let content: Vec<u8> = (0..=250).cycle().take(length).collect();
        let (attachment, file) = sealed(&content, a, "pieces");
        prop_assert_eq!(sealed_bytes(length as u64), Ok(file.len() as u64));
        prop_assert_eq!(opened(&attachment, &file, b), Ok(content));
    }

    #[test]
    fn no_flipped_bit_opens(at in 0_usize..70_000, bit in 0_u8..8) {
        let (mut attachment, mut file) = sealed(&vec![7; 66_000], 66_000, "flipped");
        let at = at % file.len();
        file[at] ^= 1 << bit;
        prop_assert!(opened(&attachment, &file, 9_000).is_err());
        // Not even for whoever can say another digest.
        attachment.digest = einwurf_protocol::ids::Digest(
            einwurf_protocol::codec::Writer::labelled("einwurf/1 attachment").var(&file).sha256(),
        );
        prop_assert_eq!(opened(&attachment, &file, 9_000), Err(FileError::Segment));
    }
}

#[test]
fn enc_06_files_of_one_class_are_of_one_length() {
    assert_eq!(sealed_bytes(100_000), sealed_bytes(100_001));
    assert_eq!(sealed(&[1; 509], 509, "a").1.len(), sealed(&[2; 1_020], 9, "b").1.len());
}

#[test]
fn edges_of_segments_one_below_at_and_one_above() {
    for segments in [1, 2] {
        for less in [5, 4, 3, 1, 0] {
            let length = SEGMENT_BYTES * segments - less;
            let content = vec![5; length];
            let (attachment, file) = sealed(&content, 10_000, "edges");
            assert_eq!(opened(&attachment, &file, 33_333), Ok(content), "{length}");
        }
    }
}

#[test]
fn the_longest_file_is_what_a_message_may_carry_and_fits_what_is_declared() {
    assert!(sealed_bytes(ATTACHMENTS_BYTES - 1).is_ok());
    assert!(sealed_bytes(ATTACHMENTS_BYTES).is_ok_and(|bytes| bytes <= DECLARED_BYTES));
    for length in [ATTACHMENTS_BYTES + 1, u64::from(u32::MAX) + 4, u64::MAX] {
        assert_eq!(sealed_bytes(length), Err(FileError::TooLong));
        let (mut attachment, _) = sealed(b"x", 1, "long");
        attachment.length = length;
        assert_eq!(FileOpener::new(&CID, &attachment).err(), Some(FileError::TooLong));
        let begun = FileSealer::begin(&CID, length, &mut Vec::new(), &mut drawn("long"));
        assert_eq!(begun.err(), Some(FileError::TooLong));
    }
}

#[test]
fn a_file_that_became_longer_or_shorter_while_it_was_read_is_not_sealed() {
    let begin = |out: &mut Vec<u8>| FileSealer::begin(&CID, 10, out, &mut drawn("changed")).unwrap();
    let mut out = Vec::new();
    let mut sealer = begin(&mut out);
    sealer.update(&[0; 9], &mut out).unwrap();
    assert_eq!(sealer.finish(&mut out).err(), Some(FileError::Length));
    let mut sealer = begin(&mut out);
    assert_eq!(sealer.update(&[0; 11], &mut out), Err(FileError::Length));
}

#[test]
fn two_files_share_neither_key_nor_id_nor_prefix() {
    let mut rng = drawn("two");
    let mut begin = || {
        let mut out = Vec::new();
        let sealer = FileSealer::begin(&CID, 0, &mut out, &mut rng).unwrap();
        let done = sealer.finish(&mut out).unwrap();
        (done.id, done.key, out[..19].to_vec())
    };
    let (a, b) = (begin(), begin());
    assert!(a.0 != b.0 && *a.1 != *b.1 && a.2 != b.2);
}

#[test]
fn enc_02_debug_shows_no_key_of_a_file() {
    let mut out = Vec::new();
    let sealer = FileSealer::begin(&CID, 0, &mut out, &mut drawn("debug")).unwrap();
    let said = format!("{sealer:?}");
    let file = sealer.finish(&mut out).unwrap();
    let (attachment, _) = sealed(b"x", 1, "debug");
    let opener = FileOpener::new(&CID, &attachment).unwrap();
    insta::assert_snapshot!(format!("{said}\n{file:?}\n{opener:?}"), @"
    FileSealer(SuVmVkwKEO2Hm3wf_-vGmw, 0 bytes left, key hidden)
    SealedFile(SuVmVkwKEO2Hm3wf_-vGmw, 0 bytes, key hidden)
    FileOpener(0 of 1 bytes, key hidden)
    ");
}
