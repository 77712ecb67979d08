//! Crypto-shredding: what was deleted cannot be read again by whoever has every byte that the relay ever stored, as soon
//! as the storage secret of the time is destroyed.

use anyhow::{Context, Result};
use einwurf_protocol::{codec::to_base64url, problem::Code};
use einwurf_tests::{
    clock::DAY, device::Device, folder::copy, pace, plan::Plan, random, seed::Site, staff::Staff,
    world::World,
};
use std::path::{Path, PathBuf};

const SECRET: &str = "EINWURF_STORAGE_SECRET";
const OLD: &str = "EINWURF_STORAGE_SECRET_OLD";

fn secret() -> String {
    to_base64url(&random::bytes::<32>())
}

/// Replaces the storage secret as `docs/operating.md` says: both for a while, then the new one alone.
fn replace(world: &mut World) -> Result<String> {
    let old = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.rebind(OLD, Some(&old))?;
    world.relay.rebind(SECRET, Some(&secret()))?;
    Ok(old)
}

fn dump(world: &World, name: &str) -> Result<PathBuf> {
    let to = world.folder().path().join(name);
    copy(world.relay.storage_folder(), &to)?;
    Ok(to)
}

/// A relay over a dump, with a storage secret, as whoever stole both would start it, at the present time of the test.
fn over(world: &mut World, dump: &Path, storage_secret: &str) -> Result<()> {
    world.relay.kill()?;
    std::fs::remove_dir_all(world.relay.storage_folder())?;
    copy(dump, world.relay.storage_folder())?;
    world.relay.rebind(OLD, None)?;
    world.relay.rebind(SECRET, Some(storage_secret))
}

/// Everything that may still be known: password, emergency sheet, device.
fn opens(world: &World, site: &Site, address: &str) -> Vec<String> {
    let by_password = Staff::login(&world.http(), site);
    let by_sheet = Staff::recover(&world.http(), &site.address, site.pin, &site.recovery, &Device::new());
    [by_password, by_sheet]
        .into_iter()
        .flatten()
        .filter(|staff| staff.look(address).is_ok_and(|reply| reply.status == 200))
        .filter_map(|staff| staff.texts(address).ok())
        .flatten()
        .collect()
}

#[test]
fn enc_07_after_retention_a_full_dump_and_every_surviving_credential_open_nothing() -> Result<()> {
    let mut world = World::quiet("shredding")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("nur für 30 Tage")?;
    let address = visitor.address.clone().context("opened")?;
    Staff::login(&world.http(), &site)?.count(1)?;
    assert_eq!(opens(&world, &site, &address), ["nur für 30 Tage", "nur für 30 Tage"]);
    world.relay.kill()?;
    let stolen = dump(&world, "stolen")?;
    world.relay.restart()?;

    // Within the retention period the secret is replaced, and the old one destroyed.
    replace(&mut world)?;
    Staff::login(&world.http(), &site)?;
    let current = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.rebind(OLD, None)?;
    assert_eq!(opens(&world, &site, &address).len(), 2, "nobody notices the replacement");

    // The key of the month is destroyed: a month and its overlap, and the retention.
    world.advance((38 + 30 + 1) * DAY)?;
    pace::until("the destruction of the key", || {
        let staff = Staff::login(&world.http(), &site)?;
        let first = site.inbox.first().context("a key")?.id();
        Ok(staff.inbox_keys.iter().all(|key| key.id() != first).then_some(()))
    })?;
    world.relay.kill()?;
    let late = dump(&world, "late")?;

    for (what, dump) in [("the stolen dump", &stolen), ("what is stored now", &late)] {
        over(&mut world, dump, &current)?;
        assert_eq!(opens(&world, &site, &address), Vec::<String>::new(), "{what}");
    }
    Ok(())
}

#[test]
fn enc_07_the_control_a_dump_with_its_own_secret_does_open() -> Result<()> {
    let mut world = World::quiet("shredding-control")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("nur für 30 Tage")?;
    let address = visitor.address.clone().context("opened")?;
    // Whoever opens the dump does not wait until it is announced there.
    Staff::login(&world.http(), &site)?.count(1)?;
    world.relay.kill()?;
    let stolen = dump(&world, "stolen")?;
    world.relay.restart()?;
    let old = replace(&mut world)?;
    Staff::login(&world.http(), &site)?;
    let new = world.relay.binding(SECRET).context("a secret")?.to_owned();
    over(&mut world, &stolen, &new)?;
    assert_eq!(opens(&world, &site, &address), Vec::<String>::new());
    // The same dump, the same credentials, and the secret that should have been destroyed.
    over(&mut world, &stolen, &old)?;
    assert_eq!(opens(&world, &site, &address), ["nur für 30 Tage", "nur für 30 Tage"]);
    Ok(())
}

#[test]
fn a_secret_that_is_removed_too_early_loses_nothing() -> Result<()> {
    let mut world = World::quiet("too-early")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("bleibt erhalten")?;
    let address = visitor.address.clone().context("opened")?;
    world.relay.kill()?;
    let old = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.rebind(SECRET, Some(&secret()))?;
    let refused = Staff::login(&world.http(), &site).map(drop).unwrap_err().to_string();
    assert!(refused.contains(Code::Unavailable.as_str()), "{refused}");
    world.relay.rebind(OLD, Some(&old))?;
    assert_eq!(Staff::login(&world.http(), &site)?.texts(&address)?, ["bleibt erhalten"]);
    world.relay.rebind(OLD, None)?;
    assert_eq!(Staff::login(&world.http(), &site)?.texts(&address)?, ["bleibt erhalten"]);
    visitor.reconnect(&world.http());
    visitor.write("auch danach")?;
    Ok(())
}

#[test]
fn enc_07_a_key_is_destroyed_on_its_date_also_when_no_secret_opens_anything() -> Result<()> {
    let mut world = World::quiet("no-secret")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let old = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.kill()?;
    world.relay.rebind(SECRET, Some(&secret()))?;
    // A month, its overlap, and the retention. What anybody is told is that nothing opens.
    world.advance((38 + 30) * DAY + 60)?;
    let refused = Staff::login(&world.http(), &site).map(drop).unwrap_err().to_string();
    assert!(refused.contains(Code::Unavailable.as_str()), "{refused}");
    // The right secret again, and a clock by which nothing was due yet: a key that is missing now was destroyed then.
    world.relay.restart_ahead(0)?;
    world.relay.rebind(SECRET, Some(&old))?;
    let http = world.http();
    let held = std::thread::scope(|threads| {
        // The clock of a test is its thread's own, and this one's has not gone ahead.
        let login = || -> Result<_> {
            let staff = Staff::login(&http, &site)?;
            Ok(staff.inbox_keys.iter().map(einwurf_seal::InboxSecret::id).collect::<Vec<_>>())
        };
        threads.spawn(login).join().unwrap_or_else(|_| anyhow::bail!("the thread panicked"))
    })?;
    let published: Vec<_> = site.inbox.iter().map(einwurf_seal::InboxSecret::id).collect();
    let (first, others) = published.split_first().context("six keys")?;
    assert!(!held.contains(first), "the first month is over");
    assert!(others.iter().all(|key| held.contains(key)), "the others are not touched");
    Ok(())
}

#[test]
fn a_site_that_nobody_touches_changes_over_by_itself_within_two_days() -> Result<()> {
    let mut world = World::quiet("untouched")?;
    let site = world.site()?;
    replace(&mut world)?;
    // Only the daily alarm comes by.
    world.advance(2 * DAY)?;
    let current = world.relay.binding(SECRET).context("a secret")?.to_owned();
    pace::until("the change", || {
        let id = einwurf_protocol::codec::Writer::labelled("einwurf/1 storage key id")
            .fixed(&einwurf_protocol::codec::from_base64url(&current)?)
            .sha256();
        let part = id.get(..8).context("an id")?;
        let found =
            world.relay.storage().iter().any(|(_, bytes)| memchr::memmem::find(bytes, part).is_some());
        Ok(found.then_some(()))
    })?;
    world.relay.rebind(OLD, None)?;
    Staff::login(&world.http(), &site)?.list()?;
    Ok(())
}
