//! Files: STREAM over segments, so that 25 MB never lie in memory at once (`docs/protocol.md` section 12).
//!
//! [`FileSealer`] and [`FileOpener`] take bytes as they come, in pieces of any length, and give out what is finished.
//! Neither keeps more than one segment. What an opener gave out counts only after [`FileOpener::finish`].

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{AeadInOut as _, Buffer},
};
use einwurf_protocol::{
    codec::Writer,
    ids::{Cid, Digest, MessageId},
    limits::ATTACHMENTS_BYTES,
    message::Attachment,
    padding,
};
use hpke::rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Bytes of plaintext in a segment; only the last one is shorter.
pub const SEGMENT_BYTES: usize = 65_536;
const TAG_BYTES: usize = 16;
const PREFIX_BYTES: usize = 19;
const LENGTH_BYTES: usize = 4;

/// Why a file is not sealed, or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Longer than all attachments of a message may be.
    #[error("longer than attachments may be")]
    TooLong,
    /// Fewer or more bytes than were announced.
    #[error("fewer or more bytes than announced")]
    Length,
    /// Not a key of 32 bytes.
    #[error("not a key")]
    Key,
    /// Another key, conversation or attachment, or a segment that was changed, moved, left out or repeated.
    #[error("a segment does not open")]
    Segment,
    /// Another length inside than outside, or zeros that are none.
    #[error("not padded as it must be")]
    Padding,
    /// Every segment opens, but it is not the file that the message names.
    #[error("not the file of this digest")]
    Digest,
}

/// Bytes of ciphertext of a file of `length` bytes.
pub fn sealed_bytes(length: u64) -> Result<u64, FileError> {
    let total = total(padded(length)?);
    u64::try_from(total).map_err(|_| FileError::TooLong)
}

fn padded(length: u64) -> Result<usize, FileError> {
    let length = usize::try_from(length.min(ATTACHMENTS_BYTES + 1)).map_err(|_| FileError::TooLong)?;
    if length as u64 > ATTACHMENTS_BYTES {
        return Err(FileError::TooLong);
    }
    Ok(padding::class(LENGTH_BYTES + length))
}

fn total(padded: usize) -> usize {
    PREFIX_BYTES + padded + padded.div_ceil(SEGMENT_BYTES) * TAG_BYTES
}

/// A digest that begins with the label and the length of what follows.
fn hash(padded: usize) -> Sha256 {
    let length = u32::try_from(total(padded)).unwrap_or(u32::MAX);
    Sha256::new_with_prefix(Writer::labelled("einwurf/1 attachment").u32(length).finish())
}

/// What all segments of a file share, and where it stands.
struct Stream {
    cipher: XChaCha20Poly1305,
    prefix: [u8; PREFIX_BYTES],
    associated: Vec<u8>,
    /// Number of the next segment.
    next: u32,
    /// Padded plaintext from the next segment on.
    left: usize,
}

impl Stream {
    fn new(key: &[u8; 32], cid: &Cid, id: &MessageId, padded: usize) -> Self {
        let associated = Writer::labelled("einwurf/1 attachment segment").fixed(&cid.0).fixed(&id.0).finish();
        let cipher = XChaCha20Poly1305::new(key.into());
        Self { cipher, prefix: [0; PREFIX_BYTES], associated, next: 0, left: padded }
    }

    /// Plaintext of the next segment; 0 after the last.
    fn length(&self) -> usize {
        self.left.min(SEGMENT_BYTES)
    }

    /// Nonce of the next segment, which is then behind. A file has far fewer segments than the counter can count.
    fn step(&mut self) -> XNonce {
        let last = u8::from(self.left <= SEGMENT_BYTES);
        let mut nonce = [0; PREFIX_BYTES + 5];
        let fields = self.prefix.into_iter().chain(self.next.to_be_bytes()).chain([last]);
        nonce.iter_mut().zip(fields).for_each(|(byte, field)| *byte = field);
        self.next = self.next.saturating_add(1);
        self.left -= self.length();
        XNonce::from(nonce)
    }

    fn seal(&mut self, segment: &mut dyn Buffer) -> Result<(), FileError> {
        let nonce = self.step();
        self.cipher.encrypt_in_place(&nonce, &self.associated, segment).map_err(|_| FileError::Segment)
    }

    fn open(&mut self, segment: &mut dyn Buffer) -> Result<(), FileError> {
        let nonce = self.step();
        self.cipher.decrypt_in_place(&nonce, &self.associated, segment).map_err(|_| FileError::Segment)
    }
}

/// Room for a segment and its tag: a buffer that grew would leave plaintext behind.
fn room() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(SEGMENT_BYTES + TAG_BYTES))
}

/// Seals one file.
pub struct FileSealer {
    stream: Stream,
    hash: Sha256,
    segment: Zeroizing<Vec<u8>>,
    /// Bytes of the file that are still to come.
    left: usize,
    sealed: SealedFile,
}

/// What a message says of a file that was sealed.
pub struct SealedFile {
    /// Its id.
    pub id: MessageId,
    /// Its key.
    pub key: Zeroizing<[u8; 32]>,
    /// Length of the plaintext.
    pub length: u64,
    /// Digest of the ciphertext.
    pub digest: Digest,
}

impl FileSealer {
    /// Begins a file of `length` bytes in a conversation: draws its key, id and prefix, and writes the first bytes.
    pub fn begin(
        cid: &Cid,
        length: u64,
        out: &mut Vec<u8>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, FileError> {
        let padded = padded(length)?;
        let left = usize::try_from(length).map_err(|_| FileError::TooLong)?;
        let prefix = u32::try_from(left).map_err(|_| FileError::TooLong)?;
        let (mut key, mut id) = (Zeroizing::new([0; 32]), MessageId([0; 16]));
        rng.fill_bytes(&mut *key);
        rng.fill_bytes(&mut id.0);
        let mut stream = Stream::new(&key, cid, &id, padded);
        rng.fill_bytes(&mut stream.prefix);
        let mut segment = room();
        segment.extend_from_slice(&prefix.to_be_bytes());
        let sealed = SealedFile { id, key, length, digest: Digest([0; 32]) };
        let mut hash = hash(padded);
        hash.update(stream.prefix);
        out.extend_from_slice(&stream.prefix);
        Ok(Self { stream, hash, segment, left, sealed })
    }

    /// The file's next bytes; appends the segments that they complete.
    pub fn update(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), FileError> {
        self.left = self.left.checked_sub(content.len()).ok_or(FileError::Length)?;
        self.fill(content, out)
    }

    fn fill(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FileError> {
        while !bytes.is_empty() {
            let free = self.stream.length().saturating_sub(self.segment.len());
            let (now, later) = bytes.split_at_checked(free).unwrap_or((bytes, &[]));
            self.segment.extend_from_slice(now);
            bytes = later;
            if self.segment.len() == self.stream.length() {
                self.stream.seal(&mut *self.segment)?;
                self.hash.update(&*self.segment);
                out.extend_from_slice(&self.segment);
                self.segment.clear();
                // Nothing more belongs to the file; what is left over could not be sealed.
                if self.stream.left == 0 && !bytes.is_empty() {
                    return Err(FileError::Length);
                }
            }
        }
        Ok(())
    }

    /// The zeros and the last segments.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<SealedFile, FileError> {
        if self.left != 0 {
            return Err(FileError::Length);
        }
        let zeros = [0; 4_096];
        loop {
            let missing = self.stream.left.saturating_sub(self.segment.len());
            let Some(zeros) = zeros.get(..missing.min(zeros.len())) else { return Err(FileError::Padding) };
            if zeros.is_empty() {
                break;
            }
            self.fill(zeros, out)?;
        }
        self.sealed.digest = Digest(self.hash.finalize().into());
        Ok(self.sealed)
    }
}

impl std::fmt::Debug for FileSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileSealer({}, {} bytes left, key hidden)", self.sealed.id, self.left)
    }
}

impl std::fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedFile({}, {} bytes, key hidden)", self.id, self.length)
    }
}

/// Opens one file.
pub struct FileOpener {
    stream: Stream,
    hash: Sha256,
    segment: Zeroizing<Vec<u8>>,
    /// Whether the prefix was read.
    begun: bool,
    /// Position in the padded plaintext.
    at: usize,
    /// Length of the file.
    length: usize,
    digest: Digest,
}

impl FileOpener {
    /// For the file that a message of this conversation names.
    pub fn new(cid: &Cid, file: &Attachment) -> Result<Self, FileError> {
        let padded = padded(file.length)?;
        let length = usize::try_from(file.length).map_err(|_| FileError::TooLong)?;
        let key: &[u8; 32] = file.key.as_slice().try_into().map_err(|_| FileError::Key)?;
        Ok(Self {
            stream: Stream::new(key, cid, &file.id, padded),
            hash: hash(padded),
            segment: room(),
            begun: false,
            at: 0,
            length,
            digest: file.digest,
        })
    }

    /// The next bytes of ciphertext; appends what of the file they open.
    pub fn update(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), FileError> {
        self.hash.update(sealed);
        while !sealed.is_empty() {
            let whole = if self.begun { self.stream.length() + TAG_BYTES } else { PREFIX_BYTES };
            if self.begun && self.stream.left == 0 {
                return Err(FileError::Length);
            }
            let (now, later) =
                sealed.split_at_checked(whole.saturating_sub(self.segment.len())).unwrap_or((sealed, &[]));
            self.segment.extend_from_slice(now);
            sealed = later;
            if self.segment.len() == whole {
                self.segment_or_prefix(out)?;
                self.segment.clear();
            }
        }
        Ok(())
    }

    fn segment_or_prefix(&mut self, out: &mut Vec<u8>) -> Result<(), FileError> {
        if !self.begun {
            self.stream.prefix = self.segment.as_slice().try_into().map_err(|_| FileError::Length)?;
            self.begun = true;
            return Ok(());
        }
        self.stream.open(&mut *self.segment)?;
        let mut plain = self.segment.as_slice();
        if self.at == 0 {
            let (length, rest) = plain.split_first_chunk().ok_or(FileError::Padding)?;
            if usize::try_from(u32::from_be_bytes(*length)) != Ok(self.length) {
                return Err(FileError::Padding);
            }
            plain = rest;
            self.at = LENGTH_BYTES;
        }
        let content = (LENGTH_BYTES + self.length).saturating_sub(self.at);
        let (content, zeros) = plain.split_at_checked(content).unwrap_or((plain, &[]));
        self.at += plain.len();
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(FileError::Padding);
        }
        out.extend_from_slice(content);
        Ok(())
    }

    /// Whether everything came, and is the file that the message names.
    pub fn finish(self) -> Result<(), FileError> {
        if !self.begun || self.stream.left != 0 {
            return Err(FileError::Length);
        }
        if self.hash.finalize().as_slice() == self.digest.0 { Ok(()) } else { Err(FileError::Digest) }
    }
}

impl std::fmt::Debug for FileOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileOpener({} of {} bytes, key hidden)", self.at, self.length)
    }
}
