//! `kill -9` of the relay at random moments under load from many conversations: what was acknowledged is stored, listed and
//! proven exactly once, its mail goes out, and nothing of what was withdrawn is left.
//!
//! `EINWURF_KILLS` says how often, `EINWURF_SEED` repeats the choices of a run; both are printed.

#![allow(
    clippy::expect_used,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{api::staff::MailHealth, limits::PART_BYTES};
use einwurf_tests::{
    canary::Canary,
    clock::DAY,
    files::Sealed,
    fire::{
        Progress,
        ledger::Ledger,
        life::{Around, Life},
        queue::Queued,
        told::Told,
        under_load,
    },
    http::Http,
    pace,
    random::{self, Seeded},
    relay::{MailWay, Options},
    seed::Site,
    smtp::Mode,
    visitor::{Address, Visitor},
    webhooks,
    world::World,
};
use std::{collections::BTreeSet, time::Duration};

/// Conversations that go on at the same time.
const VISITORS: u64 = 24;
/// How often the relay is killed, unless `EINWURF_KILLS` says otherwise.
const KILLS: u64 = 100;

fn kills() -> u64 {
    std::env::var("EINWURF_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// What goes out meanwhile.
struct Outgoing {
    queued: Queued,
    told: Told,
}

/// Kills the relay at a moment that the generator draws: in the middle of requests, or among the alarms that all go off when
/// it is back. Its mail server and the receiver of its webhook are in another mood each time.
fn kill(world: &mut World, progress: &Progress, seeded: &mut Seeded, outgoing: &mut Outgoing) -> Result<()> {
    if seeded.below(4) == 0 {
        // Any moment of the storm after a start: nothing is waited for.
        std::thread::sleep(Duration::from_micros(seeded.below(200_000)));
    } else {
        progress.wait(1 + seeded.below(12))?;
        // Any moment of what is under way: nothing is waited for.
        std::thread::sleep(Duration::from_micros(seeded.below(20_000)));
    }
    world.relay.kill()?;
    outgoing.queued.note(&world.relay)?;
    outgoing.told.answer(if seeded.below(10) == 0 { 500 } else { 200 })?;
    // What it refused waits, and the next ones are gathered into it: mostly it takes what it is sent.
    let moods = [Mode::RefuseLater, Mode::Greylist, Mode::Drop];
    let mood = moods.get(usize::try_from(seeded.below(20))?).copied().unwrap_or(Mode::Accept);
    world.smtp()?.mode(mood)?;
    world.relay.restart()
}

#[test]
fn what_was_acknowledged_survives_every_kill_and_is_there_once() -> Result<()> {
    let (kills, mut seeded) = (kills(), Seeded::from_environment());
    let seed = seeded.seed();
    println!("EINWURF_SEED={seed} EINWURF_KILLS={kills}");
    // It sends mails, and calls a receiver on this machine.
    let options = Options { mail: MailWay::Tls, ..Options::default() };
    let (mut world, certificates, folder) = webhooks::world_with("under-fire", options)?;
    let site = world.site()?;
    let (staff, canary) = (world.staff(&site)?, Canary::new("Kanarienfeuer"));
    let (origin, address) = (world.relay.origin(), Address::from(&site));
    let progress = Progress::default();
    let (receiver, _, _) = webhooks::told(&certificates, &folder, &staff)?;
    let mut outgoing = Outgoing { queued: Queued::new()?, told: Told::new(receiver) };
    let around =
        Around { origin: &origin, site: &address, staff: &staff, canary: canary.text(), progress: &progress };
    // Nobody answers it, so that there is always something to write a mail about.
    let unread = Life::begin(around, "ungelesen", &mut seeded)?;
    let mut lives = under_load(around, VISITORS, seed, || {
        (0..kills).try_for_each(|_| kill(&mut world, &progress, &mut seeded, &mut outgoing))
    })?;
    lives.push(unread);
    let events: usize = lives.iter().map(|life| life.events.len()).sum();
    let withdrawn = lives.iter().filter(|life| life.withdrawn.is_some()).count();
    println!(
        "{} conversations, {events} events acknowledged over {kills} kills, {withdrawn} withdrawn",
        lives.len()
    );
    ensure!(events >= usize::try_from(kills)?, "too little load to say anything");

    world.smtp()?.mode(Mode::Accept)?;
    let staff = world.staff(&site)?;
    let ledger = Ledger::read(&world, &staff, &lives)?;
    ledger.balances(&lives)?;
    ledger.leaves_no_trace(&lives)?;
    world.relay.holds_none(&[canary])?;
    outgoing.told.answer(200)?;
    drains(&mut world, &site)?;
    println!("{} mails waited at a kill", outgoing.queued.len());
    outgoing.queued.went_out(&world.smtp()?.taken())?;
    outgoing.told.of_all(&lives)
}

/// The queue empties once the mail server takes what it is sent, whatever wait a mail was in.
fn drains(world: &mut World, site: &Site) -> Result<()> {
    // Longer than any wait between two tries, and shorter than what a mail is given.
    world.advance(DAY / 4)?;
    let staff = world.staff(site)?;
    pace::until("the queue to empty", || {
        let health = staff.health()?;
        Ok(match (health.mail, health.newest) {
            (MailHealth::Idle { sent: Some(sent) }, Some(newest)) => (sent >= newest).then_some(()),
            _ => None,
        })
    })
}

/// Parts of the file that is on its way while the relay is killed.
const PARTS: u32 = 12;

/// Stores whatever is missing until nothing is, over a new connection whenever one breaks. What was acknowledged is never
/// missing again.
fn upload(origin: &str, visitor: &mut Visitor, file: &Sealed, progress: &Progress) -> Result<()> {
    let parts: Vec<_> = file.parts().collect();
    let mut acknowledged = BTreeSet::new();
    loop {
        let Ok(states) = visitor.attachments() else {
            visitor.reconnect(&Http::new(origin));
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        let missing = &states.first().context("nothing is declared any more")?.missing;
        let lost: Vec<_> = missing.iter().filter(|part| acknowledged.contains(*part)).collect();
        ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let Some(part) = missing.first() else { return Ok(()) };
        let (_, bytes) = parts.get(usize::try_from(*part)?).context("no such part")?;
        if visitor.put_part(file.id(), *part, bytes).is_ok_and(|reply| reply.status == 204) {
            acknowledged.insert(*part);
            progress.count();
        }
    }
}

#[test]
fn a_file_on_its_way_goes_on_after_every_kill_with_what_is_missing() -> Result<()> {
    let mut seeded = Seeded::from_environment();
    println!("EINWURF_SEED={}", seeded.seed());
    let mut world = World::quiet("kill-upload")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let mut ciphertext = Vec::new();
    for part in 0..PARTS {
        ciphertext
            .extend([part.to_be_bytes(), random::bytes()].concat().into_iter().cycle().take(PART_BYTES));
    }
    let file = Sealed::around(ciphertext)?;
    visitor.open_with("Ein Foto.", std::slice::from_ref(&file))?;
    let (origin, progress) = (world.relay.origin(), Progress::default());
    std::thread::scope(|scope| -> Result<()> {
        let (origin, visitor, file, progress) = (&origin, &mut visitor, &file, &progress);
        let uploader = scope.spawn(move || upload(origin, visitor, file, progress));
        for _ in 0..PARTS / 3 {
            progress.wait(1)?;
            // Any moment of a part that is under way.
            std::thread::sleep(Duration::from_micros(seeded.below(20_000)));
            world.relay.kill()?;
            world.relay.restart()?;
        }
        uploader.join().expect("the uploader")
    })?;
    for (part, bytes) in file.parts() {
        ensure!(visitor.part(file.id(), part)?.ok()?.body == bytes, "other bytes in part {part}");
    }
    Ok(())
}
