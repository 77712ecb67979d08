//! Boxes of ISO/IEC 14496-12, of which HEIC, AVIF, MP4 and MOV are made. What goes is overwritten in place: pictures
//! and samples are found by their distance from the beginning, so nothing may move.

use crate::{
    Kind, Refused,
    pieces::Plan,
    read::{array, be32, be64, size},
};
use std::ops::Range;

/// The most boxes beside each other. Those of a long video are few; its samples are not boxes.
const MAX_BOXES: usize = 20_000;

/// A box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Box {
    /// Its type.
    pub(crate) name: [u8; 4],
    /// Where it begins.
    pub(crate) start: usize,
    /// Where its content begins.
    pub(crate) content: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

impl Box {
    /// Its content.
    pub(crate) fn range(self) -> Range<usize> {
        self.content..self.end
    }
}

/// The box at `at`, which ends before `end`. A length of 0 means: to the end.
pub(crate) fn next(bytes: &[u8], at: usize, end: usize) -> Option<Box> {
    let name = array(bytes, at + 4)?;
    let (length, head) = match be32(bytes, at)? {
        0 => (end.checked_sub(at)?, 8),
        1 => (usize::try_from(be64(bytes, at + 8)?).ok()?, 16),
        length => (size(length)?, 8),
    };
    let stop = at.checked_add(length)?;
    (length >= head && stop <= end).then_some(Box { name, start: at, content: at + head, end: stop })
}

/// The boxes of a range, which they fill.
pub(crate) fn boxes(bytes: &[u8], range: Range<usize>) -> Result<Vec<Box>, Refused> {
    let (found, at) = boxes_until(bytes, range.clone())?;
    // Up to seven zeros end some lists of QuickTime.
    let rest = bytes.get(at..range.end).ok_or(Refused::Broken)?;
    if rest.len() < 8 && rest.iter().all(|byte| *byte == 0) { Ok(found) } else { Err(Refused::Broken) }
}

/// The boxes of a range, and where what is no box begins.
pub(crate) fn boxes_until(bytes: &[u8], range: Range<usize>) -> Result<(Vec<Box>, usize), Refused> {
    let (mut found, mut at) = (Vec::new(), range.start);
    while let Some(one) = next(bytes, at, range.end) {
        if found.len() == MAX_BOXES {
            return Err(Refused::TooLarge);
        }
        at = one.end;
        found.push(one);
    }
    // The beginning of a box that the file does not hold to its end.
    let begun = array(bytes, at + 4).filter(|_| at < range.end);
    if matches!(begun.as_ref(), Some(b"mdat" | b"moov" | b"moof" | b"meta")) {
        return Err(Refused::Broken);
    }
    Ok((found, at))
}

/// Where samples and pictures lie: the contents of `mdat` (section 8.1.1).
pub(crate) fn data(top: &[Box]) -> Vec<Range<usize>> {
    top.iter().filter(|one| &one.name == b"mdat").map(|one| one.range()).collect()
}

/// Whether a range lies in one of others.
pub(crate) fn lies_in(data: &[Range<usize>], range: &Range<usize>) -> bool {
    data.iter().any(|one| one.start <= range.start && range.end <= one.end)
}

/// The kind of a file of boxes, by its first box (section 4.3). Nothing if it has no such box.
pub(crate) fn brand(bytes: &[u8]) -> Option<Result<Kind, Refused>> {
    if bytes.get(4..8)? != b"ftyp" {
        // QuickTime until 2001 began at once.
        let old =
            matches!(bytes.get(4..8)?, b"moov" | b"mdat" | b"wide") && next(bytes, 0, bytes.len()).is_some();
        return old.then_some(Ok(Kind::Mov));
    }
    let Some(first) = next(bytes, 0, bytes.len()) else {
        return Some(Err(Refused::Broken));
    };
    let (major, rest) = bytes.get(first.range())?.split_at_checked(8)?;
    let brands: Vec<&[u8]> = major.get(..4).into_iter().chain(rest.chunks(4)).collect();
    let any = |names: &[&[u8]]| brands.iter().any(|brand| names.contains(brand));
    let major = brands.first().copied().unwrap_or_default();
    let kind = if any(&[b"avif", b"avis"]) {
        Kind::Avif
    } else if any(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]) {
        Kind::Heic
    } else if major == b"qt  " {
        Kind::Mov
    } else if any(&[b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"])
        || major.starts_with(b"3gp")
    {
        Kind::Mp4
    } else {
        return Some(Err(Refused::Unknown));
    };
    Some(Ok(kind))
}

/// Parts of a file to overwrite, in any order.
#[derive(Debug, Default)]
pub(crate) struct Eraser {
    /// What is overwritten with zeros, or with bytes of the same length.
    parts: Vec<(Range<usize>, Option<Vec<u8>>)>,
}

impl Eraser {
    /// Zeros.
    pub(crate) fn zero(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.parts.push((range, None));
        }
    }

    /// Other bytes in place of as many at `at`.
    pub(crate) fn put(&mut self, at: usize, bytes: Vec<u8>) {
        self.parts.push((at..at + bytes.len(), Some(bytes)));
    }

    /// A box becomes room without content.
    pub(crate) fn free(&mut self, one: Box) {
        self.put(one.start + 4, b"free".to_vec());
        self.zero(one.range());
    }

    /// Zeros in all of `whole` that is in none of the `kept` ranges.
    fn zero_outside(&mut self, whole: Range<usize>, kept: &[Range<usize>]) {
        for gap in outside(whole, kept) {
            self.zero(gap);
        }
    }

    /// Leaves of the boxes `data` what is kept, and zeros the rest. What is kept must lie in one of them.
    pub(crate) fn zero_around(
        &mut self,
        data: &[Range<usize>],
        kept: &[Range<usize>],
    ) -> Result<(), Refused> {
        let inside =
            |range: &Range<usize>| data.iter().any(|one| one.start <= range.start && range.end <= one.end);
        if !kept.iter().all(inside) {
            return Err(Refused::Broken);
        }
        for one in data {
            self.zero_outside(one.clone(), kept);
        }
        Ok(())
    }

    /// The file with these parts overwritten. Where two overlap, the one that begins first wins, and of those the
    /// longer one; both of them only ever take away.
    pub(crate) fn plan(mut self, length: usize) -> Plan {
        self.parts.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let (mut plan, mut at) = (Plan::default(), 0);
        for (range, new) in self.parts {
            let end = range.end.min(length);
            if end <= at {
                continue;
            }
            if range.start >= at {
                plan.keep(at..range.start);
                match new {
                    Some(bytes) if end == range.end => plan.add(bytes),
                    _ => plan.zeros(end - range.start),
                }
            } else {
                plan.zeros(end - at);
            }
            at = end;
        }
        plan.keep(at..length);
        plan
    }
}

/// What of `whole` is in none of the `kept` ranges.
fn outside(whole: Range<usize>, kept: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<&Range<usize>> = kept.iter().filter(|range| !range.is_empty()).collect();
    sorted.sort_by_key(|range| range.start);
    let (mut gaps, mut at) = (Vec::new(), whole.start);
    for range in sorted {
        if range.end <= at || range.start >= whole.end {
            continue;
        }
        if range.start > at {
            gaps.push(at..range.start);
        }
        at = range.end.min(whole.end);
    }
    if at < whole.end {
        gaps.push(at..whole.end);
    }
    gaps
}

/// The boxes inside another that may stay; all others become room.
pub(crate) fn children(
    bytes: &[u8],
    range: Range<usize>,
    allowed: &[&[u8; 4]],
    eraser: &mut Eraser,
) -> Result<Vec<Box>, Refused> {
    let mut found = boxes(bytes, range)?;
    for other in found.iter().filter(|one| !allowed.contains(&&one.name)) {
        eraser.free(*other);
    }
    found.retain(|one| allowed.contains(&&one.name));
    Ok(found)
}

/// Overwrites the name of a handler, and in `QuickTime` its maker (section 8.4.3).
pub(crate) fn unnamed(handler: Box, eraser: &mut Eraser) {
    let from = handler.content.saturating_add(12).min(handler.end);
    eraser.zero(from..handler.end);
}

/// Reduces a colour profile where it stands (section 12.1.5).
pub(crate) fn colour(bytes: &[u8], one: Box, eraser: &mut Eraser) {
    let Some((form, profile)) = bytes.get(one.range()).and_then(|content| content.split_at_checked(4)) else {
        return eraser.free(one);
    };
    if matches!(form, b"nclx" | b"nclc") {
        return;
    }
    let whole = profile.len();
    match crate::icc::reduce(profile).and_then(|reduced| crate::icc::fill(reduced, whole)) {
        Some(filled) if matches!(form, b"prof" | b"rICC") => eraser.put(one.content + 4, filled),
        _ => eraser.free(one),
    }
}
