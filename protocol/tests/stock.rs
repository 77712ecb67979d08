//! The stock: which manifest is served, when a login signs again, what hangs together, when its end is announced.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW, manifest};
use einwurf_protocol::{
    ids::{Digest, Thumbprint},
    limits::{MANIFEST_SECONDS, STOCK},
    manifest::{Manifest, inbox_key_id},
    notice::Register,
    stock::{self, StockError},
    time::Timestamp,
};

const DAY: u64 = 86_400;

fn stock_from(start: Timestamp) -> Vec<Manifest> {
    let site = Key::new(1);
    let month = |(index, (nbf, exp)): (usize, (Timestamp, Timestamp))| {
        let mut month = Manifest { nbf, exp, serial: 7 + index as u64, ..manifest(&site) };
        month.inbox_key.public[0] = u8::try_from(index).unwrap();
        month.inbox_key.id = inbox_key_id(&month.inbox_key.public);
        month.inbox_key.destroyed = exp.plus(90 * DAY);
        month
    };
    stock::months(start).enumerate().map(month).collect()
}

#[test]
fn six_months_follow_each_other_and_reach_193_days() {
    let stock = stock_from(NOW);
    assert_eq!((stock.len(), stock::check(&stock)), (STOCK, Ok(())));
    assert_eq!(stock::until(&stock), Some(NOW.plus(193 * DAY)));
}

#[test]
fn every_second_of_the_stock_is_served_by_the_newest_month_that_began() {
    let stock = stock_from(NOW);
    assert_eq!(stock::served(&stock, NOW.minus(1)), None);
    for (month, begins) in (0..).zip(stock.iter().map(|manifest| manifest.nbf)) {
        assert_eq!(stock::served(&stock, begins).unwrap().serial, 7 + month);
        if month > 0 {
            assert_eq!(stock::served(&stock, begins.minus(1)).unwrap().serial, 6 + month);
        }
    }
    // After the end the last one is still served, and every launcher refuses it.
    assert_eq!(stock::served(&stock, NOW.plus(1_000 * DAY)).unwrap().serial, 12);
}

#[test]
fn a_login_signs_again_once_a_month_has_passed_and_keeps_the_rhythm() {
    let stock = stock_from(NOW);
    for (days, due, month) in [
        (0, false, Some(0)),
        (30, false, Some(0)),
        (31, true, Some(31)),
        (185, true, Some(155)),
        (186, true, None),
    ] {
        let now = NOW.plus(days * DAY);
        assert_eq!(stock::is_due(&stock, now), due, "{days}");
        assert_eq!(stock::month(&stock, now), month.map(|month| NOW.plus(month * DAY)), "{days}");
    }
    assert!(stock::is_due(&stock, NOW.plus(300 * DAY)));
    assert!(stock::is_due(&[], NOW));
    assert!(stock::is_due(&stock[..5], NOW));
}

/// A name, what is changed, and why it is no stock any more.
type Broken = (&'static str, fn(&mut Vec<Manifest>), StockError);

#[test]
fn what_does_not_hang_together_is_no_stock() {
    let broken = |change: fn(&mut Vec<Manifest>)| {
        let mut stock = stock_from(NOW);
        change(&mut stock);
        stock::check(&stock)
    };
    let cases: [Broken; 13] = [
        ("none", Vec::clear, StockError::Count),
        ("seven", |s| s.push(s[5].clone()), StockError::Count),
        ("one second too long", |s| s[5].exp = s[5].nbf.plus(MANIFEST_SECONDS + 1), StockError::Validity),
        ("ends before it begins", |s| s[5].exp = s[5].nbf, StockError::Validity),
        ("equal serials", |s| s[3].serial = s[2].serial, StockError::Order),
        ("swapped", |s| s.swap(2, 3), StockError::Order),
        ("a month is missing", |s| drop(s.remove(3)), StockError::Order),
        ("another site", |s| s[1].site = Thumbprint([1; 32]), StockError::Differ),
        ("another roster", |s| s[1].roster.digest = Digest([1; 32]), StockError::Differ),
        ("another notice", |s| s[1].notices[0].register = Register::DeFormal, StockError::Differ),
        ("another release", |s| s[1].code.version = "0.2.0".into(), StockError::Differ),
        ("one key for two months", |s| s[2].inbox_key = s[1].inbox_key.clone(), StockError::InboxKey),
        ("a key ends early", |s| s[2].inbox_key.destroyed = s[2].exp.minus(1), StockError::InboxKey),
    ];
    for (what, change, expected) in cases {
        assert_eq!(broken(change), Err(expected), "{what}");
    }
    assert_eq!(broken(|s| s[5].exp = s[5].nbf.plus(MANIFEST_SECONDS)), Ok(()));
    assert_eq!(broken(|s| s[3].display.hours = "Mo".into()), Ok(()), "display may change");
}

#[test]
fn the_end_is_announced_60_30_14_and_3_days_before_each_once() {
    let until = NOW.plus(100 * DAY);
    let mut sent = None;
    let mut told = Vec::new();
    // An hour at a time, so that no announcement may hide between two looks.
    for hour in 0..=100 * 24 {
        let now = NOW.plus(hour * 3_600);
        if let Some(days) = stock::warning(until, now, sent) {
            told.push((days, (until.0 - now.0) / DAY));
            sent = Some(days);
        }
    }
    assert_eq!(told, [(60, 60), (30, 30), (14, 14), (3, 3)]);
    // A relay that was off for long tells the most urgent one only.
    assert_eq!(stock::warning(until, until.minus(5 * DAY), Some(60)), Some(14));
    for (left, expected) in
        [(60 * DAY + 1, None), (60 * DAY, Some(60)), (60 * DAY - 1, Some(60)), (0, Some(3))]
    {
        assert_eq!(stock::warning(until, until.minus(left), None), expected, "{left}");
    }
    assert_eq!(stock::warning(until, until.plus(1), None), None);
}

#[test]
fn the_next_announcement_is_known_beforehand() {
    let until = NOW.plus(100 * DAY);
    assert_eq!(stock::next_warning(until, NOW), Some(until.minus(60 * DAY)));
    assert_eq!(stock::next_warning(until, until.minus(60 * DAY)), Some(until.minus(30 * DAY)));
    assert_eq!(stock::next_warning(until, until.minus(3 * DAY)), None);
}
