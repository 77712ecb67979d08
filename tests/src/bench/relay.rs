//! The relay: new conversations and follow-ups against a bare object in the same workerd; how long one takes, what it costs
//! in memory and at the start, and whether a full index slows it; the way to the mail server.

mod footprint;
mod full;
mod parcel;

use self::parcel::{Parcel, bare_twins, follow_ups, openings};
use super::median;
use crate::{
    folder::Folder,
    http::Http,
    plan::Plan,
    relay::{MailWay, Options, Relay},
    seed,
    smtp::Event,
    visitor::Address,
    world::World,
};
use anyhow::{Context, Result};
use std::{
    thread,
    time::{Duration, Instant},
};
use xtask::relay::Beside;

/// Requests under way at a time.
const CLIENTS: usize = 8;
/// Objects that each client opens in a round.
const OPENINGS: usize = 40;
/// Messages that each client appends in a round.
const FOLLOW_UPS: usize = 100;
const ROUNDS: usize = 5;
const MAILS: usize = 15;

/// The parts, each by its name.
pub(super) fn measure(wanted: impl Fn(&str) -> bool, put: &mut impl FnMut(&str, f64)) -> Result<()> {
    if wanted("messages") {
        messages(put)?;
    }
    if wanted("conversations") {
        conversations(put)?;
    }
    if wanted("footprint") {
        footprint::measure(put)?;
    }
    if wanted("full") {
        full::measure(put)?;
    }
    if wanted("mail") {
        put("accept_to_smtp_ms", accept_to_smtp()?);
    }
    Ok(())
}

/// A relay with a site, beside a bare object.
struct Pair {
    relay: Relay,
    site: Address,
    http: Http,
    bare: Http,
    // Last, so that it is removed after what writes into it has ended.
    _folder: Folder,
}

impl Pair {
    fn start() -> Result<Self> {
        let folder = Folder::new("bench-relay")?;
        let beside = Beside {
            module: xtask::paths::root().join("tests/baseline/bare.js"),
            address: xtask::relay::free_address()?,
        };
        let bare = Http::new(&format!("http://{}", beside.address));
        let relay = Relay::start_beside(&folder, &Options::default(), None, Some(beside))?;
        let http = relay.http();
        let site = Address::from(&seed::site(&http, relay.operator_token(), Plan::default())?);
        Ok(Self { relay, site, http, bare, _folder: folder })
    }

    fn run(&self, client: &Http, work: &[Vec<Parcel>]) -> Result<Round> {
        rate(&self.relay, client, work)
    }
}

/// Follow-ups, in turns with inserts into as many bare objects, and with the rows of a message there.
fn messages(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let pair = Pair::start()?;
    let mut rounds = Three::default();
    for _ in 0..ROUNDS {
        let work = follow_ups(&pair.http, &pair.site, (CLIENTS, FOLLOW_UPS))?;
        let objects = (0..CLIENTS).map(|_| bare_object(&pair.bare)).collect::<Result<Vec<_>>>()?;
        let named = |client: usize| objects.get(client).map(|object| ("object", object.clone()));
        rounds.run(&pair, &work, |client| named(client).into_iter().collect(), ("rows", "1"))?;
    }
    rounds.say(put, "message");
    Ok(())
}

/// First messages, in turns with as many bare creations, and with creations that tell two other bare objects.
fn conversations(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let pair = Pair::start()?;
    let mut rounds = Three::default();
    let told = [bare_object(&pair.bare)?, bare_object(&pair.bare)?].join(" ");
    for _ in 0..ROUNDS {
        let work = openings(&pair.http, &pair.site, (CLIENTS, OPENINGS))?;
        rounds.run(&pair, &work, |_| Vec::new(), ("told", &told))?;
    }
    rounds.say(put, "open");
    put("open_settled_per_s", median(rounds.relay.settled));
    Ok(())
}

/// Rounds of the relay, of the bare object, and of the bare object with the calls and commits that the relay cannot do
/// without.
#[derive(Default)]
struct Three {
    relay: Rounds,
    bare: Rounds,
    floor: Rounds,
}

impl Three {
    fn run(
        &mut self,
        pair: &Pair,
        work: &[Vec<Parcel>],
        headers: impl Fn(usize) -> Vec<(&'static str, String)>,
        (name, value): (&'static str, &str),
    ) -> Result<()> {
        let more = |client| [headers(client), vec![(name, value.to_owned())]].concat();
        self.bare.note(pair.run(&pair.bare, &bare_twins(work, &headers))?);
        self.floor.note(pair.run(&pair.bare, &bare_twins(work, more))?);
        self.relay.note(pair.run(&pair.http, work)?);
        Ok(())
    }

    fn say(&self, put: &mut impl FnMut(&str, f64), key: &str) {
        let mut per = |name: &str, value: f64| put(&format!("{key}_{name}"), value);
        let rate = |rounds: &Rounds| median(rounds.per_s.clone());
        let (relay, bare, floor) = (rate(&self.relay), rate(&self.bare), rate(&self.floor));
        per("per_s", relay);
        per("bare_per_s", bare);
        per("ratio", relay / bare);
        per("floor_ratio", floor / bare);
        per("cpu_ms", median(self.relay.cpu_ms.clone()));
        per("bare_cpu_ms", median(self.bare.cpu_ms.clone()));
        per("p50_ms", percentile(&self.relay.times, 50));
        per("p99_ms", percentile(&self.relay.times, 99));
    }
}

/// What rounds of one kind came to.
#[derive(Default)]
struct Rounds {
    per_s: Vec<f64>,
    settled: Vec<f64>,
    cpu_ms: Vec<f64>,
    times: Vec<f64>,
}

impl Rounds {
    fn note(&mut self, round: Round) {
        self.per_s.push(round.per_s);
        self.settled.push(round.settled_per_s);
        self.cpu_ms.push(round.cpu_ms);
        self.times.extend(round.times);
    }
}

fn percentile(times: &[f64], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

/// What a round of requests came to.
struct Round {
    /// Requests answered per second over all clients.
    per_s: f64,
    /// The same, up to the moment at which the relay has done everything that followed from them.
    settled_per_s: f64,
    /// Milliseconds of a core that one cost the relay's process, with everything that followed.
    cpu_ms: f64,
    /// What each took, in milliseconds.
    times: Vec<f64>,
}

/// A round of requests, from a relay at rest to a relay at rest: what one leaves to be done is no burden of the next.
fn rate(relay: &Relay, http: &Http, work: &[Vec<Parcel>]) -> Result<Round> {
    settle(relay)?;
    let (started, before) = (Instant::now(), relay.busy()?);
    let times = thread::scope(|scope| {
        let clients: Vec<_> = work.iter().map(|parcels| scope.spawn(move || sent(http, parcels))).collect();
        let join = |client: thread::ScopedJoinHandle<'_, Result<Vec<f64>>>| {
            client.join().ok().context("a client panicked")?
        };
        clients.into_iter().map(join).collect::<Result<Vec<_>>>()
    })?
    .concat();
    let answered = started.elapsed();
    let settled = settle(relay)?.saturating_duration_since(started).max(answered);
    #[allow(clippy::cast_precision_loss, reason = "a few hundred requests and hundredths of a second")]
    let (count, busy) = (times.len() as f64, relay.busy()?.saturating_sub(before) as f64);
    let (per_s, settled_per_s) = (count / answered.as_secs_f64(), count / settled.as_secs_f64());
    Ok(Round { per_s, settled_per_s, cpu_ms: 10.0 * busy / count, times })
}

fn sent(http: &Http, parcels: &[Parcel]) -> Result<Vec<f64>> {
    let time = |parcel: &Parcel| {
        let began = Instant::now();
        parcel.send(http)?;
        Ok(began.elapsed().as_secs_f64() * 1000.0)
    };
    parcels.iter().map(time).collect()
}

/// Waits until the relay's process has done nothing for longer than anything is gathered; answers since when.
fn settle(relay: &Relay) -> Result<Instant> {
    let (mut since, mut busy) = (Instant::now(), relay.busy()?);
    while since.elapsed() < Duration::from_millis(700) {
        thread::sleep(Duration::from_millis(10));
        let now = relay.busy()?;
        if now != busy {
            (since, busy) = (Instant::now(), now);
        }
    }
    Ok(since)
}

fn bare_object(bare: &Http) -> Result<String> {
    Ok(bare.post_empty("/", &[])?.ok()?.text())
}

/// From the relay's acknowledgement to the mail server's, without a digest window.
fn accept_to_smtp() -> Result<f64> {
    let options = Options { mail: MailWay::Tls, mail_delay_ms: 0, ..Options::default() };
    let mut world = World::start("bench-mail", &options)?;
    let site = world.site()?;
    let mut times = Vec::new();
    for number in 0..MAILS {
        let mut visitor = world.visitor(&site)?;
        visitor.open(&format!("Nachricht {number}"))?;
        let accepted = Instant::now();
        let at = world.smtp()?.wait_within(Duration::from_secs(20), |event| match event {
            Event::Mail(mail) => mail.at,
            _ => None,
        })?;
        let at = at.context("no mail came")?;
        times.push(at.saturating_duration_since(accepted).as_secs_f64() * 1000.0);
    }
    Ok(median(times))
}
