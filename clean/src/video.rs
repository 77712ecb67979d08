//! MP4 and MOV (ISO/IEC 14496-12, `QuickTime`). Kept are tracks of pictures and sound. Everything else becomes room of the
//! same size: places, titles, other tracks with their samples (cameras and drones write their way there), times.

use crate::{
    Refused, foreign,
    isobmff::{self, Box, Eraser},
    pieces::Plan,
    read::{array, be32, be64, size},
};
use std::ops::Range;

const MOVIE: [&[u8; 4]; 4] = [b"mvhd", b"trak", b"mvex", b"iods"];
const TRACK: [&[u8; 4]; 4] = [b"tkhd", b"edts", b"mdia", b"tapt"];
const MEDIA: [&[u8; 4]; 4] = [b"mdhd", b"hdlr", b"minf", b"elng"];
const MEDIA_INFORMATION: [&[u8; 4]; 6] = [b"vmhd", b"smhd", b"nmhd", b"hdlr", b"dinf", b"stbl"];
const SAMPLES: [&[u8; 4]; 14] = [
    b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sdtp",
    b"sgpd", b"sbgp", b"stps",
];
const FRAGMENT: [&[u8; 4]; 2] = [b"mfhd", b"traf"];
const TRACK_FRAGMENT: [&[u8; 4]; 8] =
    [b"tfhd", b"tfdt", b"trun", b"sdtp", b"sgpd", b"sbgp", b"saiz", b"saio"];
/// What describes how a picture is encoded.
const CODING: [&[u8; 4]; 26] = [
    b"avcC", b"hvcC", b"lhvC", b"hvcE", b"vvcC", b"av1C", b"vpcC", b"esds", b"d263", b"glbl", b"dvcC",
    b"dvvC", b"dvwC", b"pasp", b"clap", b"fiel", b"gama", b"btrt", b"mdcv", b"clli", b"SmDm", b"CoLL",
    b"amve", b"cclv", b"jpgC", b"colr",
];
/// Fixed part of a description of pictures.
const VISUAL_ENTRY: usize = 78;

/// What the tracks of a movie say.
#[derive(Debug, Default)]
pub(crate) struct Movie {
    /// Where samples of kept tracks lie.
    pub(crate) kept: Vec<Range<usize>>,
    /// Whether a track went.
    dropped: bool,
    tracks: usize,
}

/// What stays.
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Refused> {
    let (top, end) = isobmff::boxes_until(bytes, 0..bytes.len())?;
    foreign::check_tail(bytes.get(end..).unwrap_or_default())?;
    let mut eraser = Eraser::default();
    let (mut whole, mut fragments) = (None, false);
    let data = isobmff::data(&top);
    for one in &top {
        match &one.name {
            b"moov" if whole.is_none() => whole = Some(movie(bytes, *one, &data, &mut eraser)?),
            b"moof" => {
                fragments = true;
                fragment(bytes, *one, &mut eraser)?;
            }
            b"ftyp" | b"mdat" | b"styp" | b"sidx" | b"mfra" => {}
            _ => eraser.free(*one),
        }
    }
    let movie = whole.ok_or(Refused::Broken)?;
    if movie.tracks == 0 {
        return Err(Refused::Broken);
    }
    // Which samples of a fragment belong to the track that went is not looked up.
    if fragments && movie.dropped {
        return Err(Refused::Located);
    }
    if !fragments {
        eraser.zero_around(&data, &movie.kept)?;
    }
    Ok(eraser.plan(end))
}

fn fragment(bytes: &[u8], one: Box, eraser: &mut Eraser) -> Result<(), Refused> {
    for part in isobmff::children(bytes, one.range(), &FRAGMENT, eraser)? {
        if &part.name == b"traf" {
            isobmff::children(bytes, part.range(), &TRACK_FRAGMENT, eraser)?;
        }
    }
    Ok(())
}

/// Cleans the description of a movie whose samples lie in `data`.
pub(crate) fn movie(
    bytes: &[u8],
    one: Box,
    data: &[Range<usize>],
    eraser: &mut Eraser,
) -> Result<Movie, Refused> {
    if isobmff::boxes(bytes, one.range())?.iter().any(|part| &part.name == b"cmov") {
        return Err(Refused::Located); // compressed: nothing in it can be overwritten
    }
    let parts = isobmff::children(bytes, one.range(), &MOVIE, eraser)?;
    let tracks: Vec<Box> = parts.iter().filter(|part| &part.name == b"trak").copied().collect();
    parts.iter().filter(|part| &part.name == b"mvhd").for_each(|part| timeless(bytes, *part, eraser));
    // A chunk ends at the latest where another begins, or the data end.
    let mut ends = starts(bytes, &tracks)?;
    ends.extend(data.iter().map(|one| one.end));
    ends.sort_unstable();
    let mut movie = Movie::default();
    for one in tracks {
        if is_shown(bytes, one)? {
            movie.tracks += 1;
            movie.kept.extend(track(bytes, one, &ends, eraser)?);
        } else {
            movie.dropped = true;
            eraser.free(one);
        }
    }
    Ok(movie)
}

/// A box inside others, by its path.
fn find(bytes: &[u8], from: Box, path: &[&[u8; 4]]) -> Result<Option<Box>, Refused> {
    let mut at = Some(from);
    for name in path {
        let Some(one) = at else { break };
        at = isobmff::boxes(bytes, one.range())?.into_iter().find(|part| &part.name == *name);
    }
    Ok(at)
}

/// Whether a track is pictures or sound.
fn is_shown(bytes: &[u8], track: Box) -> Result<bool, Refused> {
    let handler = find(bytes, track, &[b"mdia", b"hdlr"])?.ok_or(Refused::Broken)?;
    Ok(matches!(
        bytes.get(handler.content + 8..handler.content + 12),
        Some(b"vide" | b"soun" | b"pict" | b"auxv")
    ))
}

/// Overwrites when something was made and changed (sections 8.2.2, 8.3.2, 8.4.2).
fn timeless(bytes: &[u8], one: Box, eraser: &mut Eraser) {
    let length = if bytes.get(one.content) == Some(&1) { 16 } else { 8 };
    let from = (one.content + 4).min(one.end);
    eraser.zero(from..(from + length).min(one.end));
}

/// Cleans a kept track; gives where its samples lie.
fn track(bytes: &[u8], one: Box, ends: &[usize], eraser: &mut Eraser) -> Result<Vec<Range<usize>>, Refused> {
    let mut kept = Vec::new();
    for part in isobmff::children(bytes, one.range(), &TRACK, eraser)? {
        match &part.name {
            b"tkhd" => timeless(bytes, part, eraser),
            b"edts" => drop(isobmff::children(bytes, part.range(), &[b"elst"], eraser)?),
            b"mdia" => kept = media(bytes, part, ends, eraser)?,
            _ => {}
        }
    }
    Ok(kept)
}

fn media(bytes: &[u8], one: Box, ends: &[usize], eraser: &mut Eraser) -> Result<Vec<Range<usize>>, Refused> {
    let (mut kept, parts) = (Vec::new(), isobmff::children(bytes, one.range(), &MEDIA, eraser)?);
    for part in parts {
        match &part.name {
            b"mdhd" => timeless(bytes, part, eraser),
            b"hdlr" => isobmff::unnamed(part, eraser),
            b"minf" => kept = information(bytes, part, ends, eraser)?,
            _ => {}
        }
    }
    Ok(kept)
}

fn information(
    bytes: &[u8],
    one: Box,
    ends: &[usize],
    eraser: &mut Eraser,
) -> Result<Vec<Range<usize>>, Refused> {
    let mut kept = Vec::new();
    for part in isobmff::children(bytes, one.range(), &MEDIA_INFORMATION, eraser)? {
        match &part.name {
            b"hdlr" => isobmff::unnamed(part, eraser),
            b"dinf" => references(bytes, part, eraser)?,
            b"stbl" => {
                let table = isobmff::children(bytes, part.range(), &SAMPLES, eraser)?;
                for description in table.iter().filter(|one| &one.name == b"stsd") {
                    entries(bytes, *description, eraser)?;
                }
                kept = samples(bytes, &table, ends).ok_or(Refused::Broken)?;
            }
            _ => {}
        }
    }
    Ok(kept)
}

/// Overwrites where samples were once kept on somebody's disk, and refuses samples in other files (section 8.7.2).
fn references(bytes: &[u8], one: Box, eraser: &mut Eraser) -> Result<(), Refused> {
    for list in isobmff::children(bytes, one.range(), &[b"dref"], eraser)? {
        let from = list.content.checked_add(8).filter(|from| *from <= list.end).ok_or(Refused::Broken)?;
        for entry in isobmff::boxes(bytes, from..list.end)? {
            let flags = be32(bytes, entry.content).ok_or(Refused::Broken)?;
            if flags & 1 == 0 {
                return Err(Refused::Broken);
            }
            eraser.zero((entry.content + 4).min(entry.end)..entry.end);
        }
    }
    Ok(())
}

/// Overwrites which program encoded, and frees what describes more than pictures (section 12.1.3).
fn entries(bytes: &[u8], list: Box, eraser: &mut Eraser) -> Result<(), Refused> {
    let from = list.content.checked_add(8).filter(|from| *from <= list.end).ok_or(Refused::Broken)?;
    for entry in isobmff::boxes(bytes, from..list.end)? {
        let at = entry.content;
        if at + 16 <= entry.end {
            eraser.zero(at + 12..at + 16);
        }
        let visual = be32(bytes, at + 24).is_some_and(|sides| sides != 0) && at + VISUAL_ENTRY <= entry.end;
        if !visual || is_sound(entry.name) {
            continue;
        }
        eraser.zero(at + 42..at + 74);
        for part in isobmff::children(bytes, at + VISUAL_ENTRY..entry.end, &CODING, eraser)? {
            if &part.name == b"colr" {
                isobmff::colour(bytes, part, eraser);
            }
        }
    }
    Ok(())
}

/// Whether a description is of sound, whose boxes lie elsewhere.
fn is_sound(name: [u8; 4]) -> bool {
    const SOUND: [&[u8; 4]; 18] = [
        b"mp4a", b"sowt", b"twos", b"raw ", b"lpcm", b"in24", b"in32", b"fl32", b"alac", b"fLaC", b"Opus",
        b"ac-3", b"ec-3", b"samr", b"sawb", b".mp3", b"ulaw", b"alaw",
    ];
    SOUND.contains(&&name)
}

/// A table of 32-bit numbers behind a count, `width` numbers in a row.
fn rows(bytes: &[u8], one: Box, skip: usize, width: usize) -> Option<impl Iterator<Item = &[u8]>> {
    let count = size(be32(bytes, one.content + skip - 4)?)?;
    let table = bytes.get(one.content + skip..one.end)?.get(..count.checked_mul(width)?)?;
    Some(table.chunks_exact(width))
}

/// Where chunks of samples begin.
fn chunks(bytes: &[u8], table: &[Box]) -> Option<Vec<usize>> {
    let one = table.iter().find(|one| matches!(&one.name, b"stco" | b"co64"))?;
    if &one.name == b"stco" {
        rows(bytes, *one, 8, 4)?.map(|row| size(be32(row, 0)?)).collect()
    } else {
        rows(bytes, *one, 8, 8)?.map(|row| usize::try_from(be64(row, 0)?).ok()).collect()
    }
}

/// Where chunks of any track begin.
fn starts(bytes: &[u8], tracks: &[Box]) -> Result<Vec<usize>, Refused> {
    let mut all = Vec::new();
    for track in tracks {
        if let Some(table) = find(bytes, *track, &[b"mdia", b"minf", b"stbl"])? {
            let table = isobmff::boxes(bytes, table.range())?;
            all.extend(chunks(bytes, &table).ok_or(Refused::Broken)?);
        }
    }
    Ok(all)
}

/// Where the samples of a track lie: as many in each chunk as one table says, as long as another says.
fn samples(bytes: &[u8], table: &[Box], ends: &[usize]) -> Option<Vec<Range<usize>>> {
    let chunks = chunks(bytes, table)?;
    let runs = table.iter().find(|one| &one.name == b"stsc")?;
    let runs: Vec<(usize, usize)> = rows(bytes, *runs, 8, 12)?
        .map(|row| Some((size(be32(row, 0)?)?, size(be32(row, 4)?)?)))
        .collect::<Option<_>>()?;
    let mut lengths = Lengths::read(bytes, table)?;
    let (mut kept, mut run) = (Vec::new(), 0);
    for (number, start) in (1..).zip(chunks) {
        while runs.get(run + 1).is_some_and(|(first, _)| *first <= number) {
            run += 1;
        }
        let count = runs.get(run)?.1;
        let length = lengths.take(count)?;
        // QuickTime counts sound in samples of one byte whatever they are; then all up to the next chunk is sound.
        let next = *ends.get(ends.partition_point(|other| *other <= start))?;
        kept.push(start..if lengths.fixed > 0 { next } else { start.checked_add(length)? });
    }
    Some(kept)
}

/// How long samples are, one after the other.
struct Lengths<'a> {
    /// All have this length, or 0.
    fixed: usize,
    table: &'a [u8],
    /// Bits of an entry.
    bits: usize,
    at: usize,
}

impl<'a> Lengths<'a> {
    fn read(bytes: &'a [u8], table: &[Box]) -> Option<Self> {
        let one = table.iter().find(|one| matches!(&one.name, b"stsz" | b"stz2"))?;
        let field = be32(bytes, one.content + 4)?;
        let plain = &one.name == b"stsz";
        let fixed = if plain { size(field)? } else { 0 };
        let bits = if plain { 32 } else { size(field & 0xff).filter(|bits| matches!(bits, 4 | 8 | 16))? };
        Some(Self { fixed, table: bytes.get(one.content + 12..one.end)?, bits, at: 0 })
    }

    /// Bytes of the next so many samples.
    fn take(&mut self, count: usize) -> Option<usize> {
        if self.fixed > 0 {
            return self.fixed.checked_mul(count);
        }
        let mut sum = 0_usize;
        for _ in 0..count {
            sum = sum.checked_add(self.one()?)?;
        }
        Some(sum)
    }

    fn one(&mut self) -> Option<usize> {
        let at = self.at;
        self.at += 1;
        match self.bits {
            32 => size(be32(self.table, at.checked_mul(4)?)?),
            16 => array(self.table, at.checked_mul(2)?).map(|two| usize::from(u16::from_be_bytes(two))),
            8 => self.table.get(at).map(|byte| usize::from(*byte)),
            _ => self
                .table
                .get(at / 2)
                .map(|byte| usize::from(if at.is_multiple_of(2) { byte >> 4 } else { byte & 0xf })),
        }
    }
}
