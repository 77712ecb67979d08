//! Somebody sends by the thousand: nothing is made of it, whoever is honest gets through, and no address is kept
//! (`docs/protocol.md` section 25). The relay has the limits that it has in use; other tests run with higher ones.

use anyhow::{Context, Result};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{Abuse, AbuseState, Refused, Strictness, Why},
        visitor::{Append, Declared, Open, Ticket},
    },
    codec::to_base64url,
    ids::MessageId,
    limits::{MESSAGE_BITS, MESSAGES_PER_MINUTE, OPENINGS_PER_MINUTE, UNREAD_BYTES, UNREAD_WAIT_SECONDS},
    message::Draft,
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    device::Device,
    http::{Http, Reply},
    pace, random,
    relay::Options,
    seed::{Site, bearer},
    staff::{Staff, attempt, knock, start},
    visitor::{Visitor, solved},
    world::World,
};
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// Requests of the flood at least, and who sends them at a time.
const FLOOD: usize = 10_000;
const SENDERS: usize = 4;
/// Kinds of them.
const KINDS: usize = 4;
/// What workerd's own caches and connections may take meanwhile.
const MEMORY: u64 = 200 << 20;
/// A documentation address (RFC 5737) that every request of the flood claims to come from.
const ADDRESS: &str = "203.0.113.77";

fn world(name: &str) -> Result<World> {
    let vars = [("EINWURF_PACE".to_owned(), "1".to_owned())].into();
    World::start(name, &Options { vars, ..Options::default() })
}

/// One request of the flood, and whether it was refused.
fn sends(http: &Http, visitor: &Visitor, (used, body): (&str, &Open), kind: usize) -> Result<bool> {
    let token = bearer(to_base64url(&random::bytes::<32>()));
    let invented = to_base64url(&random::bytes::<56>());
    let address = to_base64url(&random::bytes::<48>());
    let traces = [("cf-connecting-ip", ADDRESS), ("x-forwarded-for", ADDRESS)];
    let site = (header::SITE, visitor.site.site.as_str());
    let authorization = (header::AUTHORIZATION, token.as_str());
    let open = |ticket: &str, work: &str| {
        let headers = [&traces[..], &[site, authorization, (header::TICKET, ticket), (header::WORK, work)]];
        http.post(path::CONVERSATIONS, &headers.concat(), body)
    };
    let work = visitor.work.as_deref().unwrap_or_default();
    let reply = match kind {
        0 => open(&invented, work)?,
        // A used ticket with the work that was done for it, by somebody who has not its token.
        1 => open(used, work)?,
        2 => open(used, "")?,
        _ => {
            let probe = [site, authorization, (header::CONVERSATION, address.as_str())];
            http.get(path::EVENTS, &[&traces[..], &probe].concat())?
        }
    };
    Ok([401, 428].contains(&reply.status))
}

/// The login storm: wrong, and without the work that is asked for.
fn storms(http: &Http, site: &Site) -> Result<bool> {
    let reply = start(http, &site.address, &Device::new(), &attempt(site, None)?)?;
    Ok(reply.code()? == Some(Code::WorkRequired))
}

#[test]
fn met_02_a_flood_of_bogus_and_replayed_tickets_makes_no_file_keeps_no_address_and_holds_nobody_up()
-> Result<()> {
    let world = world("flood")?;
    let site = world.site()?;
    world.staff(&site)?;
    let mut other = world.visitor(&site)?;
    let used = other.ticket()?.ticket;
    other.post_open(&used, &other.opening(other.seal("eins")?))?.ok()?;
    world.staff(&site)?.count(1)?;
    let body = other.opening(other.seal("Gewinnspiel")?);
    let (objects, memory) = (objects(&world), world.relay.memory()?);
    let (sent, refused) = ([const { AtomicUsize::new(0) }; KINDS], AtomicUsize::new(0));
    let through = AtomicBool::new(false);
    let honest = std::thread::scope(|scope| -> Result<_> {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let (http, other, site, sent, refused) = (world.http(), &other, &site, &sent, &refused);
                let (parts, through) = ((used.as_str(), &body), &through);
                scope.spawn(move || -> Result<()> {
                    // It goes on until whoever is honest is through.
                    for number in (sender..).step_by(SENDERS) {
                        if number >= FLOOD && through.load(Ordering::Relaxed) {
                            break;
                        }
                        let kind = number / SENDERS % KINDS;
                        let counts =
                            sends(&http, other, parts, kind)? && (number % 50 != 0 || storms(&http, site)?);
                        sent[kind].fetch_add(1, Ordering::Relaxed);
                        refused.fetch_add(usize::from(counts), Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        let honest = honest(&world, &site);
        through.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.join().expect("no panic")?;
        }
        honest
    })?;
    let sent = sent.map(AtomicUsize::into_inner);
    assert_eq!(refused.into_inner(), sent.iter().sum::<usize>(), "every request of the flood is refused");
    assert!(honest.as_secs() < 30, "{honest:?}");
    assert_eq!(self::objects(&world), objects + 1, "besides the honest visitor's, an object was made");
    let grown = world.relay.memory()?.saturating_sub(memory);
    assert!(grown < MEMORY, "{} MiB", grown >> 20);
    // Members see how much it was, and why: brought by the next ticket, since no refusal cost the site a call.
    let staff = world.staff(&site)?;
    let [invented, _, unworked, _] = sent.map(|requests| requests as u64);
    pace::until("what was refused", || {
        visitor_of(&world, &site)?;
        Ok((self::refused(&staff)? == [(Why::Ticket, invented), (Why::Work, unworked)]).then_some(()))
    })?;
    world.relay.holds_none(&[Canary::of(ADDRESS)])
}

/// How long an honest visitor takes, and a member at a device that is known.
fn honest(world: &World, site: &Site) -> Result<Duration> {
    let begun = Instant::now();
    let mut visitor = world.visitor(site)?;
    visitor.open("Guten Tag, mein Fenster klemmt.")?;
    let knock = knock(&world.http(), &site.who(), &site.device)?;
    anyhow::ensure!(knock.bits.is_none() && knock.last.is_some(), "the known device waits");
    Staff::login(&world.http(), site)?.count(2)?;
    Ok(begun.elapsed())
}

/// Somebody draws a ticket.
fn visitor_of(world: &World, site: &Site) -> Result<Ticket> {
    world.http().post_empty(path::TICKETS, &[(header::SITE, &site.address)])?.json()
}

/// What a site did not take in the last day, all of which is of this week, too.
fn refused(staff: &Staff) -> Result<Vec<(Why, u64)>> {
    let state: AbuseState = staff.call("GET", path::INBOX_ABUSE, &[], None)?.json()?;
    let one = |Refused { why, day, week }: Refused| {
        assert_eq!(day, week, "{why:?}");
        (why, day)
    };
    Ok(state.refused.into_iter().map(one).collect())
}

/// Objects that have storage.
fn objects(world: &World) -> usize {
    let is_one = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "sqlite");
    world.relay.storage().iter().filter(|(path, _)| is_one(path)).count()
}

#[test]
fn met_02_work_grows_with_what_is_opened_and_goes_back_when_it_is_quiet() -> Result<()> {
    let mut world = world("dearer")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    assert_eq!(bits(&mut visitor)?, MESSAGE_BITS);
    let early = (visitor.ticket()?.ticket, visitor.work.clone(), visitor.address.clone());
    let staff = world.staff(&site)?;
    // While it drains, too, and however slow this machine is.
    let dearer = pace::until("work that is four times as dear", || {
        for _ in 0..OPENINGS_PER_MINUTE / 2 {
            world.visitor(&site)?.open("eins")?;
        }
        let bits = bits(&mut visitor)?;
        Ok((bits > MESSAGE_BITS + 1).then_some(bits))
    })?;
    let state: AbuseState = staff.call("GET", path::INBOX_ABUSE, &[], None)?.json()?;
    assert!(state.work >= 2 && state.opened > OPENINGS_PER_MINUTE, "{state:?}");
    assert_eq!((state.settings, state.wait), (Abuse::default(), 0));
    // Work that was done in stock is not enough any more; the answer says for what to work, and the ticket stays good.
    let headers = |visitor: &Visitor| bearer(visitor.conversation.token());
    let (token, work) = (headers(&visitor), early.1.context("no work")?);
    let headers =
        [(header::SITE, site.address.as_str()), (header::TICKET, &early.0), (header::AUTHORIZATION, &token)];
    let body = visitor.opening(visitor.seal("Guten Tag")?);
    let reply =
        world.http().post(path::CONVERSATIONS, &[&headers[..], &[(header::WORK, &work)]].concat(), &body)?;
    assert_eq!(reply.code()?, Some(Code::WorkRequired));
    let challenge = reply.problem()?.work.context("no work")?;
    assert!(challenge.bits() + 1 >= dearer, "{} after {dearer}", challenge.bits());
    let work = solved(&challenge)?;
    world
        .http()
        .post(path::CONVERSATIONS, &[&headers[..], &[(header::WORK, &work)]].concat(), &body)?
        .ok()?;
    // A restart forgets: nothing of this was ever written down.
    world.relay.restart()?;
    assert_eq!(bits(&mut world.visitor(&site)?)?, MESSAGE_BITS);
    Ok(())
}

fn bits(visitor: &mut Visitor) -> Result<u8> {
    visitor.ticket()?;
    let work = visitor.work.as_deref().context("no work")?;
    let work: einwurf_protocol::work::Work =
        serde_json::from_slice(&einwurf_protocol::codec::from_base64(work)?)?;
    Ok(work.challenge.bits())
}

/// A refusal that passes says when, twice.
fn waits(reply: &Reply) -> Result<u64> {
    let problem = reply.problem()?;
    assert_eq!((reply.status, problem.code), (429, Code::LimitReached));
    let seconds = problem.retry_after.context("no time")?;
    assert_eq!(reply.header("retry-after"), Some(seconds.to_string().as_str()));
    Ok(seconds)
}

#[test]
fn a_visitor_whom_nobody_answers_writes_so_many_messages_a_minute_and_goes_on_after_an_answer_or_the_minute()
-> Result<()> {
    let mut world = world("messages-a-minute")?;
    let site = world.site()?;
    let (mut answered, mut waiting) = (world.visitor(&site)?, world.visitor(&site)?);
    for visitor in [&mut answered, &mut waiting] {
        visitor.open("0")?;
        for number in 1..MESSAGES_PER_MINUTE {
            visitor.write(&number.to_string())?;
        }
        let refused = visitor.append(&visitor.seal("zu viel")?)?;
        assert!((1..=60).contains(&waits(&refused)?));
        assert_eq!(u64::try_from(visitor.read(None)?.events.len())?, MESSAGES_PER_MINUTE);
    }
    let staff = world.staff(&site)?;
    staff.answer(&answered.address.clone().context("no address")?, "Ja?")?;
    answered.reload()?;
    answered.write("Danke.")?;
    world.advance(61)?;
    waiting.reconnect(&world.http());
    waiting.write("Noch etwas.")?;
    Ok(())
}

#[test]
fn what_no_member_fetched_has_an_end_and_goes_on_once_it_is_fetched() -> Result<()> {
    let world = world("unread-bytes")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Fotos folgen.")?;
    let declaring = |visitor: &Visitor, bytes| -> Result<_> {
        let event = visitor.seal("Foto")?;
        let attachments = vec![Declared { id: MessageId(random::bytes()), bytes }];
        Ok((event.clone(), Append { v: VERSION, event, grant: None, attachments }))
    };
    for _ in 0..2 {
        let (event, body) = declaring(&visitor, 28_000_000)?;
        visitor.post_event(&body)?.ok()?;
        visitor.conversation.accepted(&event)?;
    }
    let (event, body) = declaring(&visitor, UNREAD_BYTES - 56_000_000)?;
    assert_eq!(waits(&visitor.post_event(&body)?)?, UNREAD_WAIT_SECONDS);
    let staff = world.staff(&site)?;
    staff.fetch(visitor.address.as_deref().context("no address")?)?;
    visitor.post_event(&body)?.ok()?;
    visitor.conversation.accepted(&event)?;
    assert_eq!(refused(&staff)?, [(Why::Visitor, 1)], "told with what comes next");
    Ok(())
}

#[test]
fn a_site_that_takes_text_alone_says_so_with_every_ticket_and_refuses_files_alone() -> Result<()> {
    let world = world("text-only")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let settings = Abuse { text_only: true, strictness: Strictness::Strict };
    assert_eq!(staff.json("PUT", path::INBOX_ABUSE, &settings)?.status, 204);
    let state: AbuseState = staff.call("GET", path::INBOX_ABUSE, &[], None)?.json()?;
    assert_eq!(state.settings, settings);
    let event = visitor.seal("Foto")?;
    let attachments = vec![Declared { id: MessageId(random::bytes()), bytes: 1 }];
    let with_files = Append { v: VERSION, event, grant: None, attachments };
    assert_eq!(visitor.post_event(&with_files)?.code()?, Some(Code::TextOnly));
    let open = Open {
        attachments: with_files.attachments.clone(),
        ..{
            let fresh = world.visitor(&site)?;
            fresh.opening(
                fresh.seal_draft(&Draft { text: "x".into(), ..Draft::default() }, MessageId([1; 16]))?,
            )
        }
    };
    let mut fresh = world.visitor(&site)?;
    let ticket = fresh.ticket()?.ticket;
    assert_eq!(fresh.post_open(&ticket, &open)?.code()?, Some(Code::TextOnly));
    assert_eq!(refused(&staff)?, [(Why::Files, 2)]);
    visitor.write("Dann ohne Foto.")?;
    pace::until("a ticket that says so", || {
        let ticket: Ticket =
            world.http().post_empty(path::TICKETS, &[(header::SITE, &site.address)])?.json()?;
        Ok((ticket.text_only && ticket.work.bits() == MESSAGE_BITS + 2).then_some(()))
    })
}
