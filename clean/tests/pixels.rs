//! A cleaned picture looks as it did.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may unwrap"
)]

use einwurf_clean::clean;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageReader, codecs::gif::GifDecoder};
use std::{io::Cursor, path::PathBuf};

fn read(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/accepted").join(name)).unwrap()
}

/// The pixels as a person sees them: turned by what the file says.
fn seen(bytes: &[u8]) -> DynamicImage {
    let mut decoder =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().into_decoder().unwrap();
    let turn = decoder.orientation().unwrap();
    let mut picture = DynamicImage::from_decoder(decoder).unwrap();
    picture.apply_orientation(turn);
    picture
}

#[test]
fn msg_02_pictures_look_as_before_in_every_direction() {
    let names = (1..=8).map(|turn| format!("jpeg-turned-{turn}.jpg"));
    let more = [
        "jpeg-camera.jpg",
        "jpeg-cmyk.jpg",
        "jpeg-progressive.jpg",
        "png-texts.png",
        "png-palette.png",
        "webp-tagged.webp",
        "webp-lossy.webp",
        "webp-moving.webp",
    ];
    for name in names.chain(more.map(str::to_owned)) {
        let bytes = read(&name);
        assert!(seen(&bytes) == seen(&clean(bytes).unwrap().bytes), "{name}");
    }
}

#[test]
fn msg_02_the_eight_directions_stay_eight() {
    let seen: Vec<DynamicImage> =
        (1..=8).map(|turn| seen(&clean(read(&format!("jpeg-turned-{turn}.jpg"))).unwrap().bytes)).collect();
    for (at, one) in seen.iter().enumerate() {
        assert!(seen[..at].iter().all(|other| other != one), "direction {}", at + 1);
    }
}

#[test]
fn a_moving_picture_goes_on_moving() {
    let frames = |bytes: Vec<u8>| {
        let frames = GifDecoder::new(Cursor::new(bytes)).unwrap().into_frames().collect_frames().unwrap();
        frames.into_iter().map(|frame| (frame.delay(), frame.into_buffer())).collect::<Vec<_>>()
    };
    let bytes = read("gif-moving.gif");
    let before = frames(bytes.clone());
    assert_eq!(before.len(), 2);
    assert!(before == frames(clean(bytes).unwrap().bytes));
}
