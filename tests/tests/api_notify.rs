//! The mail about an answer: without content, once an hour, and its address is kept nowhere.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    message::{Act, Reason},
    notice::Register,
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    clock::{DAY, now},
    colleague::{SIGN, join},
    pace,
    plan::Plan,
    relay::{MailWay, Options},
    seed::{COMPANY, Site},
    smtp::{self, Mail, Mode},
    staff::Staff,
    visitor::Visitor,
    world::World,
};
use std::time::Duration;

const DOOR: &str = "https://fensterbau.example/post";

/// A world with mail, a site with a door, its staff, and a conversation in the list whose relay mail has gone out.
fn begun(name: &str) -> Result<(World, Site, Staff, Visitor, String)> {
    let mut world = World::start(name, &Options { mail: MailWay::Tls, ..Options::default() })?;
    let site = world.site_of(Plan { door: Some(DOOR.to_owned()), ..Plan::default() })?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let address = visitor.address.clone().context("no address")?;
    assert_eq!(staff.newest()?, address);
    assert_eq!(world.smtp()?.mail()?.to, site.plan.recipients);
    Ok((world, site, staff, visitor, address))
}

/// Everything that may name somebody or something.
fn names_nobody(mail: &Mail, site: &Site, staff: &Staff, address: &str) {
    mail.has_only_headers_of_the_relay(&[]);
    let body = mail.body();
    let pin = site.pin.to_string();
    for secret in [site.address.as_str(), address, &pin, COMPANY, "Meike", site.relay.as_str(), "inbox"] {
        assert!(!mail.raw.contains(secret) && !body.contains(secret), "{secret} in {body}");
    }
    assert!(!body.contains(&staff.session.session.to_string()) && !body.contains('#') && !body.contains('?'));
    assert_eq!(mail.link().as_deref(), Some(DOOR), "{body}");
}

#[test]
fn met_05_the_mail_about_an_answer_names_nobody_and_its_address_is_kept_nowhere() -> Result<()> {
    let (mut world, site, staff, _, address) = begun("notify")?;
    let canary = Canary::new("kanarienpost");
    let email = format!("{}@besuch.example", canary.text());
    let reply = staff.notify(&address, &email, Register::DeFormal)?;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    let mail = world.smtp()?.mail()?;
    assert_eq!((&mail.to, mail.from.as_str()), (&vec![email.clone()], smtp::USER));
    names_nobody(&mail, &site, &staff, &address);
    // Neither storage, raw files included, nor the log has it, now or after a restart.
    world.relay.holds_none(std::slice::from_ref(&canary))?;
    world.relay.restart()?;
    world.visitor(&site)?.open("Noch eine Frage")?;
    let next = world.smtp()?.mail()?;
    assert_eq!(next.to, site.plan.recipients);
    assert!(canary.found_in(next.raw.as_bytes()).is_none());
    world.relay.holds_none(&[canary])
}

#[test]
fn met_05_its_subject_and_text_depend_on_the_language_alone() -> Result<()> {
    let (mut world, site, staff, _, first) = begun("notify-constant")?;
    for register in Register::ALL {
        let mut seen = Vec::new();
        for (count, email) in ["a@besuch.example", "b@anders.example"].into_iter().enumerate() {
            let mut visitor = world.visitor(&site)?;
            visitor.open(&format!("Frage {count}"))?;
            let address = visitor.address.clone().context("no address")?;
            pace::until("the announcement", || {
                Ok(staff.list()?.iter().any(|entry| entry.conversation == address).then_some(()))
            })?;
            staff.notify(&address, email, register)?.ok()?;
            let smtp = world.smtp()?;
            let mail = std::iter::repeat_with(|| smtp.mail())
                .find(|mail| mail.as_ref().map_or(true, |mail| mail.to == [email]))
                .context("no mail")??;
            names_nobody(&mail, &site, &staff, &address);
            seen.push((mail.header("subject"), mail.body()));
        }
        assert_eq!(seen[0], seen[1], "{register}");
    }
    assert_eq!(staff.notify(&first, "c@besuch.example", Register::En)?.status, 204);
    Ok(())
}

#[test]
fn one_conversation_sends_one_mail_an_hour() -> Result<()> {
    let (mut world, _, staff, _, address) = begun("notify-hour")?;
    let notify = || staff.notify(&address, "besuch@besuch.example", Register::En);
    assert_eq!(notify()?.status, 204);
    assert_eq!(notify()?.code()?, Some(Code::LimitReached));
    assert_eq!(
        staff.notify(&address, "other@besuch.example", Register::En)?.code()?,
        Some(Code::LimitReached)
    );
    world.advance(3_600 - 60)?;
    assert_eq!(notify()?.code()?, Some(Code::LimitReached));
    world.advance(61)?;
    assert_eq!(notify()?.status, 204);
    assert_eq!(notify()?.code()?, Some(Code::LimitReached));
    Ok(())
}

#[test]
fn two_at_once_are_one_mail() -> Result<()> {
    let (mut world, _, staff, _, address) = begun("notify-twice")?;
    let mut answers = std::thread::scope(|scope| {
        let ask = || staff.notify(&address, "besuch@besuch.example", Register::En).map(|reply| reply.status);
        let both = [scope.spawn(ask), scope.spawn(ask)];
        both.map(|one| one.join().map_err(|_| anyhow::anyhow!("panic")).flatten())
            .into_iter()
            .collect::<Result<Vec<_>>>()
    })?;
    answers.sort_unstable();
    assert_eq!(answers, [204, 429]);
    world.smtp()?.mail()?;
    assert!(world.smtp()?.mails().is_empty());
    Ok(())
}

#[test]
fn what_is_no_plain_address_is_refused_and_adds_no_header_and_no_recipient() -> Result<()> {
    let (mut world, _, staff, _, address) = begun("notify-injection")?;
    for email in [
        "",
        "besuch",
        "besuch@besuch",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "<a@b.example>",
        "a@b.example\0",
        "\"a b\"@b.example",
        "ä@b.example",
        "a@bücher.example",
        "a@b.example ",
    ] {
        let problem = staff.notify(&address, email, Register::En)?.problem()?;
        assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some("email")), "{email:?}");
        assert!(problem.detail.is_some_and(|detail| email.is_empty() || !detail.contains(email)));
    }
    let sent = world.smtp()?.wait_within(Duration::from_millis(200), |event| Some(format!("{event:?}")))?;
    assert!(sent.is_none_or(|event| !event.contains("d.example")));
    // What was refused has not begun the hour.
    assert_eq!(staff.notify(&address, "a@b.example", Register::En)?.status, 204);
    Ok(())
}

#[test]
fn nobody_is_mailed_about_a_conversation_that_only_a_hold_keeps() -> Result<()> {
    let mut world = World::start("notify-held", &Options { mail: MailWay::Tls, ..Options::default() })?;
    let site = world.site_of(Plan { days: 30, door: Some(DOOR.to_owned()), ..Plan::default() })?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let address = staff.newest()?;
    let until = now().plus(90 * DAY);
    staff.act(&address, Act::Hold { reason: Reason::Claim, until })?.ok()?;
    let notify = |staff: &Staff| staff.notify(&address, "besuch@besuch.example", Register::En);
    assert_eq!(notify(&staff)?.status, 204, "its visitor may still come back");
    world.advance(31 * DAY)?;
    let staff = world.staff(&site)?;
    assert_eq!(notify(&staff)?.code()?, Some(Code::Restricted));
    Ok(())
}

#[test]
fn a_server_that_refuses_is_quoted_and_may_be_asked_again() -> Result<()> {
    let (mut world, _, staff, _, address) = begun("notify-refused")?;
    let canary = Canary::new("kanarienpost");
    let email = format!("{}@besuch.example", canary.text());
    for mode in [Mode::Reject, Mode::Greylist, Mode::RefuseData] {
        world.smtp()?.mode(mode)?;
        let problem = staff.notify(&address, &email, Register::En)?.problem()?;
        assert_eq!(problem.code, Code::MailFailed);
        assert!(problem.detail.is_some_and(|detail| detail.starts_with('4') || detail.starts_with('5')));
    }
    world.relay.holds_none(&[canary])?;
    world.smtp()?.mode(Mode::Accept)?;
    assert_eq!(staff.notify(&address, &email, Register::En)?.status, 204);
    Ok(())
}

#[test]
fn only_readers_have_it_sent_and_only_for_a_conversation_in_use() -> Result<()> {
    let (world, site, mut staff, mut visitor, address) = begun("notify-whose")?;
    let email = "besuch@besuch.example";
    let stranger = world.staff(&world.site()?)?;
    for (who, address) in [(&stranger, address.as_str()), (&staff, "x"), (&staff, &site.address)] {
        assert_eq!(who.notify(address, email, Register::En)?.code()?, Some(Code::NotFound));
    }
    let nowhere = staff.call("POST", path::INBOX_NOTIFY, &[("content-type", "application/json")], {
        Some(br#"{"v":1,"email":"a@b.example","register":"en"}"#)
    })?;
    assert_eq!(nowhere.code()?, Some(Code::NotFound));
    let other = staff.call("POST", path::INBOX_NOTIFY, &[(header::CONVERSATION, &address)], Some(b"{}"))?;
    assert_eq!(other.code()?, Some(Code::Malformed));
    let technician = join(&world, &site, &mut staff, SIGN)?;
    assert_eq!(technician.notify(&address, email, Register::En)?.code()?, Some(Code::Forbidden));
    staff.act(&address, Act::Restrict)?.ok()?;
    pace::until("the restriction", || {
        let restricted = staff.list()?.into_iter().find(|entry| entry.conversation == address);
        Ok(restricted.and_then(|entry| entry.restricted).map(drop))
    })?;
    assert_eq!(staff.notify(&address, email, Register::En)?.code()?, Some(Code::Restricted));
    visitor.reload()?;
    visitor.withdraw()?;
    staff.tombstone(&address)?;
    assert_eq!(staff.notify(&address, email, Register::En)?.code()?, Some(Code::Gone));
    Ok(())
}
