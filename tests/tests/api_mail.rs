//! The relay's mail over real SMTP: secured, content-free, retried, and honest about failures.

#![allow(clippy::expect_used, reason = "helpers of a test; clippy allows it in test functions only")]

use anyhow::Result;
use einwurf_protocol::{
    api::staff::{MailHealth, MailSettings, Security, Sender},
    notice::Register,
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    fire::machine::Machine,
    pace::{self, PATIENCE},
    plan::Plan,
    relay::{MailWay, Options},
    seed::Site,
    smtp::{self, Event, Mail, Mode},
    world::World,
};
use std::time::Duration;

fn world(name: &str, mail: MailWay) -> Result<World> {
    World::start(name, &Options { mail, ..Options::default() })
}

fn write(world: &World, site: &Site, text: &str) -> Result<()> {
    world.visitor(site)?.open(text).map(drop)
}

fn check(mail: &Mail, site: &Site, port: &str) {
    assert_eq!((mail.port.as_str(), mail.secure, mail.user.as_deref()), (port, true, Some(smtp::USER)));
    assert_eq!(mail.from, smtp::USER);
    assert_eq!(mail.to, site.plan.recipients);
    mail.has_only_headers_of_the_relay(&["x-auto-response-suppress", "precedence", "reply-to"]);
    for name in ["from", "to", "subject", "date", "message-id"] {
        assert_eq!(mail.headers().iter().filter(|(key, _)| key == name).count(), 1, "{name}");
    }
    let link = mail.link().expect("a link to the inbox");
    assert!(link.starts_with(&site.relay), "{link}");
    assert!(
        !link.contains('?') && !link.split('#').next().unwrap_or_default().contains(&site.address),
        "{link}"
    );
}

#[test]
fn a_message_becomes_a_mail_over_implicit_tls() -> Result<()> {
    let mut world = world("mail-tls", MailWay::Tls)?;
    let site = world.site()?;
    write(&world, &site, "Guten Tag")?;
    let (method, secure, known) = world.smtp()?.wait_for("AUTH", |event| match event {
        Event::Auth { method, secure, known } => Some((method.clone(), *secure, *known)),
        _ => None,
    })?;
    assert_eq!((method.as_str(), secure, known), ("PLAIN", true, true));
    let mail = world.smtp()?.mail()?;
    check(&mail, &site, "tls");
    let staff = world.staff(&site)?;
    staff.mailed()
}

#[test]
fn a_message_becomes_a_mail_over_starttls() -> Result<()> {
    let mut world = world("mail-starttls", MailWay::Starttls)?;
    let site = world.site()?;
    write(&world, &site, "Guten Tag")?;
    check(&world.smtp()?.mail()?, &site, "starttls");
    Ok(())
}

#[test]
fn auth_login_is_used_where_plain_is_not_offered() -> Result<()> {
    let mut world = world("mail-auth-login", MailWay::Starttls)?;
    world.smtp()?.offer(&["LOGIN"])?;
    let site = world.site()?;
    write(&world, &site, "Guten Tag")?;
    let method = world.smtp()?.wait_for("AUTH", |event| match event {
        Event::Auth { method, known: true, .. } => Some(method.clone()),
        _ => None,
    })?;
    assert_eq!(method, "LOGIN");
    check(&world.smtp()?.mail()?, &site, "starttls");
    Ok(())
}

#[test]
fn met_05_mails_have_no_content_a_constant_subject_and_a_stable_message_id() -> Result<()> {
    let mut world = world("mail-content", MailWay::Tls)?;
    let mut subjects = Vec::new();
    let canary = Canary::new("Kanarienmail");
    for register in Register::ALL {
        let site = world.site_of(Plan { mail_register: register, ..Plan::default() })?;
        for _ in 0..2 {
            write(&world, &site, canary.text())?;
            let mail = world.smtp()?.mail()?;
            check(&mail, &site, "tls");
            assert_eq!(canary.found_in(mail.raw.as_bytes()), None);
            assert_eq!(canary.found_in(mail.body().as_bytes()), None);
            subjects.push((register, mail.header("subject").unwrap()));
            let staff = world.staff(&site)?;
            pace::until(
                "idle",
                || Ok(matches!(staff.health()?.mail, MailHealth::Idle { .. }).then_some(())),
            )?;
        }
    }
    for pair in subjects.chunks(2) {
        assert_eq!(pair[0], pair[1], "the subject changes from mail to mail");
    }
    Ok(())
}

#[test]
fn several_messages_within_the_window_become_one_mail() -> Result<()> {
    // Longer than any machine takes for four messages; then it is over at once.
    let window = PATIENCE.as_secs() * 2;
    let mail_delay_ms = u32::try_from(window * 1_000)?;
    let options = Options { mail: MailWay::Tls, mail_delay_ms, frail: true, ..Options::default() };
    let mut world = World::start("mail-digest", &options)?;
    let machine = Machine::in_folder(world.folder().path())?;
    let site = world.site()?;
    for number in 0..4 {
        write(&world, &site, &format!("Nachricht {number}"))?;
    }
    let staff = world.staff(&site)?;
    staff.count(4)?;
    machine.pass(window)?;
    // It notices with the next thing that happens to it.
    staff.list()?;
    let mail = world.smtp()?.mail()?;
    assert!(mail.body().contains('4'), "{}", mail.body());
    staff.mailed()?;
    machine.pass(window)?;
    staff.list()?;
    let second = world
        .smtp()?
        .wait_within(Duration::from_secs(2), |event| matches!(event, Event::Mail(_)).then_some(()))?;
    assert_eq!(second, None, "a second mail for the same messages");
    Ok(())
}

#[test]
fn enc_05_an_untrusted_certificate_gets_no_mail_and_health_says_why() -> Result<()> {
    for way in [MailWay::Tls, MailWay::Starttls] {
        let options = Options { mail: way, trusted: false, ..Options::default() };
        unsent(World::start("mail-untrusted", &options)?)?;
    }
    Ok(())
}

#[test]
fn enc_05_a_certificate_for_another_name_gets_no_mail() -> Result<()> {
    for way in [MailWay::Tls, MailWay::Starttls] {
        let options = Options { mail: way, ..Options::default() };
        unsent(World::start_named("mail-other-name", &options, &["other.example"])?)?;
    }
    Ok(())
}

#[test]
fn enc_05_a_server_without_starttls_gets_no_mail() -> Result<()> {
    let options = Options { mail: MailWay::Starttls, ..Options::default() };
    let mut world = World::start("mail-stripped", &options)?;
    // The same server on its plaintext port: as if somebody on the way had removed STARTTLS from its answer.
    let plain = world.smtp()?.plain;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let sender = Some(smtp::sender(plain, Security::Starttls));
    let settings = MailSettings { sender, ..staff.mail()? };
    staff.set_mail(&settings)?.ok()?;
    unsent_at(&mut world, &site)
}

fn unsent(mut world: World) -> Result<()> {
    let site = world.site()?;
    unsent_at(&mut world, &site)
}

/// A message is accepted, its mail waits or failed with a reason, and neither mail nor password went out.
fn unsent_at(world: &mut World, site: &Site) -> Result<()> {
    write(world, site, "Guten Tag")?;
    let staff = world.staff(site)?;
    let reason = pace::until("the failure in health", || {
        Ok(match staff.health()?.mail {
            MailHealth::Waiting { reason, mails: 1.., .. } if !reason.is_empty() => Some(reason),
            MailHealth::Failed { reason, .. } => Some(reason),
            _ => None,
        })
    })?;
    assert!(!reason.is_empty());
    let went = world.smtp()?.wait_within(Duration::from_millis(200), |event| {
        matches!(event, Event::Mail(_) | Event::Auth { .. }).then(|| event.clone())
    })?;
    assert!(went.is_none(), "{went:?}");
    Ok(())
}

#[test]
fn a_temporary_refusal_is_tried_again_with_the_same_message_id() -> Result<()> {
    let mut world = world("mail-greylist", MailWay::Tls)?;
    world.smtp()?.mode(Mode::RefuseLater)?;
    let site = world.site()?;
    write(&world, &site, "Guten Tag")?;
    let refused = world.smtp()?.wait_for("the first try", |event| {
        if let Event::Refused(mail) = event { Some(mail.clone()) } else { None }
    })?;
    let staff = world.staff(&site)?;
    let next = pace::until("waiting in health", || {
        Ok(match staff.health()?.mail {
            MailHealth::Waiting { next, reason, .. } => Some((next, reason)),
            _ => None,
        })
    })?;
    assert!(next.1.contains("451"), "{}", next.1);
    world.smtp()?.mode(Mode::Accept)?;
    // The relay's first step of back-off is longer than the usual patience.
    let mail = world.smtp()?.wait_within(Duration::from_mins(2), |event| {
        if let Event::Mail(mail) = event { Some(mail.clone()) } else { None }
    })?;
    let mail = mail.expect("the second try");
    check(&mail, &site, "tls");
    assert_eq!(mail.header("message-id"), refused.header("message-id"));
    staff.mailed()
}

#[test]
fn a_permanent_refusal_shows_as_failed_and_the_next_mail_goes_out() -> Result<()> {
    for mode in [Mode::Reject, Mode::RefuseData] {
        let mut world = world("mail-reject", MailWay::Tls)?;
        world.smtp()?.mode(mode)?;
        let site = world.site()?;
        write(&world, &site, "Guten Tag")?;
        let staff = world.staff(&site)?;
        let reason = pace::until("failed in health", || {
            Ok(if let MailHealth::Failed { reason, .. } = staff.health()?.mail { Some(reason) } else { None })
        })?;
        assert!(reason.contains("55"), "{reason}");
        world.smtp()?.mode(Mode::Accept)?;
        write(&world, &site, "Noch da")?;
        check(&world.smtp()?.mail()?, &site, "tls");
    }
    Ok(())
}

#[test]
fn a_server_that_hangs_up_is_tried_again_after_a_restart_of_the_relay() -> Result<()> {
    let mut world = world("mail-drop", MailWay::Tls)?;
    world.smtp()?.mode(Mode::Drop)?;
    let site = world.site()?;
    write(&world, &site, "Guten Tag")?;
    let staff = world.staff(&site)?;
    pace::until("waiting", || Ok(matches!(staff.health()?.mail, MailHealth::Waiting { .. }).then_some(())))?;
    world.smtp()?.mode(Mode::Accept)?;
    world.relay.restart()?;
    let mail = world.smtp()?.wait_within(Duration::from_mins(2), |event| {
        if let Event::Mail(mail) = event { Some(mail.clone()) } else { None }
    })?;
    check(&mail.expect("a mail after the restart"), &site, "tls");
    Ok(())
}

#[test]
fn the_sites_own_sender_is_used_and_its_password_is_never_shown() -> Result<()> {
    let mut world = world("mail-own", MailWay::Off)?;
    let mut with_server = self::world("mail-own-server", MailWay::Tls)?;
    let certificates = with_server.certificates.as_ref().unwrap().ca.clone();
    drop(certificates);
    let (tls, site) = (with_server.smtp()?.tls, with_server.site()?);
    let staff = with_server.staff(&site)?;
    let from = "fenster@example.org".to_owned();
    let sender = Sender { from, ..smtp::sender(tls, Security::Tls) };
    let settings = MailSettings {
        recipients: vec!["chef@example.org".to_owned()],
        register: Register::En,
        sender: Some(sender.clone()),
        heads: None,
        escalation: Vec::new(),
        wishes: Vec::new(),
    };
    assert_eq!(staff.set_mail(&settings)?.status, 204);
    let shown = staff.mail()?;
    assert_eq!(shown.sender, Some(Sender { password: None, ..sender.clone() }));
    // Without a password the stored one stays.
    assert_eq!(staff.set_mail(&shown)?.status, 204);
    assert_eq!(staff.test_mail()?.status, 204);
    let mail = with_server.smtp()?.mail()?;
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("fenster@example.org", ["chef@example.org".to_owned()].as_slice())
    );
    with_server.relay.holds_none(&[Canary::of(smtp::PASSWORD)])?;

    // Plaintext is refused where the operator did not allow it.
    let site = world.site()?;
    let plaintext = Sender { security: Security::Plaintext, ..sender };
    let reply = world.staff(&site)?.set_mail(&MailSettings { sender: Some(plaintext), ..settings })?;
    assert_eq!(reply.code()?, Some(Code::Malformed));
    drop(world.smtp.take());
    Ok(())
}

#[test]
fn a_refused_test_mail_says_what_the_server_answered() -> Result<()> {
    let mut world = world("mail-test", MailWay::Tls)?;
    world.smtp()?.mode(Mode::Reject)?;
    let site = world.site()?;
    let problem = world.staff(&site)?.test_mail()?.problem()?;
    assert_eq!((problem.status, problem.code), (502, Code::MailFailed));
    assert!(problem.detail.unwrap_or_default().contains("550"));
    world.smtp()?.mode(Mode::Accept)?;
    assert_eq!(world.staff(&site)?.test_mail()?.status, 204);
    Ok(())
}

#[test]
fn recipients_and_senders_that_smuggle_lines_are_refused() -> Result<()> {
    let world = world("mail-smuggle", MailWay::Tls)?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let good = staff.mail()?;
    for bad in
        ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example", ""]
    {
        let settings = MailSettings { recipients: vec![bad.to_owned()], ..good.clone() };
        assert_eq!(staff.set_mail(&settings)?.code()?, Some(Code::Malformed), "{bad:?}");
    }
    let many = |count: usize| (0..count).map(|n| format!("a{n}@b.example")).collect();
    for (count, accepted) in [(19, true), (20, true), (21, false)] {
        let settings = MailSettings { recipients: many(count), ..good.clone() };
        assert_eq!(staff.set_mail(&settings)?.code()?, (!accepted).then_some(Code::Malformed), "{count}");
    }
    Ok(())
}
