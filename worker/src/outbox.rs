//! What a conversation owes other objects: announcements to the inbox, consent records to the proof. Written in the
//! transaction that stores the event, delivered by alarm until taken; the receivers take everything twice without harm.

use einwurf_protocol::{
    api::{staff::Eraser, visitor::Remains},
    ids::{Cid, Digest, Thumbprint},
    precedence::Hold,
    record::What,
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
    /// When it is deleted. Hold and restriction are in it already.
    pub deleted: Timestamp,
    /// Since when it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<Timestamp>,
    /// What it is held for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// The inbox keys of its epochs, each once, in order. A hold keeps them.
    pub keys: Vec<Digest>,
    /// Bytes of the visitor's that no member has fetched.
    #[serde(default)]
    pub unread: u64,
}

/// Something about consent on its way to the proof object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Thumbprint of the site key that the conversation began under.
    pub site: Thumbprint,
    /// The conversation.
    pub cid: Cid,
    /// What happened.
    pub what: What,
    /// Compact JWS, if it is a grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// What is left of the event, if it is a withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Remains>,
    /// When the relay stored it.
    pub at: Timestamp,
}

/// A conversation was erased before its date. It may come before any announcement, since it cancels those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The conversation object's id, in hexadecimal.
    pub conversation: String,
    /// Its conversation.
    pub cid: Cid,
    /// When its first event was stored.
    pub opened: Timestamp,
    /// Who had it erased.
    pub by: Eraser,
    /// When.
    pub at: Timestamp,
    /// When what is left is deleted.
    pub deleted: Timestamp,
    /// Until when copies of it are deleted: counted from when its content goes.
    pub copies_until: Timestamp,
    /// Set while the content is kept for a claim nevertheless. When the hold ends, the parcel comes again without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// The inbox keys that such a hold keeps; none without.
    pub keys: Vec<Digest>,
}

/// Something to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parcel {
    /// To the inbox object (`announce`): there are events, or a hold or restriction changed.
    Announce(Summary),
    /// To the proof object (`record`): consent was given, or ended.
    Record(Note),
    /// To the inbox object (`erased`): nothing but a tombstone is left.
    Erased(Erased),
    /// To the inbox object (`forget`): the deletion date came.
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
            Self::Erased(_) => "erased",
            Self::Forget { .. } => "forget",
        }
    }

    /// Kinds that it makes needless, or that would undo it if they were delivered later. A newer announcement says all
    /// that an older one would; after an end there is nothing to announce, and nothing at all of what is forgotten.
    pub fn replaces(&self) -> &'static [&'static str] {
        match self {
            Self::Announce(_) => &["announce"],
            Self::Erased(_) | Self::Forget { .. } => &["announce", "erased"],
            Self::Record(_) => &[],
        }
    }

    /// Whether it is delivered only after every older one of its kind.
    pub fn is_ordered(&self) -> bool {
        matches!(self, Self::Record(_))
    }
}

/// Events that come so soon after each other are announced together, in milliseconds.
const SOON_MS: u64 = 50;
/// From one delivery of a conversation to the next, in milliseconds: a conversation in which much is written at once does
/// not cost its inbox object a call for every message.
const EVERY_MS: u64 = 500;

/// How long what is owed now is gathered before it is delivered, in milliseconds, if something was delivered at `last`. A
/// clock that was set back makes nobody wait.
pub fn gather_ms(last: Option<u64>, now: u64) -> u64 {
    let wait = last.filter(|last| *last <= now).map_or(0, |last| EVERY_MS.saturating_sub(now - last));
    wait.max(SOON_MS)
}

/// The longest wait between two tries, in milliseconds: the parts of one relay are seldom away for long.
const LONGEST_MS: u64 = 300_000;

/// How long to wait after `attempts` failed tries, in milliseconds: from half a second, doubling, up to five minutes.
pub fn backoff_ms(attempts: u32) -> u64 {
    500_u64.saturating_mul(2_u64.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_MS)
}

/// The latest that something can be due which failed by now. What is due later was left by a clock that has gone back since,
/// and is due at once: otherwise it would wait as long as the clock went.
pub fn latest(now_ms: u64) -> u64 {
    now_ms.saturating_add(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{ids::Signature, message::Reason, record::Ended};

    #[test]
    fn waiting_doubles_up_to_five_minutes_and_never_ends() {
        assert_eq!([1, 2, 3, 10].map(backoff_ms), [500, 1_000, 2_000, 256_000]);
        for attempts in [11, 64, 65, 1_000, u32::MAX] {
            assert_eq!(backoff_ms(attempts), LONGEST_MS, "{attempts}");
        }
        assert_eq!(backoff_ms(0), 500);
    }

    #[test]
    fn the_first_event_is_announced_soon_and_those_that_follow_at_once_are_gathered() {
        let now = 10_000;
        assert_eq!(gather_ms(None, now), SOON_MS);
        for (ago, wait) in [
            (0, EVERY_MS),
            (1, EVERY_MS - 1),
            (EVERY_MS - SOON_MS, SOON_MS),
            (EVERY_MS - SOON_MS + 1, SOON_MS),
            (EVERY_MS + 1, SOON_MS),
        ] {
            assert_eq!(gather_ms(Some(now - ago), now), wait, "{ago}");
        }
        assert_eq!(gather_ms(Some(now + 1), now), SOON_MS);
    }

    #[test]
    fn no_wait_is_longer_than_the_latest() {
        for attempts in [0, 1, 5, 11, u32::MAX] {
            assert!(1_000 + backoff_ms(attempts) <= latest(1_000), "{attempts}");
        }
        assert_eq!(1_000 + backoff_ms(11), latest(1_000));
        assert_eq!(latest(u64::MAX), u64::MAX);
    }

    fn forget() -> Parcel {
        Parcel::Forget { conversation: "a5".into() }
    }

    /// One of each other kind, records of every sort.
    fn parcels() -> [Parcel; 5] {
        let hold = Hold { reason: Reason::Claim, since: Timestamp(1), until: Timestamp(2) };
        let summary = Summary {
            conversation: "a5".into(),
            cid: Cid([2; 32]),
            opened: Timestamp(1),
            newest: Timestamp(2),
            events: 3,
            deleted: Timestamp(4),
            restricted: Some(Timestamp(2)),
            hold: Some(hold),
            keys: vec![Digest([8; 32])],
            unread: 7,
        };
        let erased = Erased {
            conversation: "a5".into(),
            cid: Cid([2; 32]),
            opened: Timestamp(1),
            by: Eraser::Visitor,
            at: Timestamp(3),
            deleted: Timestamp(4),
            copies_until: Timestamp(4),
            hold: None,
            keys: Vec::new(),
        };
        let remains = Remains { header: vec![1], content: Digest([3; 32]), signature: Signature([4; 64]) };
        let note = |what, grant, withdrawal| {
            let (site, cid) = (Thumbprint([1; 32]), Cid([2; 32]));
            Parcel::Record(Note { site, cid, what, grant, withdrawal, at: Timestamp(7) })
        };
        [
            Parcel::Announce(summary),
            Parcel::Erased(erased),
            note(What::Grant(Digest([3; 32])), Some("a.b.c".into()), None),
            note(What::Withdrawal(Digest([3; 32])), None, Some(remains)),
            note(What::Ended(Ended::Expired), None, None),
        ]
    }

    #[test]
    fn a_parcel_survives_storage() {
        for parcel in parcels() {
            let text = serde_json::to_string(&parcel).unwrap();
            assert_eq!(serde_json::from_str::<Parcel>(&text).unwrap(), parcel);
            assert!(text.contains(parcel.kind()), "{text}");
        }
        let text = serde_json::to_string(&forget()).unwrap();
        assert_eq!(text, r#"{"forget":{"conversation":"a5"}}"#);
    }

    #[test]
    fn rgt_03_nothing_older_is_delivered_after_an_end_or_after_what_forgets() {
        let [announce, erased, records @ ..] = parcels();
        let kinds = ["announce", "erased", "record", "forget"];
        for (parcel, replaced) in
            [(announce, [true, false]), (erased, [true, true]), (forget(), [true, true])]
        {
            let replaces = kinds.map(|kind| parcel.replaces().contains(&kind));
            assert_eq!(replaces, [replaced[0], replaced[1], false, false], "{parcel:?}");
            assert!(!parcel.is_ordered());
        }
        for record in records {
            assert!(record.replaces().is_empty(), "none is like another");
            assert!(record.is_ordered());
        }
    }
}
