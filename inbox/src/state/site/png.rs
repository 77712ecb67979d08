//! A code as a picture file: black and white PNG.

use png::{BitDepth, ColorType, Compression, Encoder};

/// Pixels of a module: a code of usual length is then wider than a thousand pixels nowhere, and sharp on paper.
const SCALE: usize = 16;

/// Draws a square of `size` modules; `dark` says which. Its quiet zone is part of it. None if it is no picture: without a
/// module, or with more than a picture can have.
pub fn png(size: usize, dark: impl Fn(usize, usize) -> bool) -> Option<Vec<u8>> {
    let pixels = u32::try_from(size * SCALE).ok()?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels, pixels);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    // A code has nothing to compress that would be worth the program for it.
    encoder.set_compression(Compression::NoCompression);
    let rows: Vec<u8> = (0..size).flat_map(|y| row(size, |x| dark(x, y)).repeat(SCALE)).collect();
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rows).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// Bits from the left; a one is white.
fn row(size: usize, dark: impl Fn(usize) -> bool) -> Vec<u8> {
    // A module is a whole number of bytes wide.
    (0..size).flat_map(|x| std::iter::repeat_n(if dark(x) { 0 } else { 0xff }, SCALE / 8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_a_head_its_rows_and_an_end() {
        let file = png(2, |x, y| x == y).unwrap();
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x01\0\0\0\0"));
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
        // Behind head, length, name, zlib's head and the block's: the first row is dark, then white.
        assert_eq!(file[8 + 25 + 8 + 2 + 5..][..5], [0, 0, 0, 0xff, 0xff]);
        assert_eq!(file[8 + 25 + 8 + 2 + 5 + 16 * 5..][..5], [0, 0xff, 0xff, 0, 0]);
    }

    #[test]
    fn every_pixel_is_what_was_drawn_also_of_a_large_code() {
        // Version 40 has 177 modules of each side, and is longer than a block of the file.
        for size in [1, 29, 185] {
            let dark = |x: usize, y: usize| x * y % 3 == 1;
            let file = png(size, dark).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
            let mut rows = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut rows).unwrap();
            let side = u32::try_from(size * SCALE).unwrap();
            assert_eq!((info.width, info.height), (side, side));
            for (number, line) in rows.chunks(info.line_size).enumerate() {
                assert_eq!(line, row(size, |x| dark(x, number / SCALE)), "{size}: {number}");
            }
        }
        assert_eq!(png(0, |_, _| true), None);
    }
}
