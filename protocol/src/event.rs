//! An event of a conversation: a header that everyone reads, a ciphertext that only its two sides open, and the
//! author's signature over the digest of both.

use crate::{
    api::visitor::Remains,
    codec::{CodecError, Reader, Writer},
    es256::PublicKey,
    ids::{Cid, Digest, MessageId, Signature, Thumbprint},
    limits::CIPHERTEXT_BYTES,
    padding,
};
use serde::{Deserialize, Serialize};

const HEADER: &str = "einwurf/1 event";
const CONTENT: &str = "einwurf/1 event content";
const DIGEST: &str = "einwurf/1 event digest";
const SIGNATURE: &str = "einwurf/1 event signature";

/// Bytes of an X-Wing encapsulation.
pub const ENC_BYTES: usize = 1120;
/// Bytes of an XChaCha20-Poly1305 nonce.
pub const NONCE_BYTES: usize = 24;
/// Bytes of a Poly1305 tag.
pub const TAG_BYTES: usize = 16;

/// Who writes to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the visitor.
    ToStaff,
    /// From a member.
    ToVisitor,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message.
    Message,
    /// Consent withdrawn: erases every payload before it.
    Withdrawal,
    /// An act of a member that the visitor is told of: [`crate::message::Act`].
    Act,
}

/// Begins an epoch: what staff need to find its keys, and what commits to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Which inbox key it is sealed to.
    pub inbox_key: Digest,
    /// HPKE encapsulation, [`ENC_BYTES`].
    pub enc: Vec<u8>,
    /// HPKE export that makes the epoch's keys committing.
    pub commitment: [u8; 32],
}

/// The associated data of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Conversation.
    pub cid: Cid,
    /// Epoch, from 0.
    pub epoch: u32,
    /// Position in the conversation, from 0.
    pub seq: u64,
    /// Who writes to whom.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Drawn by the author.
    pub message: MessageId,
    /// Thumbprint of the author's key.
    pub author: Thumbprint,
    /// Digest of the event before; 32 zeros at position 0.
    pub prev: Digest,
    /// Present in the first event of an epoch.
    pub opening: Option<Opening>,
}

impl Header {
    /// The bytes that are associated data and part of the digest.
    pub fn encode(&self) -> Vec<u8> {
        let direction = match self.direction {
            Direction::ToStaff => 0,
            Direction::ToVisitor => 1,
        };
        let kind = match self.kind {
            Kind::Message => 0,
            Kind::Withdrawal => 1,
            Kind::Act => 2,
        };
        let fields = Writer::labelled(HEADER)
            .u8(crate::VERSION)
            .fixed(&self.site.0)
            .fixed(&self.cid.0)
            .u32(self.epoch)
            .u64(self.seq)
            .u8(direction)
            .u8(kind)
            .fixed(&self.message.0)
            .fixed(&self.author.0)
            .fixed(&self.prev.0);
        match &self.opening {
            None => fields.u8(0),
            Some(opening) => {
                fields.u8(1).fixed(&opening.inbox_key.0).fixed(&opening.enc).fixed(&opening.commitment)
            }
        }
        .finish()
    }

    /// Reads exactly what [`Header::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::labelled(bytes, HEADER)?;
        if reader.u8()? != crate::VERSION {
            return Err(CodecError::Unknown);
        }
        let header = Self {
            site: Thumbprint(reader.array()?),
            cid: Cid(reader.array()?),
            epoch: reader.u32()?,
            seq: reader.u64()?,
            direction: match reader.u8()? {
                0 => Direction::ToStaff,
                1 => Direction::ToVisitor,
                _ => return Err(CodecError::Unknown),
            },
            kind: match reader.u8()? {
                0 => Kind::Message,
                1 => Kind::Withdrawal,
                2 => Kind::Act,
                _ => return Err(CodecError::Unknown),
            },
            message: MessageId(reader.array()?),
            author: Thumbprint(reader.array()?),
            prev: Digest(reader.array()?),
            opening: decode_opening(&mut reader)?,
        };
        reader.end()?;
        Ok(header)
    }
}

fn decode_opening(reader: &mut Reader<'_>) -> Result<Option<Opening>, CodecError> {
    match reader.u8()? {
        0 => Ok(None),
        1 => Ok(Some(Opening {
            inbox_key: Digest(reader.array()?),
            enc: reader.take(ENC_BYTES)?.to_vec(),
            commitment: reader.array()?,
        })),
        _ => Err(CodecError::Unknown),
    }
}

/// SHA-256 over nonce and ciphertext: all that stays of them in an erased event.
fn content_digest(nonce: &[u8; NONCE_BYTES], ciphertext: &[u8]) -> Digest {
    Digest(Writer::labelled(CONTENT).fixed(nonce).var(ciphertext).sha256())
}

/// What the author of an event signs and the next event names: [`digest_over`] header and content.
pub fn digest(header: &[u8], nonce: &[u8; NONCE_BYTES], ciphertext: &[u8]) -> Digest {
    digest_over(header, &content_digest(nonce, ciphertext))
}

/// SHA-256 over header and content, in two steps so that it can be computed again when the content is erased.
pub fn digest_over(header: &[u8], content: &Digest) -> Digest {
    Digest(Writer::labelled(DIGEST).var(header).fixed(&content.0).sha256())
}

/// What is signed for a digest.
pub fn signing_input(digest: &Digest) -> Vec<u8> {
    Writer::labelled(SIGNATURE).fixed(&digest.0).finish()
}

/// An event on the wire, made by the seal step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// [`Header::encode`].
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub header: Vec<u8>,
    /// 24 bytes, random.
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub nonce: Vec<u8>,
    /// XChaCha20-Poly1305 of the padded payload, header as associated data.
    #[serde(with = "crate::codec::base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ciphertext: Vec<u8>,
    /// By the author over [`signing_input`].
    pub signature: Signature,
}

/// Why an envelope is not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The header cannot be read.
    #[error("malformed header")]
    Header,
    /// Not 24 bytes.
    #[error("the nonce is not 24 bytes")]
    Nonce,
    /// Not a padded size, or longer than [`CIPHERTEXT_BYTES`].
    #[error("the ciphertext is not of a padding class")]
    Ciphertext,
    /// Not by the expected author.
    #[error("the signature does not fit")]
    Signature,
}

/// An envelope whose form was checked. Its signature may still be anyone's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The header.
    pub header: Header,
    /// Digest of nonce and ciphertext.
    pub content: Digest,
    /// Digest of the event.
    pub digest: Digest,
    /// The envelope that it came in.
    pub envelope: Envelope,
}

impl Event {
    /// Checks lengths and header.
    pub fn read(envelope: Envelope) -> Result<Self, EnvelopeError> {
        let nonce = envelope.nonce.as_slice().try_into().map_err(|_| EnvelopeError::Nonce)?;
        let length = envelope.ciphertext.len();
        let padded = length.checked_sub(TAG_BYTES).ok_or(EnvelopeError::Ciphertext)?;
        if length > CIPHERTEXT_BYTES || padding::class(padded) != padded {
            return Err(EnvelopeError::Ciphertext);
        }
        let header = Header::decode(&envelope.header).map_err(|_| EnvelopeError::Header)?;
        let content = content_digest(nonce, &envelope.ciphertext);
        let digest = digest_over(&envelope.header, &content);
        Ok(Self { header, content, digest, envelope })
    }

    /// An erased event: its header, and the digest of what its author wrote.
    pub fn of_remains(remains: &Remains) -> Result<Self, EnvelopeError> {
        let header = Header::decode(&remains.header).map_err(|_| EnvelopeError::Header)?;
        let envelope = Envelope {
            header: remains.header.clone(),
            nonce: Vec::new(),
            ciphertext: Vec::new(),
            signature: remains.signature,
        };
        let digest = digest_over(&remains.header, &remains.content);
        Ok(Self { header, content: remains.content, digest, envelope })
    }

    /// Whether its content is gone.
    pub fn is_erased(&self) -> bool {
        self.envelope.ciphertext.is_empty()
    }

    /// What is left of it when its content is erased.
    pub fn remains(&self) -> Remains {
        let Envelope { header, signature, .. } = &self.envelope;
        Remains { header: header.clone(), content: self.content, signature: *signature }
    }

    /// Whether `author` made it.
    pub fn verify(&self, author: &PublicKey) -> Result<(), EnvelopeError> {
        let fits = author.thumbprint() == self.header.author
            && author.verifies(&signing_input(&self.digest), &self.envelope.signature);
        if fits { Ok(()) } else { Err(EnvelopeError::Signature) }
    }
}
