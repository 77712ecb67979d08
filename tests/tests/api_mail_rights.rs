//! Who may say where the relay's mails go: the password of the mail server is worth stealing.

use anyhow::Result;
use einwurf_protocol::{
    api::{
        path,
        staff::{MailSettings, Security, Sender},
    },
    limits::FRESH_SECONDS,
    problem::Code,
};
use einwurf_tests::{
    colleague::{READ, join},
    relay::{MailWay, Options},
    smtp::{self, Event},
    staff::Staff,
    world::World,
};
use std::time::Duration;

/// The site's own sender at the test's mail server.
fn own(port: u16) -> Sender {
    smtp::sender(port, Security::Tls)
}

fn refused(staff: &Staff, settings: &MailSettings, code: Code) -> Result<()> {
    assert_eq!(staff.set_mail(settings)?.code()?, Some(code));
    assert_eq!(staff.test_mail()?.code()?, Some(code));
    Ok(())
}

#[test]
fn a_reader_changes_and_tests_nothing_and_sees_no_password() -> Result<()> {
    let world = World::quiet("mail-reader")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let settings = MailSettings { sender: Some(own(465)), ..admin.mail()? };
    admin.set_mail(&settings)?.ok()?;
    let reader = join(&world, &site, &mut admin, READ)?;
    let seen = reader.mail()?;
    assert_eq!(
        (&seen.recipients, seen.sender.as_ref().map(|s| &s.password)),
        (&settings.recipients, Some(&None))
    );
    refused(&reader, &settings, Code::Forbidden)?;
    // Even what is no settings at all is told nothing else.
    let reply = reader.call("PUT", path::INBOX_MAIL, &[("content-type", "application/json")], Some(b"{}"))?;
    assert_eq!(reply.code()?, Some(Code::Forbidden));
    assert_eq!(admin.mail()?, seen);
    Ok(())
}

#[test]
fn mail_settings_ask_again_after_ten_minutes() -> Result<()> {
    let mut world = World::quiet("mail-fresh")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let settings = MailSettings { sender: Some(own(465)), ..staff.mail()? };
    world.advance(FRESH_SECONDS - 60)?;
    assert_eq!(staff.set_mail(&settings)?.status, 204);
    world.advance(61)?;
    refused(&staff, &settings, Code::ReauthenticationRequired)?;
    assert_eq!(staff.mail()?.recipients, settings.recipients, "reading goes on");
    Ok(())
}

#[test]
fn whoever_leads_mail_to_another_server_does_not_get_the_stored_password_sent_there() -> Result<()> {
    let mut world = World::start("mail-elsewhere", &Options { mail: MailWay::Tls, ..Options::default() })?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let tls = world.smtp()?.tls;
    // The password is for a server that is not the one that listens here.
    let theirs = Sender { port: 1, ..own(tls) };
    let stored = MailSettings { sender: Some(theirs), ..staff.mail()? };
    staff.set_mail(&stored)?.ok()?;
    let shown = staff.mail()?;
    let lead = |change: &dyn Fn(&mut Sender)| -> Result<_> {
        let mut settings = shown.clone();
        settings.sender.iter_mut().for_each(change);
        staff.set_mail(&settings)?.problem()
    };
    for (what, change) in [
        ("port", &(|s: &mut Sender| s.port = tls) as &dyn Fn(&mut Sender)),
        ("host", &|s| s.host = "127.0.0.1".to_owned()),
        ("way", &|s| s.security = Security::Starttls),
        ("account", &|s| s.user = "other".to_owned()),
    ] {
        let problem = lead(change)?;
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (Code::Malformed, Some("sender.password")),
            "{what}"
        );
        assert_eq!(staff.mail()?, shown, "{what}");
    }
    let asked = world.smtp()?.wait_within(Duration::from_millis(200), |event| {
        matches!(event, Event::Auth { .. }).then(|| event.clone())
    })?;
    assert!(asked.is_none(), "{asked:?}");
    // With the password it is the administrator's own decision.
    staff.set_mail(&MailSettings { sender: Some(own(tls)), ..shown })?.ok()?;
    assert_eq!(staff.test_mail()?.status, 204);
    Ok(())
}
