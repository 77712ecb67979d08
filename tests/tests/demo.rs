//! The program that makes the demo's content for `cargo xtask dev`.

use anyhow::{Context, Result, ensure};
use einwurf_tests::{
    device::Device,
    http::Http,
    relay::Relay,
    staff::{Staff, Who},
    world::World,
};
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

    // It is no empty inbox, and a second member reads it.
    let account = |whose: &str| printed(whose).map(|(_, value)| value).context("an account and a password");
    let (_, site) = link.split_once("#site=").context("the site's address")?;
    let who = Who { site, account: account("Anna's account")?, password: account("Anna's password")? };
    let anna = Staff::login_as(&Http::new(&world.relay.origin()), &who, &Device::new())?;
    anna.count(3)?;
    let mut texts = Vec::new();
    for entry in anna.list()? {
        texts.push(anna.texts(&entry.conversation)?.len());
    }
    texts.sort_unstable();
    assert_eq!(texts, [1, 1, 3], "one of them was answered");

    // Every page of the demo that wants a snippet has one.
    for entry in fs::read_dir(world.folder().path().join("demo"))?.flatten() {
        let text = fs::read_to_string(entry.path())?;
        assert!(!text.contains("<!-- snippet -->") && text.contains("data-pin=\""), "{:?}", entry.path());
    }
    Ok(())
}
