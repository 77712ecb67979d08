//! The relay's mail with Debian's Postfix and Dovecot, with servers that no honest one is like, and as members want it.

#![allow(clippy::expect_used, reason = "helpers of a test; clippy allows it in test functions only")]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::{
        AddressWish, Arrives, MailCause, MailHealth, MailReader, MailSettings, MailWish, Quiet, Security,
        Sender,
    },
    problem::Code,
};
use einwurf_tests::{
    clock,
    colleague::{ANNA, READ, join},
    pace,
    postfix::{self, Postfix},
    relay::{MailWay, Options},
    rude::Rude,
    seed::Site,
    smtp::{Event, sender},
    staff::Staff,
    world::World,
};
use std::time::Duration;

/// What a visitor writes.
const TEXT: &str = "Zebrafink am Fenster";

fn write(world: &World, site: &Site) -> Result<()> {
    world.visitor(site)?.open(TEXT).map(drop)
}

fn office(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}@fensterbau.example")).collect()
}

struct Real {
    world: World,
    server: Postfix,
    site: Site,
    staff: Staff,
}

impl Real {
    fn start(names: &[&str]) -> Result<Self> {
        let world = World::start("mail-real", &Options { mail: MailWay::Tls, ..Options::default() })?;
        let certificates = world.certificates.as_ref().context("it has mail")?;
        let server = Postfix::start(certificates, names)?;
        let site = world.site()?;
        let staff = world.staff(&site)?;
        Ok(Self { world, server, site, staff })
    }

    fn set(&self, recipients: &[&str], sender: Sender) -> Result<()> {
        let settings =
            MailSettings { recipients: office(recipients), sender: Some(sender), ..self.staff.mail()? };
        self.staff.set_mail(&settings)?.ok().map(drop)
    }

    /// What waits, and why.
    fn waits(&self, cause: MailCause) -> Result<String> {
        pace::until("mails that wait", || {
            Ok(match self.staff.health()?.mail {
                MailHealth::Waiting { cause: known, reason, mails: 1.., since, next }
                    if known == cause && since <= next =>
                {
                    Some(reason)
                }
                _ => None,
            })
        })
    }

    /// Asks again until it is not too soon.
    fn retry(&self) -> Result<()> {
        pace::until("another try", || Ok((self.staff.retry_mail()?.status == 204).then_some(())))
    }

    /// A mailbox has so many mails, and not one more.
    fn has(&self, name: &str, count: usize) -> Result<Vec<String>> {
        let mails = pace::until("a mail over IMAP", || {
            let mails = self.server.mails(name)?;
            Ok((mails.len() >= count).then_some(mails))
        })?;
        assert_eq!(mails.len(), count, "{name}");
        Ok(mails)
    }
}

#[test]
fn enc_05_postfix_takes_mail_with_the_right_password_only_and_dovecot_hands_it_out() -> Result<()> {
    if !postfix::can_start()? {
        return Ok(());
    }
    let real = Real::start(&["buero"])?;
    let wrong = Sender { password: Some("falsch".to_owned()), ..sender(real.server.tls, Security::Tls) };
    real.set(&["buero"], wrong)?;
    write(&real.world, &real.site)?;
    assert!(real.waits(MailCause::Account)?.contains("535"));
    // Trying it again helps nothing, may not be asked for all the time, and loses nothing.
    assert_eq!(real.staff.retry_mail()?.status, 204);
    assert_eq!(real.staff.retry_mail()?.code()?, Some(Code::LimitReached));
    assert!(real.waits(MailCause::Account)?.contains("535"));
    assert!(real.server.mails("buero")?.is_empty());
    real.set(&["buero"], sender(real.server.tls, Security::Tls))?;
    let [mail] = <[String; 1]>::try_from(real.has("buero", 1)?).expect("one");
    for header in [
        "Message-ID: <",
        "From: \"Einwurf\" <post@example.org>",
        "Auto-Submitted: auto-generated",
        "with ESMTPSA",
    ] {
        assert!(mail.contains(header), "{header}: {mail}");
    }
    assert!(!mail.contains(TEXT));
    real.staff.mailed()
}

#[test]
fn postfix_that_greylists_is_full_or_knows_somebody_not_gets_every_mail_to_the_others_once() -> Result<()> {
    if !postfix::can_start()? {
        return Ok(());
    }
    let mut real = Real::start(&["buero", "voll"])?;
    let starttls = || sender(real.server.starttls, Security::Starttls);
    real.set(&["buero"], starttls())?;
    let (again, last) = (starttls(), starttls());
    real.server.answer("buero@fensterbau.example", Some("450 4.2.0 Greylisted, come again"))?;
    write(&real.world, &real.site)?;
    assert!(real.waits(MailCause::Mails)?.contains("450"));
    real.server.answer("buero@fensterbau.example", None)?;
    real.retry()?;
    real.has("buero", 1)?;

    // 552 is permanent by its digit, but a mailbox may be emptied.
    real.server.answer("voll@fensterbau.example", Some("552 5.2.2 Mailbox full"))?;
    real.set(&["buero", "voll"], again.clone())?;
    write(&real.world, &real.site)?;
    assert!(real.waits(MailCause::Mails)?.contains("552"));
    real.has("buero", 2)?;
    real.server.answer("voll@fensterbau.example", None)?;
    real.retry()?;
    let late = real.has("voll", 1)?;
    assert_eq!(real.has("buero", 2)?.len(), 2, "who has it does not get it again");
    assert!(late[0].contains("Message-ID: <"));

    real.set(&["buero", "weg"], again)?;
    write(&real.world, &real.site)?;
    real.has("buero", 3)?;
    let refused = pace::until("who is refused", || {
        Ok(match real.staff.health()?.mail {
            MailHealth::Failed { reason, recipients, .. } if reason.contains("550") => Some(recipients),
            _ => None,
        })
    })?;
    assert_eq!(refused, office(&["weg"]));

    // 452 after the first recipient: a mail for both goes out twice, once to each.
    real.server.recipients(1)?;
    real.set(&["buero", "voll"], last)?;
    write(&real.world, &real.site)?;
    assert!(real.waits(MailCause::Mails)?.contains("452"));
    real.has("buero", 4)?;
    real.retry()?;
    real.has("voll", 2)?;
    real.has("buero", 4).map(drop)
}

/// What a server that says these pieces makes of a test mail, and what it heard.
fn rude(staff: &Staff, security: Security, pieces: &[&[u8]]) -> Result<(String, String)> {
    let server = Rude::saying(pieces)?;
    let settings = MailSettings { sender: Some(sender(server.port, security)), ..staff.mail()? };
    staff.set_mail(&settings)?.ok()?;
    let problem = staff.test_mail()?.problem()?;
    assert_eq!((problem.status, problem.code), (502, Code::MailFailed));
    let heard = String::from_utf8_lossy(&server.heard()?).into_owned();
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
    Ok((problem.detail.unwrap_or_default(), heard))
}

/// What the servers that lie say first.
const GREETING: &[u8] = b"220 mail.example ESMTP\r\n";
const EHLO: &[u8] = b"250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n";

#[test]
fn enc_05_servers_that_lie_hear_no_password_and_their_words_are_harmless() -> Result<()> {
    let world = World::with_mail("mail-rude")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let starttls = |pieces: &[&[u8]]| rude(&staff, Security::Starttls, pieces);
    // An answer that was injected before the handshake (CVE-2011-0411).
    let (said, heard) = starttls(&[GREETING, EHLO, b"220 go\r\n250-mail.example\r\n250 AUTH PLAIN\r\n"])?;
    assert!(said.contains("plaintext after STARTTLS"), "{said}");
    assert_eq!(heard.lines().count(), 2, "{heard}");
    // STARTTLS is offered, but refused; or not offered, while AUTH is.
    let (said, _) = starttls(&[GREETING, EHLO, b"502 5.5.1 no such command\r\n"])?;
    assert!(said.contains("502"), "{said}");
    let (said, _) = starttls(&[GREETING, b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n"])?;
    assert!(said.contains("STARTTLS"), "{said}");
    // Words that play tricks on whoever reads them, and no UTF-8.
    let (said, _) = starttls(&[b"554 \x1b[31mgo\x07 away\0 \xe2\x80\xae\xff\xfe\r\n"])?;
    assert!(said.starts_with("554 ") && !said.chars().any(char::is_control), "{said:?}");
    assert!(!said.contains('\u{202e}'), "{said:?}");
    // A line, and a reply, without end.
    for endless in [vec![b'2'; 1_000_000], b"220-more\r\n".repeat(10_000)] {
        let (said, heard) = starttls(&[&endless])?;
        assert!(said.contains("not SMTP"), "{said}");
        assert_eq!(heard, "");
    }
    // Hangs up, or speaks something else; with TLS from the beginning it hears a handshake and nothing else.
    assert!(!starttls(&[b"HTTP/1.1 400 Bad Request\r\n\r\n"])?.0.is_empty());
    assert!(!rude(&staff, Security::Tls, &[GREETING])?.0.is_empty());
    Ok(())
}

/// Around this minute in universal time.
fn quiet_now() -> Quiet {
    let minute = u16::try_from(clock::now().0 / 60 % 1_440).unwrap_or_default();
    Quiet { from: (minute + 1_440 - 30) % 1_440, until: (minute + 30) % 1_440, zone: "Etc/UTC".to_owned() }
}

#[test]
fn members_get_mails_when_they_want_them_and_one_after_their_quiet_hours() -> Result<()> {
    let mut world = World::with_mail("mail-wishes")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let anna = join(&world, &site, &mut admin, READ)?;
    assert_eq!(anna.mail_readers()?.own.as_deref(), Some(ANNA));
    assert!(anna.mail_readers()?.readers.is_empty(), "others are not shown to her");
    // What cannot be is refused, and changes nothing.
    let at_once = |quiet| MailWish { arrives: Arrives::AtOnce, quiet };
    let bad_zone = Quiet { zone: "Europe/Atlantis".to_owned(), ..quiet_now() };
    let bad_digest = MailWish { arrives: Arrives::Digest { minutes: 4 }, quiet: None };
    for (wish, field) in [(at_once(Some(bad_zone)), "quiet.zone"), (bad_digest, "arrives.minutes")] {
        let problem = anna.wish_mail(&wish)?.problem()?;
        assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some(field)));
    }
    // The admin wants none, Anna has quiet hours, and so has an address that the settings speak for: nobody gets any.
    let none = MailWish { arrives: Arrives::Never, quiet: None };
    admin.wish_mail(&none)?.ok()?;
    let quiet = at_once(Some(quiet_now()));
    anna.wish_mail(&quiet)?.ok()?;
    let [office] = <[String; 1]>::try_from(office(&["zentrale"])).expect("one");
    speak_for(&admin, &office, &quiet)?;
    let readers = admin.mail_readers()?.readers;
    let reader = |address: &str, wish: &MailWish, member| MailReader {
        address: address.into(),
        wish: Some(wish.clone()),
        member,
    };
    let account = &site.plan.account;
    assert_eq!(
        readers,
        [reader(&office, &quiet, false), reader(ANNA, &quiet, true), reader(account, &none, true)]
    );
    for _ in 0..2 {
        write(&world, &site)?;
    }
    let early = world.smtp()?.wait_within(Duration::from_secs(2), |event| {
        matches!(event, Event::Mail(_)).then(|| event.clone())
    })?;
    assert!(early.is_none(), "{early:?}");
    // A mail that warns takes no notice of quiet hours, and goes to whom the settings name.
    let first = admin.newest()?;
    admin.erase(&first)?.ok()?;
    let warned = world.smtp()?.mail()?;
    assert_eq!(warned.to, [account.as_str(), &office]);
    admin.mailed()?;
    // At their end one mail speaks for what came, to each of them.
    world.advance(31 * 60)?;
    let mails = [world.smtp()?.mail()?, world.smtp()?.mail()?];
    let mut to = mails.map(|mail| mail.to).concat();
    to.sort();
    assert_eq!(to, [ANNA, &office]);
    Ok(())
}

/// The settings say when mails arrive at an address that is nobody's, and they do not say it for members, whoever saves them.
fn speak_for(admin: &Staff, office: &str, wish: &MailWish) -> Result<()> {
    let wish_of = |address: &str| AddressWish { address: address.to_owned(), wish: wish.clone() };
    let mut settings = admin.mail()?;
    settings.recipients.push(office.to_owned());
    settings.recipients.push(ANNA.to_owned());
    settings.wishes = vec![wish_of(office), wish_of(ANNA)];
    let refused = admin.set_mail(&settings)?.problem()?;
    assert_eq!((refused.code, refused.field.as_deref()), (Code::Malformed, Some("wishes.address")));
    settings.recipients.pop();
    settings.wishes.pop();
    admin.set_mail(&settings)?.ok()?;
    assert_eq!(admin.mail()?.wishes, settings.wishes);
    Ok(())
}
