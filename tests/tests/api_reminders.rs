//! What nobody reads for working days: once to all, then once to those whom the site named for it.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::{MailHealth, MailSettings, Mark},
    limits::{MAIL_RECIPIENTS, REMINDER_WORKING_DAYS},
    time::{DAY, Timestamp},
};
use einwurf_tests::{
    clock::now,
    pace,
    relay::{MailWay, Options},
    seed::Site,
    smtp::{Event, Mail},
    staff::Staff,
    visitor::Visitor,
    world::World,
};
use std::time::Duration;

const SUBJECT: &str = "Ungelesene Nachrichten im Einwurf-Postfach";
const CHIEF: &str = "leitung@fensterbau.example";

/// So many working days later: time counts from Monday to Friday.
fn working(since: Timestamp, days: u64) -> Timestamp {
    let is_working = |at: Timestamp| (at.0 / DAY + 3) % 7 < 5;
    let (mut at, mut left) = (since, days * DAY);
    while left > 0 || !is_working(at) {
        left -= u64::from(is_working(at) && left > 0);
        at = at.plus(1);
    }
    at
}

fn begun(name: &str) -> Result<(World, Site, Staff)> {
    let world = World::start(name, &Options { mail: MailWay::Tls, ..Options::default() })?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    staff.set_mail(&MailSettings { escalation: vec![CHIEF.to_owned()], ..staff.mail()? })?.ok()?;
    Ok((world, site, staff))
}

/// A conversation in the list, and when it was stored.
fn written(world: &World, site: &Site, staff: &Staff) -> Result<(Visitor, String, Timestamp)> {
    let mut visitor = world.visitor(site)?;
    let at = visitor.open("Guten Tag")?.at;
    let address = visitor.address.clone().context("no address")?;
    pace::until("the announcement", || {
        Ok(staff.list()?.iter().any(|entry| entry.conversation == address).then_some(()))
    })?;
    Ok((visitor, address, at))
}

/// Goes to a time, which it answers; the relay starts again with it.
fn go(world: &mut World, at: Timestamp) -> Result<Timestamp> {
    world.advance(at.0.saturating_sub(now().0))?;
    Ok(at)
}

fn is_reminder(mail: &Mail) -> bool {
    mail.header("subject").as_deref() == Some(SUBJECT)
}

/// The next reminder of after a time, once the relay knows that it is out: killed before, it would send it again. Other
/// mails are passed over.
fn reminder(world: &mut World, site: &Site, since: Timestamp) -> Result<Mail> {
    let staff = world.staff(site)?;
    let mail = world.smtp()?.wait_for("a reminder", |event| match event {
        Event::Mail(mail) if is_reminder(mail) => Some(mail.clone()),
        _ => None,
    })?;
    // Not the mail that a message had caused, which went out before.
    pace::until("the queue", || {
        Ok(matches!(staff.health()?.mail, MailHealth::Idle { sent: Some(at) } if at >= since)
            .then_some(mail.clone()))
    })
}

/// That the upkeep of this time sends none: it has been done once the site answers and a while has passed.
fn no_reminder(world: &mut World, site: &Site) -> Result<()> {
    world.staff(site)?;
    let sent = world.smtp()?.wait_within(Duration::from_millis(700), |event| match event {
        Event::Mail(mail) if is_reminder(mail) => Some(mail.clone()),
        _ => None,
    })?;
    assert!(sent.is_none(), "{sent:?}");
    Ok(())
}

#[test]
fn what_nobody_reads_is_brought_to_mind_once_to_all_and_once_to_the_named() -> Result<()> {
    let (mut world, site, staff) = begun("reminders")?;
    let (_, address, at) = written(&world, &site, &staff)?;
    go(&mut world, working(at, REMINDER_WORKING_DAYS).minus(30))?;
    no_reminder(&mut world, &site)?;
    let due = go(&mut world, working(at, REMINDER_WORKING_DAYS))?;
    let first = reminder(&mut world, &site, due)?;
    assert_eq!(first.to, site.plan.recipients);
    let body = first.body();
    assert!(body.contains("Eine Unterhaltung wartet ungelesen, seit "), "{body}");
    assert!(first.link().is_some_and(|link| link.starts_with(&site.relay)), "{body}");
    assert!(!first.raw.contains(&address));
    go(&mut world, working(at, 2 * REMINDER_WORKING_DAYS).minus(30))?;
    no_reminder(&mut world, &site)?;
    let due = go(&mut world, working(at, 2 * REMINDER_WORKING_DAYS))?;
    assert_eq!(reminder(&mut world, &site, due)?.to, [CHIEF]);
    // Both once.
    go(&mut world, working(at, 4 * REMINDER_WORKING_DAYS))?;
    no_reminder(&mut world, &site)
}

#[test]
fn reading_finishing_and_answering_end_it_and_one_mail_speaks_of_all_the_rest() -> Result<()> {
    let (mut world, site, staff) = begun("reminders-end")?;
    let all = (0..5).map(|_| written(&world, &site, &staff)).collect::<Result<Vec<_>>>()?;
    let [(_, read, _), (_, done, _), (_, answered, _), (_, one, _), (_, _, at)] = &all[..] else {
        anyhow::bail!("five")
    };
    staff.mark(read, &Mark { read: Some(1), done: None })?.ok()?;
    staff.mark(done, &Mark { read: None, done: Some(true) })?.ok()?;
    staff.answer(answered, "Gern, morgen um zehn.")?;
    let due = go(&mut world, working(*at, REMINDER_WORKING_DAYS))?;
    let mail = reminder(&mut world, &site, due)?;
    assert!(mail.body().contains("2 Unterhaltungen warten ungelesen, die älteste seit "), "{}", mail.body());
    no_reminder(&mut world, &site)?;
    // What was read meanwhile is not spoken of again.
    world.staff(&site)?.mark(one, &Mark { read: Some(1), done: None })?.ok()?;
    let due = go(&mut world, working(*at, 2 * REMINDER_WORKING_DAYS))?;
    let mail = reminder(&mut world, &site, due)?;
    assert!(mail.body().contains("Eine Unterhaltung wartet"), "{}", mail.body());
    Ok(())
}

#[test]
fn an_answer_makes_nothing_unread_and_queues_no_mail() -> Result<()> {
    let (mut world, site, staff) = begun("answer-mail")?;
    let (mut visitor, address, _) = written(&world, &site, &staff)?;
    assert_eq!(world.smtp()?.mail()?.to, site.plan.recipients);
    staff.mark(&address, &Mark { read: None, done: Some(true) })?.ok()?;
    let before = now();
    staff.answer(&address, "Gern, morgen um zehn.")?;
    let entry = || {
        let found = staff.list()?.into_iter().find(|entry| entry.conversation == address);
        found.context("not in the list")
    };
    pace::until("the answer in the list", || Ok((entry()?.events == 2).then_some(())))?;
    let answered = entry()?;
    assert_eq!((answered.read, answered.done, staff.page(None)?.unread), (2, true, 0));
    assert!(answered.answered.is_some_and(|at| at >= before));
    // The visitor's next message is news again.
    visitor.reload()?;
    visitor.write("Danke, das passt.")?;
    pace::until("the message in the list", || Ok((entry()?.events == 3).then_some(())))?;
    let next = entry()?;
    assert_eq!((next.read, next.done, staff.page(None)?.unread), (2, false, 1));
    assert_eq!(next.answered, answered.answered);
    let mail = world.smtp()?.mail()?;
    assert_eq!(mail.header("subject").as_deref(), Some("Neue Nachricht im Einwurf-Postfach"));
    assert!(world.smtp()?.mails().is_empty());
    Ok(())
}

#[test]
fn who_is_told_at_last_is_kept_as_it_was_set() -> Result<()> {
    let world = World::quiet("escalation")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    assert!(staff.mail()?.escalation.is_empty());
    let with = |escalation: Vec<String>| -> Result<_> {
        staff.set_mail(&MailSettings { escalation, ..staff.mail()? })
    };
    let many = |count: usize| (0..count).map(|n| format!("{n}@fensterbau.example")).collect::<Vec<_>>();
    for count in [MAIL_RECIPIENTS - 1, MAIL_RECIPIENTS, 0, 1] {
        assert_eq!(with(many(count))?.status, 204);
        assert_eq!(staff.mail()?.escalation, many(count));
    }
    for wrong in [many(MAIL_RECIPIENTS + 1), vec!["a@b.example\r\nBcc: c@d.example".to_owned()]] {
        assert_eq!(with(wrong)?.problem()?.field.as_deref(), Some("escalation"));
    }
    assert_eq!(staff.mail()?.escalation, many(1));
    Ok(())
}
