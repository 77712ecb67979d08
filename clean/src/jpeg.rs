//! JPEG (ISO/IEC 10918-1): a list of segments. Kept are tables, frames, scans and what colours need.

use crate::{MAX_PIXELS, Refused, exif::Orientation, foreign, icc, pieces::Plan, read::be16};

/// The longest content of a segment.
const MAX_SEGMENT: usize = 65_533;
const ICC: &[u8] = b"ICC_PROFILE\0";

/// What becomes of the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Kept: programs turn the picture by it.
    Keep,
    /// Dropped: inside a PDF nobody reads it.
    #[cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "only pictures in a PDF do without it"))]
    Drop,
}

/// What the walk found.
#[derive(Default)]
struct Found<'a> {
    jfif: Option<Vec<u8>>,
    orientation: Option<Orientation>,
    profile: Vec<(u8, &'a [u8])>,
    body: Plan,
    frames: usize,
    scans: usize,
}

/// What stays.
pub(crate) fn plan(bytes: &[u8], turn: Turn) -> Result<Plan, Refused> {
    let mut found = Found::default();
    let mut at = 2;
    loop {
        let (marker, next) = marker(bytes, at)?;
        if marker == 0xd9 {
            found.body.keep(next - 2..next);
            foreign::check_tail(bytes.get(next..).unwrap_or_default())?;
            break;
        }
        at = segment(bytes, marker, next, &mut found)?;
    }
    if found.frames == 0 || found.scans == 0 {
        return Err(Refused::Broken);
    }
    Ok(found.write(turn))
}

/// The next marker and the place behind it. Any number of 0xff may come before it.
fn marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), Refused> {
    if bytes.get(at) != Some(&0xff) {
        return Err(Refused::Broken);
    }
    loop {
        at += 1;
        match bytes.get(at) {
            Some(0xff) => {}
            Some(marker) => return Ok((*marker, at + 1)),
            None => return Err(Refused::Broken),
        }
    }
}

/// Reads one segment; `start` is behind its marker. Gives the place behind it, for a scan behind its pixels.
fn segment<'a>(bytes: &'a [u8], marker: u8, start: usize, found: &mut Found<'a>) -> Result<usize, Refused> {
    let length = usize::from(be16(bytes, start).ok_or(Refused::Broken)?);
    let end = start + length.max(2);
    let content = bytes.get(start + 2..end).ok_or(Refused::Broken)?;
    match marker {
        0xe0..=0xef => {
            if found.application(marker, content) {
                found.body.keep(start - 2..start + 14);
            }
        }
        0xfe => {}
        // SOF, DHT, DAC
        0xc0..=0xcf if marker != 0xc8 => {
            if !matches!(marker, 0xc4 | 0xcc) {
                frame(content)?;
                found.frames += 1;
            }
            found.body.keep(start - 2..end);
        }
        // DQT, DNL, DRI
        0xdb..=0xdd => found.body.keep(start - 2..end),
        0xda => {
            found.scans += 1;
            let pixels = scan_end(bytes, end)?;
            found.body.keep(start - 2..pixels);
            return Ok(pixels);
        }
        _ => return Err(Refused::Broken),
    }
    Ok(end)
}

/// Refuses a frame of more pixels than anybody needs.
fn frame(content: &[u8]) -> Result<(), Refused> {
    let height = be16(content, 1).ok_or(Refused::Broken)?;
    let width = be16(content, 3).ok_or(Refused::Broken)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS { Err(Refused::TooLarge) } else { Ok(()) }
}

/// Where the pixels of a scan end: at a marker that is neither a stuffed byte nor a restart.
fn scan_end(bytes: &[u8], mut at: usize) -> Result<usize, Refused> {
    loop {
        let rest = bytes.get(at..).ok_or(Refused::Broken)?;
        at += rest.iter().position(|byte| *byte == 0xff).ok_or(Refused::Broken)?;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return Ok(at),
            None => return Err(Refused::Broken),
        }
    }
}

impl<'a> Found<'a> {
    /// Looks at an application segment. True if its first 12 bytes stay where they are.
    fn application(&mut self, marker: u8, content: &'a [u8]) -> bool {
        match marker {
            0xe0 if self.jfif.is_none() && content.starts_with(b"JFIF\0") => self.jfif = jfif(content),
            0xe1 if self.orientation.is_none() && content.starts_with(b"Exif\0\0") => {
                self.orientation = Orientation::read(content);
            }
            0xe2 => {
                if let Some(part) = content.strip_prefix(ICC)
                    && let Some((number, part)) = part.split_first()
                {
                    self.profile.push((*number, part.get(1..).unwrap_or_default()));
                }
            }
            // Whether colours are YCbCr, CMYK or YCCK.
            0xee => return content.starts_with(b"Adobe") && content.len() == 12,
            _ => {}
        }
        false
    }

    fn write(mut self, turn: Turn) -> Plan {
        let mut plan = Plan::default();
        plan.keep(0..2);
        if let Some(jfif) = &self.jfif {
            plan.add(packed(0xe0, jfif));
        }
        if let Some(orientation) = self.orientation.filter(|_| turn == Turn::Keep) {
            plan.add(packed(0xe1, &[b"Exif\0\0".as_slice(), &orientation.tiff()].concat()));
        }
        plan.add(self.profile());
        plan.append(self.body);
        plan
    }

    /// The colour profile in segments of its own.
    fn profile(&mut self) -> Vec<u8> {
        self.profile.sort_by_key(|(number, _)| *number);
        let whole: Vec<u8> = self.profile.iter().flat_map(|(_, part)| *part).copied().collect();
        let Some(profile) = icc::reduce(&whole) else {
            return Vec::new();
        };
        let parts: Vec<&[u8]> = profile.chunks(MAX_SEGMENT - ICC.len() - 2).collect();
        let Ok(count) = u8::try_from(parts.len()) else {
            return Vec::new();
        };
        (1..=count)
            .zip(parts)
            .flat_map(|(at, part)| packed(0xe2, &[ICC, &[at, count], part].concat()))
            .collect()
    }
}

/// JFIF without its thumbnail: version, and how many dots on an inch.
fn jfif(content: &[u8]) -> Option<Vec<u8>> {
    Some([content.get(..12)?, &[0, 0]].concat())
}

/// A segment. Contents are shorter than [`MAX_SEGMENT`] by construction.
fn packed(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}
