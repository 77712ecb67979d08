//! Real files: what comes out of them, and what is refused. `corpus/make.sh` says how they were made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may unwrap"
)]

use einwurf_clean::{Kind, MAX_BYTES, MAX_PIXELS, Refused, as_it_is, clean, kind};
use std::{fs, path::PathBuf};

/// Name and bytes of every file of a folder of the corpus.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .filter(|(name, _)| cfg!(feature = "pdf") || !name.contains("pdf"))
        .collect();
    found.sort();
    assert!(found.len() > 20, "the corpus is there");
    found
}

fn read(name: &str) -> Vec<u8> {
    files("accepted").into_iter().find(|(known, _)| known == name).unwrap().1
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn msg_02_no_word_about_the_author_is_left() {
    for (name, bytes) in files("accepted") {
        let cleaned = clean(bytes).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        for word in ["Canary", "CANA", "GPS", "+52.5", "2024:05:06", "Lavf", "Handler"] {
            assert!(!holds(&cleaned.bytes, word.as_bytes()), "{name} still holds {word}");
        }
    }
}

#[test]
fn cleaning_what_is_clean_changes_nothing() {
    for (name, bytes) in files("accepted") {
        let once = clean(bytes).unwrap();
        let twice = clean(once.bytes.clone()).unwrap();
        assert_eq!(once.kind, twice.kind, "{name}");
        assert!(once.bytes == twice.bytes, "{name} changed");
    }
}

#[test]
fn msg_04_the_kind_is_found_by_content() {
    for (name, bytes) in files("accepted") {
        let found = kind(&bytes).unwrap();
        let expected = name.split('-').next().unwrap();
        let said = match found {
            Kind::Jpeg => "jpeg",
            Kind::Text => "text",
            other => other.ending(),
        };
        assert_eq!(said, expected, "{name}");
        assert_eq!(clean(bytes).unwrap().kind, found, "{name}");
    }
}

#[test]
fn msg_04_what_is_not_one_clean_thing_is_refused() {
    for (name, bytes) in files("refused") {
        let Err(refused) = clean(bytes.clone()) else { panic!("{name} went through") };
        assert!(
            name.starts_with(&format!("{}-", refused.code())),
            "{name} was refused as {}",
            refused.code()
        );
        // What is seen without reading a whole document, `kind` says at once.
        let early = kind(&bytes);
        assert!(
            early == Err(refused) || early.is_ok_and(|kind| kind.is_office() || kind == Kind::Pdf),
            "{name}"
        );
    }
}

#[test]
fn msg_03_only_office_and_locked_files_may_go_as_they_are() {
    for (name, bytes) in files("refused") {
        let refused = clean(bytes.clone()).unwrap_err();
        let went = as_it_is(bytes.clone());
        if refused.may_go_as_it_is() && name != "protected-locked.docx" {
            assert_eq!(went.unwrap().bytes, bytes, "{name}");
        } else {
            assert_eq!(went, Err(refused), "{name}");
        }
    }
    // The choice is about these alone: a picture loses its metadata all the same.
    let picture = read("jpeg-camera.jpg");
    assert_eq!(as_it_is(picture.clone()), clean(picture));
}

#[test]
fn as_many_bytes_as_a_message_may_have_are_looked_at() {
    for (more, expected) in [(0, Ok(Kind::Text)), (1, Err(Refused::TooLarge))] {
        assert_eq!(kind(&vec![b'a'; MAX_BYTES - 1 + more]), Ok(Kind::Text));
        assert_eq!(kind(&vec![b'a'; MAX_BYTES + more]), expected);
    }
}

#[test]
fn a_picture_has_no_more_pixels_than_allowed() {
    let mut png = read("png-palette.png");
    for (height, fits) in
        [(MAX_PIXELS / 10_000 - 1, true), (MAX_PIXELS / 10_000, true), (MAX_PIXELS / 10_000 + 1, false)]
    {
        png[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
        png[20..24].copy_from_slice(&u32::try_from(height).unwrap().to_be_bytes());
        assert_eq!(kind(&png), if fits { Ok(Kind::Png) } else { Err(Refused::TooLarge) });
    }
}

#[test]
fn a_second_picture_behind_the_end_does_not_go_out() {
    let one = clean(read("jpeg-camera.jpg")).unwrap();
    let two = clean(read("jpeg-second-picture.jpg")).unwrap();
    assert!(one.bytes == two.bytes);
}

#[test]
fn a_third_track_of_a_drone_goes_with_its_samples() {
    let bytes = read("mp4-drone.mp4");
    assert!(holds(&bytes, b"Canary GPS 52.5"));
    let cleaned = clean(bytes).unwrap().bytes;
    assert!(!holds(&cleaned, b"52.5 13.4"));
    assert!(!holds(&cleaned, b"tx3g"));
}
