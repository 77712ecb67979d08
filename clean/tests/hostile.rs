//! Files that nobody made with a camera: nothing panics, and what goes through is clean.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may unwrap"
)]

use einwurf_clean::{clean, kind};
use proptest::{collection::vec, prelude::*, sample};
use std::{fs, path::PathBuf, sync::LazyLock};

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/accepted");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
});

const MAGICS: [&[u8]; 9] = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\x40\0\0\0WEBP",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    b"\0\0\0\x18ftypisom\0\0\0\0isommp41",
    b"",
];

/// Looks at it in every way; what goes through once goes through twice unchanged.
fn survive(bytes: Vec<u8>) {
    let said = kind(&bytes);
    let Ok(once) = clean(bytes) else { return };
    assert_eq!(said, Ok(once.kind));
    let twice = clean(once.bytes.clone());
    assert!(twice.as_ref() == Ok(&once), "cleaned again: {twice:?} instead of {once:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_file_does_no_harm(
        file in sample::select(CORPUS.as_slice()),
        changes in vec((any::<sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = file;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survive(bytes);
    }

    #[test]
    fn a_changed_beginning_does_no_harm(
        file in sample::select(CORPUS.as_slice()),
        changes in vec((0_usize..600, sample::select(&[0_u8, 1, 0x7f, 0x80, 0xfe, 0xff][..])), 1..5),
    ) {
        let mut bytes = file;
        for (at, byte) in changes {
            let at = at.min(bytes.len() - 1);
            bytes[at] = byte;
        }
        survive(bytes);
    }

    #[test]
    fn a_cut_or_grown_file_does_no_harm(
        file in sample::select(CORPUS.as_slice()),
        cut in any::<sample::Index>(),
        more in vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = file[..cut.index(file.len())].to_vec();
        bytes.extend(&more);
        survive(bytes);
        let mut grown = file;
        grown.extend(more);
        survive(grown);
    }

    #[test]
    fn a_file_in_two_pieces_does_no_harm(
        one in sample::select(CORPUS.as_slice()),
        two in sample::select(CORPUS.as_slice()),
        at in any::<sample::Index>(),
        from in any::<sample::Index>(),
    ) {
        survive([&one[..at.index(one.len())], &two[from.index(two.len())..]].concat());
    }

    #[test]
    fn noise_behind_a_magic_does_no_harm(
        magic in sample::select(&MAGICS[..]),
        noise in vec(any::<u8>(), 0..300),
    ) {
        survive([magic, &noise].concat());
    }
}
