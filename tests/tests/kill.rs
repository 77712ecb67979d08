//! `kill -9` of the relay at random moments under load: what was acknowledged is in the inbox exactly once, and its mail
//! goes out.

#![allow(
    clippy::expect_used,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{
        staff::MailHealth,
        visitor::{Accepted, Append},
    },
    limits::PART_BYTES,
    notice::Register,
};
use einwurf_tests::{
    files::Sealed,
    http::{Http, Reply},
    pace,
    random::{self, Seeded},
    relay::{MailWay, Options},
    smtp::Event,
    visitor::{Address, Visitor},
    world::World,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const WRITERS: usize = 4;
/// Follow-ups after the first message of a conversation.
const FOLLOW_UPS: usize = 3;

/// Sends until the relay answers, as a browser does: the same bytes again whenever the connection breaks.
fn persist(origin: &str, send: impl Fn(&Http) -> Result<Reply>) -> Result<Accepted> {
    pace::until("an answer", || match send(&Http::new(origin)) {
        Ok(reply) if reply.status == 503 || reply.status == 500 => Ok(None),
        Ok(reply) => reply.json().map(Some),
        Err(_) => Ok(None),
    })
}

/// How many messages were acknowledged so far.
#[derive(Default)]
struct Progress(Mutex<u64>, Condvar);

impl Progress {
    fn count(&self) {
        *self.0.lock().expect("no writer fails with the lock held") += 1;
        self.1.notify_all();
    }

    /// Waits until `more` further messages were acknowledged.
    fn wait(&self, more: u64) -> Result<()> {
        let count = self.0.lock().expect("no writer fails with the lock held");
        let goal = *count + more;
        let waited =
            self.1.wait_timeout_while(count, pace::PATIENCE, |count| *count < goal).expect("as above");
        ensure!(!waited.1.timed_out(), "nothing is acknowledged any more");
        Ok(())
    }
}

/// One conversation with its follow-ups; the texts that were acknowledged, in order.
fn converse(origin: &str, site: &Address, name: &str, progress: &Progress) -> Result<(String, Vec<String>)> {
    let mut visitor = pace::until("a visitor to agree", || {
        Ok(Visitor::agree(&Http::new(origin), site, Register::DeFormal).ok())
    })?;
    let ticket = pace::until("a ticket", || {
        visitor.reconnect(&Http::new(origin));
        Ok(visitor.ticket().ok())
    })?;
    let text = |number: usize| format!("{name}/{number}");
    let event = visitor.seal(&text(0))?;
    let body = visitor.opening(event.clone());
    persist(origin, |http| visitor.over(http).post_open(&ticket.ticket, &body))?;
    progress.count();
    visitor.conversation.accepted(&event)?;
    let mut texts = vec![text(0)];
    for number in 1..=FOLLOW_UPS {
        let event = visitor.seal(&text(number))?;
        let body = Append { v: VERSION, event: event.clone(), grant: None, attachments: Vec::new() };
        persist(origin, |http| visitor.over(http).post_event(&body))?;
        progress.count();
        visitor.conversation.accepted(&event)?;
        texts.push(text(number));
    }
    Ok((visitor.address.context("a ticket names the address")?, texts))
}

fn load(
    origin: &str,
    site: &Address,
    writer: usize,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Vec<(String, Vec<String>)>> {
    let mut done = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        done.push(converse(origin, site, &format!("{writer}-{}", done.len()), progress)?);
    }
    Ok(done)
}

#[test]
fn what_was_acknowledged_survives_every_kill_and_is_shown_once() -> Result<()> {
    let kills: u64 = std::env::var("EINWURF_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let mut seeded = Seeded::from_environment();
    println!("EINWURF_SEED={} EINWURF_KILLS={kills}", seeded.seed());
    let mut world = World::start("kill", &Options { mail: MailWay::Tls, ..Options::default() })?;
    let site = world.site()?;
    let (origin, address) = (world.relay.origin(), Address::from(&site));
    let (stop, progress) = (AtomicBool::new(false), Progress::default());
    let written = std::thread::scope(|scope| -> Result<_> {
        let (origin, address, progress, stop) = (&origin, &address, &progress, &stop);
        let start = |writer| scope.spawn(move || load(origin, address, writer, progress, stop));
        let writers: Vec<_> = (0..WRITERS).map(start).collect();
        let killed = (0..kills).try_for_each(|_| {
            progress.wait(1 + seeded.below(12))?;
            // Any moment of what is under way: nothing is waited for.
            std::thread::sleep(Duration::from_micros(seeded.below(20_000)));
            world.relay.kill()?;
            world.relay.restart()
        });
        stop.store(true, Ordering::Relaxed);
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join().expect("a writer")).collect();
        killed?;
        written.into_iter().collect::<Result<Vec<_>>>()
    })?;
    let expected: BTreeMap<String, Vec<String>> = written.into_iter().flatten().collect();
    let messages: usize = expected.values().map(Vec::len).sum();
    println!("{} conversations, {messages} messages acknowledged over {kills} kills", expected.len());
    ensure!(messages >= usize::try_from(kills)?, "too little load to say anything");

    let staff = world.staff(&site)?;
    let listed = |staff: &einwurf_tests::staff::Staff| -> Result<_> {
        let list = staff.list()?;
        let events: u64 = list.iter().map(|entry| entry.events).sum();
        Ok((list, usize::try_from(events)?))
    };
    let list = pace::until("every message in the list", || {
        let (list, events) = listed(&staff)?;
        Ok((events >= messages).then_some(list))
    })?;
    let mut found = BTreeMap::new();
    for entry in &list {
        let texts = staff.texts(&entry.conversation)?;
        ensure!(entry.events == texts.len() as u64, "the list counts {} events of {texts:?}", entry.events);
        ensure!(found.insert(texts[0].clone(), texts.clone()).is_none(), "twice in the list: {texts:?}");
    }
    for texts in expected.values() {
        ensure!(found.get(&texts[0]) == Some(texts), "expected {texts:?}, found {:?}", found.get(&texts[0]));
    }
    mails_went_out(&mut world, &site)
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

/// The queue empties; and a message written now gets its mail.
fn mails_went_out(world: &mut World, site: &einwurf_tests::seed::Site) -> Result<()> {
    let staff = world.staff(site)?;
    let idle = |staff: &einwurf_tests::staff::Staff| -> Result<Option<u64>> {
        let health = staff.health()?;
        Ok(match (health.mail, health.newest) {
            (MailHealth::Idle { sent: Some(sent) }, Some(newest)) if sent >= newest => Some(sent.0),
            _ => None,
        })
    };
    let end = Instant::now() + Duration::from_secs(90);
    while idle(&staff)?.is_none() {
        ensure!(Instant::now() < end, "mails still wait: {:?}", staff.health()?);
        // A mail whose try a kill cut off waits for its next one.
        world
            .smtp()?
            .wait_within(Duration::from_millis(200), |event| matches!(event, Event::Mail(_)).then_some(()))?;
    }
    Ok(())
}
