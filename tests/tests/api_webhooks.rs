//! Webhooks: what they carry, whom they reach, and what becomes of a call that nobody takes.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        path,
        webhooks::{Occasion, Outcome, PutWebhook, Standing, Tried, WebhookSecret},
    },
    event::Envelope,
    ids::MessageId,
    limits::WEBHOOKS,
    problem::Code,
    time::Timestamp,
};
use einwurf_tests::{
    canary::Canary,
    colleague::{READ, join},
    pace, random,
    receiver::{Receiver, Trap},
    staff::Staff,
    webhooks::{ALLOW_PRIVATE, is_signed, told, webhook, world},
    world::World,
};

/// Headers that a webhook's server gets; `met_01` in one list.
const HEADERS: [&str; 7] = [
    "host",
    "content-length",
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

#[test]
fn enc_01_a_webhook_carries_what_was_sealed_signed_and_nothing_else() -> Result<()> {
    let (world, certificates, folder) = world("webhooks")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (mut receiver, put, secret) = told(&certificates, &folder, &staff)?;
    ensure!(!format!("{:?}", staff.webhooks()?).contains(&secret), "the secret is shown once");
    world.relay.holds_none(&[Canary::of(&secret[6..])])?;

    // Consent and message, as they were stored.
    let canary = Canary::new("Kanarie");
    let mut visitor = world.visitor(&site)?;
    visitor.open(canary.text())?;
    let given = receiver.told("consent.given")?;
    let created = receiver.told("message.created")?;
    let data = created.json()?["data"].clone();
    let event: Envelope = serde_json::from_value(data["event"].clone())?;
    let address = visitor.address.clone().context("an address")?;
    ensure!(event == visitor.envelope(0)?, "the very event");
    let code = visitor.conversation.cid().code();
    assert_eq!((data["seq"].as_u64(), data["conversation"].as_str()), (Some(0), Some(code.as_str())));
    for taken in [&given, &created] {
        is_signed(taken, &secret)?;
        assert_eq!((taken.method.as_str(), taken.path.as_str()), ("POST", "/hook?x=1"));
        for (name, value) in &taken.headers {
            assert!(HEADERS.contains(&name.as_str()), "{name}: {value}");
        }
        assert_eq!(canary.found_in(&taken.body), None);
    }
    assert!(is_signed(&created, &format!("whsec_{}", "A".repeat(43))).is_err());

    // An answer, with two signatures while the secret is replaced.
    let renewed: WebhookSecret = staff.with_webhook(path::INBOX_WEBHOOKS_SECRET, put.id)?.json()?;
    ensure!(staff.webhook(put.id)?.former_until.is_some() && renewed.secret != secret);
    staff.answer(&address, canary.text())?;
    let answered = receiver.told("message.answered")?;
    for secret in [&secret, &renewed.secret] {
        is_signed(&answered, secret)?;
    }
    assert_eq!(answered.json()?["data"]["seq"], 1);
    assert_eq!(canary.found_in(&answered.body), None);

    // The end. What was erased is delivered to nobody again.
    let read = staff.delivery(Occasion::MessageCreated)?;
    assert_eq!((read.standing, read.attempts), (Standing::Delivered, 1));
    assert_eq!(read.conversation.as_deref(), data["conversation"].as_str());
    visitor.reload()?;
    visitor.withdraw()?;
    assert_eq!(receiver.told("consent.withdrawn")?.json()?["data"]["cid"], data["cid"]);
    assert_eq!(receiver.told("conversation.erased")?.json()?["data"]["by"], "visitor");
    assert_eq!(staff.redeliver(read.n)?.code()?, Some(Code::Gone));
    ensure!(receiver.answer(200)?.is_empty(), "each was told once");
    world.relay.holds_none(&[canary])
}

/// How many webhooks the inbox says to fail, and since when.
fn failing(staff: &Staff) -> Result<Option<(u32, Timestamp)>> {
    Ok(staff.health()?.webhooks.map(|webhooks| (webhooks.failing, webhooks.since)))
}

#[test]
fn what_a_server_does_not_take_waits_and_arrives_under_the_same_id() -> Result<()> {
    let (mut world, certificates, folder) = world("webhooks-away")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (mut receiver, put, _) = told(&certificates, &folder, &staff)?;
    // Another one whose server never answers: the first one does not wait for it.
    let mut silent = Receiver::start(&certificates, &folder)?;
    silent.stall()?;
    let stalled = PutWebhook { types: vec![Occasion::MessageAnswered], ..webhook(&silent.url("/")) };
    assert_eq!(staff.put_webhook(&stalled)?.status, 201);

    // 500, then killed, then taken: by the retry, nobody asks for it.
    receiver.answer(500)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Erste")?;
    let first = receiver.told("consent.given")?;
    world.relay.kill()?;
    receiver.answer(200)?;
    world.relay.restart()?;
    // What did not fail yet comes first.
    let both = [receiver.next()?, receiver.next()?];
    let again = both.iter().find(|taken| taken.body == first.body).context("the same body")?;
    assert_eq!(first.header("webhook-id")?, again.header("webhook-id")?);
    ensure!(both.iter().any(|taken| taken.occasion().is_ok_and(|occasion| occasion == "message.created")));
    let staff = world.staff(&site)?;
    let standing = || Ok((staff.webhook(put.id)?.waiting == 0).then_some(()));
    pace::until("nothing to wait", standing)?;
    let taken = staff.delivery(Occasion::ConsentGiven)?;
    // Killed before the 500 was stored, it counts once.
    ensure!(taken.standing == Standing::Delivered && (1..=2).contains(&taken.attempts), "{taken:?}");

    // A redirect is not followed.
    let trap = Trap::set()?;
    receiver.redirect(&format!("http://127.0.0.1:{}/", trap.port))?;
    visitor.reconnect(&world.http());
    visitor.write("Zweite")?;
    receiver.told("message.created")?;
    let waits = || {
        let delivery = staff.delivery(Occasion::MessageCreated)?;
        Ok(delivery.tried.filter(|tried| tried.outcome == Outcome::Redirect).map(|_| delivery))
    };
    let waits = pace::until("the redirect in the log", waits)?;
    assert_eq!((waits.standing, waits.tried.and_then(|tried| tried.status)), (Standing::Waiting, Some(307)));
    ensure!(waits.next.is_some() && staff.webhook(put.id)?.waiting == 1);
    // Staff need not look for it: the inbox says that one fails, and since when.
    let (failing_now, since) = failing(&staff)?.context("none fails")?;
    ensure!(
        failing_now == 1 && waits.tried.is_some_and(|tried| since <= tried.at),
        "{failing_now} {since:?}"
    );

    // Asked for by hand, it is tried at once.
    receiver.answer(204)?;
    assert_eq!(staff.redeliver(waits.n)?.status, 204);
    receiver.told("message.created")?;
    pace::until("none to fail", || Ok(failing(&staff)?.is_none().then_some(())))?;

    // While the other one is silent, this one is told; in the end the silence is in the log.
    let address = visitor.address.clone().context("an address")?;
    staff.answer(&address, "Ja")?;
    receiver.told("message.answered")?;
    silent.told("message.answered")?;
    let timed_out = || {
        let tried = staff.webhook(stalled.id)?.tried;
        Ok(tried.filter(|tried| tried.outcome == Outcome::TimedOut && tried.status.is_none()).map(drop))
    };
    pace::until("the silence in the log", timed_out)?;

    // 410 switches it off.
    receiver.answer(410)?;
    visitor.reload()?;
    visitor.write("Dritte")?;
    let gone = || Ok(staff.webhook(put.id)?.gone.map(drop));
    pace::until("the webhook to be off", gone)?;
    let off = staff.webhook(put.id)?;
    assert_eq!((off.on, off.waiting), (false, 0));
    // The silent one, and since longer.
    let (failing_now, since) = failing(&staff)?.context("none fails")?;
    ensure!(failing_now == 2 && off.gone.is_some_and(|gone| since <= gone), "{failing_now} {since:?}");
    let failed = staff.delivery(Occasion::MessageCreated)?;
    assert_eq!(failed.standing, Standing::Failed);
    assert_eq!(staff.redeliver(failed.n)?.code()?, Some(Code::Conflict));
    assert_eq!(trap.caught(), 0, "nobody was led astray");

    // On again, it is asked again.
    receiver.answer(200)?;
    assert_eq!(staff.put_webhook(&put)?.status, 204);
    assert_eq!(staff.redeliver(failed.n)?.status, 204);
    receiver.told("message.created")?;
    assert_eq!(failing(&staff)?.map(|(count, _)| count), Some(1), "the silent one alone");
    Ok(())
}

/// What leads to this machine, or to a provider's metadata.
const DISGUISES: [&str; 25] = [
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[::ffff:0:127.0.0.1]",
    "[fe80::1]",
    "0.0.0.0",
    "0",
    "127.0.0.1.",
    "localhost",
    "localhost.",
    "LOCALHOST",
];

#[test]
fn enc_06_no_webhook_reaches_a_private_network() -> Result<()> {
    let mut world = World::quiet("webhooks-guard")?;
    let site = world.site()?;
    let trap = Trap::set()?;
    let at = |host: &str| format!("https://{host}:{}/", trap.port);
    // The first guard: an address like that is not taken at all.
    let staff = world.staff(&site)?;
    let others =
        ["http://hooks.example.com/", "https://a@hooks.example.com/", "https://hooks.example.com/#a"];
    for url in DISGUISES.map(at).iter().map(String::as_str).chain(others) {
        let refused = staff.put_webhook(&webhook(url))?;
        assert_eq!(refused.problem()?.field.as_deref(), Some("url"), "{url}");
    }
    ensure!(staff.webhooks()?.is_empty());
    // The second: were it taken, the way that webhooks leave by would not lead there. A name of the internet that resolves
    // to such an address is this case.
    world.relay.rebind(ALLOW_PRIVATE, Some("1"))?;
    let staff = world.staff(&site)?;
    let mut put = webhook("https://hooks.example.com/");
    assert_eq!(staff.put_webhook(&put)?.status, 201);
    for url in DISGUISES.map(at) {
        put.url = url;
        assert_eq!(staff.put_webhook(&put)?.status, 204, "{}", put.url);
        let tried: Tried = staff.with_webhook(path::INBOX_WEBHOOKS_TEST, put.id)?.json()?;
        assert_eq!((tried.outcome, tried.status), (Outcome::Unreachable, None), "{}", put.url);
    }
    assert_eq!(trap.caught(), 0);
    // An operator's list of hosts also holds for those that were stored before it.
    world.relay.rebind("EINWURF_WEBHOOK_HOSTS", Some("hooks.example.com"))?;
    let staff = world.staff(&site)?;
    let tried: Tried = staff.with_webhook(path::INBOX_WEBHOOKS_TEST, put.id)?.json()?;
    assert_eq!(tried.outcome, Outcome::Unreachable);
    assert_eq!(staff.put_webhook(&webhook("https://example.com/"))?.problem()?.field.as_deref(), Some("url"));
    assert_eq!(staff.put_webhook(&webhook("https://a.hooks.example.com/"))?.status, 201);
    Ok(())
}

#[test]
fn only_who_may_sign_and_logged_in_just_now_says_who_is_told() -> Result<()> {
    let mut world = World::quiet("webhooks-access")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let url = "https://hooks.example.com/";
    let put = PutWebhook { on: false, ..webhook(url) };
    // One below, at and one above the limit.
    let mut made = vec![put.clone()];
    made.extend((1..WEBHOOKS).map(|_| PutWebhook { on: false, ..webhook(url) }));
    for (place, put) in made.iter().enumerate() {
        assert_eq!(staff.put_webhook(put)?.status, 201, "{place}");
    }
    assert_eq!(staff.put_webhook(&webhook(url))?.code()?, Some(Code::LimitReached));
    assert_eq!(staff.put_webhook(&put)?.status, 204, "a known one is changed");
    // Types that are none, or twice, or not for choosing.
    let ping = vec![Occasion::TestPing];
    let twice = vec![Occasion::MessageCreated; 2];
    for types in [Vec::new(), ping, twice] {
        let bad = PutWebhook { types, ..put.clone() };
        assert_eq!(staff.put_webhook(&bad)?.problem()?.field.as_deref(), Some("types"));
    }
    let unknown = MessageId(random::bytes());
    for path in [path::INBOX_WEBHOOKS_END, path::INBOX_WEBHOOKS_SECRET, path::INBOX_WEBHOOKS_TEST] {
        assert_eq!(staff.with_webhook(path, unknown)?.code()?, Some(Code::NotFound), "{path}");
    }
    assert_eq!(staff.redeliver(1)?.code()?, Some(Code::NotFound));
    assert_eq!(staff.with_webhook(path::INBOX_WEBHOOKS_END, put.id)?.status, 204);
    assert_eq!(staff.webhooks()?.len(), WEBHOOKS - 1);

    let reader = join(&world, &site, &mut staff, READ)?;
    let refused = [
        reader.put_webhook(&put)?,
        reader.call("GET", path::INBOX_WEBHOOKS, &[], None)?,
        reader.call("GET", path::INBOX_WEBHOOKS_LOG, &[], None)?,
        reader.with_webhook(path::INBOX_WEBHOOKS_TEST, unknown)?,
        reader.redeliver(1)?,
    ];
    for reply in refused {
        assert_eq!(reply.code()?, Some(Code::Forbidden));
    }
    world.advance(700)?;
    let stale = [
        staff.put_webhook(&put)?,
        staff.with_webhook(path::INBOX_WEBHOOKS_END, unknown)?,
        staff.with_webhook(path::INBOX_WEBHOOKS_SECRET, unknown)?,
    ];
    for reply in stale {
        assert_eq!(reply.code()?, Some(Code::ReauthenticationRequired));
    }
    ensure!(staff.webhooks().is_ok(), "looking needs no new login");
    Ok(())
}
