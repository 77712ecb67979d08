//! Colour profiles (ICC.1:2022): the numbers stay, since colours would change without them. What describes the device
//! goes: a screenshot's profile holds the model and serial number of the screen.

use crate::read::{array, be32, size};

/// Tags that say how to compute colours, and nothing about who or where.
const TAGS: [&[u8; 4]; 22] = [
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"lumi",
    b"cicp", b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt", b"D2B0", b"B2D0", b"chrm",
];
/// Longest profile that is kept; those of printing presses have 2 MB.
const MAX_PROFILE: usize = 4_000_000;
/// The most tags of a profile.
const MAX_TAGS: usize = 100;

/// The profile with nothing but its colours; nothing if it does not hold together, then the picture does without it.
pub(crate) fn reduce(profile: &[u8]) -> Option<Vec<u8>> {
    let mut head: [u8; 128] = array(profile, 0)?;
    if head.get(36..40)? != b"acsp" || profile.len() > MAX_PROFILE {
        return None;
    }
    // CMM, date, platform, manufacturer, model, creator and the digest of what is no longer there.
    for range in [4..8, 24..36, 40..44, 48..56, 80..100, 100..128] {
        head.get_mut(range)?.fill(0);
    }
    let tags = colour_tags(profile)?;
    let (table, data) = lay_out(profile, &tags, head.get(8).copied()?)?;
    let length = u32::try_from(128 + table.len() + data.len()).ok()?;
    head.get_mut(..4)?.copy_from_slice(&length.to_be_bytes());
    Some([head.as_slice(), &table, &data].concat())
}

/// A profile of exactly this length: zeros fill it, and it counts them as its own, since readers compare both lengths.
pub(crate) fn fill(mut profile: Vec<u8>, length: usize) -> Option<Vec<u8>> {
    if profile.len() > length {
        return None;
    }
    profile.resize(length, 0);
    profile.get_mut(..4)?.copy_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
    Some(profile)
}

/// Signature, place and length of every tag that stays, in the order of the profile.
fn colour_tags(profile: &[u8]) -> Option<Vec<([u8; 4], usize, usize)>> {
    let count = size(be32(profile, 128)?)?.min(MAX_TAGS);
    let mut tags: Vec<([u8; 4], usize, usize)> = Vec::new();
    for index in 0..count {
        let at = 132 + index * 12;
        let name: [u8; 4] = array(profile, at)?;
        let (start, length) = (size(be32(profile, at + 4)?)?, size(be32(profile, at + 8)?)?);
        profile.get(start..start.checked_add(length)?)?;
        if TAGS.contains(&&name) && !tags.iter().any(|(known, ..)| *known == name) {
            tags.push((name, start, length));
        }
    }
    Some(tags)
}

/// The tag table and what it points at. Tags that share their data go on sharing it.
fn lay_out(profile: &[u8], tags: &[([u8; 4], usize, usize)], version: u8) -> Option<(Vec<u8>, Vec<u8>)> {
    let begin = 128 + 4 + (tags.len() + 2) * 12;
    let (mut table, mut data) = (u32::try_from(tags.len() + 2).ok()?.to_be_bytes().to_vec(), Vec::new());
    let mut placed: Vec<(usize, usize, usize)> = Vec::new();
    let mut row = |name: &[u8; 4], at: usize, length: usize| -> Option<()> {
        table.extend(name);
        table.extend(u32::try_from(begin + at).ok()?.to_be_bytes());
        table.extend(u32::try_from(length).ok()?.to_be_bytes());
        Some(())
    };
    // The standard demands a name and a licence; both say nothing.
    for (name, text) in [(b"desc", words(version, true)), (b"cprt", words(version, false))] {
        row(name, data.len(), text.len())?;
        push_aligned(&mut data, &text);
    }
    for (name, start, length) in tags {
        let known = placed.iter().find(|(from, long, _)| (from, long) == (start, length)).map(|(.., at)| *at);
        let at = known.unwrap_or(data.len());
        if known.is_none() {
            placed.push((*start, *length, at));
            push_aligned(&mut data, profile.get(*start..start + length)?);
        }
        row(name, at, *length)?;
    }
    Some((table, data))
}

fn push_aligned(data: &mut Vec<u8>, bytes: &[u8]) {
    data.extend(bytes);
    data.resize(data.len().next_multiple_of(4), 0);
}

/// An empty text in the form of the profile's version.
fn words(version: u8, description: bool) -> Vec<u8> {
    match (version >= 4, description) {
        // mluc without any language
        (true, _) => b"mluc\0\0\0\0\0\0\0\0\0\0\0\x0c".to_vec(),
        // textDescriptionType: ASCII, then room for Unicode and Macintosh
        (false, true) => [b"desc\0\0\0\0\0\0\0\x01\0".as_slice(), &[0; 78]].concat(),
        (false, false) => b"text\0\0\0\0\0".to_vec(),
    }
}
