//! Mail servers that hang up, stall, contradict themselves, are full or show a wrong certificate: the mail waits, the inbox
//! says why, and it goes out under the same Message-ID once the server is good. Nothing goes out to a server that is not
//! the one.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::staff::{MailHealth, MailSettings, Security},
    problem::Code,
};
use einwurf_tests::{
    clock::now,
    fire::{
        machine::Machine,
        rogue::{Fault, Rogue, Rogues},
    },
    pace,
    relay::{MailWay, Options},
    seed::Site,
    smtp::{self, Certificates},
    staff::Staff,
    world::World,
};
use std::{collections::BTreeSet, thread};
use xtask::relay::free_address;

const fn fault(at: &'static str, does: &'static str, says: &'static str) -> Fault {
    Fault { at, does, says }
}

/// What the connections of four servers meet, and a word of what the inbox then says.
const FAULTS: [[(Fault, &str); 6]; 4] = [
    [
        (fault("greeting", "drop", ""), "closed"),
        (fault("tls", "drop", ""), "the mail server"),
        (fault("ehlo", "drop", ""), "closed"),
        (fault("auth", "drop", ""), "closed"),
        (fault("mail", "drop", ""), "closed"),
        (fault("rcpt", "drop", ""), "closed"),
    ],
    [
        (fault("data", "drop", ""), "closed"),
        (fault("tls", "expired", ""), "certificate"),
        (fault("body", "drop", ""), "closed"),
        (fault("tls", "selfsigned", ""), "certificate"),
        (fault("ehlo", "say-drop", "250-rogue\r\n250-SI"), "closed"),
        (fault("tls", "other", ""), "certificate"),
    ],
    [
        (fault("greeting", "say-drop", "421 too many connections"), "421"),
        (fault("mail", "say", "450 \u{1b}[31m\u{7}greylisted\u{202e}"), "greylisted"),
        (fault("rcpt", "say", "451 come again"), "451"),
        (fault("body", "say", "452 insufficient system storage"), "452"),
        (fault("auth", "say", "454 try later"), "454"),
        (fault("data", "say", "452 insufficient system storage"), "452"),
    ],
    [
        (fault("body", "say", "354 go on"), "354"),
        (fault("data", "say", "250 ok"), "250"),
        (fault("greeting", "say-drop", "HTTP/1.1 400 Bad Request"), "SMTP"),
        (fault("ehlo", "say-drop", "250-rogue\r\n550 no"), "SMTP"),
        (fault("ehlo", "say-drop", ENDLESS), "SMTP"),
        // Whatever is answered before it was asked for makes no other mail of it.
        (fault("rcpt", "say", "450 not yet\r\n250 ok\r\n354 go on"), "450"),
    ],
];

/// Longer than any of the first six waits between tries.
const WAIT: u64 = 4_500;

/// A line longer than any server's.
const ENDLESS: &str = concat!("250-", include_str!("api_mail_rogue.rs"));

fn relay_with(port: u16, site: &Site, staff: &Staff) -> Result<()> {
    let sender = Some(smtp::sender(port, Security::Tls));
    let settings = MailSettings { sender, ..staff.mail()? };
    ensure!(settings.recipients == site.plan.recipients, "other recipients");
    staff.set_mail(&settings)?.ok().map(drop)
}

/// What the inbox says while a mail waits for a try that is still to come.
fn waiting(staff: &Staff) -> Result<String> {
    pace::until("the mail to wait", || {
        Ok(match staff.health()?.mail {
            MailHealth::Waiting { reason, next, .. } if next > now() => Some(reason),
            _ => None,
        })
    })
}

fn idle(staff: &Staff) -> Result<()> {
    pace::until("the queue to empty", || {
        Ok(matches!(staff.health()?.mail, MailHealth::Idle { sent: Some(_) }).then_some(()))
    })
}

/// A relay that trusts one authority, and servers with these faults.
fn fallen_among(name: &str, servers: &[Rogue]) -> Result<(World, Machine, Rogues)> {
    let options = Options { mail: MailWay::Tls, frail: true, ..Options::default() };
    let world = World::start(name, &options)?;
    let machine = Machine::in_folder(world.folder().path())?;
    let good = world.certificates.as_ref().context("a mail server has certificates")?;
    let stranger = Certificates::for_names(&["localhost"])?;
    let shown = [
        ("good", good.pair()),
        ("expired", good.expired(&["localhost"])?),
        ("selfsigned", stranger.pair()),
        ("other", good.also_for(&["other.example"])?),
    ];
    let rogues = Rogues::start(servers, &shown)?;
    Ok((world, machine, rogues))
}

/// A site for each server, with a mail that waits.
fn sites(world: &World, rogues: &Rogues, servers: &[Rogue]) -> Result<Vec<(Site, Staff)>> {
    let site = |server: &Rogue| {
        let site = world.site()?;
        let staff = world.staff(&site)?;
        relay_with(rogues.port(&server.name)?, &site, &staff)?;
        world.visitor(&site)?.open("Guten Tag")?;
        Ok((site, staff))
    };
    servers.iter().map(site).collect()
}

#[test]
fn enc_05_whatever_a_mail_server_does_the_mail_waits_and_goes_out_once_it_is_good() -> Result<()> {
    let server = |(number, faults): (usize, &[(Fault, &str); 6])| Rogue {
        name: format!("server {number}"),
        faults: faults.iter().map(|(fault, _)| *fault).collect(),
    };
    let servers: Vec<Rogue> = FAULTS.iter().enumerate().map(server).collect();
    let (world, machine, mut rogues) = fallen_among("mail-rogue", &servers)?;
    let sites = sites(&world, &rogues, &servers)?;
    for round in 0..6 {
        for ((faults, server), (_, staff)) in FAULTS.iter().zip(&servers).zip(&sites) {
            let (met, named) = faults.get(round).context("six faults")?;
            rogues.met(&server.name, u32::try_from(round)? + 1).with_context(|| format!("{met:?}"))?;
            let said = waiting(staff).with_context(|| format!("{met:?}"))?;
            assert!(said.contains(named), "{met:?}: {said}");
            assert!(!said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said:?}");
        }
        machine.pass(WAIT)?;
    }
    for ((server, (_, staff)), faults) in servers.iter().zip(&sites).zip(&FAULTS) {
        idle(staff).with_context(|| server.name.clone())?;
        let mails = rogues.taken(&server.name)?;
        let ids = mails.iter().map(|mail| mail.id()).collect::<Result<BTreeSet<_>>>()?;
        assert_eq!(ids.len(), 1, "{}: {ids:?}", server.name);
        // Whoever fails on a whole message may have kept it: then it has it twice, under one id.
        let whole = faults.iter().filter(|(fault, _)| fault.at == "body").count();
        assert_eq!(mails.len(), whole + 1, "{}", server.name);
    }
    Ok(())
}

/// Four members try the settings at a time, and no fifth, until the server was waited for longer than the relay waits for
/// any answer; then there is room again.
fn tries(staff: &Staff, rogues: &mut Rogues, pass: impl FnOnce() -> Result<()>) -> Result<()> {
    thread::scope(|scope| {
        let four: Vec<_> = (0..4).map(|_| scope.spawn(|| staff.test_mail())).collect();
        rogues.met("greeting", 5)?;
        assert_eq!(staff.test_mail()?.code()?, Some(Code::LimitReached));
        pass()?;
        for waiting in four {
            let problem = waiting.join().ok().context("a thread panicked")??.problem()?;
            assert_eq!(problem.code, Code::MailFailed);
            ensure!(problem.detail.is_some_and(|said| said.contains("does not answer")));
        }
        staff.test_mail()?.ok().map(drop)
    })
}

/// As many mails as one connection takes, one that a server takes alone, one that it keeps waiting, and one more.
const MAILS: usize = 13;

#[test]
fn several_mails_go_over_one_connection_and_none_takes_another_with_it() -> Result<()> {
    let name = "line";
    let faults = vec![
        // Hangs up after the first one, or says that it has enough, or does not take one of many now.
        fault("rset", "drop", ""),
        fault("rset", "say", "421 4.7.0 enough"),
        fault("rcpt", "say-once", "450 4.2.0 come again"),
    ];
    let (world, _, mut rogues) = fallen_among("mail-line", &[Rogue { name: name.to_owned(), faults }])?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    // Nobody is there until all of them wait: each asks for copies of another conversation.
    relay_with(free_address()?.port(), &site, &staff)?;
    for _ in 0..MAILS {
        world.visitor(&site)?.open("Guten Tag")?;
    }
    staff.count(MAILS)?;
    for entry in staff.list()? {
        staff.erase(&entry.conversation)?.ok()?;
    }
    pace::until("all to be erased, each with its mail", || {
        Ok(staff.list()?.iter().all(|entry| entry.erasure.is_some()).then_some(()))
    })?;
    relay_with(rogues.port(name)?, &site, &staff)?;
    rogues.took(name, MAILS - 1)?;
    // The third connection has ten: the one that waits, and nine that do not wait with it. The last one needs a fourth.
    staff.retry_mail()?.ok()?;
    let mails = rogues.took(name, MAILS)?;
    let ids = mails.iter().map(|mail| mail.id()).collect::<Result<BTreeSet<_>>>()?;
    assert_eq!((mails.len(), ids.len()), (MAILS, MAILS), "each arrives once");
    assert_eq!(rogues.connections(name), 5, "and one for the mail that waited");
    idle(&staff)
}

#[test]
fn a_mail_server_that_never_answers_is_left_and_holds_nothing_else_up() -> Result<()> {
    // One mail of the relay's own stalls at each, and at the first of them the tries of its members.
    let servers = [("greeting", 5), ("rcpt", 1), ("body", 1)]
        .map(|(at, times)| Rogue { name: at.to_owned(), faults: vec![fault(at, "stall", ""); times] });
    let (world, machine, mut rogues) = fallen_among("mail-stall", &servers)?;
    let sites = sites(&world, &rogues, &servers)?;
    for (server, (site, staff)) in servers.iter().zip(&sites) {
        rogues.met(&server.name, 1)?;
        // Meanwhile the site is there, for visitors as for members.
        world.visitor(site)?.open("Sind Sie da?")?;
        staff.count(2)?;
    }
    let (_, staff) = sites.first().context("a site")?;
    tries(staff, &mut rogues, || machine.pass(301))?;
    for (server, (_, staff)) in servers.iter().zip(&sites) {
        let said = waiting(staff).with_context(|| server.name.clone())?;
        assert!(said.contains("does not answer"), "{}: {said}", server.name);
    }
    machine.pass(WAIT)?;
    for (server, (_, staff)) in servers.iter().zip(&sites) {
        rogues.taken(&server.name)?;
        idle(staff).with_context(|| server.name.clone())?;
    }
    Ok(())
}
