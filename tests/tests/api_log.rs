//! The staff log (STF-01): every opening, export, erasure and act, without content, for a year.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::Result;
use einwurf_protocol::{
    api::{
        header, path,
        staff::{Deed, Right},
    },
    consent::{ShownNotice, Ticks},
    jws,
    limits::{FRESH_SECONDS, LOG_DAYS},
    message::{Act, Basis},
    notice::Purpose,
    problem::Code,
};
use einwurf_tests::{
    canary::Canary,
    clock::{DAY, now},
    colleague::{READ, join},
    pace,
    plan::Plan,
    staff::Staff,
    visitor::Visitor,
    world::World,
};

fn deeds(staff: &Staff) -> Result<Vec<Deed>> {
    Ok(staff.log()?.into_iter().map(|entry| entry.deed).collect())
}

#[test]
fn stf_01_every_open_export_and_deletion_is_logged_without_content() -> Result<()> {
    let world = World::quiet("log")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let canary = Canary::new("Kanarienlog");
    let mut visitor = world.visitor(&site)?;
    visitor.open(canary.text())?;
    visitor.write(canary.text())?;
    let conversation = pace::until("both messages", || {
        let entry = staff.list()?.into_iter().next().filter(|entry| entry.events == 2);
        Ok(entry.map(|entry| entry.conversation))
    })?;
    let cid = visitor.conversation.cid();

    // Opened, by two members; again within the hour is the same opening.
    let reader = join(&world, &site, &mut staff, READ)?;
    for _ in 0..2 {
        assert_eq!(staff.texts(&conversation)?.len(), 2);
        assert_eq!(reader.texts(&conversation)?.len(), 2);
    }
    assert_eq!(staff.exported(&conversation)?.status, 204);
    staff.act(&conversation, Act::Erase { parts: vec![0] })?.ok()?;
    staff.request(&conversation, Right::Erasure, now())?.ok()?;
    assert_eq!(staff.erase(&conversation)?.status, 204);
    pace::until("the tombstone", || Ok(staff.list()?.remove(0).erasure))?;
    assert_eq!(staff.copies_deleted(&conversation)?.status, 204);

    let log = staff.log()?;
    let told: Vec<_> = log.iter().rev().map(|entry| (entry.member, entry.deed)).collect();
    let (admin, anna) = (staff.member.id(), reader.member.id());
    assert_eq!(
        told,
        [
            (admin, Deed::Open),
            (anna, Deed::Open),
            (admin, Deed::Export),
            (admin, Deed::EraseParts),
            (admin, Deed::Request),
            (admin, Deed::Erase),
            (admin, Deed::Copies),
        ]
    );
    assert!(log.iter().all(|entry| entry.cid == cid && entry.at <= now()));
    // Only those who audit see it.
    let refused = reader.call("GET", path::INBOX_LOG, &[], None)?;
    assert_eq!(refused.code()?, Some(Code::Forbidden));
    world.relay.holds_none(&[canary])
}

#[test]
fn stf_01_what_was_refused_is_not_logged_and_what_destroys_needs_a_fresh_login() -> Result<()> {
    let mut world = World::quiet("log-refused")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    staff.texts(&conversation)?;
    // An act that changes nothing, or comes from another place of the chain.
    assert_eq!(staff.act(&conversation, Act::Lift)?.code()?, Some(Code::Conflict));
    let late = staff.sealed_act(&conversation, &Act::Restrict, Some(Act::Restrict))?;
    staff.act(&conversation, Act::Restrict)?.ok()?;
    assert!(staff.post_act(&conversation, &late)?.code()?.is_some());
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Restricted));
    assert_eq!(deeds(&staff)?, [Deed::Restrict, Deed::Open]);
    // An act whose answer was lost is sent again: it is one act.
    let lift = staff.sealed_act(&conversation, &Act::Lift, Some(Act::Lift))?;
    let first = staff.post_act(&conversation, &lift)?;
    let again = staff.post_act(&conversation, &lift)?;
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body));
    assert_eq!(deeds(&staff)?, [Deed::Lift, Deed::Restrict, Deed::Open]);
    // Nothing of another site, and nothing that does not exist.
    let other = world.site()?;
    let stranger = world.staff(&other)?;
    for reply in
        [stranger.look(&conversation)?, stranger.erase(&conversation)?, stranger.exported(&conversation)?]
    {
        assert_eq!(reply.code()?, Some(Code::NotFound));
    }
    assert_eq!(deeds(&stranger)?, []);

    // The session goes on for hours, what destroys something needs a login of the last minutes.
    let erase = Act::Erase { parts: vec![0] };
    let handover = Act::Handover { parts: vec![0], basis: Basis::Law, until: now().plus(DAY) };
    world.advance(FRESH_SECONDS + 1)?;
    for act in [erase, handover] {
        let refused = staff.act(&conversation, act)?;
        assert_eq!(refused.code()?, Some(Code::ReauthenticationRequired));
    }
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::ReauthenticationRequired));
    staff.act(&conversation, Act::Restrict)?.ok()?;
    assert_eq!(deeds(&staff)?[..3], [Deed::Restrict, Deed::Lift, Deed::Restrict]);
    Ok(())
}

#[test]
fn stf_01_opening_after_an_hour_is_logged_again_and_entries_go_after_a_year() -> Result<()> {
    let mut world = World::quiet("log-year")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    staff.texts(&conversation)?;
    world.advance(3_500)?;
    staff.texts(&conversation)?;
    assert_eq!(deeds(&staff)?.len(), 1);
    world.advance(200)?;
    staff.texts(&conversation)?;
    assert_eq!(deeds(&staff)?, [Deed::Open, Deed::Open]);
    let newest = staff.log()?[0].at;
    world.advance(newest.0 + LOG_DAYS * DAY - 60 - now().0)?;
    assert!(deeds(&world.staff(&site)?)?.contains(&Deed::Open), "a minute before");
    // The upkeep of the day comes by.
    world.advance(DAY + 120)?;
    let staff = world.staff(&site)?;
    pace::until("the upkeep", || Ok(deeds(&staff)?.is_empty().then_some(())))
}

#[test]
fn the_log_comes_in_pages() -> Result<()> {
    let world = World::quiet("log-pages")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = staff.newest()?;
    for _ in 0..100 {
        staff.exported(&conversation)?.ok()?;
    }
    let full = staff.log_page(None)?;
    assert_eq!((full.entries.len(), full.after), (100, None));
    staff.exported(&conversation)?.ok()?;
    let first = staff.log_page(None)?;
    assert_eq!(first.entries.len(), 100);
    let after = first.after.unwrap_or_default();
    let second = staff.log_page(Some(&after))?;
    assert_eq!((second.entries.len(), second.after), (1, None));
    let wrong = staff.call("GET", path::INBOX_LOG, &[("einwurf-after", "gestern")], None)?;
    assert_eq!(wrong.code()?, Some(Code::Malformed));
    Ok(())
}

/// A visitor who agreed and ticked the box for special categories, or did not.
fn with_special(world: &World, site: &einwurf_tests::seed::Site, ticked: bool) -> Result<Visitor> {
    let mut visitor = world.visitor(site)?;
    let digest = visitor.consent.notice();
    let text = digest.to_string();
    let headers = [(header::SITE, site.address.as_str()), (header::NOTICE, &text)];
    let document = world.http().get(path::NOTICE, &headers)?;
    let shown = ShownNotice::read(&document.ok()?.body, digest)?;
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks.set(Purpose::Special, ticked);
    visitor.consent = shown.agree(&ticks)?;
    Ok(visitor)
}

#[test]
fn met_01_no_special_category_choice_is_in_any_table_log_mail_or_proof() -> Result<()> {
    let mut world = World::with_mail("log-special")?;
    let site = world.site_of(Plan { offers: [Purpose::Special].into(), ..Plan::default() })?;
    let staff = world.staff(&site)?;
    let mut canaries = vec![Canary::new("Kanarienbefund")];
    let mut grants = Vec::new();
    for ticked in [true, false] {
        let mut visitor = with_special(&world, &site, ticked)?;
        visitor.open(canaries[0].text())?;
        let code = visitor.conversation.cid().code();
        let conversation = pace::until("the conversation", || staff.found(&code))?.conversation;
        staff.texts(&conversation)?;
        staff.request(&conversation, Right::Access, now())?.ok()?;
        let proof = pace::until("the proof", || staff.proof(&conversation))?;
        grants.push(jws::verify_json::<serde_json::Value>(&proof.grants[0], jws::GRANT)?.payload);
        // Whoever has it could try the few choices that there are.
        let salt = visitor.conversation.salt().0;
        canaries.extend([Canary::of_bytes(&salt), Canary::of(&einwurf_protocol::codec::to_base64url(&salt))]);
        visitor.withdraw()?;
        pace::until("the tombstone", || Ok(staff.found(&proof.cid.code())?.and_then(|entry| entry.erasure)))?;
    }
    // Both say the same but for a digest that tells nothing.
    for grant in &mut grants {
        assert_eq!(grant["grants"], serde_json::json!({"answer": true}));
        assert!(grant["choices"].is_string());
        grant["choices"] = serde_json::Value::Null;
    }
    assert_eq!(grants[0], grants[1]);
    for mail in world.smtp()?.mails() {
        for canary in &canaries {
            assert_eq!(canary.found_in(mail.raw.as_bytes()), None);
        }
        assert!(!mail.body().contains("Gesundheit"), "{}", mail.body());
    }
    world.relay.holds_none(&canaries)
}
