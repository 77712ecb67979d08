//! Staff's live connections: told of every change, and out as soon as the session is.

use anyhow::{Result, anyhow};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        staff::{Changed, Mark},
    },
    limits::LIVE_STAFF,
    live::{CLOSE_CREDENTIALS, CLOSE_FORM, CLOSE_REPLACED, PING, PONG, SUBPROTOCOL},
    problem::Code,
    sheet::TeamSheet,
};
use einwurf_tests::{
    canary::Canary,
    clock::now,
    colleague::{PASSWORD, READ, anna, join},
    device::Device,
    live::{Heard, Live},
    staff::Staff,
    world::World,
};

fn nothing() -> TeamSheet {
    TeamSheet {
        v: VERSION,
        changes: 1,
        canned: Vec::new(),
        topics: Vec::new(),
        labels: Vec::new(),
        stand_ins: Vec::new(),
        hours: None,
        automatic: [].into(),
    }
}

#[test]
fn members_are_told_of_messages_marks_sheets_and_publications() -> Result<()> {
    let world = World::quiet("inbox-live")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let anna = join(&world, &site, &mut admin, READ)?;
    let (mut one, mut other) = (admin.live()?, anna.live()?);
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let conversation = visitor.address.clone().ok_or_else(|| anyhow!("no address"))?;
    let change = Changed::Conversation { conversation: conversation.clone() };
    let both = |one: &mut Live, other: &mut Live, change: &Changed| {
        one.until(change)?;
        other.until(change)
    };
    both(&mut one, &mut other, &change)?;
    admin.newest()?;
    anna.mark(&conversation, &Mark { read: Some(1), done: None })?.ok()?;
    both(&mut one, &mut other, &change)?;
    anna.share(0, &nothing())?;
    both(&mut one, &mut other, &Changed::Sheets)?;
    admin.publish(|_| ())?;
    both(&mut one, &mut other, &Changed::Site)?;
    visitor.withdraw()?;
    both(&mut one, &mut other, &change)?;
    // Neither the session nor a conversation is in the log.
    let secrets = [conversation, admin.session.session.to_string(), admin.site.clone()];
    for secret in secrets {
        assert_eq!(Canary::of(&secret).found_in(world.relay.log().as_bytes()), None);
    }
    Ok(())
}

#[test]
fn who_is_out_loses_the_connection_at_once_and_nobody_else() -> Result<()> {
    let world = World::quiet("inbox-live-out")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let (first, second) = (join(&world, &site, &mut admin, READ)?, Device::new());
    let again = Staff::login_as(&world.http(), &anna(&site), &second)?;
    let third = Staff::login_as(&world.http(), &anna(&site), &Device::new())?;
    let mut stays = admin.live()?;
    let (mut one, mut two, mut three) = (first.live()?, again.live()?, third.live()?);
    // By logging out,
    first.logout()?.ok()?;
    assert_eq!(one.closed()?, CLOSE_CREDENTIALS);
    assert_eq!(first.ask_live()?.err().map(|reply| reply.status), Some(401));
    // by the end of a device,
    third.end_device(second.id())?.ok()?;
    assert_eq!(two.closed()?, CLOSE_CREDENTIALS);
    // by a new password,
    let fourth = Staff::login_as(&world.http(), &anna(&site), &Device::new())?;
    let mut four = fourth.live()?;
    third.change_password(PASSWORD)?.ok()?;
    assert_eq!(four.closed()?, CLOSE_CREDENTIALS);
    // by removal. What comes then is not told any more.
    let id = third.member.id();
    admin.publish(|says| says.remove(&id, now()))?;
    assert_eq!(three.hear()?, Heard::Closed(CLOSE_CREDENTIALS));
    stays.until(&Changed::Site)?;
    admin.share(0, &nothing())?;
    stays.until(&Changed::Sheets)
}

#[test]
fn a_stolen_session_listens_to_nothing_without_its_device() -> Result<()> {
    let world = World::quiet("inbox-live-stolen")?;
    let (site, other) = (world.site()?, world.site()?);
    let (staff, stranger) = (world.staff(&site)?, world.staff(&other)?);
    let http = world.http();
    let session = staff.session.session.to_string();
    let proof = |device: &Device, method: &str, path: &str, token: Option<&str>| {
        device.proof(method, &format!("{}{path}", http.origin()), token).1
    };
    let own = |method: &str, path: &str| proof(&staff.device, method, path, Some(&session));
    let foreign = proof(&Device::new(), "GET", path::INBOX_LIVE, Some(&session));
    let offers = [
        format!("{}, {session}, {foreign}", staff.site),
        format!("{}, {session}, {}", staff.site, own("GET", path::INBOX)),
        format!("{}, {session}, {}", staff.site, own("POST", path::INBOX_LIVE)),
        format!("{}, {session}, {}", staff.site, proof(&staff.device, "GET", path::INBOX_LIVE, None)),
        format!("{}, {session}, {}", stranger.site, own("GET", path::INBOX_LIVE)),
        format!("{}, {}, {}", staff.site, stranger.session.session, own("GET", path::INBOX_LIVE)),
        format!("{}, {session}", staff.site),
        format!("{session}, {}", own("GET", path::INBOX_LIVE)),
    ];
    for offer in offers {
        let refused = Live::ask(&http, path::INBOX_LIVE, &format!("{SUBPROTOCOL}, {offer}"), &[])?;
        assert_eq!(refused.err().map(|reply| reply.status), Some(401), "{offer}");
    }
    // A visitor's connection is none of staff's.
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let refused = Live::ask(&http, path::INBOX_LIVE, &visitor.protocols()?, &[])?;
    assert_eq!(refused.err().map(|reply| reply.status), Some(401));
    // Without an upgrade it is no connection.
    let plain = staff.call("GET", path::INBOX_LIVE, &[], None)?;
    assert_eq!(plain.code()?, Some(Code::Malformed));
    staff.live().map(drop)
}

#[test]
fn a_connection_says_ping_and_nothing_else() -> Result<()> {
    let world = World::quiet("inbox-live-ping")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut live = staff.live()?;
    for _ in 0..3 {
        live.say(PING)?;
        assert_eq!(live.hear()?, Heard::Said(PONG.to_owned()));
    }
    for text in ["Ping", "ping ", "", "{\"changed\":\"site\"}"] {
        let mut live = staff.live()?;
        live.say(text)?;
        assert_eq!(live.hear()?, Heard::Closed(CLOSE_FORM), "{text:?}");
    }
    let mut bytes = staff.live()?;
    bytes.say_bytes(PING.as_bytes())?;
    assert_eq!(bytes.hear()?, Heard::Closed(CLOSE_FORM));
    // What is answered says that nothing else waits before it.
    live.say(PING)?;
    assert_eq!(live.hear()?, Heard::Said(PONG.to_owned()), "nobody else hears of it");
    Ok(())
}

#[test]
fn one_connection_too_many_ends_the_oldest() -> Result<()> {
    let world = World::quiet("inbox-live-many")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut all = (0..LIVE_STAFF).map(|_| staff.live()).collect::<Result<Vec<_>>>()?;
    // As many as there may be: none has ended.
    staff.share(0, &nothing())?;
    for live in &mut all {
        live.until(&Changed::Sheets)?;
    }
    let mut newest = staff.live()?;
    assert_eq!(all[0].hear()?, Heard::Closed(CLOSE_REPLACED));
    staff.share(1, &nothing())?;
    for live in all.iter_mut().skip(1) {
        live.until(&Changed::Sheets)?;
    }
    newest.until(&Changed::Sheets)
}
