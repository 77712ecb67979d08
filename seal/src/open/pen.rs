//! Writing to a visitor: an answer or an act, sealed with the newest epoch's key and signed by the member.

use crate::{MemberKeys, SealError, cipher, epoch::EpochKeys};
use einwurf_protocol::{
    chain::Chain,
    event::{Direction, Envelope, Event, Header, Kind},
    ids::MessageId,
    message::{Act, Attachment, Message, Payload},
};
use hpke::rand_core::CryptoRng;
use std::fmt;
use zeroize::Zeroizing;

/// Where the next event joins, and the key that it is sealed with.
#[derive(Clone, PartialEq, Eq)]
pub struct Pen {
    pub(super) chain: Chain,
    pub(super) keys: Option<EpochKeys>,
}

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The member's keys.
    pub keys: &'a MemberKeys,
    /// The member's certificate of this month (compact JWS).
    pub certificate: &'a str,
}

impl Pen {
    /// The next act, or a message without files. Changes nothing, so that it can be made again after a conflict.
    pub fn seal(
        &self,
        author: &Author<'_>,
        words: Message,
        act: Option<Act>,
        id: MessageId,
        rng: &mut impl CryptoRng,
    ) -> Result<Envelope, SealError> {
        self.write(author, Payload { act, ..Payload::of(words) }, id, rng)
    }

    /// The next message, with its files. Changes nothing, so that it can be made again after a conflict.
    pub fn answer(
        &self,
        author: &Author<'_>,
        words: Message,
        attachments: Vec<Attachment>,
        id: MessageId,
        rng: &mut impl CryptoRng,
    ) -> Result<Envelope, SealError> {
        self.write(author, Payload { attachments, ..Payload::of(words) }, id, rng)
    }

    fn write(
        &self,
        author: &Author<'_>,
        payload: Payload,
        id: MessageId,
        rng: &mut impl CryptoRng,
    ) -> Result<Envelope, SealError> {
        let kind = if payload.act.is_some() { Kind::Act } else { Kind::Message };
        let header = self.header(author, kind, id)?.encode();
        let keys = self.keys.as_ref().ok_or(SealError::Epoch)?;
        let payload = Payload { certificate: Some(author.certificate.to_owned()), ..payload };
        let json = serde_json::to_vec(&payload).map(Zeroizing::new).map_err(|_| SealError::TooLong)?;
        let padded = cipher::padded(&json)?;
        cipher::seal(keys.of(Direction::ToVisitor), &author.keys.signing, header, &padded, rng)
    }

    /// The relay stored `envelope`: the next event joins after it.
    pub fn accepted(&mut self, envelope: &Envelope) -> Result<(), SealError> {
        self.chain = self.chain.join(&Event::read(envelope.clone())?)?;
        Ok(())
    }

    fn header(&self, author: &Author<'_>, kind: Kind, message: MessageId) -> Result<Header, SealError> {
        self.chain.takes(kind)?;
        let Chain { site, cid, head, epochs, .. } = self.chain;
        Ok(Header {
            site,
            cid,
            epoch: epochs.checked_sub(1).ok_or(SealError::Epoch)?,
            seq: head.next,
            direction: Direction::ToVisitor,
            kind,
            message,
            author: author.keys.id(),
            prev: head.digest,
            opening: None,
        })
    }
}

impl fmt::Debug for Pen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pen(next {}, keys hidden)", self.chain.head.next)
    }
}
