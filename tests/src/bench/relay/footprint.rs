//! What the relay needs to begin, and what a conversation costs it in memory.

use super::{super::median, openings, rate, settle};
use crate::{visitor::Address, world::World};
use anyhow::Result;
use std::{
    fs, thread,
    time::{Duration, Instant},
};

const STARTS: usize = 7;
/// Conversations over which memory is divided.
const MANY: usize = 1_000;
const CLIENTS: usize = 4;
/// workerd takes an object out of memory that was not asked for anything for 10 seconds, and looks for such every 10.
const FORGOTTEN: Duration = Duration::from_secs(25);

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let wasm = fs::metadata(xtask::paths::relay().join("index_bg.wasm"))?.len();
    put("relay_wasm_kb", kilobytes(wasm));
    put("cold_start_ms", cold_start()?);
    memory(put)
}

/// From the start of workerd, on the storage of a site, to its first acknowledgement of a first message.
fn cold_start() -> Result<f64> {
    let mut world = World::quiet("bench-start")?;
    let site = Address::from(&world.site()?);
    let mut times = Vec::new();
    for first in openings(&world.http(), &site, (STARTS, 1))?.into_iter().flatten() {
        world.relay.kill()?;
        let started = Instant::now();
        world.relay.restart()?;
        first.send(&world.http())?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(times))
}

/// Resident memory for each conversation that was opened a moment ago, and for each after the runtime has taken it out of
/// memory, beside a relay that has just served its first.
fn memory(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let world = World::quiet("bench-memory")?;
    let (http, site) = (world.http(), Address::from(&world.site()?));
    rate(&world.relay, &http, &openings(&http, &site, (1, 1))?)?;
    let before = world.relay.memory()?;
    rate(&world.relay, &http, &openings(&http, &site, (CLIENTS, MANY / CLIENTS))?)?;
    let active = world.relay.memory()?;
    thread::sleep(FORGOTTEN);
    settle(&world.relay)?;
    let after = world.relay.memory()?;
    put("relay_memory_mb", kilobytes(before) / 1024.0);
    #[allow(clippy::cast_precision_loss, reason = "a thousand")]
    let mut each = |key: &str, bytes: u64| put(key, kilobytes(bytes.saturating_sub(before)) / MANY as f64);
    each("active_conversation_kb", active);
    each("idle_conversation_kb", after);
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}
