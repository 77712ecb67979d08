//! Where the secrets of a device are kept.

use super::{MAILDIR, logged_in};
use anyhow::{Context, Result, ensure};
use einwurf_tests::{cli::Machine, desktop::Desktop, seed::Site, staff::Staff, world::World};
use std::fs;
use xtask::test::NOT_RUN;

/// Where it is chosen.
pub(super) const KEYRING: [&str; 2] = ["--keys", "keyring"];
const LOGIN: &str = "state/login.json";

/// Puts back what a thief, or a backup, has of the folder.
fn put_back(machine: &Machine, login: &[u8]) -> Result<()> {
    Ok(fs::write(machine.folder.path().join(LOGIN), login)?)
}

fn login(machine: &Machine) -> Result<Vec<u8>> {
    Ok(fs::read(machine.folder.path().join(LOGIN))?)
}

/// From the keyring to a passphrase and back, and out.
fn moves(machine: &Machine, site: &Site, staff: &Staff, said: &str) -> Result<()> {
    machine.run(&["keys"])?.with(0, said)?;
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    let before = login(machine)?;
    for secret in [site.who().password, "eine lange Passphrase"] {
        ensure!(!String::from_utf8_lossy(&before).contains(secret), "it stands in the file");
    }
    // A new login has a key of its own, and the former one's is gone.
    machine.log_in_with(&site.who(), &site.pin, &KEYRING)?.with(0, said)?;
    let mut former = vec![before, login(machine)?];
    machine.secret("new", "eine andere lange Passphrase")?;
    let to_passphrase = ["keys", "passphrase", "--new-passphrase-file", "new"];
    machine.run(&to_passphrase)?.with(0, "under the passphrase")?;
    machine.run(&MAILDIR)?.with(5, "passphrase does not fit")?;
    machine.secret("passphrase", "eine andere lange Passphrase")?;
    machine.run(&MAILDIR)?.with(0, "handed on: 0")?;
    machine.run(&["keys", "keyring"])?.with(0, said)?;
    machine.run(&MAILDIR)?.with(0, "handed on: 0")?;
    // After the end neither is left: not the key, and not what it opens.
    let devices = staff.devices()?.devices.len();
    former.push(login(machine)?);
    machine.run(&["logout"])?.with(0, "Logged out")?;
    machine.run(&MAILDIR)?.with(2, "einwurf login")?;
    machine.run(&["logout"])?.with(2, "einwurf login")?;
    assert_eq!(staff.devices()?.devices.len(), devices - 1, "the device ended");
    for file in former {
        put_back(machine, &file)?;
        machine.run(&MAILDIR)?.with(5, "does not hold the key")?;
    }
    // What was handed on stays known.
    machine.log_in_with(&site.who(), &site.pin, &KEYRING)?.with(0, said)?;
    machine.run(&MAILDIR)?.with(0, "handed on: 0")
}

#[test]
fn enc_01_a_key_in_the_systems_keyring_and_the_folder_open_nothing_without_each_other() -> Result<()> {
    let world = World::quiet("cli-keys")?;
    let site = world.site()?;
    world.visitor(&site)?.open("Geheim.")?;
    let staff = world.staff(&site)?;
    staff.count(1)?;
    // A laptop: the keyring of the desktop session.
    let mut machine = Machine::new("cli-keys-laptop", &world.relay.origin())?;
    machine.secret("passphrase", "kurz")?;
    let desktop = Desktop::start("cli-keys-desktop")?;
    machine.bus = Some(desktop.address.clone());
    machine.log_in_with(&site.who(), &site.pin, &KEYRING)?.with(0, "desktop session")?;
    moves(&machine, &site, &staff, "desktop session")?;
    // Outside of the session it cannot be read, and nothing is asked in its place.
    drop(desktop);
    machine.run(&MAILDIR)?.with(2, "keyring cannot be read")?;
    // What is kept here goes, though neither keyring nor relay hear of it.
    machine.run(&["logout"])?.with(1, "End the device in the inbox")?;
    machine.run(&MAILDIR)?.with(2, "einwurf login")?;
    // A server: the kernel's, and the sentence says what that means.
    let machine = Machine::new("cli-keys-server", &world.relay.origin())?;
    machine.secret("passphrase", "kurz")?;
    let came = machine.log_in_with(&site.who(), &site.pin, &KEYRING)?;
    if came.said.contains("no keyring that can be used") {
        println!("{NOT_RUN}the kernel of this machine keeps no keys");
        return Ok(());
    }
    came.with(0, "When this machine restarts")?;
    moves(&machine, &site, &staff, "kernel's keyring")?;
    machine.run(&["logout"])?.with(0, "Logged out")
}

#[test]
fn another_site_in_the_same_folder_begins_with_nothing_and_a_lost_passphrase_still_logs_out() -> Result<()> {
    let world = World::quiet("cli-keys-other")?;
    let (site, other) = (world.site()?, world.site()?);
    world.visitor(&site)?.open("Hier.")?;
    world.visitor(&other)?.open("Dort.")?;
    let (staff, theirs) = (world.staff(&site)?, world.staff(&other)?);
    staff.count(1)?;
    theirs.count(1)?;
    let machine = logged_in(&world, &site, "cli-keys-other-machine")?;
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    machine.run(&["keys"])?.with(0, "under the passphrase")?;
    machine.log_in(&other.who(), &other.pin)?.with(0, "Logged in")?;
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    machine.secret("passphrase", "vergessen und geraten")?;
    machine.run(&["keys", "keyring"])?.with(5, "does not fit")?;
    machine.run(&["logout"])?.with(1, "does not fit, or the login was changed. End the device")?;
    let file = String::from_utf8(login(&machine)?).context("text")?;
    ensure!(!file.contains("ciphertext"), "{file}");
    Ok(())
}
