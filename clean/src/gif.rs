//! GIF (89a): blocks. Kept are pictures, how long they are shown, and how often.

use crate::{MAX_PIXELS, Refused, foreign, pieces::Plan, read::le16};

/// What stays.
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Refused> {
    let mut at = header(bytes)?;
    let mut plan = Plan::default();
    plan.keep(0..at);
    let mut pictures = 0;
    loop {
        let start = at;
        match bytes.get(at) {
            Some(0x3b) => break,
            Some(0x2c) => {
                pictures += 1;
                at = picture(bytes, start)?;
                plan.keep(start..at);
            }
            Some(0x21) => {
                at = blocks(bytes, start + 2)?;
                if draws(bytes.get(start..at).unwrap_or_default()) {
                    plan.keep(start..at);
                }
            }
            _ => return Err(Refused::Broken),
        }
    }
    foreign::check_tail(bytes.get(at + 1..).unwrap_or_default())?;
    if pictures == 0 {
        return Err(Refused::Broken);
    }
    plan.keep(at..at + 1);
    Ok(plan)
}

/// Where header and global colours end.
fn header(bytes: &[u8]) -> Result<usize, Refused> {
    let (width, height) = le16(bytes, 6).zip(le16(bytes, 8)).ok_or(Refused::Broken)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refused::TooLarge);
    }
    Ok(13 + colours(*bytes.get(10).ok_or(Refused::Broken)?))
}

/// Bytes of a table of colours, by the flags before it.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 0x07) + 1) }
}

/// Where a picture ends that begins at `at`.
fn picture(bytes: &[u8], at: usize) -> Result<usize, Refused> {
    let flags = *bytes.get(at + 9).ok_or(Refused::Broken)?;
    // One byte behind the colours: how many bits a pixel begins with.
    blocks(bytes, at + 10 + colours(flags) + 1)
}

/// Where a row of blocks ends: each begins with its length, the last has none.
fn blocks(bytes: &[u8], mut at: usize) -> Result<usize, Refused> {
    loop {
        let length = usize::from(*bytes.get(at).ok_or(Refused::Broken)?);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}

/// Whether an extension draws: how a picture is shown, and how often all are. Its length is as it must be, so that
/// nothing hides behind it.
fn draws(extension: &[u8]) -> bool {
    let looped = |name: &[u8]| {
        extension.len() == 19 && extension.get(3..14) == Some(name) && extension.get(14..16) == Some(&[3, 1])
    };
    match extension.get(1) {
        Some(0xf9) => extension.len() == 8,
        Some(0xff) => looped(b"NETSCAPE2.0") || looped(b"ANIMEXTS1.0"),
        _ => false,
    }
}
