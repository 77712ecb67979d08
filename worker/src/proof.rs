//! The proof of consent (REC-01, REC-06): records chained per conversation, with the relay's time, and one head a day over
//! all of them, signed with the site's log key. What they say is in [`einwurf_protocol::record`].

use crate::{fault::Fault, outbox::Note};
use einwurf_protocol::{
    VERSION,
    es256::PublicKey,
    event::digest_over,
    ids::{Digest, Signature, Thumbprint},
    jws,
    record::{self, Head, Record, What},
    time::{DAY, Timestamp},
};
use p256::ecdsa::{self, SigningKey, signature::Signer as _};
use serde::Serialize;

/// Daily heads that are kept: somebody who compares them once a year finds each.
pub const HEADS: u64 = 400;

/// The newest record of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// Its position.
    pub seq: u64,
    /// Its digest.
    pub digest: Digest,
    /// Its time.
    pub at: Timestamp,
    /// Whether it is the end.
    pub ended: bool,
}

/// The next record of a conversation; none after its end, so that what is taken twice changes nothing.
///
/// An end before any grant is refused for now: the grant is on its way, and the note is delivered again. A clock that went
/// back leaves no record from before the one before.
pub fn next(note: &Note, last: Option<&Last>) -> Result<Option<Record>, Fault> {
    if !is_whole(note) {
        return Err(Fault::Internal("a note without what it names"));
    }
    let Note { site, cid, what, at, .. } = *note;
    match last {
        None if !matches!(what, What::Grant(_)) => {
            Err(Fault::Unavailable("the end of a consent came before its grant".to_owned()))
        }
        None => Ok(Some(Record { site, cid, what, at, seq: 0, prev: Digest([0; 32]) })),
        Some(last) if last.ended => Ok(None),
        Some(last) => {
            let at = at.max(last.at);
            Ok(Some(Record { site, cid, what, at, seq: last.seq.saturating_add(1), prev: last.digest }))
        }
    }
}

/// Whether a note brings what its record will name, and nothing else.
fn is_whole(note: &Note) -> bool {
    match (note.what, &note.grant, &note.withdrawal) {
        (What::Grant(digest), Some(grant), None) => record::grant_digest(grant) == digest,
        (What::Withdrawal(digest), None, Some(remains)) => {
            digest_over(&remains.header, &remains.content) == digest
        }
        (What::Ended(_), None, None) => true,
        _ => false,
    }
}

/// Until when a proof is kept whose newest record is `last`: to the end of the third year after the consent ended. As long
/// as it has not, the time has not begun.
pub fn until(last: &Last, now: Timestamp) -> Timestamp {
    let end = if last.ended { last.at } else { last.at.max(now) };
    end.proof_until()
}

/// The day of a point in time, counted from 1970 in UTC.
pub fn day(time: Timestamp) -> u64 {
    time.0 / DAY
}

/// When the head of a day is signed: at the first full minute after it.
pub fn head_due(day: u64) -> Timestamp {
    end_of(day).plus(60)
}

/// The first second that is not of this day any more.
pub fn end_of(day: u64) -> Timestamp {
    Timestamp(day.saturating_add(1).saturating_mul(DAY))
}

/// The head of a day, over the newest records at its end in ascending order of conversations.
pub fn head(
    site: Thumbprint,
    day: u64,
    count: u64,
    newest: impl IntoIterator<Item = Digest>,
    at: Timestamp,
) -> Head {
    let date = end_of(day).minus(1).date().to_string();
    Head { v: VERSION, site, day: date, count, root: record::root(newest), at }
}

/// The key that countersigns a site's consent records.
pub struct LogKey(SigningKey);

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogKey(hidden)")
    }
}

impl LogKey {
    /// From 32 random or stored bytes; none for the few values that are no key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        SigningKey::from_slice(bytes).ok().map(Self)
    }

    /// For storage, to be encrypted.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The public half, which the manifest names.
    pub fn public(&self) -> Option<PublicKey> {
        let point = self.0.verifying_key().to_sec1_point(false);
        let xy = point.as_bytes().get(1..)?.try_into().ok()?;
        Some(PublicKey::from_bytes(xy))
    }

    /// A daily head as compact JWS.
    pub fn sign_head(&self, head: &Head) -> Result<String, Fault> {
        let public = self.public().ok_or(Fault::Internal("log key"))?;
        let input = input(&public, jws::HEAD, head)?;
        Ok(jws::assemble(&input, &self.sign(&input)))
    }

    fn sign(&self, input: &str) -> Signature {
        let signature: ecdsa::Signature = self.0.sign(input.as_bytes());
        Signature(signature.to_bytes().into())
    }
}

/// What the log key signs of a record. There is one for every consent, so that the runtime does it, not this program.
pub fn record_input(log_key: &PublicKey, record: &Record) -> Result<String, Fault> {
    input(log_key, jws::RECORD, record)
}

fn input(log_key: &PublicKey, typ: &str, payload: &impl Serialize) -> Result<String, Fault> {
    let payload = serde_json::to_vec(payload).map_err(|_| Fault::Internal("consent record"))?;
    Ok(jws::signing_input(log_key, typ, &payload))
}

#[cfg(test)]
mod tests;
