//! A code as a picture file: black and white PNG (RFC 2083), without compression, since a code has nothing to compress
//! that would be worth a crate.

/// Pixels of a module: a code of usual length is then wider than a thousand pixels nowhere, and sharp on paper.
const SCALE: usize = 16;
/// Longest stored block of the deflate format (RFC 1951, section 3.2.4).
const BLOCK: usize = 65_535;

/// Draws a square of `size` modules; `dark` says which. Its quiet zone is part of it.
pub fn png(size: usize, dark: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let width = u32::try_from(size * SCALE).unwrap_or(u32::MAX).to_be_bytes();
    // One bit a pixel, greyscale, nothing interlaced.
    let head = [&width[..], &width[..], &[1, 0, 0, 0, 0]].concat();
    let mut rows = Vec::new();
    for y in 0..size {
        let row = row(size, |x| dark(x, y));
        for _ in 0..SCALE {
            // Each row begins with its filter: none.
            rows.push(0);
            rows.extend_from_slice(&row);
        }
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", head), (b"IDAT", stored(&rows)), (b"IEND", Vec::new())] {
        chunk(&mut file, *name, &data);
    }
    file
}

/// Bits from the left; a one is white.
fn row(size: usize, dark: impl Fn(usize) -> bool) -> Vec<u8> {
    // A module is a whole number of bytes wide.
    (0..size).flat_map(|x| std::iter::repeat_n(if dark(x) { 0 } else { 0xff }, SCALE / 8)).collect()
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let body = [&name[..], data].concat();
    file.extend_from_slice(&body);
    file.extend(crc(&body).to_be_bytes());
}

/// The zlib format (RFC 1950) with blocks as they are.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let last = data.len().saturating_sub(1) / BLOCK;
    for (number, block) in data.chunks(BLOCK).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(number == last));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend(adler(data).to_be_bytes());
    out
}

fn crc(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

fn adler(data: &[u8]) -> u32 {
    let (mut one, mut two) = (1_u32, 0_u32);
    for byte in data {
        one = (one + u32::from(*byte)) % 65_521;
        two = (two + one) % 65_521;
    }
    (two << 16) | one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_has_a_head_its_rows_and_an_end() {
        let file = png(2, |x, y| x == y);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x01\0\0\0\0"));
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
        // Behind head, length, name, zlib's head and the block's: the first row is dark, then white.
        assert_eq!(file[8 + 25 + 8 + 2 + 5..][..5], [0, 0, 0, 0xff, 0xff]);
        assert_eq!(file[8 + 25 + 8 + 2 + 5 + 16 * 5..][..5], [0, 0xff, 0xff, 0, 0]);
    }

    #[test]
    fn blocks_one_below_at_and_one_above_their_length() {
        for (length, blocks) in [(BLOCK - 1, 1), (BLOCK, 1), (BLOCK + 1, 2)] {
            let out = stored(&vec![7; length]);
            assert_eq!(out.len(), 2 + blocks * 5 + length + 4, "{length}");
            assert_eq!(out[2], u8::from(blocks == 1), "{length}");
        }
    }
}
