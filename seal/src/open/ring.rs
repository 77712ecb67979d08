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
            let named = former.take().filter(|former: &FormerEpoch| former.epoch == epoch).and_then(keys_of);
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

    /// The inbox key's answer counts before the next epoch's; both should agree.
    fn choose(&mut self, index: usize, named: Option<EpochKeys>, own: Found) -> Option<EpochKeys> {
        let keys = match own {
            Found::NoSecret => return named,
            Found::Keys(keys) if named.as_ref().is_none_or(|named| *named == keys) => return Some(keys),
            Found::Keys(keys) => Some(keys),
            Found::Other => None,
        };
        self.faults.push(Fault { place: Place::Event(index), reason: Reason::Commitment });
        keys
    }
}

/// What the given inbox keys say about an epoch.
enum Found {
    /// Not sealed to any of them.
    NoSecret,
    /// Sealed to one, but not the keys committed to.
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

/// The keys of the former epoch; zeroized where they came from.
fn keys_of(mut former: FormerEpoch) -> Option<EpochKeys> {
    let to_staff = former.to_staff.as_slice().try_into().ok();
    let to_visitor = former.to_visitor.as_slice().try_into().ok();
    former.to_staff.zeroize();
    former.to_visitor.zeroize();
    Some(EpochKeys { to_staff: to_staff?, to_visitor: to_visitor? })
}
