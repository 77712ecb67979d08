//! Which way up a picture is: the one thing of Exif that stays (EXIF 2.32, section 4.6.4; tag 0x0112).

use crate::read;

/// The tag.
const ORIENTATION: u16 = 0x0112;
/// The most entries that are looked at.
const MAX_ENTRIES: u16 = 1_000;

/// How a picture is turned or mirrored to be seen as it was taken, from 2 to 8; what is upright says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    /// Reads it from a TIFF block; a leading `Exif\0\0` is skipped.
    pub(crate) fn read(block: &[u8]) -> Option<Self> {
        let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let big = match tiff.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let short = |at| if big { read::be16(tiff, at) } else { read::le16(tiff, at) };
        let long = |at| if big { read::be32(tiff, at) } else { read::le32(tiff, at) };
        let first = read::size(long(4)?)?;
        let entry = |index: u16| first.checked_add(2)?.checked_add(usize::from(index) * 12);
        let count = short(first)?.min(MAX_ENTRIES);
        let at = (0..count).filter_map(entry).find(|at| short(*at) == Some(ORIENTATION))?;
        // A SHORT stands in the first two of the four bytes of the value; some cameras write a LONG.
        let value = if short(at.checked_add(2)?)? == 4 { long(at + 8)? } else { u32::from(short(at + 8)?) };
        u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Self)
    }

    /// A TIFF block with this and nothing else.
    pub(crate) fn tiff(self) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        block.extend([self.0, 0, 0, 0, 0, 0, 0]);
        block
    }
}

#[cfg(test)]
mod tests {
    use super::Orientation;

    #[test]
    fn what_is_written_is_read_again() {
        for value in 2..=8 {
            assert_eq!(Orientation::read(&Orientation(value).tiff()), Some(Orientation(value)));
        }
    }

    #[test]
    fn only_what_turns_a_picture_is_kept() {
        for value in [0, 1, 9, 255] {
            assert_eq!(Orientation::read(&Orientation(value).tiff()), None);
        }
    }

    #[test]
    fn both_byte_orders_are_read() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(Orientation::read(little), Some(Orientation(6)));
    }
}
