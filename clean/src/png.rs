//! PNG (third edition, W3C 2025): a list of chunks. Kept are those that draw.

use crate::{
    MAX_PIXELS, Refused,
    exif::Orientation,
    foreign, icc,
    pieces::Plan,
    read::{be32, size},
};

/// Chunks that say how pixels look. Text, times, histograms and private chunks do not.
const KEPT: [&[u8]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD",
    b"cICP", b"mDCV", b"acTL", b"fcTL", b"fdAT",
];
/// What a colour profile may inflate to.
const MAX_PROFILE: usize = 4_000_000;
/// Signature and header.
const HEADER_END: usize = 8 + 12 + 13;

/// What stays.
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Refused> {
    header(bytes)?;
    let (mut body, mut orientation, mut profile, mut pixels) = (Plan::default(), None, None, false);
    let mut at = HEADER_END;
    loop {
        let length = be32(bytes, at).and_then(size).ok_or(Refused::Broken)?;
        let start = at + 8;
        let end = start.checked_add(length).and_then(|end| end.checked_add(4)).ok_or(Refused::Broken)?;
        let name = bytes.get(at + 4..start).ok_or(Refused::Broken)?;
        let content = bytes.get(start..end.saturating_sub(4)).ok_or(Refused::Broken)?;
        bytes.get(..end).ok_or(Refused::Broken)?;
        match name {
            b"IHDR" => return Err(Refused::Broken),
            b"eXIf" => orientation = orientation.or_else(|| Orientation::read(content)),
            b"iCCP" if !pixels => profile = profile.or_else(|| reduce(content)),
            name if KEPT.contains(&name) => body.keep(at..end),
            // The first letter is large: without this chunk the picture is another one.
            [first, ..] if first.is_ascii_uppercase() => return Err(Refused::Broken),
            _ => {}
        }
        pixels |= name == b"IDAT";
        at = end;
        if name == b"IEND" {
            break;
        }
    }
    foreign::check_tail(bytes.get(at..).unwrap_or_default())?;
    if !pixels {
        return Err(Refused::Broken);
    }
    let mut plan = Plan::default();
    plan.keep(0..HEADER_END);
    plan.add(profile.map(|content| chunk(*b"iCCP", &content)).unwrap_or_default());
    plan.add(orientation.map(|turn| chunk(*b"eXIf", &turn.tiff())).unwrap_or_default());
    plan.append(body);
    Ok(plan)
}

fn header(bytes: &[u8]) -> Result<(), Refused> {
    let head = bytes.get(8..HEADER_END).ok_or(Refused::Broken)?;
    let (width, height) = be32(head, 8).zip(be32(head, 12)).ok_or(Refused::Broken)?;
    if !head.starts_with(b"\0\0\0\x0dIHDR") || width == 0 || height == 0 {
        return Err(Refused::Broken);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS { Err(Refused::TooLarge) } else { Ok(()) }
}

/// The content of `iCCP` with a name that says nothing and a reduced profile.
fn reduce(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|byte| *byte == 0)?;
    let packed = content.get(name + 2..)?;
    let profile = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, MAX_PROFILE).ok()?;
    Some([b"icc\0\0".as_slice(), &stored(&icc::reduce(&profile)?)].concat())
}

/// A zlib stream that does not compress (RFC 1950, RFC 1951 section 3.2.4): a compressor would be most of this crate.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let count = bytes.chunks(65_535).count();
    for (at, block) in (1..).zip(bytes.chunks(65_535)) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at == count));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler(bytes).to_be_bytes());
    out
}

/// Adler-32 (RFC 1950, section 8).
fn adler(bytes: &[u8]) -> u32 {
    let (one, two) = bytes.iter().fold((1, 0), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % 65_521;
        (one, (two + one) % 65_521)
    });
    two << 16 | one
}

/// A chunk with its length and checksum.
fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    let named = [name.as_slice(), content].concat();
    [length.as_slice(), &named, &crc(&named).to_be_bytes()].concat()
}

/// CRC-32 of the PNG standard, annex D. Only for chunks that are written here, so without a table.
fn crc(bytes: &[u8]) -> u32 {
    let all = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    !all
}

#[cfg(test)]
mod tests {
    use super::{adler, crc};

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }
}
