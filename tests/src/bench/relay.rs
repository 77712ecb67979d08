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

/// Follow-ups, in turns with inserts into as many bare objects.
fn messages(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let pair = Pair::start()?;
    let (mut insert, mut append) = Default::default();
    for _ in 0..ROUNDS {
        let work = follow_ups(&pair.http, &pair.site, (CLIENTS, FOLLOW_UPS))?;
        let objects = (0..CLIENTS).map(|_| bare_object(&pair.bare)).collect::<Result<Vec<_>>>()?;
        note(&mut insert, pair.run(&pair.bare, &bare_twins(&work, &objects))?);
        note(&mut append, pair.run(&pair.http, &work)?);
    }
    say(put, "message", &append, &insert);
    Ok(())
}

/// First messages, in turns with as many bare creations.
fn conversations(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let pair = Pair::start()?;
    let (mut create, mut open) = Default::default();
    for _ in 0..ROUNDS {
        let work = openings(&pair.http, &pair.site, (CLIENTS, OPENINGS))?;
        note(&mut create, pair.run(&pair.bare, &bare_twins(&work, &[]))?);
        note(&mut open, pair.run(&pair.http, &work)?);
    }
    say(put, "open", &open, &create);
    put("open_settled_per_s", median(open.settled));
    Ok(())
}

/// What rounds of one kind came to.
#[derive(Default)]
struct Rounds {
    per_s: Vec<f64>,
    settled: Vec<f64>,
    times: Vec<f64>,
}

fn note(rounds: &mut Rounds, round: Round) {
    rounds.per_s.push(round.per_s);
    rounds.settled.push(round.settled_per_s);
    rounds.times.extend(round.times);
}

fn say(put: &mut impl FnMut(&str, f64), key: &str, of: &Rounds, bare: &Rounds) {
    let mut per = |name: &str, value: f64| put(&format!("{key}_{name}"), value);
    per("per_s", median(of.per_s.clone()));
    per("bare_per_s", median(bare.per_s.clone()));
    per("ratio", median(of.per_s.clone()) / median(bare.per_s.clone()));
    per("p50_ms", percentile(&of.times, 50));
    per("p99_ms", percentile(&of.times, 99));
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
    /// What each took, in milliseconds.
    times: Vec<f64>,
}

/// A round of requests, from a relay at rest to a relay at rest: what one leaves to be done is no burden of the next.
fn rate(relay: &Relay, http: &Http, work: &[Vec<Parcel>]) -> Result<Round> {
    settle(relay)?;
    let started = Instant::now();
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
    #[allow(clippy::cast_precision_loss, reason = "a few hundred requests")]
    let count = times.len() as f64;
    Ok(Round { per_s: count / answered.as_secs_f64(), settled_per_s: count / settled.as_secs_f64(), times })
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
