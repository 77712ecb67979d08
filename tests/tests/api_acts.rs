//! What members do with a conversation and tell the visitor: the relay carries it out in the same step.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{
        path,
        staff::{Deed, Eraser},
        visitor::Kept,
    },
    message::{Act, Basis, Reason},
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    pace,
    plan::Plan,
    rights::Traces,
    staff::Staff,
    visitor::Visitor,
    world::World,
};
use std::sync::atomic::{AtomicBool, Ordering};

fn hold(days: u64) -> Act {
    Act::Hold { reason: Reason::Claim, until: now().plus(days * DAY) }
}

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

/// Hands two messages of eleven over, and looks for the others in the files while a widget asks again and again, which
/// keeps the object in memory, and its log open.
fn hand_over(world: &World, folded: bool) -> Result<(Visitor, Staff, String)> {
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Das erste Wort.")?;
    for size in [10, 600, 2_000, 5_000, 15_000, 31_000, 10, 10, 900, 10] {
        visitor.write(&"x".repeat(size))?;
    }
    let trace = |seq: &u64| Ok(Traces::of_event(&visitor.envelope(*seq)?));
    let erased = [0, 1, 2, 3, 5, 6, 7, 9, 10].iter().map(trace).collect::<Result<Vec<_>>>()?;
    let kept = [4, 8].iter().map(trace).collect::<Result<Vec<_>>>()?;
    assert!(erased.iter().chain(&kept).all(|trace| trace.are_there(world)));
    if folded {
        let only = |trace: &Traces| trace.found(world).keys().all(|kind| kind == "sqlite");
        pace::until("the log to be folded into the main file", || Ok(erased.iter().all(only).then_some(())))?;
    }
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let act = Act::Handover { parts: vec![4, 8], basis: Basis::Contract, until: now().plus(90 * DAY) };
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| -> Result<()> {
        let (stop, visitor) = (&stop, &visitor);
        scope.spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                drop(visitor.read(Some(100)));
            }
        });
        let done = staff.act(&conversation, act).and_then(|reply| {
            assert_eq!(reply.status, 201, "{}", reply.text());
            erased.iter().try_for_each(|trace| trace.gone_within_60_seconds(world))
        });
        stop.store(true, Ordering::Relaxed);
        done
    })?;
    assert!(kept.iter().all(|trace| trace.are_there(world)));
    Ok((visitor, staff, conversation))
}

#[test]
fn ret_03_what_lay_in_the_main_file_already_is_overwritten_there() -> Result<()> {
    hand_over(&World::quiet("handover-folded")?, true).map(drop)
}

#[test]
fn ret_03_what_was_not_handed_over_is_gone() -> Result<()> {
    let world = World::quiet("handover")?;
    let (mut visitor, staff, conversation) = hand_over(&world, false)?;
    // Both sides follow the chain over what is gone, and read what was handed over and what was said of it.
    let texts = staff.texts(&conversation)?;
    assert_eq!(texts.len(), 3, "two messages and the act");
    let shown = visitor.reload()?;
    let whole: Vec<_> = shown.iter().filter(|event| event.text.is_some()).map(|event| event.seq).collect();
    assert_eq!(whole, [4, 8, 11]);
    visitor.write("Danke.")?;
    Ok(())
}

#[test]
fn a_message_that_staff_erase_is_gone_for_both_sides() -> Result<()> {
    let world = World::quiet("erase-part")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bleibt.")?;
    visitor.write("Das war zu viel.")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let trace = Traces::of_event(&visitor.envelope(1)?);
    assert_eq!(staff.act(&conversation, Act::Erase { parts: vec![1] })?.status, 201);
    let events = visitor.read(None)?.events;
    let erased: Vec<_> = events.iter().map(|stored| matches!(stored.kept, Kept::Erased(_))).collect();
    assert_eq!(erased, [false, true, false]);
    trace.gone_within_60_seconds(&world)?;
    // Whoever lags behind an erased event is told of none, and reads the conversation.
    let conflict = visitor.append(&visitor.seal("weiter")?)?.problem()?;
    assert_eq!((conflict.code, conflict.events.map(|events| events.len())), (Code::ChainConflict, Some(1)));
    // It is no message any more, and an act is none.
    for parts in [vec![1], vec![2], vec![9], vec![]] {
        let refused = staff.act(&conversation, Act::Erase { parts })?.problem()?;
        assert_eq!(refused.field.as_deref(), Some("act.parts"));
    }
    Ok(())
}

#[test]
fn rgt_06_a_restricted_conversation_answers_423() -> Result<()> {
    let world = World::quiet("restricted")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte nichts damit tun.")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    assert_eq!(staff.act(&conversation, Act::Restrict)?.status, 201);
    assert!(visitor.read(None)?.restricted.is_some());
    assert!(staff.fetch(&conversation)?.restricted.is_some());
    for act in [Act::Erase { parts: vec![0] }, Act::Ask, Act::Restrict] {
        assert_eq!(staff.act(&conversation, act)?.code()?, Some(Code::Restricted));
    }
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Restricted));
    assert_eq!(staff.act(&conversation, hold(30))?.status, 201);
    assert_eq!(staff.act(&conversation, Act::Release)?.status, 201);
    assert_eq!(staff.act(&conversation, Act::Lift)?.status, 201);
    assert_eq!(staff.act(&conversation, Act::Lift)?.code()?, Some(Code::Conflict));
    assert_eq!(staff.act(&conversation, Act::Ask)?.status, 201);
    assert_eq!(visitor.read(None)?.restricted, None);
    Ok(())
}

#[test]
fn rgt_06_the_visitor_ends_a_restricted_conversation_by_withdrawing() -> Result<()> {
    let world = World::quiet("restricted-withdrawn")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte nichts damit tun.")?;
    let staff = world.staff(&site)?;
    assert_eq!(staff.act(&address(&visitor)?, Act::Restrict)?.status, 201);
    visitor.reload()?;
    visitor.withdraw()?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    assert_eq!(staff.look(&address(&visitor)?)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn dp_24_after_a_withdrawal_the_api_answers_410_to_everything_that_staff_do() -> Result<()> {
    let world = World::quiet("acts-gone")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte vergessen.")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let acts = [Act::Restrict, hold(30), Act::Ask, Act::Erase { parts: vec![0] }];
    let told = |act: &Act| (*act != Act::Ask).then(|| act.clone());
    let acts = acts.iter().map(|act| staff.sealed_act(&conversation, act, told(act)));
    let acts = acts.collect::<Result<Vec<_>>>()?;
    visitor.withdraw()?;
    for act in &acts {
        assert_eq!(staff.post_act(&conversation, act)?.code()?, Some(Code::Gone));
    }
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Gone));
    assert_eq!(staff.look(&conversation)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn rgt_03_a_conversation_that_staff_erase_is_gone_for_both_sides() -> Result<()> {
    let world = World::quiet("erase")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte löschen.")?;
    let traces = Traces::of(&visitor)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    assert_eq!(staff.erase(&conversation)?.status, 204);
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    assert_eq!(visitor.append(&visitor.withdrawal()?)?.code()?, Some(Code::Gone));
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Gone));
    traces.gone_within_60_seconds(&world)?;
    let erasure = pace::until("the tombstone", || Ok(staff.list()?.first().and_then(|entry| entry.erasure)))?;
    assert_eq!(erasure.by, Eraser::Staff);
    let receipt = visitor.receipt()?;
    assert!(receipt.erased.is_some() && receipt.withdrawn.is_none());
    Ok(())
}

#[test]
fn an_act_by_a_stranger_or_of_another_form_does_nothing() -> Result<()> {
    let world = World::quiet("acts-forged")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bleibt.")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let stranger = Staff::login(&world.http(), &other)?;
    let good = staff.sealed_act(&conversation, &Act::Restrict, Some(Act::Restrict))?;
    // A member of another site, with an act of this one.
    assert!(stranger.post_act(&conversation, &good)?.status >= 400);
    let mut forged = good.clone();
    forged.certificate = stranger.session.certificate.clone().context("a certificate")?;
    assert_eq!(staff.post_act(&conversation, &forged)?.problem()?.field.as_deref(), Some("certificate"));
    let mut turned = good.clone();
    turned.event.ciphertext[0] ^= 1;
    assert_eq!(staff.post_act(&conversation, &turned)?.problem()?.field.as_deref(), Some("event.signature"));
    let mut asked = good.clone();
    asked.act = Some(Act::Ask);
    assert_eq!(staff.post_act(&conversation, &asked)?.problem()?.field.as_deref(), Some("act"));
    // The visitor does not speak with the company's voice, nor staff with the visitor's.
    let own = visitor.seal("x")?;
    let mut theirs = good.clone();
    theirs.event = own;
    assert_eq!(staff.post_act(&conversation, &theirs)?.problem()?.field.as_deref(), Some("event.header"));
    assert_eq!(visitor.append(&good.event)?.problem()?.field.as_deref(), Some("event.header"));
    assert_eq!(visitor.read(None)?.events.len(), 1);
    // The good one is taken once, and answered again.
    let first = staff.post_act(&conversation, &good)?;
    assert_eq!((first.status, &staff.post_act(&conversation, &good)?.body), (201, &first.body));
    Ok(())
}

#[test]
fn ret_02_a_hold_set_before_a_withdrawal_keeps_the_content_for_the_claim_until_its_end() -> Result<()> {
    let mut world = World::quiet("held")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Sie schulden mir Geld.")?;
    let traces = Traces::of(&visitor)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    assert_eq!(staff.act(&conversation, hold(40))?.status, 201);
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Restricted));
    // The hold counts if it was stored before: one second is the clock's step.
    let held = visitor.read(None)?.hold.context("a hold")?;
    pace::until("the next second", || Ok((now() > held.since).then_some(())))?;
    visitor.reload()?;
    visitor.withdraw()?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    assert_eq!(staff.texts(&conversation)?.first().map(String::as_str), Some("Sie schulden mir Geld."));
    // Past the deletion date, too.
    world.advance(35 * DAY)?;
    let staff = Staff::login(&world.http(), &site)?;
    assert_eq!(staff.texts(&conversation)?.len(), 2);
    assert!(traces.are_there(&world));
    world.advance(6 * DAY)?;
    visitor.reconnect(&world.http());
    traces.gone_within_60_seconds(&world)?;
    // The tombstone stays until copies are gone, which staff have 30 days for from then on.
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    world.advance(30 * DAY)?;
    visitor.reconnect(&world.http());
    pace::until("the end of the tombstone", || {
        Ok((visitor.get(path::EVENTS)?.code()? == Some(Code::Unauthorized)).then_some(()))
    })
}

#[test]
fn ret_02_staff_end_a_hold_early_by_erasing_what_it_keeps_of_a_withdrawn_conversation() -> Result<()> {
    let world = World::quiet("held-early")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Sie schulden mir Geld.")?;
    let traces = Traces::of(&visitor)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    assert_eq!(staff.act(&conversation, hold(40))?.status, 201);
    let held = visitor.read(None)?.hold.context("a hold")?;
    pace::until("the next second", || Ok((now() > held.since).then_some(())))?;
    let release = staff.sealed_act(&conversation, &Act::Release, Some(Act::Release))?;
    visitor.reload()?;
    visitor.withdraw()?;
    let entry = || Ok::<_, anyhow::Error>(staff.list()?.remove(0));
    pace::until("the end", || Ok(entry()?.erasure.map(drop)))?;
    assert!(entry()?.hold.is_some());
    // What is still read has copies that may still be made.
    assert_eq!(staff.copies_deleted(&conversation)?.code()?, Some(Code::Conflict));
    assert_eq!(staff.post_act(&conversation, &release)?.code()?, Some(Code::Gone));
    assert_eq!(staff.erase(&conversation)?.status, 204);
    assert_eq!(staff.look(&conversation)?.code()?, Some(Code::Gone));
    traces.gone_within_60_seconds(&world)?;
    pace::until("the tombstone", || Ok(entry()?.hold.is_none().then_some(())))?;
    assert_eq!(staff.copies_deleted(&conversation)?.status, 204);
    assert_eq!(staff.erase(&conversation)?.code()?, Some(Code::Gone));
    let deeds: Vec<_> = staff.log()?.into_iter().map(|entry| entry.deed).collect();
    assert_eq!(deeds, [Deed::Copies, Deed::Erase, Deed::Release, Deed::Hold, Deed::Open]);
    // One end, as the visitor recorded it.
    let receipt = visitor.receipt()?;
    assert!(receipt.withdrawn.is_some() && receipt.erased.is_none());
    Ok(())
}

#[test]
fn ret_02_what_a_hold_kept_of_a_withdrawn_conversation_goes_when_the_hold_ends() -> Result<()> {
    let mut world = World::quiet("held-short")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Sie schulden mir Geld.")?;
    let traces = Traces::of(&visitor)?;
    let conversation = address(&visitor)?;
    assert_eq!(world.staff(&site)?.act(&conversation, hold(5))?.status, 201);
    let held = visitor.read(None)?.hold.context("a hold")?;
    pace::until("the next second", || Ok((now() > held.since).then_some(())))?;
    visitor.reload()?;
    visitor.withdraw()?;
    world.advance(4 * DAY)?;
    assert!(traces.are_there(&world));
    world.advance(DAY + 60)?;
    visitor.reconnect(&world.http());
    traces.gone_within_60_seconds(&world)?;
    // Long before the deletion date: the tombstone is there for both sides.
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    let staff = Staff::login(&world.http(), &site)?;
    assert_eq!(staff.look(&conversation)?.code()?, Some(Code::Gone));
    pace::until("the tombstone", || {
        Ok(staff.list()?.first().filter(|entry| entry.erasure.is_some() && entry.hold.is_none()).map(drop))
    })
}

#[test]
fn ret_02_a_restriction_outlasts_the_deletion_date_and_ends_with_it_lifted() -> Result<()> {
    let mut world = World::quiet("restricted-long")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte nichts damit tun.")?;
    let traces = Traces::of(&visitor)?;
    let conversation = address(&visitor)?;
    assert_eq!(world.staff(&site)?.act(&conversation, Act::Restrict)?.status, 201);
    visitor.reload()?;
    world.advance(31 * DAY)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    assert!(traces.are_there(&world));
    assert_eq!(visitor.append(&visitor.seal("noch etwas")?)?.code()?, Some(Code::Restricted));
    assert_eq!(staff.act(&conversation, Act::Lift)?.status, 201);
    traces.gone_within_60_seconds(&world)?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Unauthorized));
    Ok(())
}
