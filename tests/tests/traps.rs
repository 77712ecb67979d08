//! A fault of the relay's own: its wasm aborts in the middle of anything, and the runtime goes on. What was under way in any
//! object is lost; what was acknowledged is not.

use anyhow::{Result, ensure};
use einwurf_protocol::{
    api::path,
    problem::{Code, Problem},
};
use einwurf_tests::{
    canary::Canary,
    fire::{
        Progress,
        ledger::Ledger,
        life::{Around, Life},
        under_load,
    },
    folder::Folder,
    random::Seeded,
    relay::{Options, Relay},
    visitor::Address,
    world::World,
};
use std::{fs, path::PathBuf};

/// Conversations that go on at the same time.
const VISITORS: u64 = 8;
/// How often it aborts.
const TRAPS: usize = 20;

/// The relay's modules, of which the script has what makes it abort before it: so often, from the first request for a path
/// on and after so many calls.
fn doctored(folder: &Folder, traps: usize, from: &str, first: u32) -> Result<PathBuf> {
    let (built, code) = (xtask::paths::relay(), folder.path().join("code"));
    fs::create_dir(&code)?;
    fs::copy(built.join("index_bg.wasm"), code.join("index_bg.wasm"))?;
    let given = format!("const TRAPS = {traps};\nconst FROM = '{from}';\nconst FIRST = {first};\n");
    let script = fs::read_to_string(xtask::paths::root().join("tests/relay-traps.js"))?;
    let index = fs::read_to_string(built.join("index.js"))?;
    fs::write(code.join("index.js"), format!("{given}{script}{index}"))?;
    Ok(code)
}

/// How often it aborted, and how often it began.
fn aborts(relay: &Relay) -> (usize, usize) {
    let log = relay.log();
    (log.matches("last call").count(), log.matches("new instance").count())
}

#[test]
fn what_was_acknowledged_survives_every_abort_of_the_wasm_and_is_there_once() -> Result<()> {
    let mut seeded = Seeded::from_environment();
    let seed = seeded.seed();
    println!("EINWURF_SEED={seed}");
    let folder = Folder::new("traps-code")?;
    let world = World::start(
        "traps",
        &Options { code: Some(doctored(&folder, TRAPS, path::CONVERSATIONS, 2000)?), ..Options::default() },
    )?;
    let site = world.site()?;
    let (staff, canary) = (world.staff(&site)?, Canary::new("Kanarienfalle"));
    let (origin, address) = (world.relay.origin(), Address::from(&site));
    let progress = Progress::default();
    let around =
        Around { origin: &origin, site: &address, staff: &staff, canary: canary.text(), progress: &progress };
    let unread = Life::begin(around, "ungelesen", &mut seeded)?;
    let mut lives = under_load(around, VISITORS, seed, || {
        while aborts(&world.relay).0 < TRAPS {
            progress.wait(10)?;
        }
        Ok(())
    })?;
    lives.push(unread);
    let (aborted, begun) = aborts(&world.relay);
    let events: usize = lives.iter().map(|life| life.events.len()).sum();
    println!("{} conversations, {events} events, {aborted} aborts, {begun} beginnings", lives.len());
    let ledger = Ledger::read(&world, &staff, &lives)?;
    ledger.balances(&lives)?;
    ledger.leaves_no_trace(&lives)?;
    ensure!(begun > aborted, "it does not begin anew after each");
    world.relay.holds_none(&[canary])
}

#[test]
fn whoever_waits_at_an_abort_is_told_to_come_again() -> Result<()> {
    let folder = Folder::new("traps-told-code")?;
    let code = doctored(&folder, 1, path::RELAY, 1)?;
    let world = World::start("traps-told", &Options { code: Some(code), ..Options::default() })?;
    let told = world.http().get(path::RELAY, &[])?;
    told.is_away()?;
    let away = Problem { retry_after: Some(5), ..Problem::new(Code::Unavailable) };
    ensure!(told.problem()? == away, "{}", told.text());
    for (name, value) in [("retry-after", "5"), ("access-control-allow-origin", "*")] {
        ensure!(told.header(name) == Some(value), "{name}: {:?}", told.header(name));
    }
    world.http().get(path::RELAY, &[])?.ok().map(drop)
}
