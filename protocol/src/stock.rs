//! The stock: manifests that are signed ahead, one a month, so that nothing expires while people are on holiday
//! (`docs/protocol.md` section 4.4). Which one is served, when it ends, and whether a stock hangs together.

use crate::{
    limits::{MANIFEST_SECONDS, STOCK, STOCK_STEP_SECONDS},
    manifest::Manifest,
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// The end of the stock is announced this many days before, each once.
pub const WARNING_DAYS: [u64; 4] = [60, 30, 14, 3];

/// Why manifests are no stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StockError {
    /// None, or more than [`STOCK`].
    #[error("not one to six manifests")]
    Count,
    /// Longer than [`MANIFEST_SECONDS`], or ending before it begins.
    #[error("a manifest has another validity than it may have")]
    Validity,
    /// Serials or beginnings do not grow, or nothing is valid for a while.
    #[error("the manifests do not follow each other")]
    Order,
    /// They differ in what all of them must say: site, notices, roster, log key, code.
    #[error("the manifests of one stock say different things")]
    Differ,
    /// Two months have one inbox key, or a key is destroyed before its manifest ends.
    #[error("an inbox key stands twice, or ends too early")]
    InboxKey,
}

/// The validity of each manifest of a stock that begins at `start`: beginning and end.
pub fn months(start: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    (0..STOCK as u64).map(move |month| {
        let begins = start.plus(month * STOCK_STEP_SECONDS);
        (begins, begins.plus(MANIFEST_SECONDS))
    })
}

/// The manifest to serve: the highest serial among those that have begun; none before the first.
pub fn served(stock: &[Manifest], now: Timestamp) -> Option<&Manifest> {
    stock.iter().filter(|manifest| manifest.nbf <= now).max_by_key(|manifest| manifest.serial)
}

/// When the last one ends.
pub fn until(stock: &[Manifest]) -> Option<Timestamp> {
    stock.iter().map(|manifest| manifest.exp).max()
}

/// The beginning of the present month: where a fresh stock starts without changing the rhythm. None if the stock has
/// run out, or its last month has passed, so that a new rhythm begins.
pub fn month(stock: &[Manifest], now: Timestamp) -> Option<Timestamp> {
    served(stock, now).map(|manifest| manifest.nbf).filter(|begun| now < begun.plus(STOCK_STEP_SECONDS))
}

/// Whether a login should sign a fresh stock: fewer than [`STOCK`] months are left, the present one included.
pub fn is_due(stock: &[Manifest], now: Timestamp) -> bool {
    match month(stock, now) {
        None => true,
        Some(begun) => stock.iter().filter(|manifest| manifest.nbf >= begun).count() < STOCK,
    }
}

/// Which announcement of [`WARNING_DAYS`] is due at `now`: the smallest number of days that is still as large as what
/// is left, unless it was sent already (`sent` is the last one for this end). None after the end: then health says so.
pub fn warning(until: Timestamp, now: Timestamp, sent: Option<u64>) -> Option<u64> {
    let left = until.0.checked_sub(now.0)?;
    let due = WARNING_DAYS.into_iter().filter(|days| left <= days * DAY).min()?;
    sent.is_none_or(|sent| due < sent).then_some(due)
}

/// When [`warning`] has something new to say, after `now`.
pub fn next_warning(until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    WARNING_DAYS.into_iter().map(|days| until.minus(days * DAY)).filter(|at| *at > now).min()
}

/// Whether manifests hang together as a stock. Each was verified by itself.
pub fn check(stock: &[Manifest]) -> Result<(), StockError> {
    let first = stock.first().filter(|_| stock.len() <= STOCK).ok_or(StockError::Count)?;
    let sound = |m: &Manifest| m.nbf < m.exp && m.exp <= m.nbf.plus(MANIFEST_SECONDS);
    if !stock.iter().all(sound) {
        return Err(StockError::Validity);
    }
    let follows = |(before, next): (&Manifest, &Manifest)| {
        before.serial < next.serial && before.nbf < next.nbf && next.nbf <= before.exp
    };
    if !stock.iter().zip(stock.iter().skip(1)).all(follows) {
        return Err(StockError::Order);
    }
    let same = |m: &Manifest| {
        (m.site, &m.notices, &m.roster, &m.relay, &m.code, &m.succession)
            == (first.site, &first.notices, &first.roster, &first.relay, &first.code, &first.succession)
    };
    if !stock.iter().all(same) {
        return Err(StockError::Differ);
    }
    let mut keys = BTreeSet::new();
    if stock.iter().all(|m| keys.insert(m.inbox_key.id) && m.inbox_key.destroyed >= m.exp) {
        Ok(())
    } else {
        Err(StockError::InboxKey)
    }
}
