//! Consent records (REC-01): chained per conversation, with the relay's time, countersigned with the site's log key.

use crate::{fault::Fault, outbox::ConsentNote};
use einwurf_protocol::{
    VERSION,
    codec::Writer,
    es256::PublicKey,
    ids::{Cid, Digest, Signature, Thumbprint},
    jws,
    time::Timestamp,
};
use p256::ecdsa::{self, SigningKey, signature::Signer as _};
use serde::{Deserialize, Serialize};

/// Payload of a JWS of type [`jws::RECORD`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// The conversation.
    pub cid: Cid,
    /// Names the grant.
    pub grant: Digest,
    /// When the relay stored the grant.
    pub at: Timestamp,
    /// Position among the conversation's records, from 0.
    pub seq: u64,
    /// Digest of the record before; 32 zeros at position 0.
    pub prev: Digest,
}

impl Record {
    /// The next record of a conversation, after `last` (its position and digest).
    pub fn next(note: &ConsentNote, last: Option<(u64, Digest)>) -> Self {
        let (seq, prev) = last.map_or((0, Digest([0; 32])), |(seq, digest)| (seq + 1, digest));
        Self { v: VERSION, site: note.site, cid: note.cid, grant: note.digest, at: note.at, seq, prev }
    }
}

/// What the next record names as `prev`: SHA-256 of the compact JWS.
pub fn record_digest(compact: &str) -> Digest {
    Digest(Writer::labelled("einwurf/1 consent record").var(compact.as_bytes()).sha256())
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

    /// The record as compact JWS.
    pub fn countersign(&self, record: &Record) -> Result<String, Fault> {
        let public = self.public().ok_or(Fault::Internal("log key"))?;
        let payload = serde_json::to_vec(record).map_err(|_| Fault::Internal("consent record"))?;
        let input = jws::signing_input(&public, jws::RECORD, &payload);
        let signature: ecdsa::Signature = self.0.sign(input.as_bytes());
        Ok(jws::assemble(&input, &Signature(signature.to_bytes().into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(at: u64) -> ConsentNote {
        ConsentNote {
            site: Thumbprint([1; 32]),
            cid: Cid([2; 32]),
            digest: Digest([3; 32]),
            grant: "a.b.c".into(),
            at: Timestamp(at),
        }
    }

    fn key() -> LogKey {
        LogKey::from_bytes(&[5; 32]).unwrap()
    }

    #[test]
    fn a_record_is_countersigned_by_the_log_key() {
        let compact = key().countersign(&Record::next(&note(7), None)).unwrap();
        let verified = jws::verify_json::<Record>(&compact, jws::RECORD).unwrap();
        assert_eq!(verified.key, key().public().unwrap());
        assert_eq!((verified.payload.seq, verified.payload.at), (0, Timestamp(7)));
        assert_eq!(verified.payload.prev, Digest([0; 32]));
    }

    #[test]
    fn each_record_names_the_one_before() {
        let first = key().countersign(&Record::next(&note(7), None)).unwrap();
        let second = Record::next(&note(8), Some((0, record_digest(&first))));
        assert_eq!((second.seq, second.prev), (1, record_digest(&first)));
    }

    #[test]
    fn a_key_survives_storage_and_zero_is_none() {
        assert_eq!(LogKey::from_bytes(&key().to_bytes()).unwrap().public(), key().public());
        assert!(LogKey::from_bytes(&[0; 32]).is_none());
        assert_eq!(format!("{:?}", key()), "LogKey(hidden)");
    }
}
