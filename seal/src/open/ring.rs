//! The keys of a conversation's epochs: each from its own inbox key, or from the first message of the next epoch.

use super::{Fault, Place, Reason};
use crate::{
    InboxSecret, cipher,
    epoch::{EpochKeys, EpochName},
};
use einwurf_protocol::{
    event::{Event, Opening},
    ids::{Cid, Thumbprint},
    message::FormerEpoch,
};
use std::collections::BTreeMap;
use zeroize::Zeroize as _;

/// Keys by epoch, and where a commitment did not hold.
#[derive(Debug, Default)]
pub(super) struct Ring {
    keys: BTreeMap<u32, EpochKeys>,
    pub(super) faults: Vec<Fault>,
}

impl Ring {
    /// From opening events, each with its index, which are by the visitor. Newest first, since each epoch names the keys
    /// of the one before.
    pub(super) fn collect<'e>(
        site: Thumbprint,
        cid: Cid,
        openings: impl Iterator<Item = (usize, &'e Event, &'e Opening)>,
        secrets: &[InboxSecret],
    ) -> Self {
        let mut by_epoch = BTreeMap::new();
        for (index, event, opening) in openings {
            by_epoch.entry(event.header.epoch).or_insert((index, event, opening));
        }
        let mut ring = Self::default();
        let mut former = None;
        for (epoch, (index, event, opening)) in by_epoch.into_iter().rev() {
            let named = former.take().map_or(Found::NoSecret, |former| named(former, epoch, opening));
            let name = EpochName { site, cid, epoch };
            match ring.choose(index, named, name.find(opening, secrets)) {
                None => {}
                Some(keys) => {
                    former = cipher::open(&keys.to_staff, event).and_then(|payload| payload.former);
                    ring.keys.insert(epoch, keys);
                }
            }
        }
        ring
    }

    pub(super) fn get(&self, epoch: u32) -> Option<&EpochKeys> {
        self.keys.get(&epoch)
    }

    /// The inbox key's answer counts before the next epoch's. Both fit the commitment or are a fault.
    fn choose(&mut self, index: usize, named: Found, own: Found) -> Option<EpochKeys> {
        if matches!(named, Found::Other) || matches!(own, Found::Other) {
            self.faults.push(Fault { place: Place::Event(index), reason: Reason::Commitment });
        }
        match (own, named) {
            (Found::Keys(keys), _) | (Found::NoSecret, Found::Keys(keys)) => Some(keys),
            (Found::Other | Found::NoSecret, _) => None,
        }
    }
}

/// What an inbox key, or the epoch after, says about an epoch.
enum Found {
    /// Nothing.
    NoSecret,
    /// Other keys than those committed to.
    Other,
    /// The keys.
    Keys(EpochKeys),
}

impl EpochName {
    fn find(&self, opening: &Opening, secrets: &[InboxSecret]) -> Found {
        match secrets.iter().find(|secret| secret.id() == opening.inbox_key) {
            None => Found::NoSecret,
            Some(secret) => self.recover(opening, secret.private()).map_or(Found::Other, Found::Keys),
        }
    }
}

/// What the epoch after says; its copy of the keys is zeroized.
fn named(mut former: FormerEpoch, epoch: u32, opening: &Opening) -> Found {
    let to_staff = former.to_staff.as_slice().try_into().ok();
    let to_visitor = former.to_visitor.as_slice().try_into().ok();
    former.to_staff.zeroize();
    former.to_visitor.zeroize();
    if former.epoch != epoch {
        return Found::NoSecret;
    }
    let keys = to_staff.zip(to_visitor).map(|(to_staff, to_visitor)| EpochKeys { to_staff, to_visitor });
    keys.and_then(|keys| keys.committed_by(opening)).map_or(Found::Other, Found::Keys)
}
