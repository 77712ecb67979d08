//! Rights of visitors at the staff's side (RGT-03, RGT-06): copies, waiting mails, requests with their dates, codes.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::{Deed, Eraser, Outcome, Right, RightsRequest},
    ids::MessageId,
    limits::{COPIES_DAYS, LOG_DAYS, RIGHTS_REQUESTS},
    message::{Act, Reason},
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    clock::{DAY, now},
    colleague::{SIGN, join},
    pace, random,
    relay::{MailWay, Options},
    smtp::{Event, Mail, Smtp},
    world::World,
};

/// What only the mail about copies says.
const COPIES: &str = "wurde gelöscht. Bitte löschen Sie bis zum";
/// What only the mail about a request says.
const DUE: &str = "ist eine Anfrage zu Datenschutz-Rechten offen.";

fn says(mail: &Mail, words: &str) -> bool {
    mail.body().contains(words)
}

fn mail_with(smtp: &Smtp, words: &str) -> Result<Mail> {
    smtp.wait_for(words, |event| match event {
        Event::Mail(mail) if says(mail, words) => Some(mail.clone()),
        _ => None,
    })
}

#[test]
fn rgt_03_staff_are_told_to_delete_their_copies() -> Result<()> {
    let mut world = World::with_mail("copies")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let canary = Canary::new("Kanarienkopie");
    let mut visitor = world.visitor(&site)?;
    visitor.open(canary.text())?;
    let conversation = staff.newest()?;
    let before = staff.list()?.remove(0);
    let withdrawn = visitor.withdraw()?;
    let mail = mail_with(world.smtp()?, COPIES)?;

    // By code and date, to the recipients of the relay mail, once, without content.
    let until = withdrawn.at.plus(COPIES_DAYS * DAY);
    let date = until.date();
    assert_eq!(mail.to, site.plan.recipients);
    let body = mail.body();
    assert!(body.contains(&before.cid.code()), "{body}");
    assert!(body.contains(&format!("{:02}.{:02}.{}", date.day, date.month, date.year)), "{body}");
    assert_eq!(canary.found_in(mail.raw.as_bytes()), None);
    assert!(!mail.raw.contains(&before.cid.to_string()));

    // The entry says no more than that.
    let entry = staff.list()?.remove(0);
    let erasure = entry.erasure.context("a tombstone")?;
    assert_eq!((erasure.at, erasure.by), (withdrawn.at, Eraser::Visitor));
    assert_eq!((erasure.copies_until, erasure.copies_deleted), (until, None));
    assert_eq!((entry.cid, entry.opened, entry.deleted), (before.cid, before.opened, before.deleted));
    assert_eq!((entry.events, entry.read, entry.done), (0, 0, true));
    assert_eq!(staff.page(None)?.unread, 0);

    // A member says that it is done; saying it again changes nothing.
    assert_eq!(staff.copies_deleted(&conversation)?.status, 204);
    let done = staff.list()?.remove(0).erasure.context("a tombstone")?.copies_deleted;
    assert!(done.is_some());
    assert_eq!(staff.copies_deleted(&conversation)?.status, 204);
    assert_eq!(staff.list()?.remove(0).erasure.context("a tombstone")?.copies_deleted, done);
    assert!(!world.smtp()?.mails().iter().any(|mail| says(mail, COPIES)), "one mail");
    world.relay.holds_none(&[canary])
}

#[test]
fn rgt_03_waiting_mails_are_cancelled() -> Result<()> {
    let options = Options { mail: MailWay::Tls, mail_delay_ms: 4_000, ..Options::default() };
    let mut world = World::start("cancelled", &options)?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("gleich zurückgezogen")?;
    staff.newest()?;
    visitor.withdraw()?;
    mail_with(world.smtp()?, COPIES)?;
    // A later message of somebody else goes the usual way: whatever was queued before it has been tried by then.
    world.visitor(&site)?.open("bleibt")?;
    let mail = world.smtp()?.mail()?;
    assert!(mail.body().contains("Eine Unterhaltung wartet auf Sie"), "{}", mail.body());
    assert!(world.smtp()?.mails().is_empty());
    Ok(())
}

#[test]
fn rgt_03_only_an_erased_conversation_has_copies_to_delete_and_its_tombstone_goes_with_the_date() -> Result<()>
{
    let mut world = World::quiet("copies-wrong")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let conversation = staff.newest()?;
    assert_eq!(staff.copies_deleted(&conversation)?.code()?, Some(Code::Conflict));
    let other = world.site()?;
    assert_eq!(world.staff(&other)?.copies_deleted(&conversation)?.code()?, Some(Code::NotFound));
    assert_eq!(staff.erase(&conversation)?.status, 204);
    let tombstone = pace::until("the tombstone", || Ok(staff.list()?.remove(0).erasure))?;
    assert_eq!(tombstone.by, Eraser::Staff);
    assert_eq!(staff.look(&conversation)?.code()?, Some(Code::Gone));
    let technician = join(&world, &site, &mut staff, SIGN)?;
    assert_eq!(technician.copies_deleted(&conversation)?.code()?, Some(Code::Forbidden));
    world.advance(91 * DAY)?;
    let staff = world.staff(&site)?;
    assert_eq!(staff.list()?, []);
    assert_eq!(staff.copies_deleted(&conversation)?.code()?, Some(Code::NotFound));
    Ok(())
}

#[test]
fn rgt_06_a_conversation_is_found_by_its_code_also_when_it_was_erased() -> Result<()> {
    let world = World::quiet("code")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    world.visitor(&site)?.open("jemand anderes")?;
    staff.count(2)?;
    let cid = visitor.conversation.cid();
    let code = cid.code();
    let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "i");
    for text in [&code, &typed] {
        assert_eq!(staff.found(text)?.map(|entry| entry.cid), Some(cid), "{text}");
    }
    assert_eq!(staff.found("0000-0000-0000")?, None);
    for wrong in ["", "0000", "0000-0000-00000", "0000-0000-000U"] {
        assert_eq!(staff.find(wrong)?.problem()?.field.as_deref(), Some("einwurf-code"), "{wrong:?}");
    }
    visitor.withdraw()?;
    pace::until("the tombstone", || Ok(staff.found(&code)?.and_then(|entry| entry.erasure)))?;
    let other = world.site()?;
    assert_eq!(world.staff(&other)?.found(&code)?, None, "of this site only");
    Ok(())
}

#[test]
fn rgt_06_a_request_is_due_one_month_after_it_came_in_and_logged() -> Result<()> {
    let world = World::quiet("request")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    let cid = staff.list()?[0].cid;
    let (id, received) = (MessageId(random::bytes()), now().minus(40 * DAY));
    let taken: RightsRequest = staff.request_as(&conversation, id, Right::Access, received)?.json()?;
    assert_eq!((taken.due, taken.cid, taken.closed), (received.month_later(), cid, None));
    // The same again changes nothing; another under the same id is refused.
    assert_eq!(staff.request_as(&conversation, id, Right::Access, received)?.json::<RightsRequest>()?, taken);
    let other = staff.request_as(&conversation, id, Right::Erasure, received)?;
    assert_eq!(other.code()?, Some(Code::Conflict));
    // Not from the future, and not from long ago.
    for (wrong, field) in [(now().plus(100), "received"), (now().minus(366 * DAY), "received")] {
        let problem = staff.request(&conversation, Right::Access, wrong)?.problem()?;
        assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some(field)));
    }
    let later: RightsRequest = staff.request(&conversation, Right::Objection, now())?.json()?;
    let requests = staff.requests()?;
    assert_eq!(requests, [taken.clone(), later.clone()], "by due date");

    assert_eq!(staff.close(id, Outcome::Done)?.status, 204);
    assert_eq!(staff.close(id, Outcome::Done)?.status, 204);
    assert_eq!(staff.close(id, Outcome::Refused)?.code()?, Some(Code::Conflict));
    assert_eq!(staff.close(MessageId([0; 16]), Outcome::Done)?.code()?, Some(Code::NotFound));
    let requests = staff.requests()?;
    assert_eq!(requests[0], later, "open ones come first");
    assert_eq!(requests[1].closed.map(|closed| closed.outcome), Some(Outcome::Done));
    let deeds: Vec<_> = staff.log()?.into_iter().map(|entry| (entry.cid, entry.deed)).collect();
    assert_eq!(deeds, [Deed::Close, Deed::Request, Deed::Request].map(|deed| (cid, deed)), "each once");
    let technician = join(&world, &site, &mut staff, SIGN)?;
    assert_eq!(technician.request(&conversation, Right::Access, now())?.code()?, Some(Code::Forbidden));
    assert_eq!(technician.close(later.id, Outcome::Done)?.code()?, Some(Code::Forbidden));
    Ok(())
}

#[test]
fn rgt_06_staff_are_reminded_a_week_and_a_day_before() -> Result<()> {
    let mut world = World::with_mail("reminder")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Kanarie in der Anfrage")?;
    let conversation = staff.newest()?;
    let code = staff.list()?[0].cid.code();
    let open: RightsRequest = staff.request(&conversation, Right::Erasure, now())?.json()?;
    let closed: RightsRequest = staff.request(&conversation, Right::Access, now())?.json()?;
    assert_eq!(staff.close(closed.id, Outcome::Withdrawn)?.status, 204);
    // A relay that is stopped before it notes that a mail went out sends it again, as the same mail.
    let mut seen = Vec::new();
    let is_new =
        |mail: &Mail, seen: &[Option<String>]| says(mail, DUE) && !seen.contains(&mail.header("message-id"));
    for days in [7, 1] {
        // An hour before nothing was sent; a login makes sure that the relay has run.
        world.advance(open.due.0 - days * DAY - 3_600 - now().0)?;
        world.staff(&site)?.requests()?;
        assert!(!world.smtp()?.mails().iter().any(|mail| is_new(mail, &seen)), "{days}");
        world.advance(3_600)?;
        let mail = world.smtp()?.wait_for("a reminder", |event| match event {
            Event::Mail(mail) if is_new(mail, &seen) => Some(mail.clone()),
            _ => None,
        })?;
        assert_eq!(mail.to, site.plan.recipients);
        let body = mail.body();
        assert!(body.contains(&code) && !body.contains("Kanarie") && !body.contains("Lösch"), "{body}");
        seen.push(mail.header("message-id"));
    }
    world.advance(5 * DAY)?;
    world.staff(&site)?.requests()?;
    assert!(!world.smtp()?.mails().iter().any(|mail| is_new(mail, &seen)), "two reminders");
    Ok(())
}

#[test]
fn rgt_06_a_thousand_requests_are_open_at_most_and_closing_one_makes_room() -> Result<()> {
    let world = World::quiet("requests")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    let ask = || staff.request(&conversation, Right::Access, now());
    for _ in 1..RIGHTS_REQUESTS {
        ask()?.ok()?;
    }
    let last: RightsRequest = ask()?.json()?;
    assert_eq!(staff.requests()?.len(), RIGHTS_REQUESTS);
    assert_eq!(ask()?.code()?, Some(Code::LimitReached));
    // One that is known is answered nevertheless.
    let again = staff.request_as(&conversation, last.id, Right::Access, last.received)?;
    assert_eq!(again.json::<RightsRequest>()?, last);
    assert_eq!(staff.close(last.id, Outcome::Done)?.status, 204);
    assert_eq!(ask()?.status, 201);
    assert_eq!(ask()?.code()?, Some(Code::LimitReached));
    Ok(())
}

#[test]
fn rgt_06_requests_outlive_the_conversation_and_closed_ones_a_year() -> Result<()> {
    let mut world = World::quiet("request-year")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let conversation = staff.newest()?;
    let (closed, open) = (MessageId([1; 16]), MessageId([2; 16]));
    for id in [closed, open] {
        staff.request_as(&conversation, id, Right::Erasure, now())?.ok()?;
    }
    staff.close(closed, Outcome::Done)?.ok()?;
    let since = now();
    world.advance(LOG_DAYS * DAY - 3_600)?;
    let staff = world.staff(&site)?;
    assert_eq!((staff.list()?.len(), staff.requests()?.len()), (0, 2));
    world.advance(since.0 + LOG_DAYS * DAY + DAY + 60 - now().0)?;
    let staff = world.staff(&site)?;
    pace::until("the upkeep", || {
        let ids: Vec<_> = staff.requests()?.into_iter().map(|request| request.id).collect();
        Ok((ids == [open]).then_some(()))
    })
}

#[test]
fn rgt_06_a_hold_and_a_restriction_are_in_the_list() -> Result<()> {
    let world = World::quiet("held-list")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    let until = now().plus(100 * DAY);
    staff.act(&conversation, Act::Hold { reason: Reason::Claim, until })?.ok()?;
    let held = pace::until("the hold", || Ok(staff.list()?.remove(0).hold))?;
    assert_eq!((held.reason, held.until), (Reason::Claim, until));
    staff.act(&conversation, Act::Restrict)?.ok()?;
    pace::until("the restriction", || Ok(staff.list()?.remove(0).restricted))?;
    assert_eq!(staff.act(&conversation, Act::Restrict)?.code()?, Some(Code::Restricted));
    staff.act(&conversation, Act::Lift)?.ok()?;
    staff.act(&conversation, Act::Release)?.ok()?;
    pace::until("neither", || {
        let entry = staff.list()?.remove(0);
        Ok((entry.hold.is_none() && entry.restricted.is_none()).then_some(()))
    })
}
