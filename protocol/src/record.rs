//! The proof of consent (`docs/protocol.md` section 7): what the relay's log key says of each grant, of the end of a
//! consent, and once a day of everything together. Whoever has the documents can check them without any identity.

use crate::{
    codec::Writer,
    es256::PublicKey,
    ids::{Cid, Digest, Thumbprint},
    jws::{self, JwsError},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Payload of a JWS of type [`jws::RECORD`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct Record {
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// The conversation.
    pub cid: Cid,
    /// What happened.
    pub what: What,
    /// When the relay stored it.
    pub at: Timestamp,
    /// Position among the conversation's records, from 0.
    pub seq: u64,
    /// Digest of the record before; 32 zeros at position 0.
    pub prev: Digest,
}

/// What a record is of. On the wire of a record it is a member of its own; this form is for inside a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Consent was given: [`grant_digest`].
    Grant(Digest),
    /// Consent was withdrawn: digest of the withdrawal event, which the conversation key signed.
    Withdrawal(Digest),
    /// Consent ended without the visitor.
    Ended(Ended),
}

/// The members on the wire: exactly one of `grant`, `withdrawal` and `ended`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    v: u8,
    site: Thumbprint,
    cid: Cid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawal: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    at: Timestamp,
    seq: u64,
    prev: Digest,
}

impl TryFrom<Members> for Record {
    type Error = &'static str;
    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let Members { v, site, cid, grant, withdrawal, ended, at, seq, prev } = members;
        let what = match (grant, withdrawal, ended) {
            (Some(grant), None, None) => What::Grant(grant),
            (None, Some(withdrawal), None) => What::Withdrawal(withdrawal),
            (None, None, Some(ended)) => What::Ended(ended),
            _ => return Err("exactly one of grant, withdrawal and ended"),
        };
        if v == crate::VERSION { Ok(Self { site, cid, what, at, seq, prev }) } else { Err("unknown version") }
    }
}

impl From<Record> for Members {
    fn from(Record { site, cid, what, at, seq, prev }: Record) -> Self {
        let (grant, withdrawal, ended) = match what {
            What::Grant(digest) => (Some(digest), None, None),
            What::Withdrawal(digest) => (None, Some(digest), None),
            What::Ended(ended) => (None, None, Some(ended)),
        };
        Self { v: crate::VERSION, site, cid, grant, withdrawal, ended, at, seq, prev }
    }
}

/// Why a consent ended without the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The conversation reached its deletion date.
    Expired,
    /// Staff erased the conversation, on request or because it should never have been kept.
    Invalidated,
}

/// Payload of a JWS of type [`jws::HEAD`]: one a day over the newest records of all conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// Records so far.
    pub count: u64,
    /// [`root`] of the newest records.
    pub root: Digest,
    /// When it was signed.
    pub at: Timestamp,
}

/// The digest that names a grant.
pub fn grant_digest(compact: &str) -> Digest {
    Digest(Writer::labelled("einwurf/1 grant").var(compact.as_bytes()).sha256())
}

/// What the next record names as `prev`.
pub fn record_digest(compact: &str) -> Digest {
    Digest(Writer::labelled("einwurf/1 consent record").var(compact.as_bytes()).sha256())
}

/// Over the digests of the newest record of every conversation, in ascending order of conversations.
pub fn root(newest: impl IntoIterator<Item = Digest>) -> Digest {
    let start = Writer::labelled("einwurf/1 daily head");
    Digest(newest.into_iter().fold(start, |input, digest| input.fixed(&digest.0)).sha256())
}

/// Why a proof does not hold. `usize` counts the records from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not a record.
    #[error("record {0}: {1}")]
    Jws(usize, JwsError),
    /// Not by the site's log key.
    #[error("record {0} is not signed by the log key")]
    Signer(usize),
    /// Of another site or conversation.
    #[error("record {0} is of another conversation")]
    Conversation(usize),
    /// Not after the record before, or from before its time.
    #[error("record {0} does not follow the one before")]
    Chain(usize),
    /// Something follows after the end.
    #[error("record {0} follows after the end")]
    Ended(usize),
    /// Nothing was agreed to.
    #[error("there is no record")]
    Missing,
}

/// The records of one conversation, in order: each by the log key, for this site and conversation, after the one before,
/// the first one of a grant, and nothing after the end.
pub fn verify_records<'r>(
    compacts: impl IntoIterator<Item = &'r str>,
    log_key: &PublicKey,
    (site, cid): (&Thumbprint, &Cid),
) -> Result<Vec<Record>, RecordError> {
    let mut records: Vec<Record> = Vec::new();
    let mut prev = Digest([0; 32]);
    for (index, compact) in compacts.into_iter().enumerate() {
        let verified = jws::verify_json::<Record>(compact, jws::RECORD)
            .map_err(|error| RecordError::Jws(index, error))?;
        if verified.key != *log_key {
            return Err(RecordError::Signer(index));
        }
        let record = verified.payload;
        if record.site != *site || record.cid != *cid {
            return Err(RecordError::Conversation(index));
        }
        let last = records.last();
        let first_is_grant = last.is_some() || matches!(record.what, What::Grant(_));
        let later = last.is_none_or(|last| last.at <= record.at);
        if u64::try_from(index) != Ok(record.seq) || record.prev != prev || !first_is_grant || !later {
            return Err(RecordError::Chain(index));
        }
        if last.is_some_and(|last| !matches!(last.what, What::Grant(_))) {
            return Err(RecordError::Ended(index));
        }
        prev = record_digest(compact);
        records.push(record);
    }
    if records.is_empty() { Err(RecordError::Missing) } else { Ok(records) }
}
