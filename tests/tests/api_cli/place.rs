//! What a machine does to the command: a loose umask, a full disk, a link where it writes, a relay that never ends.

use super::{logged_in, written};
use anyhow::{Result, ensure};
use einwurf_tests::{cli::Machine, world::World};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Stdio},
};

/// The same where everybody may read what is made.
fn loosely(machine: &Machine, arguments: &[&str]) -> Result<i32> {
    let command = machine.command(arguments)?;
    let status = Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(machine.folder.path())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.code().unwrap_or(-1))
}

/// Whatever lies below, and may be read or changed by others.
fn open(path: &Path, found: &mut Vec<String>) -> Result<()> {
    let what = fs::symlink_metadata(path)?;
    if what.permissions().mode() & 0o077 != 0 {
        found.push(format!("{} {:o}", path.display(), what.permissions().mode()));
    }
    if what.is_dir() {
        for entry in fs::read_dir(path)? {
            open(&entry?.path(), found)?;
        }
    }
    Ok(())
}

#[test]
fn enc_01_nobody_else_on_the_machine_reads_what_is_kept_and_handed_on() -> Result<()> {
    let world = World::quiet("cli-umask")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (_, texts) = written(&world, &site, &staff)?;
    let mut found = Vec::new();
    for place in ["maildir", "mbox", "json"] {
        let machine = Machine::new(&format!("cli-umask-{place}"), &world.relay.origin())?;
        let (who, pin) = (site.who(), site.pin.to_string());
        machine.secret("password", who.password)?;
        let login =
            ["login", &world.relay.origin(), "--site", who.site, "--pin", &pin, "--account", who.account];
        assert_eq!(loosely(&machine, &[&login[..], &["--password-file", "password"]].concat())?, 0);
        assert_eq!(loosely(&machine, &["pull", &format!("--{place}"), place])?, 0, "{place}");
        assert_eq!(loosely(&machine, &["export", "--out", "out"])?, 0);
        for name in ["state", place, "out"] {
            open(&machine.folder.path().join(name), &mut found)?;
        }
        let handed = if place == "mbox" {
            vec![fs::read(machine.folder.path().join(place))?]
        } else {
            machine.files(place).into_iter().map(|(_, bytes)| bytes).collect()
        };
        let all: String = handed.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
        ensure!(texts.iter().all(|text| all.contains(text)), "{place}");
    }
    ensure!(found.is_empty(), "others may read {found:?}");
    Ok(())
}

#[test]
fn a_full_disk_costs_no_message_and_leaves_no_half_of_one() -> Result<()> {
    let world = World::quiet("cli-full")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (_, texts) = written(&world, &site, &staff)?;
    let machine = logged_in(&world, &site, "cli-full-machine")?;
    machine.run(&["pull", "--mbox", "/dev/full"])?.with(2, "/dev/full")?;
    // A file that somebody else began, and ended within a line.
    let path = machine.folder.path().join("box");
    fs::write(&path, "From anna@firma.example Thu Nov 26 11:00:00 2026\nSubject: x\n\nohne Ende")?;
    machine.run(&["pull", "--mbox", "box"])?.with(0, &format!("handed on: {}", texts.len()))?;
    let found = fs::read_to_string(&path)?;
    assert_eq!(texts.iter().map(|text| found.matches(text.as_str()).count()).collect::<Vec<_>>(), [1; 18]);
    // Every message begins on a line of its own, behind an empty one.
    assert_eq!(found.matches("\n\nFrom ").count(), texts.len());
    assert!(found.contains("ohne Ende\n\nFrom "));
    Ok(())
}

#[test]
fn enc_01_a_link_in_a_maildir_leads_no_message_elsewhere() -> Result<()> {
    let world = World::quiet("cli-link")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Geheim.")?;
    staff.count(1)?;
    let machine = logged_in(&world, &site, "cli-link-machine")?;
    // What it would be called is what it was called elsewhere.
    machine.run(&["pull", "--maildir", "first"])?.with(0, "handed on: 1")?;
    let name = machine.files("first")[0].0.file_name().unwrap_or_default().to_owned();
    let second = logged_in(&world, &site, "cli-link-second")?;
    let at = |name: &str| second.folder.path().join(name);
    fs::create_dir_all(at("mail/tmp"))?;
    fs::write(at("victim"), "kostbar")?;
    symlink(at("victim"), at("mail/tmp").join(&name))?;
    second.run(&["pull", "--maildir", "mail"])?.with(0, "handed on: 1")?;
    assert_eq!(fs::read(at("victim"))?, b"kostbar");
    let mail = fs::symlink_metadata(at("mail/new").join(&name))?;
    assert!(mail.is_file());
    assert_eq!(mail.permissions().mode() & 0o777, 0o600);
    Ok(())
}

#[test]
fn a_relay_whose_answer_never_ends_is_left() -> Result<()> {
    let world = World::quiet("cli-endless")?;
    let site = world.site()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let endless = std::thread::spawn(move || -> std::io::Result<u64> {
        let (mut stream, _) = listener.accept()?;
        let mut asked = [0; 4_096];
        let _ = stream.read(&mut asked)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")?;
        let (spaces, mut sent) = (vec![b' '; 65_536], 0_u64);
        while stream.write_all(&spaces).is_ok() {
            sent += 65_536;
        }
        Ok(sent)
    });
    let machine = Machine::new("cli-endless-machine", &origin)?;
    let ended = machine.log_in(&site.who(), &site.pin)?;
    assert_eq!(ended.code, Some(3), "{}", ended.said);
    let sent = endless.join().map_err(|_| anyhow::anyhow!("the relay fell"))??;
    ensure!(sent < 200_000_000, "it read {sent} bytes");
    Ok(())
}
