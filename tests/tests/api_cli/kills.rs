//! `einwurf pull` killed at moments that nobody chose, while conversations come in. `EINWURF_PULL_KILLS` says how often,
//! `EINWURF_SEED` repeats the moments; both are printed.

use super::{consume, counted, keys::KEYRING, logged_in};
use anyhow::{Context, Result, anyhow, ensure};
use einwurf_tests::{cli::Machine, pace, random::Seeded, seed::Site, world::World};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Stdio},
    thread::ScopedJoinHandle,
    time::{Duration, Instant},
};

/// How often it is killed, unless `EINWURF_PULL_KILLS` says otherwise: so often that it takes some seconds.
const KILLS: u64 = 52;
/// After the first sign that something is handed over: the moments in which a kill counts most.
const SOON: Duration = Duration::from_millis(40);
/// A run that brings nothing dies as well.
const LATEST: Duration = Duration::from_secs(4);

/// A place that messages go to, and how what came there is read.
struct Place {
    name: &'static str,
    target: [&'static str; 2],
}

const PLACES: [Place; 4] = [
    Place { name: "maildir", target: ["--maildir", "mail"] },
    Place { name: "mbox", target: ["--mbox", "box"] },
    Place { name: "json", target: ["--json", "json"] },
    // A file for each time that it was given something.
    Place { name: "exec", target: ["--exec", "cat > \"given/$EINWURF_MESSAGE_ID.$EINWURF_REPEAT.$$\""] },
];

fn kills() -> u64 {
    std::env::var("EINWURF_PULL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// Logged in with the keyring, which spares every run the work for a passphrase, where the kernel has one.
fn ready(world: &World, site: &Site, name: &str) -> Result<Machine> {
    let machine = Machine::new(name, &world.relay.origin())?;
    let came = machine.log_in_with(&site.who(), &site.pin, &KEYRING)?;
    if came.code == Some(0) { Ok(machine) } else { logged_in(world, site, name) }
}

/// Visitors one after the other, each with a few messages, until it is enough; the texts, none of which is in another.
fn write(world: &World, site: &Site, enough: impl Fn() -> bool) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    while !enough() {
        let mut visitor = world.visitor(site)?;
        for place in 0..3 {
            let text = format!("Nachricht-{}.", texts.len());
            if place == 0 {
                visitor.open(&text)?
            } else {
                visitor.write(&text)?
            };
            texts.push(text);
        }
    }
    Ok(texts)
}

/// Starts it, and kills it: half of the times wherever it is, else soon after it began to hand something over.
fn die(machine: &Machine, pull: &[&str], seeded: &mut Seeded) -> Result<()> {
    let journal = machine.folder.path().join("state/pulled.log");
    let length = || fs::metadata(&journal).map_or(0, |found| found.len());
    let before = length();
    let mut child: Child =
        machine.command(pull)?.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let started = Instant::now();
    if seeded.below(2) == 0 {
        std::thread::sleep(Duration::from_millis(seeded.below(1_000)));
    } else {
        while length() == before && started.elapsed() < LATEST {
            std::thread::sleep(Duration::from_micros(500));
        }
        std::thread::sleep(Duration::from_micros(seeded.below(u64::try_from(SOON.as_micros())?)));
    }
    child.kill()?;
    let output = child.wait_with_output()?;
    // It ended by this and nothing else.
    ensure!(output.status.code().is_none(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Dies so many times at a place, and then takes what is left.
fn live(place: &Place, machine: &Machine, kills: u64, mut seeded: Seeded) -> Result<()> {
    fs::create_dir_all(machine.folder.path().join("given"))?;
    let watch = [&["pull", "--watch", "--every", "1"], &place.target[..]].concat();
    for _ in 0..kills {
        die(machine, &watch, &mut seeded)?;
        // A ticket system takes what is there.
        if place.name == "maildir" {
            consume(machine, "taken")?;
        }
    }
    Ok(())
}

/// Each time that the command was given a message: once for certain the first time, then again and said to be so.
fn told(machine: &Machine, texts: &[String]) -> Result<usize> {
    let mut given = BTreeMap::<String, Vec<(String, String)>>::new();
    for (path, bytes) in machine.files("given") {
        let name = path.file_name().and_then(|name| name.to_str()).context("a name")?.to_owned();
        let (id, rest) = name.split_once(".invalid.").context("an id")?;
        let repeat = rest.split('.').next().unwrap_or_default().to_owned();
        given.entry(id.to_owned()).or_default().push((repeat, String::from_utf8_lossy(&bytes).into_owned()));
    }
    assert_eq!(given.len(), texts.len(), "each message has one id");
    let whole = |text: &str, mail: &str| mail.contains(text);
    for (id, mails) in &given {
        let firsts = mails.iter().filter(|(repeat, _)| repeat == "0").count();
        assert!(firsts <= 1, "{id} came {firsts} times as if it were the first");
        let found: Vec<_> =
            texts.iter().filter(|text| mails.iter().any(|(_, mail)| whole(text, mail))).collect();
        assert_eq!(found.len(), 1, "{id} is one message, and came whole");
    }
    Ok(given.values().map(Vec::len).sum())
}

#[test]
fn enc_01_killed_at_any_moment_it_hands_on_every_message_and_repeats_none_unsaid() -> Result<()> {
    let world = World::quiet("cli-kills")?;
    let site = world.site()?;
    let machines: Vec<Machine> = PLACES
        .iter()
        .map(|place| ready(&world, &site, &format!("cli-kills-{}", place.name)))
        .collect::<Result<_>>()?;
    let (mut seeded, kills) = (Seeded::from_environment(), kills());
    println!("EINWURF_SEED={} EINWURF_PULL_KILLS={kills}", seeded.seed());
    let texts = std::thread::scope(|scope| {
        let lives: Vec<_> = PLACES
            .iter()
            .zip(&machines)
            .map(|(place, machine)| {
                let seeded = Seeded::new(seeded.below(u64::MAX));
                scope.spawn(move || live(place, machine, kills.div_ceil(4), seeded))
            })
            .collect();
        let texts = write(&world, &site, || lives.iter().all(ScopedJoinHandle::is_finished));
        for life in lives {
            life.join().map_err(|_| anyhow!("a thread panicked"))??;
        }
        texts
    })?;
    let count = u64::try_from(texts.len())?;
    // Of an account's sessions the oldest end, when runs that were killed leave many.
    let staff = world.staff(&site)?;
    pace::until("all in the list", || {
        Ok((staff.list()?.iter().map(|it| it.events).sum::<u64>() == count).then_some(()))
    })?;
    for (place, machine) in PLACES.iter().zip(&machines) {
        let pull = [&["pull"], &place.target[..]].concat();
        machine.run(&pull)?.with(0, "handed on")?;
        machine.run(&pull)?.with(0, "handed on: 0")?;
        machine.run(&["logout"])?.with(0, "Logged out")?;
    }
    let [maildir, mbox, json, exec] = machines.as_slice() else { unreachable!() };
    consume(maildir, "taken")?;
    assert_eq!(counted(&maildir.files("taken"), &texts), vec![1; texts.len()], "Maildir");
    assert!(maildir.files("mail").is_empty(), "something is left in tmp");
    let path = PathBuf::from("box");
    let bytes = fs::read(mbox.folder.path().join(&path))?;
    assert_eq!(counted(&[(path, bytes)], &texts), vec![1; texts.len()], "mbox");
    assert_eq!(counted(&json.files("json"), &texts), vec![1; texts.len()], "JSON");
    println!("the command was given {count} messages {} times", told(exec, &texts)?);
    Ok(())
}
