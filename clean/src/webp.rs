//! WebP (RFC 9649): RIFF chunks. Kept are those that draw.

use crate::{
    MAX_PIXELS, Refused,
    exif::Orientation,
    foreign, icc,
    pieces::Plan,
    read::{array, le16, le32, size},
};
use std::ops::Range;

const PROFILE_FLAG: u8 = 0x20;
const EXIF_FLAG: u8 = 0x08;
/// Reserved bits, Exif and XMP.
const CLEARED: u8 = !(0x3e - 0x0c);

/// A chunk: its name and where its content lies.
struct Chunk {
    name: [u8; 4],
    content: Range<usize>,
}

/// What stays.
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Refused> {
    let length = le32(bytes, 4).and_then(size).ok_or(Refused::Broken)?;
    let end =
        length.checked_add(8).filter(|end| *end <= bytes.len() && length >= 12).ok_or(Refused::Broken)?;
    // Some programs forget to count the last byte's padding; more than that is something else.
    foreign::check_tail(bytes.get(end..).unwrap_or_default())?;
    let chunks = chunks(bytes, 12..end)?;
    let content = |name: &[u8; 4]| {
        chunks.iter().find(|chunk| &chunk.name == name).and_then(|chunk| bytes.get(chunk.content.clone()))
    };
    check(content(b"VP8X"), content(b"VP8 "), content(b"VP8L"), &chunks)?;
    let orientation = content(b"EXIF").and_then(Orientation::read);
    let profile = content(b"ICCP").and_then(icc::reduce);
    let mut body = Plan::default();
    for chunk in &chunks {
        match &chunk.name {
            b"VP8X" => {
                body.add(written(
                    *b"VP8X",
                    &extended(bytes, chunk, profile.is_some(), orientation.is_some())?,
                ));
            }
            b"ICCP" => {
                body.add(profile.as_deref().map(|profile| written(*b"ICCP", profile)).unwrap_or_default());
            }
            b"ANMF" => body.append(frame(bytes, chunk)?),
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" => keep(&mut body, chunk),
            _ => {}
        }
    }
    if content(b"VP8X").is_some() {
        body.add(orientation.map(|turn| written(*b"EXIF", &turn.tiff())).unwrap_or_default());
    }
    let mut plan = Plan::default();
    plan.keep(0..4);
    plan.add(u32::try_from(body.len() + 4).map_err(|_| Refused::TooLarge)?.to_le_bytes());
    plan.keep(8..12);
    plan.append(body);
    Ok(plan)
}

fn chunks(bytes: &[u8], range: Range<usize>) -> Result<Vec<Chunk>, Refused> {
    let (mut found, mut at) = (Vec::new(), range.start);
    while at < range.end {
        let name = array(bytes, at).ok_or(Refused::Broken)?;
        let length = le32(bytes, at + 4).and_then(size).ok_or(Refused::Broken)?;
        let start = at + 8;
        let end = start.checked_add(length).filter(|end| *end <= range.end).ok_or(Refused::Broken)?;
        at = end + length % 2;
        found.push(Chunk { name, content: start..end });
    }
    Ok(found)
}

/// Exactly one first picture, of a size that can be shown.
fn check(
    extended: Option<&[u8]>,
    lossy: Option<&[u8]>,
    lossless: Option<&[u8]>,
    chunks: &[Chunk],
) -> Result<(), Refused> {
    let moves = chunks.iter().any(|chunk| &chunk.name == b"ANMF");
    let first = chunks.first().map(|chunk| chunk.name);
    if !matches!(first.as_ref(), Some(b"VP8X" | b"VP8 " | b"VP8L"))
        || !(moves || lossy.is_some() || lossless.is_some())
    {
        return Err(Refused::Broken);
    }
    let pixels = match (extended, lossy, lossless) {
        (Some(head), ..) => canvas(head),
        (_, Some(head), _) => {
            le16(head, 6).zip(le16(head, 8)).map(|(w, h)| u64::from(w & 0x3fff) * u64::from(h & 0x3fff))
        }
        (.., Some(head)) => {
            le32(head, 1).map(|bits| (u64::from(bits & 0x3fff) + 1) * (u64::from(bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    };
    if pixels.ok_or(Refused::Broken)? > MAX_PIXELS { Err(Refused::TooLarge) } else { Ok(()) }
}

/// Pixels of the canvas: two numbers of 24 bits, each one less than it means.
fn canvas(head: &[u8]) -> Option<u64> {
    let [.., w0, w1, w2, h0, h1, h2] = array::<10>(head, 0)?;
    let side = |bytes| u64::from(u32::from_le_bytes(bytes)) + 1;
    Some(side([w0, w1, w2, 0]) * side([h0, h1, h2, 0]))
}

/// The header with the flags of what is left.
fn extended(bytes: &[u8], chunk: &Chunk, profile: bool, orientation: bool) -> Result<[u8; 10], Refused> {
    let mut head: [u8; 10] = array(bytes, chunk.content.start).ok_or(Refused::Broken)?;
    let [flags, reserved @ .., _, _, _, _, _, _] = &mut head;
    *flags &= !(PROFILE_FLAG | CLEARED);
    *flags |= if profile { PROFILE_FLAG } else { 0 } | if orientation { EXIF_FLAG } else { 0 };
    reserved.fill(0);
    Ok(head)
}

/// A frame of a moving picture, without chunks in it that do not draw.
fn frame(bytes: &[u8], chunk: &Chunk) -> Result<Plan, Refused> {
    let start = chunk.content.start + 16;
    if start > chunk.content.end {
        return Err(Refused::Broken);
    }
    let mut inner = Plan::default();
    for part in chunks(bytes, start..chunk.content.end)? {
        if matches!(&part.name, b"VP8 " | b"VP8L" | b"ALPH") {
            keep(&mut inner, &part);
        }
    }
    let length = u32::try_from(inner.len() + 16).map_err(|_| Refused::TooLarge)?;
    let mut plan = Plan::default();
    plan.keep(chunk.content.start - 8..chunk.content.start - 4);
    plan.add(length.to_le_bytes());
    plan.keep(chunk.content.start..start);
    plan.append(inner);
    Ok(plan)
}

fn keep(plan: &mut Plan, chunk: &Chunk) {
    plan.keep(chunk.content.start - 8..chunk.content.end);
    plan.zeros(chunk.content.len() % 2);
}

fn written(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    let padding = vec![0; content.len() % 2];
    [name.as_slice(), &length, content, &padding].concat()
}
