//! The relay: new conversations and follow-ups against a bare object in the same workerd; the way to the mail server.

use super::median;
use crate::{
    folder::Folder,
    http::Http,
    plan::Plan,
    random,
    relay::{MailWay, Options, Relay},
    seed::{self, bearer},
    smtp::Event,
    visitor::{Address, Visitor},
    world::World,
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{header, path, visitor::Append},
    ids::MessageId,
    notice::Register,
};
use einwurf_seal::VisitorConversation;
use std::time::{Duration, Instant};
use xtask::relay::Beside;

/// Requests under way at a time.
const CLIENTS: usize = 8;
/// Objects that each client opens in a round.
const OPENINGS: usize = 40;
/// Messages that each client appends in a round.
const FOLLOW_UPS: usize = 60;
const ROUNDS: usize = 5;
const MAILS: usize = 15;

/// A request that was sealed beforehand, so that only the relay's time counts.
struct Parcel {
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Parcel {
    fn send(&self, http: &Http) -> Result<()> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = http.send("POST", self.path, &headers, Some(&self.body))?;
        ensure!(reply.status == 201, "{}: {}", reply.status, reply.text());
        Ok(())
    }
}

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    throughput(put)?;
    put("accept_to_smtp_ms", accept_to_smtp()?);
    Ok(())
}

fn throughput(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let folder = Folder::new("bench-relay")?;
    let beside = Beside {
        module: xtask::paths::root().join("tests/baseline/bare.js"),
        address: xtask::relay::free_address()?,
    };
    let bare = Http::new(&format!("http://{}", beside.address));
    let relay = Relay::start_beside(&folder, &Options::default(), None, Some(beside))?;
    let http = relay.http();
    let site = Address::from(&seed::site(&http, relay.operator_token(), Plan::default())?);
    let (mut open, mut append, mut create, mut insert) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (openings, follow_ups) = (openings(&http, &site)?, follow_ups(&http, &site)?);
        let bodies = |parcels: &[Vec<Parcel>], objects: &[String]| bare_twins(parcels, objects);
        create.push(rate(&bare, &bodies(&openings, &[]))?);
        open.push(rate(&http, &openings)?);
        let objects = (0..CLIENTS).map(|_| bare_object(&bare)).collect::<Result<Vec<_>>>()?;
        insert.push(rate(&bare, &bodies(&follow_ups, &objects))?);
        append.push(rate(&http, &follow_ups)?);
    }
    let [open, append, create, insert] = [open, append, create, insert].map(median);
    put("open_per_s", open);
    put("open_ratio", open / create);
    put("message_per_s", append);
    put("message_ratio", append / insert);
    Ok(())
}

/// Requests per second over all clients.
fn rate(http: &Http, work: &[Vec<Parcel>]) -> Result<f64> {
    let count: usize = work.iter().map(Vec::len).sum();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let clients: Vec<_> = work
            .iter()
            .map(|parcels| scope.spawn(move || parcels.iter().try_for_each(|parcel| parcel.send(http))))
            .collect();
        clients.into_iter().try_for_each(|client| client.join().ok().context("a client panicked")?)
    })?;
    #[allow(clippy::cast_precision_loss, reason = "a few hundred requests")]
    let count = count as f64;
    Ok(count / started.elapsed().as_secs_f64())
}

fn text() -> String {
    "Wir hätten gern ein Angebot für vier Fenster. ".repeat(22)
}

fn agreed(http: &Http, site: &Address) -> Result<Visitor> {
    Visitor::agree(http, site, Register::DeFormal)
}

/// First messages with their tickets, each of a conversation of its own.
fn openings(http: &Http, site: &Address) -> Result<Vec<Vec<Parcel>>> {
    let mut visitor = agreed(http, site)?;
    let mut rng = random::system();
    let mut parcel = || -> Result<Parcel> {
        let inbox = visitor.manifest.inbox_key.clone();
        visitor.conversation = VisitorConversation::begin(site.pin, &inbox, &mut rng)?;
        let ticket = visitor.ticket()?.ticket;
        let body = serde_json::to_vec(&visitor.opening(visitor.seal(&text())?))?;
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            (header::SITE, site.site.clone()),
            (header::TICKET, ticket),
            (header::WORK, visitor.work.clone().context("no work")?),
            (header::AUTHORIZATION, bearer(visitor.conversation.token())),
        ];
        Ok(Parcel { path: path::CONVERSATIONS, headers, body })
    };
    (0..CLIENTS).map(|_| (0..OPENINGS).map(|_| parcel()).collect()).collect()
}

/// Follow-ups, each client's in a conversation of its own, in the order of the chain.
fn follow_ups(http: &Http, site: &Address) -> Result<Vec<Vec<Parcel>>> {
    let chain = || -> Result<Vec<Parcel>> {
        let mut visitor = agreed(http, site)?;
        visitor.open(&text())?;
        (0..FOLLOW_UPS).map(|_| follow_up(&mut visitor)).collect()
    };
    (0..CLIENTS).map(|_| chain()).collect()
}

fn follow_up(visitor: &mut Visitor) -> Result<Parcel> {
    let event = visitor.seal_as(&text(), MessageId(random::bytes()))?;
    let body = serde_json::to_vec(&Append {
        v: VERSION,
        event: event.clone(),
        grant: None,
        attachments: Vec::new(),
    })?;
    visitor.conversation.accepted(&event)?;
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        (header::SITE, visitor.site.site.clone()),
        (header::CONVERSATION, visitor.address.clone().context("no address")?),
        (header::AUTHORIZATION, bearer(visitor.conversation.token())),
    ];
    Ok(Parcel { path: path::EVENTS, headers, body })
}

/// The same bytes for the bare object: a new one each, or each client's own.
fn bare_twins(work: &[Vec<Parcel>], objects: &[String]) -> Vec<Vec<Parcel>> {
    let twin = |index: usize, parcel: &Parcel| Parcel {
        path: "/",
        headers: objects.get(index).map(|object| ("object", object.clone())).into_iter().collect(),
        body: parcel.body.clone(),
    };
    work.iter()
        .enumerate()
        .map(|(index, parcels)| parcels.iter().map(|parcel| twin(index, parcel)).collect())
        .collect()
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
