//! What the machine under the relay does to it: a full disk, a clock that jumps.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path, staff::MailHealth},
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    clock,
    fire::machine::Machine,
    http::Reply,
    pace,
    relay::{MailWay, Options},
    staff::Staff,
    stored::is_owing,
    visitor::Visitor,
    world::World,
};

fn frail(name: &str) -> Result<(World, Machine)> {
    let world = World::start(name, &Options { frail: true, ..Options::default() })?;
    let machine = Machine::in_folder(world.folder().path())?;
    Ok((world, machine))
}

/// Waits until a conversation in the list has so many events.
fn listed(staff: &Staff, conversation: &str, events: u64) -> Result<()> {
    pace::until("the event in the list", || {
        let entry = staff.list()?.into_iter().find(|entry| entry.conversation == conversation);
        Ok(entry.filter(|entry| entry.events == events).map(drop))
    })
}

#[test]
fn a_full_disk_acknowledges_nothing_loses_nothing_and_is_forgiven() -> Result<()> {
    let (mut world, machine) = frail("disk-full")?;
    let site = world.site()?;
    let (staff, canary) = (world.staff(&site)?, Canary::new("Kanarienplatz"));
    let (mut visitor, mut other) = (world.visitor(&site)?, world.visitor(&site)?);
    let ticket = other.ticket()?.ticket;
    let first = other.opening(other.seal(canary.text())?);
    visitor.open("Vorher.")?;
    // Acknowledged, and owed to the inbox object and to the proof object.
    machine.disk_is_full(true)?;
    // As long as there is room in the files that are there, something may still be taken.
    let mut taken = 1;
    let event = loop {
        let event = visitor.seal(canary.text())?;
        let reply = visitor.append(&event)?;
        if reply.status != 201 {
            reply.is_away()?;
            break event;
        }
        visitor.conversation.accepted(&event)?;
        taken += 1;
        assert!(taken < 1_000, "the disk is not full");
    };
    other.post_open(&ticket, &first)?.is_away()?;
    visitor.append(&event)?.is_away()?;
    // What is only read may be read; if not, the page shows the ordinary contact ways.
    let page = world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?;
    if page.status != 200 {
        page.is_away()?;
    }

    machine.disk_is_full(false)?;
    // The same bytes.
    pace::until("room for a message", || Ok(visitor.append(&event)?.ok().ok().map(drop)))?;
    visitor.conversation.accepted(&event)?;
    pace::until("room for a conversation", || Ok(other.post_open(&ticket, &first)?.ok().ok().map(drop)))?;
    let conversation = visitor.address.clone().context("an address")?;
    listed(&staff, &conversation, taken + 1)?;
    assert_eq!(staff.texts(&conversation)?.len() as u64, taken + 1);
    listed(&staff, other.address.as_deref().context("an address")?, 1)?;
    pace::until("both proofs", || {
        let proofs = staff.proofs(None)?.proofs;
        Ok((proofs.iter().filter(|proof| proof.records.len() == 1).count() == 2).then_some(()))
    })?;
    assert!(!world.relay.has_ended(), "the relay ended");
    world.relay.holds_none(&[canary])
}

/// The longest that the runtime waits before it tries an alarm again which failed.
const ALARM_WAIT: u64 = 2_000;

#[test]
fn what_is_owed_when_the_disk_is_full_for_hours_is_delivered_when_there_is_space() -> Result<()> {
    let (world, machine) = frail("disk-full-owed")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    // On a busy machine the alarm may come before the disk is full.
    let mut opened = 0;
    loop {
        // An object that met the full disk is refused until it is back in memory.
        let open = || world.visitor(&site).and_then(|mut visitor| visitor.open("Angenommen."));
        pace::until("a first message", || Ok(open().ok()))?;
        opened += 1;
        machine.disk_is_full(true)?;
        // Nobody is asked: the inbox object may not be able to answer now.
        if is_owing(&world.relay)? {
            break;
        }
        assert!(opened < 20, "each was announced before the disk was full");
        machine.disk_is_full(false)?;
    }
    let failed = || world.relay.log().matches("alarm").count();
    for _ in 0..16 {
        let before = failed();
        machine.pass(ALARM_WAIT)?;
        pace::until("the alarm to fail", || {
            world.http().get(path::RELAY, &[])?.ok()?;
            Ok((failed() > before).then_some(()))
        })?;
    }
    machine.disk_is_full(false)?;
    machine.pass(ALARM_WAIT)?;
    staff.count(opened)?;
    for entry in staff.list()? {
        assert_eq!(staff.texts(&entry.conversation)?, ["Angenommen."]);
    }
    Ok(())
}

/// Far enough for tickets and sessions to be over, and nothing that a site promises.
const LEAP: i64 = 86_400;

#[test]
fn a_clock_that_jumps_erases_nothing_and_holds_nothing_up() -> Result<()> {
    let mut world =
        World::start("clock-jumps", &Options { mail: MailWay::Tls, frail: true, ..Options::default() })?;
    let machine = Machine::in_folder(world.folder().path())?;
    let site = world.site()?;
    let visitor = || world.visitor(&site);
    let (mut before, mut ahead, mut behind, mut late) = (visitor()?, visitor()?, visitor()?, visitor()?);
    // Each jump comes between what is acknowledged and the alarm that announces it.
    let deleted = before.open("vor dem Sprung")?.deleted;
    let old = late.ticket()?.ticket;
    let body = late.opening(late.seal("zu spät")?);
    machine.clock(LEAP)?;
    assert_eq!(late.post_open(&old, &body)?.code()?, Some(Code::Unauthorized), "a ticket of yesterday");
    ahead.open("einen Tag voraus")?;
    let early = late.ticket()?.ticket;
    machine.clock(0)?;
    assert_eq!(late.post_open(&early, &body)?.code()?, Some(Code::Unauthorized), "a ticket of tomorrow");
    ahead.write("wieder heute")?;
    machine.clock(-LEAP)?;
    behind.open("einen Tag zurück")?;
    before.write("gestern")?;
    machine.clock(0)?;
    behind.write("heute")?;
    assert!(before.write("heute")?.deleted >= deleted);

    // An object in memory sees no clock go back. Once it was out of memory, the next request sets right what it left.
    machine.pass(60)?;
    let staff = world.staff(&site)?;
    for (visitor, texts) in [
        (&before, &["vor dem Sprung", "gestern", "heute"][..]),
        (&ahead, &["einen Tag voraus", "wieder heute"]),
        (&behind, &["einen Tag zurück", "heute"]),
    ] {
        let conversation = visitor.address.as_deref().context("an address")?;
        pace::until("what is owed to be paid", || {
            visitor.read(None)?;
            let entry = staff.list()?.into_iter().find(|entry| entry.conversation == conversation);
            Ok(entry.filter(|entry| entry.events == texts.len() as u64).map(drop))
        })
        .with_context(|| format!("{texts:?}"))?;
        assert_eq!(staff.texts(conversation)?, texts);
        let proof = pace::until("the record in the proof", || {
            Ok(staff.proof(conversation)?.filter(|proof| !proof.records.is_empty()))
        });
        assert_eq!(proof.with_context(|| format!("{texts:?}"))?.records.len(), 1, "{texts:?}");
    }
    assert_eq!(staff.list()?.len(), 3);
    world.smtp()?.mail()?;
    pace::until("the queue to empty", || {
        Ok(matches!(staff.health()?.mail, MailHealth::Idle { sent: Some(_) }).then_some(()))
    })?;

    // Whoever asks after the date is told that it is over, and then it is, also when the clock was wrong.
    let deleted = before.read(None)?.deleted;
    let event = before.seal("zu spät")?;
    let unknown = |reply: Reply| -> Result<()> {
        assert_eq!(reply.code()?, Some(Code::Unauthorized), "{}", reply.text());
        Ok(())
    };
    let manifest = || -> Result<String> {
        Ok(world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?.ok()?.text())
    };
    let today = manifest()?;
    machine.clock(i64::try_from(deleted.0 - clock::now().0)? + LEAP)?;
    unknown(before.append(&event)?)?;
    machine.clock(0)?;
    // The site, too, sees no clock go back as long as it is in memory, and then has the key of a later month.
    pace::until("the site to be out of memory", || {
        machine.pass(60)?;
        Ok((manifest()? == today).then_some(()))
    })?;
    // What lay unused for a minute is closed by the relay.
    before.reconnect(&world.http());
    unknown(before.append(&event)?)?;
    ahead.reconnect(&world.http());
    late_ones_go_on(&mut ahead)
}

/// Of the others, nobody asked while the clock was wrong.
fn late_ones_go_on(visitor: &mut Visitor) -> Result<()> {
    visitor.write("morgen noch")?;
    Ok(())
}
