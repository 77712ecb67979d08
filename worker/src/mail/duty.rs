//! What whoever runs the relay owes the storage secret, so that what was deleted cannot be read again: to replace it
//! within the retention of every site, and to destroy the one before.

use crate::address::ObjectId;
use einwurf_protocol::{
    codec::{Writer, to_base64url},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// Days for which the former secret is needed at most: each site changes over within two.
const CHANGEOVER_DAYS: u32 = 7;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// The secret is to be replaced.
    Replace,
    /// The one before is to be removed and destroyed.
    Destroy,
}

/// A reminder of it. There is one of each kind for each secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// When the present secret was first seen.
    pub seen: Timestamp,
    /// What is to be done.
    pub deed: Deed,
}

impl Duty {
    /// What is owed `now`, for a site that keeps messages for `days`, with a former secret that is still set or not.
    pub fn owed(seen: Timestamp, days: u32, former: bool, now: Timestamp) -> impl Iterator<Item = Self> {
        let after = move |days: u32| now >= seen.plus(u64::from(days) * DAY);
        let replace = after(days).then_some(Deed::Replace);
        let destroy = (former && after(CHANGEOVER_DAYS)).then_some(Deed::Destroy);
        [replace, destroy].into_iter().flatten().map(move |deed| Self { seen, deed })
    }

    /// A bit for each deed, to remember which was told.
    pub fn bit(self) -> u64 {
        match self.deed {
            Deed::Replace => 1,
            Deed::Destroy => 2,
        }
    }

    /// Its id, the same whenever it is asked for: sent twice it has one Message-ID.
    pub fn id(self, site: ObjectId) -> String {
        let id = Writer::labelled("einwurf/1 storage secret").fixed(&site.0).u64(self.seen.0).u64(self.bit());
        let digest = id.sha256();
        to_base64url(digest.get(..16).unwrap_or(&digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Timestamp = Timestamp(1_000 * DAY);

    fn owed(former: bool, seconds: u64) -> Vec<Deed> {
        Duty::owed(SEEN, 30, former, SEEN.plus(seconds)).map(|duty| duty.deed).collect()
    }

    #[test]
    fn a_secret_is_to_be_replaced_when_it_is_as_old_as_the_retention() {
        assert_eq!(owed(false, 0), []);
        assert_eq!(owed(false, 30 * DAY - 1), []);
        assert_eq!(owed(false, 30 * DAY), [Deed::Replace]);
        assert_eq!(owed(false, 30 * DAY + 1), [Deed::Replace]);
    }

    #[test]
    fn the_former_one_is_to_be_destroyed_after_seven_days() {
        assert_eq!(owed(true, 7 * DAY - 1), []);
        assert_eq!(owed(true, 7 * DAY), [Deed::Destroy]);
        assert_eq!(owed(true, 7 * DAY + 1), [Deed::Destroy]);
        assert_eq!(owed(true, 31 * DAY), [Deed::Replace, Deed::Destroy]);
    }

    #[test]
    fn each_reminder_is_one_mail_for_each_secret_and_site() {
        let all = [(1, Deed::Replace), (1, Deed::Destroy), (2, Deed::Replace)].map(|(seen, deed)| {
            let duty = Duty { seen: Timestamp(seen), deed };
            (duty.id(ObjectId([1; 32])), duty.id(ObjectId([2; 32])))
        });
        let ids: std::collections::BTreeSet<_> = all.iter().flat_map(|(one, other)| [one, other]).collect();
        assert_eq!(ids.len(), 6);
    }
}
