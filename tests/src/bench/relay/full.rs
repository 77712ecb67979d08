//! A site with many conversations: what one more costs beside the same relay with hardly any, and how fast its list is.

use super::{super::median, CLIENTS, openings, rate};
use crate::{
    stored::{index, sqlite},
    visitor::Address,
    world::World,
};
use anyhow::{Result, ensure};
use std::time::Instant;

const ROWS: &str = "100000";
const ROUNDS: usize = 5;
const EACH: usize = 20;

/// Older ones are written into the storage; half of them are unread, which is the worst case: every announcement asks when
/// the next reminder is due. Each has the key that the conversations of this site are sealed to.
const OLDER: &str = "
    WITH RECURSIVE older(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM older WHERE n < 100000)
    INSERT INTO conversations (id, cid, code, opened, newest, events, read, done, deleted, waiting)
    SELECT printf('%064x', n), randomblob(32), printf('%08d', n), newest - n, newest - n, 1, n % 2, 0, deleted, newest - n
    FROM older, (SELECT min(newest) AS newest, min(deleted) AS deleted FROM conversations);
    INSERT INTO conversation_keys
    SELECT id, (SELECT inbox_key FROM conversation_keys LIMIT 1) FROM conversations WHERE true ON CONFLICT DO NOTHING;
    SELECT count(*) >= 100000 FROM conversations;";

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let mut world = World::quiet("bench-full")?;
    let site = world.site()?;
    let address = Address::from(&site);
    let rounds = |world: &World| -> Result<f64> {
        let http = world.http();
        let one =
            || Ok(rate(&world.relay, &http, &openings(&http, &address, (CLIENTS, EACH))?)?.settled_per_s);
        (0..ROUNDS).map(|_| one()).collect::<Result<Vec<_>>>().map(median)
    };
    let empty = rounds(&world)?;
    world.relay.kill()?;
    let written = sqlite(&index(world.relay.storage_folder())?, OLDER)?;
    ensure!(written.starts_with(b"1"), "not {ROWS} conversations");
    world.relay.restart()?;
    let full = rounds(&world)?;
    put("full_index_ratio", full / empty);
    let staff = world.staff(&site)?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        staff.page(None)?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    put("full_list_ms", median(times));
    Ok(())
}
