//! The program that makes the demo's content for `cargo xtask dev`.

use anyhow::{Context, Result, ensure};
use einwurf_tests::{http::Http, relay::Relay, world::World};
use std::{fs, process::Command};

/// Runs the program; what it printed.
fn seed(world: &World, relay: &Relay) -> Result<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_seed"));
    program.env("EINWURF_RELAY", relay.origin()).env("EINWURF_OPERATOR_TOKEN", relay.operator_token());
    program.env("EINWURF_COMPANY", "http://company.example");
    let output = program.env("EINWURF_DATA", world.folder().path()).output().context("cannot start seed")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn the_demo_is_made_once_and_found_again() -> Result<()> {
    let world = World::quiet("demo")?;
    let first = seed(&world, &world.relay)?;
    assert_eq!(seed(&world, &world.relay)?, first);
    let printed = |name: &str| {
        first.lines().find_map(|line| line.split_once('\t').filter(|(key, _)| key.trim() == name))
    };
    let (_, link) = printed("Inbox").context("no link to the inbox")?;
    let path =
        link.split('#').next().unwrap_or_default().trim_start_matches(&world.relay.origin()).to_owned();
    assert_eq!(Http::new(&world.relay.origin()).get(&path, &[])?.status, 200);
    assert!(printed("account").is_some() && printed("password").is_some(), "{first}");

    // Every page of the demo that wants a snippet has one.
    for entry in fs::read_dir(world.folder().path().join("demo"))?.flatten() {
        let text = fs::read_to_string(entry.path())?;
        assert!(!text.contains("<!-- snippet -->") && text.contains("data-pin=\""), "{:?}", entry.path());
    }
    Ok(())
}
