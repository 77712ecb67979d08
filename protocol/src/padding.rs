//! Padding, so that the size of a ciphertext tells little about the text (ENC-06).
//!
//! `u32` length, the content, zeros up to the class: 512 bytes, then powers of two up to 64 KiB, above that Padmé
//! (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019).

use crate::limits::PADDED_BYTES;

/// The smallest class.
pub const SMALLEST: usize = 512;
const PREFIX: usize = 4;

/// The class that `length` bytes (prefix included) fall in.
pub fn class(length: usize) -> usize {
    if length <= PADDED_BYTES { length.next_power_of_two().max(SMALLEST) } else { padme(length) }
}

fn padme(length: usize) -> usize {
    let exponent = length.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - significant)) - 1;
    (length + mask) & !mask
}

/// `content` with its length before it and zeros after it.
pub fn pad(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut padded = length.to_be_bytes().to_vec();
    padded.extend_from_slice(content);
    padded.resize(class(padded.len()), 0);
    padded
}

/// The content of `padded`; `None` unless it is exactly what [`pad`] makes.
pub fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (prefix, rest) = padded.split_at_checked(PREFIX)?;
    let length = usize::try_from(u32::from_be_bytes(prefix.try_into().ok()?)).ok()?;
    let (content, zeros) = rest.split_at_checked(length)?;
    let canonical = padded.len() == class(PREFIX.checked_add(length)?) && zeros.iter().all(|byte| *byte == 0);
    canonical.then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn classes_one_below_at_and_one_above_their_edges() {
        for (length, expected) in [
            (0, 512),
            (511, 512),
            (512, 512),
            (513, 1024),
            (1024, 1024),
            (1025, 2048),
            (65_535, 65_536),
            (65_536, 65_536),
            (65_537, 67_584),
            (67_584, 67_584),
            (67_585, 69_632),
        ] {
            assert_eq!(class(length), expected, "{length}");
        }
    }

    proptest! {
        #[test]
        fn enc_06_lengths_of_one_class_are_equal(a in 0_usize..508, b in 0_usize..508) {
            prop_assert_eq!(pad(&vec![1; a]).len(), pad(&vec![2; b]).len());
        }

        #[test]
        fn unpad_inverts_pad(content in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let padded = pad(&content);
            prop_assert_eq!(unpad(&padded), Some(content.as_slice()));
        }

        #[test]
        fn padme_wastes_less_than_an_eighth(length in PADDED_BYTES + 1..30_000_000) {
            let padded = class(length);
            prop_assert!(padded >= length && padded - length <= length / 8);
        }
    }

    #[test]
    fn another_length_class_or_filling_is_refused() {
        let mut padded = pad(b"text");
        padded.push(0);
        assert_eq!(unpad(&padded), None);
        let mut padded = pad(b"text");
        padded[511] = 1;
        assert_eq!(unpad(&padded), None);
        assert_eq!(unpad(&[0, 0, 0]), None);
        assert_eq!(unpad(&[255, 255, 255, 255, 0]), None);
    }
}
