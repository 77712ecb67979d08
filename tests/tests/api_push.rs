//! Pushes to devices of staff: what leaves, to whom, when, and what ends it.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::staff::{Arrives, MailSettings, MailWish, Quiet, Security},
    limits::PUSH_DEVICES,
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    clock,
    colleague::{READ, join},
    device::Device,
    fire::rogue::{Fault, Rogue, Rogues},
    pace,
    push::{Browser, HOSTS, sender, world},
    receiver::{Receiver, Taken, Trap},
    relay::{MailWay, Options},
    smtp,
    staff::Staff,
    webhooks::{ALLOW_PRIVATE, world_with},
    world::World,
};
use std::collections::BTreeSet;

/// Headers that a push service gets.
const HEADERS: [&str; 8] = [
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "authorization",
    "topic",
    "ttl",
    "urgency",
];
/// Salt, length of a record, key; seven bytes, their end, the tag.
const LENGTH: usize = 16 + 4 + 1 + 65 + 7 + 1 + 16;

/// The same for every push, but for salts, keys and tokens.
fn is_like_all_others(taken: &Taken, browser: &Browser) -> Result<()> {
    assert_eq!((taken.method.as_str(), taken.body.len()), ("POST", LENGTH));
    for (name, value) in &taken.headers {
        assert!(HEADERS.contains(&name.as_str()), "{name}: {value}");
    }
    for (name, value) in
        [("content-encoding", "aes128gcm"), ("topic", "einwurf"), ("ttl", "86400"), ("urgency", "normal")]
    {
        assert_eq!(taken.header(name)?, value);
    }
    assert_eq!(browser.reads(taken)?, "einwurf");
    Ok(())
}

#[test]
fn met_05_every_push_is_of_one_length_and_says_nothing_and_none_leaves_before_it_is_allowed() -> Result<()> {
    let (world, certificates, folder) = world("push")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let anna = join(&world, &site, &mut staff, READ)?;
    let mut receiver = Receiver::start(&certificates, &folder)?;

    // Off: nobody can subscribe, and a message leads to nothing.
    let off = anna.push()?;
    ensure!(!off.allowed && !off.subscribed && off.key.len() == 65);
    let browser = Browser::at(&receiver.url("/Kanarienvogel-am-Fenster"));
    assert_eq!(anna.subscribe(&browser)?.code()?, Some(Code::PushOff));
    assert_eq!(anna.allow_push(true)?.code()?, Some(Code::Forbidden), "a reader does not decide");
    let canary = Canary::new("Kanarie");
    let mut visitor = world.visitor(&site)?;
    visitor.open(canary.text())?;
    staff.count(1)?;

    // Allowed and subscribed: a first message, another one that is long, one of another visitor.
    assert_eq!(staff.allow_push(true)?.status, 204);
    assert_eq!(anna.subscribe(&browser)?.status, 204);
    let on = anna.push()?;
    ensure!(on.allowed && on.subscribed && on.key == off.key, "one key for good");
    ensure!(!staff.push()?.subscribed, "another session is another device");
    visitor.write(canary.text())?;
    let mut pushes = vec![receiver.next()?];
    anna.list()?;
    visitor.write(&canary.text().repeat(100))?;
    pushes.push(receiver.next()?);
    anna.list()?;
    let mut other = world.visitor(&site)?;
    other.open("Guten Tag")?;
    pushes.push(receiver.next()?);
    // Nobody looked since: what else happens leads to none.
    other.write("Noch etwas")?;
    staff.answer(visitor.address.as_deref().context("an address")?, canary.text())?;
    visitor.reload()?;
    visitor.withdraw()?;
    pace::until("the end", || Ok(staff.list()?.iter().any(|one| one.erasure.is_some()).then_some(())))?;
    // Somebody who looks makes the next one news.
    anna.list()?;
    other.write("Und noch etwas")?;
    pushes.push(receiver.next()?);
    ensure!(receiver.answer(201)?.is_empty(), "and no other");

    let secrets = [canary, Canary::of(&site.address), Canary::of(&visitor.conversation.cid().code())];
    for push in &pushes {
        is_like_all_others(push, &browser)?;
        let claims = sender(push, &on)?;
        assert_eq!(claims["aud"], format!("https://localhost:{}", receiver.port));
        assert_eq!(claims["sub"], world.relay.origin());
        let ends = claims["exp"].as_u64().context("an end")?;
        ensure!((clock::now().0..=clock::now().0 + 86_400).contains(&ends), "{claims}");
        let all = format!("{:?}", push.headers);
        for secret in &secrets {
            assert_eq!(secret.found_in(&push.body).or(secret.found_in(all.as_bytes())), None);
        }
    }
    let once: BTreeSet<_> = pushes.iter().map(|push| &push.body).collect();
    assert_eq!(once.len(), pushes.len(), "salts and keys are drawn anew");
    // Whoever has the disk finds no device.
    world.relay.holds_none(&[
        Canary::of("Kanarienvogel-am-Fenster"),
        Canary::of_bytes(&browser.subscription().keys.auth),
    ])
}

/// Devices that were told of the next message of the visitor, by the paths of their endpoints.
fn told(receiver: &mut Receiver, devices: usize) -> Result<BTreeSet<String>> {
    let mut told = BTreeSet::new();
    for _ in 0..devices {
        told.insert(receiver.next()?.path);
    }
    ensure!(receiver.answer(201)?.is_empty(), "only {told:?}");
    Ok(told)
}

fn paths(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn a_subscription_ends_with_its_session_its_device_its_member_and_when_its_service_says_so() -> Result<()> {
    let (world, certificates, folder) = world("push-ends")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let anna = join(&world, &site, &mut staff, READ)?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    let (leaves, revoked) = (Device::new(), Device::new());
    let login = |device: &Device| Staff::login_as(&world.http(), &site.who(), device);
    let (second, third) = (login(&leaves)?, login(&revoked)?);
    assert_eq!(staff.allow_push(true)?.status, 204);
    for (session, path) in [(&staff, "/first"), (&second, "/second"), (&third, "/third"), (&anna, "/anna")] {
        session.subscribed(&receiver.url(path))?;
    }
    let mut visitor = world.visitor(&site)?;
    visitor.open("Erste")?;
    assert_eq!(told(&mut receiver, 4)?, paths(&["/first", "/second", "/third", "/anna"]));

    // Logged out; revoked by another device; a new login of the same browser takes the place of the former one.
    let looked = || {
        staff.list()?;
        anna.list()
    };
    looked()?;
    assert_eq!(second.logout()?.status, 204);
    assert_eq!(staff.end_device(revoked.id())?.status, 204);
    let again = Staff::login(&world.http(), &site)?;
    again.subscribed(&receiver.url("/again"))?;
    visitor.write("Zweite")?;
    assert_eq!(told(&mut receiver, 2)?, paths(&["/again", "/anna"]));

    // Out of the roster; switched off by its owner.
    looked()?;
    staff.publish(|says| says.members.retain(|member| member.id != anna.session.member))?;
    assert_eq!(again.unsubscribe()?.status, 204);
    ensure!(!again.push()?.subscribed);
    staff.subscribed(&receiver.url("/former"))?;
    staff.subscribed(&receiver.url("/staff"))?;
    // The inbox key is another one by now.
    let mut visitor = world.visitor(&site)?;
    visitor.open("Dritte")?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/staff"]));

    // Gone, as the service says.
    staff.list()?;
    receiver.answer(410)?;
    visitor.write("Vierte")?;
    receiver.next()?;
    pace::until("the subscription to end", || Ok((!staff.push()?.subscribed).then_some(())))?;

    // One device below the most of a member, the most, and one more, which ends the oldest.
    staff.subscribed(&receiver.url("/0"))?;
    let mut devices = Vec::new();
    for place in 1..=PUSH_DEVICES {
        let device = login(&Device::new())?;
        device.subscribed(&receiver.url(&format!("/{place}")))?;
        assert_eq!(staff.push()?.subscribed, place < PUSH_DEVICES, "{place}");
        devices.push(device);
    }
    // No more, for everybody.
    assert_eq!(staff.allow_push(false)?.status, 204);
    for device in &devices {
        ensure!(!device.push()?.subscribed);
    }
    Ok(())
}

#[test]
fn met_05_a_push_goes_to_known_services_only_and_never_where_it_is_sent_on() -> Result<()> {
    let mut world = World::quiet("push-guard")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let trap = Trap::set()?;
    assert_eq!(staff.allow_push(true)?.status, 204);
    for host in [
        "push.example.com",
        "fcm.googleapis.com.example.com",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "2130706433",
        "127.0.0.1",
        "[::1]",
        "localhost",
    ] {
        let refused = staff.subscribe(&Browser::at(&format!("https://{host}/x")))?;
        assert_eq!(refused.code()?, Some(Code::PushService), "{host}");
    }
    let other_port = staff.subscribe(&Browser::at("https://fcm.googleapis.com:8443/x"))?;
    assert_eq!(other_port.code()?, Some(Code::PushService));
    for url in ["http://fcm.googleapis.com/x", "https://fcm.googleapis.com/#x", ""] {
        let refused = staff.subscribe(&Browser::at(url))?;
        assert_eq!(refused.problem()?.field.as_deref(), Some("endpoint"), "{url}");
    }
    ensure!(!staff.push()?.subscribed);
    staff.subscribed("https://updates.push.services.mozilla.com/wpush/v2/x")?;

    // Were an address of this machine taken, the way that pushes leave by would not lead there.
    world.relay.rebind(ALLOW_PRIVATE, Some("1"))?;
    world.relay.rebind(HOSTS, Some("127.0.0.1"))?;
    staff.subscribed(&format!("https://127.0.0.1:{}/", trap.port))?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    // What was stored while it was allowed is not sent to once it is not, and ends.
    world.relay.rebind(HOSTS, Some("push.example.com"))?;
    pace::until("the subscription to end", || Ok((!staff.push()?.subscribed).then_some(())))?;
    assert_eq!(trap.caught(), 0);
    Ok(())
}

#[test]
fn a_service_that_is_busy_is_asked_again_when_it_says_and_nobody_is_led_astray() -> Result<()> {
    let (mut world, certificates, folder) = world("push-again")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let trap = Trap::set()?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    assert_eq!(staff.allow_push(true)?.status, 204);
    let browser = staff.subscribed(&receiver.url("/x"))?;
    receiver.busy(503, "7")?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let refused = receiver.next()?.at;
    receiver.redirect(&format!("http://127.0.0.1:{}/", trap.port))?;
    let waited = receiver.next()?.at - refused;
    ensure!(waited > 6_500, "its own wait ends after six seconds: {waited} ms");
    // The second wait is half a minute; killed, it is as long.
    receiver.answer(201)?;
    world.advance(60)?;
    let taken = receiver.next()?;
    is_like_all_others(&taken, &browser)?;
    assert_eq!(trap.caught(), 0);
    ensure!(staff.push()?.subscribed, "it stays subscribed");
    Ok(())
}

#[test]
fn nobody_is_told_in_quiet_hours_or_while_the_inbox_is_open() -> Result<()> {
    let (mut world, certificates, folder) = world("push-quiet")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let anna = join(&world, &site, &mut staff, READ)?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    assert_eq!(staff.allow_push(true)?.status, 204);
    let minute = u16::try_from(clock::now().0 / 60 % 1_440)?;
    let quiet =
        Quiet { from: (minute + 1_439) % 1_440, until: (minute + 60) % 1_440, zone: "Etc/UTC".into() };
    assert_eq!(staff.wish_mail(&MailWish { arrives: Arrives::Never, quiet: Some(quiet) })?.status, 204);
    staff.subscribed(&receiver.url("/quiet"))?;
    anna.subscribed(&receiver.url("/anna"))?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Nachts")?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/anna"]));

    // Anna has the inbox open: while she looks, what comes is no news for her telephone.
    anna.list()?;
    let mut live = anna.live()?;
    visitor.write("Anna sieht es")?;
    live.changed()?;
    anna.list()?;
    // One that nobody looks at: the telephone fell asleep.
    visitor.write("Anna sieht es nicht")?;
    live.changed()?;
    ensure!(receiver.answer(201)?.is_empty(), "nobody was told yet");
    drop(live);
    world.advance(130)?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/anna"]));
    world.advance(3_600)?;
    // Killed before it was stored that the first one was taken, the relay may have sent it again.
    while receiver.next()?.path != "/quiet" {}
    Ok(())
}

#[test]
fn quiet_hours_that_are_wished_for_while_something_waits_are_kept() -> Result<()> {
    let (mut world, certificates, folder) = world("push-quiet-late")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let anna = join(&world, &site, &mut staff, READ)?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    assert_eq!(staff.allow_push(true)?.status, 204);
    staff.subscribed(&receiver.url("/quiet"))?;
    anna.subscribed(&receiver.url("/anna"))?;
    // Both have the inbox open and look away: they would be told in half a minute.
    let (mut first, mut second) = (staff.live()?, anna.live()?);
    let mut visitor = world.visitor(&site)?;
    visitor.open("Noch schnell")?;
    first.changed()?;
    second.changed()?;
    let minute = u16::try_from(clock::now().0 / 60 % 1_440)?;
    let quiet =
        Quiet { from: (minute + 1_439) % 1_440, until: (minute + 60) % 1_440, zone: "Etc/UTC".into() };
    assert_eq!(staff.wish_mail(&MailWish { arrives: Arrives::Never, quiet: Some(quiet) })?.status, 204);
    drop((first, second));
    world.advance(130)?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/anna"]));
    // Whatever left meanwhile would come before this one.
    anna.list()?;
    visitor.write("Und noch etwas")?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/anna"]));
    world.advance(3_600)?;
    while receiver.next()?.path != "/quiet" {}
    Ok(())
}

#[test]
fn a_mail_server_that_takes_minutes_holds_up_no_push() -> Result<()> {
    let mut options = Options { mail: MailWay::Tls, ..Options::default() };
    options.vars.insert(HOSTS.to_owned(), "localhost".to_owned());
    let (world, certificates, folder) = world_with("push-beside", options)?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    // It takes the whole mail, and says for five minutes nothing of it.
    let stalls = Rogue { name: "stalls".into(), faults: vec![Fault { at: "body", does: "stall", says: "" }] };
    let good = world.certificates.as_ref().context("a mail server has certificates")?.pair();
    let mut rogues = Rogues::start(&[stalls], &[("good", good)])?;
    let sender = Some(smtp::sender(rogues.port("stalls")?, Security::Tls));
    staff.set_mail(&MailSettings { sender, ..staff.mail()? })?.ok()?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    assert_eq!(staff.allow_push(true)?.status, 204);
    staff.subscribed(&receiver.url("/beside"))?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    assert_eq!(told(&mut receiver, 1)?, paths(&["/beside"]));
    rogues.met("stalls", 1)?;
    // The alarm that sends the mail still runs, and no other goes off beside it.
    for text in ["Sind Sie da?", "Hallo?"] {
        staff.list()?;
        visitor.write(text)?;
        assert_eq!(told(&mut receiver, 1)?, paths(&["/beside"]));
    }
    Ok(())
}
