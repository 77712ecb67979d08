//! What stays of a file: pieces of it, some bytes that are new, and zeros in place of what went.

use std::ops::Range;

/// A part of the cleaned file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// These bytes of the input.
    Keep(Range<usize>),
    /// Bytes that the input did not have like this.
    New(Vec<u8>),
    /// Zeros, where what follows must not move.
    Zeros(usize),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Keep(range) => range.len(),
            Self::New(bytes) => bytes.len(),
            Self::Zeros(count) => *count,
        }
    }
}

/// The cleaned file, in order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pieces: Vec<Piece>,
}

impl Plan {
    /// Keeps a range of the input. Ranges that touch become one.
    pub(crate) fn keep(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Keep(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Keep(range)),
        }
    }

    /// Adds bytes.
    pub(crate) fn add(&mut self, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        if !bytes.is_empty() {
            self.pieces.push(Piece::New(bytes));
        }
    }

    /// Adds zeros.
    pub(crate) fn zeros(&mut self, count: usize) {
        match self.pieces.last_mut() {
            Some(Piece::Zeros(last)) => *last = last.saturating_add(count),
            _ if count > 0 => self.pieces.push(Piece::Zeros(count)),
            _ => {}
        }
    }

    /// Puts another plan behind this one.
    pub(crate) fn append(&mut self, more: Self) {
        self.pieces.extend(more.pieces);
    }

    /// Length of the cleaned file.
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().fold(0, |sum, piece| sum.saturating_add(piece.len()))
    }

    /// The cleaned file. Made in the input's own memory if every piece moves towards the front, so that a large video
    /// is not in memory twice.
    pub(crate) fn apply(self, mut bytes: Vec<u8>) -> Vec<u8> {
        if !self.fits_in(bytes.len()) {
            return self.copy(&bytes);
        }
        let mut at = 0;
        for piece in self.pieces {
            let end = at + piece.len();
            match piece {
                Piece::Keep(range) => bytes.copy_within(range, at),
                Piece::New(new) => replace(&mut bytes, at..end, &new),
                Piece::Zeros(_) => bytes.get_mut(at..end).unwrap_or_default().fill(0),
            }
            at = end;
        }
        bytes.truncate(at);
        bytes
    }

    /// Whether every piece moves towards the front, in order: then nothing is written over input that is still needed.
    fn fits_in(&self, length: usize) -> bool {
        let (mut at, mut read) = (0, 0);
        for piece in &self.pieces {
            if let Piece::Keep(range) = piece {
                if range.start < read || at > range.start {
                    return false;
                }
                read = range.end;
            }
            at += piece.len();
        }
        at <= length
    }

    fn copy(self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for piece in self.pieces {
            match piece {
                Piece::Keep(range) => out.extend_from_slice(bytes.get(range).unwrap_or_default()),
                Piece::New(new) => out.extend_from_slice(&new),
                Piece::Zeros(count) => out.resize(out.len() + count, 0),
            }
        }
        out
    }
}

fn replace(bytes: &mut [u8], range: Range<usize>, new: &[u8]) {
    if let Some(place) = bytes.get_mut(range) {
        place.copy_from_slice(new);
    }
}
