//! What a conversation owes other objects: announcements to the inbox, consent records to the proof. Written in the
//! transaction that stores the event, delivered by alarm until taken; the receivers take everything twice without harm.

use einwurf_protocol::{
    ids::{Cid, Digest},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// An announcement: all that the inbox object knows of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The conversation object's id, in hexadecimal.
    pub conversation: String,
    /// Its conversation.
    pub cid: Cid,
    /// When its first event was stored.
    pub opened: Timestamp,
    /// When its newest event was stored.
    pub newest: Timestamp,
    /// How many events it has.
    pub events: u64,
    /// When it is deleted.
    pub deleted: Timestamp,
}

/// A consent record on its way to the proof object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentNote {
    /// Thumbprint of the site key.
    pub site: einwurf_protocol::ids::Thumbprint,
    /// The conversation.
    pub cid: Cid,
    /// Names the grant.
    pub digest: Digest,
    /// Compact JWS.
    pub grant: String,
    /// When the relay stored it.
    pub at: Timestamp,
}

/// Something to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to")]
pub enum Parcel {
    /// To the inbox object: there are events.
    Announce(Summary),
    /// To the proof object: there is consent.
    Record(ConsentNote),
    /// To the inbox object: the conversation is erased.
    Forget {
        /// The conversation object's id, in hexadecimal.
        conversation: String,
    },
}

impl Parcel {
    /// Its kind, for storage.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Announce(_) => "announce",
            Self::Record(_) => "record",
            Self::Forget { .. } => "forget",
        }
    }
}

/// The longest wait between two tries, in milliseconds: the parts of one relay are seldom away for long.
const LONGEST_MS: u64 = 300_000;

/// How long to wait after `attempts` failed tries, in milliseconds: from half a second, doubling, up to five minutes.
pub fn backoff_ms(attempts: u32) -> u64 {
    500_u64.saturating_mul(2_u64.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_MS)
}

/// When the next alarm is due, in milliseconds: the next try, or the deletion.
pub fn next_alarm(next_try: Option<u64>, deleted: Option<Timestamp>) -> Option<u64> {
    let deleted = deleted.map(|time| time.0.saturating_mul(1_000));
    [next_try, deleted].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_five_minutes_and_never_ends() {
        assert_eq!([1, 2, 3, 10].map(backoff_ms), [500, 1_000, 2_000, 256_000]);
        for attempts in [11, 64, 65, 1_000, u32::MAX] {
            assert_eq!(backoff_ms(attempts), LONGEST_MS, "{attempts}");
        }
        assert_eq!(backoff_ms(0), 500);
    }

    #[test]
    fn the_alarm_is_for_whatever_comes_first() {
        assert_eq!(next_alarm(None, None), None);
        assert_eq!(next_alarm(Some(5), Some(Timestamp(1))), Some(5));
        assert_eq!(next_alarm(Some(5_000), Some(Timestamp(1))), Some(1_000));
        assert_eq!(next_alarm(None, Some(Timestamp(u64::MAX))), Some(u64::MAX));
    }

    #[test]
    fn a_parcel_survives_storage() {
        let parcel = Parcel::Forget { conversation: "a5".into() };
        let text = serde_json::to_string(&parcel).unwrap();
        assert_eq!(text, r#"{"to":"forget","conversation":"a5"}"#);
        assert_eq!(serde_json::from_str::<Parcel>(&text).unwrap(), parcel);
    }
}
