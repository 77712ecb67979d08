//! HEIC and AVIF (ISO/IEC 23008-12): items in a container. Kept is what draws; the bytes of every other item, and what
//! belongs to no item, become zeros. How a picture is turned is a property of its item and stays.

use crate::{
    MAX_PIXELS, Refused, foreign,
    isobmff::{self, Box, Eraser},
    pieces::Plan,
    read::{array, be16, be32, be64},
    video,
};
use std::ops::Range;

/// Types of items that draw.
const DRAWN: [&[u8; 4]; 11] =
    [b"hvc1", b"hev1", b"lhv1", b"vvc1", b"av01", b"avc1", b"jpeg", b"grid", b"iovl", b"iden", b"tmap"];
/// Properties that say how an item looks (section 6.5).
const PROPERTIES: [&[u8; 4]; 24] = [
    b"ispe", b"pixi", b"hvcC", b"lhvC", b"vvcC", b"av1C", b"avcC", b"jpgC", b"colr", b"irot", b"imir",
    b"auxC", b"pasp", b"clap", b"lsel", b"a1op", b"a1lx", b"clli", b"mdcv", b"cclv", b"amve", b"rloc",
    b"oinf", b"tols",
];
/// The most items of a picture: a grid of a large one has hundreds.
const MAX_ITEMS: u32 = 20_000;

/// What stays.
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Refused> {
    let (top, end) = isobmff::boxes_until(bytes, 0..bytes.len())?;
    foreign::check_tail(bytes.get(end..).unwrap_or_default())?;
    let (mut eraser, mut kept) = (Eraser::default(), Vec::new());
    let mut data: Vec<Range<usize>> = isobmff::data(&top);
    let mut described = false;
    for one in &top {
        match &one.name {
            b"ftyp" | b"mdat" => {}
            b"meta" if !described => {
                described = true;
                meta(bytes, *one, &mut eraser, &mut data, &mut kept)?;
            }
            b"moov" => kept.extend(video::movie(bytes, *one, &data, &mut eraser)?.kept),
            _ => eraser.free(*one),
        }
    }
    if !described {
        return Err(Refused::Broken);
    }
    eraser.zero_around(&data, &kept)?;
    Ok(eraser.plan(end))
}

/// Reads the description of all items. `data` gets where it holds bytes of items itself, `kept` where
/// those of drawn ones lie.
fn meta(
    bytes: &[u8],
    meta: Box,
    eraser: &mut Eraser,
    data: &mut Vec<Range<usize>>,
    kept: &mut Vec<Range<usize>>,
) -> Result<(), Refused> {
    const ALLOWED: [&[u8; 4]; 9] =
        [b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp", b"iref", b"idat", b"dinf", b"grpl"];
    let range =
        meta.content.checked_add(4).filter(|from| *from <= meta.end).ok_or(Refused::Broken)?..meta.end;
    let parts = isobmff::children(bytes, range, &ALLOWED, eraser)?;
    let find = |name: &[u8; 4]| parts.iter().find(|one| &one.name == name).copied();
    if let Some(handler) = find(b"hdlr") {
        isobmff::unnamed(handler, eraser);
    }
    let drawn = items(bytes, find(b"iinf").ok_or(Refused::Broken)?, eraser)?;
    let inner = find(b"idat").map(Box::range);
    let list = find(b"iloc").ok_or(Refused::Broken)?;
    let places = places(bytes, list, &inner.clone().unwrap_or(0..0)).ok_or(Refused::Broken)?;
    if drawn.is_empty() {
        return Err(Refused::Broken);
    }
    data.extend(inner);
    for (id, range) in places {
        if !isobmff::lies_in(data, &range) {
            return Err(Refused::Broken);
        }
        if drawn.contains(&id) { kept.push(range) } else { eraser.zero(range) }
    }
    find(b"iprp").map_or(Ok(()), |one| properties(bytes, one, eraser))
}

/// The ids of items that draw. Names of all items are overwritten.
fn items(bytes: &[u8], list: Box, eraser: &mut Eraser) -> Result<Vec<u32>, Refused> {
    let version = *bytes.get(list.content).ok_or(Refused::Broken)?;
    let from = list.content + if version == 0 { 6 } else { 8 };
    if from > list.end {
        return Err(Refused::Broken);
    }
    let mut drawn = Vec::new();
    for one in isobmff::children(bytes, from..list.end, &[b"infe"], eraser)? {
        let at = one.content;
        let (id, kind) = match bytes.get(at) {
            Some(2) => (be16(bytes, at + 4).map(u32::from), at + 8),
            Some(3) => (be32(bytes, at + 4), at + 10),
            _ => return Err(Refused::Broken),
        };
        let (id, name) = id.zip(array::<4>(bytes, kind)).ok_or(Refused::Broken)?;
        eraser.zero((kind + 4).min(one.end)..one.end);
        if DRAWN.contains(&&name) {
            drawn.push(id);
        } else {
            // Of no known type: readers would take zeros for broken metadata.
            eraser.put(kind, b"free".to_vec());
        }
    }
    Ok(drawn)
}

/// Frees properties that do not draw, and refuses sizes that only fill memory.
fn properties(bytes: &[u8], list: Box, eraser: &mut Eraser) -> Result<(), Refused> {
    for part in isobmff::children(bytes, list.range(), &[b"ipco", b"ipma"], eraser)? {
        if &part.name == b"ipma" {
            continue;
        }
        for one in isobmff::children(bytes, part.range(), &PROPERTIES, eraser)? {
            if &one.name == b"colr" {
                isobmff::colour(bytes, one, eraser);
            }
            let sides = be32(bytes, one.content + 4).zip(be32(bytes, one.content + 8));
            if &one.name == b"ispe"
                && sides.is_none_or(|(width, height)| u64::from(width) * u64::from(height) > MAX_PIXELS)
            {
                return Err(Refused::TooLarge);
            }
        }
    }
    Ok(())
}

/// Where the bytes of items lie (ISO/IEC 14496-12, section 8.11.3), each with its item's id.
fn places(bytes: &[u8], list: Box, inner: &Range<usize>) -> Option<Vec<(u32, Range<usize>)>> {
    let mut at = Cursor { bytes: bytes.get(..list.end)?, at: list.content };
    let version = at.number(1)?;
    at.number(3)?;
    let sizes = at.number(2)?;
    let nibble = |shift: u32| usize::try_from(sizes >> shift & 0xf).unwrap_or(0);
    let (offsets, lengths, bases) = (nibble(12), nibble(8), nibble(4));
    let indices = if version == 0 { 0 } else { nibble(0) };
    let wide = if version < 2 { 2 } else { 4 };
    let count = u32::try_from(at.number(wide)?).ok().filter(|count| *count <= MAX_ITEMS)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let id = u32::try_from(at.number(wide)?).ok()?;
        let method = if version == 0 { 0 } else { at.number(2)? & 0xf };
        let foreign = at.number(2)?;
        let base = at.number(bases)?;
        for _ in 0..at.number(2)? {
            at.number(indices)?;
            let start = usize::try_from(base.checked_add(at.number(offsets)?)?).ok()?;
            let length = usize::try_from(at.number(lengths)?).ok()?;
            let (from, end) = match (method, foreign) {
                (0, 0) => (start, bytes.len()),
                (1, 0) => (inner.start.checked_add(start)?, inner.end),
                _ => return None, // in another file, or in another item
            };
            let stop = if length == 0 { end } else { from.checked_add(length)? };
            found.push((id, from..stop.max(from)));
        }
    }
    Some(found)
}

/// Reads numbers one after the other.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// A big-endian number of so many bytes; 0 of none.
    fn number(&mut self, width: usize) -> Option<u64> {
        let value = match width {
            0 => 0,
            1 => u64::from(*self.bytes.get(self.at)?),
            2 => u64::from(be16(self.bytes, self.at)?),
            3 => u64::from(be32(self.bytes, self.at.checked_sub(1)?)? & 0x00ff_ffff),
            4 => u64::from(be32(self.bytes, self.at)?),
            8 => be64(self.bytes, self.at)?,
            _ => return None,
        };
        self.at += width;
        Some(value)
    }
}
