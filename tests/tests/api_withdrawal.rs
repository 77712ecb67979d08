//! Withdrawing consent: what the relay answers from then on, and what is left in its files.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{path, staff::Eraser, visitor::Kept},
    problem::Code,
};
use einwurf_tests::{
    pace,
    rights::Traces,
    seed::Site,
    staff::Staff,
    visitor::{Address, Visitor},
    world::World,
};

/// A conversation with messages of every size of padding.
fn talk(world: &World, site: &Site) -> Result<(Visitor, Traces)> {
    let mut visitor = world.visitor(site)?;
    visitor.open("Das erste Wort.")?;
    for size in [10, 600, 2_000, 5_000, 15_000, 31_000, 10] {
        visitor.write(&"x".repeat(size))?;
    }
    let traces = Traces::of(&visitor)?;
    assert!(traces.are_there(world), "the search finds nothing, erased or not");
    Ok((visitor, traces))
}

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

/// Waits until the inbox object was told who erased the conversation.
fn tombstone(staff: &Staff, conversation: &str, by: Eraser) -> Result<()> {
    pace::until("the tombstone", || {
        let entry = staff.list()?.into_iter().find(|entry| entry.conversation == conversation);
        Ok(entry.and_then(|entry| entry.erasure).filter(|erasure| erasure.by == by).map(drop))
    })
}

#[test]
fn rgt_03_after_a_withdrawal_the_api_answers_410_and_nothing_is_relayed() -> Result<()> {
    let world = World::quiet("withdrawal")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte vergessen.")?;
    let message = visitor.seal("noch etwas")?;
    let event = visitor.withdrawal()?;
    let first = visitor.append(&event)?;
    assert_eq!(first.status, 201);
    // The same withdrawal is answered again, with the same bytes; everything else is gone.
    assert_eq!(visitor.append(&event)?.body, first.body);
    for path in [path::EVENTS, path::DATA] {
        assert_eq!(visitor.get(path)?.code()?, Some(Code::Gone), "{path}");
    }
    assert_eq!(visitor.append(&message)?.code()?, Some(Code::Gone));
    assert_eq!(visitor.append(&visitor.withdrawal()?)?.code()?, Some(Code::Gone));
    // Staff have a tombstone, without anything to read.
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    tombstone(&staff, &conversation, Eraser::Visitor)?;
    assert_eq!(staff.page(None)?.unread, 0);
    assert_eq!(staff.look(&conversation)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn rgt_03_the_receipt_stays_after_the_withdrawal() -> Result<()> {
    let world = World::quiet("withdrawal-receipt")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let opened = visitor.open("Bitte vergessen.")?;
    let grant = visitor.grant();
    let withdrawn = visitor.withdraw()?;
    let receipt = pace::until("the record of the end", || {
        let receipt = visitor.receipt()?;
        Ok((receipt.records.len() == 2).then_some(receipt))
    })?;
    let cid = visitor.conversation.cid();
    let log_key = visitor.manifest.relay.log_key;
    let records = receipt.records.iter().map(String::as_str);
    einwurf_protocol::record::verify_records(records, &log_key, (&site.pin, &cid))?;
    assert_eq!((receipt.withdrawn, receipt.erased), (Some(withdrawn.at), None));
    assert_eq!(receipt.grants.len(), 1);
    assert_eq!(receipt.deleted, opened.deleted);
    // A signature is random: the grants are compared by what they say.
    let said = |compact: &str| compact.split('.').nth(1).map(str::to_owned);
    assert_eq!(said(&receipt.grants[0]), said(&grant));
    // The chain can still be followed to its end, which the visitor signed.
    let events = receipt
        .events
        .iter()
        .map(einwurf_protocol::api::visitor::StoredEvent::read)
        .collect::<Result<Vec<_>, _>>()?;
    assert!(receipt.events.iter().all(|stored| matches!(stored.kept, Kept::Erased(_))));
    let chain = einwurf_protocol::chain::Chain::new(site.pin, cid);
    let own = visitor.conversation.public_key();
    let chain = einwurf_protocol::chain::replay(chain, &events, |_, _| Some(own));
    assert!(chain.map_err(|fault| fault.error)?.ended);
    Ok(())
}

#[test]
fn rgt_03_the_ciphertext_is_gone_from_the_raw_storage_within_60_seconds() -> Result<()> {
    let world = World::quiet("withdrawal-raw")?;
    let site = world.site()?;
    let (mut visitor, traces) = talk(&world, &site)?;
    visitor.withdraw()?;
    traces.gone_within_60_seconds(&world)?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    tombstone(&world.staff(&site)?, &address(&visitor)?, Eraser::Visitor)
}

#[test]
fn rgt_03_the_ciphertext_is_gone_from_the_raw_storage_although_nobody_can_be_told() -> Result<()> {
    let mut world = World::quiet("withdrawal-alone")?;
    let site = world.site()?;
    let (mut visitor, traces) = talk(&world, &site)?;
    world.staff(&site)?.newest()?;
    // The proof object does not open its key any more: what is owed to it stays owed.
    let secret = world.relay.binding("EINWURF_STORAGE_SECRET").context("a secret")?.to_owned();
    let other = einwurf_protocol::codec::to_base64url(&[7; 32]);
    world.relay.rebind("EINWURF_STORAGE_SECRET", Some(&other))?;
    visitor.reconnect(&world.http());
    visitor.withdraw()?;
    traces.gone_within_60_seconds(&world)?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    assert!(world.relay.log().contains("outbox: unavailable"), "everything could be delivered");
    // What is owed is paid later, out of what is left.
    world.relay.rebind("EINWURF_STORAGE_SECRET", Some(&secret))?;
    visitor.reconnect(&world.http());
    pace::until("the record of the end", || Ok((visitor.receipt()?.records.len() == 2).then_some(())))?;
    tombstone(&world.staff(&site)?, &address(&visitor)?, Eraser::Visitor)
}

#[test]
fn rgt_03_the_ciphertext_is_gone_from_the_raw_storage_if_the_relay_is_killed_right_after_the_answer()
-> Result<()> {
    let mut world = World::quiet("withdrawal-kill")?;
    let site = world.site()?;
    let (mut visitor, traces) = talk(&world, &site)?;
    visitor.withdraw()?;
    world.relay.kill()?;
    world.relay.restart()?;
    visitor.reconnect(&world.http());
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    traces.gone_within_60_seconds(&world)?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    tombstone(&world.staff(&site)?, &address(&visitor)?, Eraser::Visitor)
}

#[test]
fn rgt_03_of_two_tabs_that_withdraw_at_once_one_does() -> Result<()> {
    let world = World::quiet("withdrawal-twice")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte vergessen.")?;
    let events = [visitor.withdrawal()?, visitor.withdrawal()?, visitor.seal("nebenbei")?];
    let answers = std::thread::scope(|scope| {
        let post = |event| {
            let (visitor, http) = (&visitor, world.http());
            let body =
                einwurf_protocol::api::visitor::Append { v: 1, event, grant: None, attachments: Vec::new() };
            scope.spawn(move || visitor.over(&http).post_event(&body)?.code())
        };
        let posted = events.map(post);
        posted.map(|thread| thread.join().unwrap_or_else(|_| Ok(Some(Code::Internal))))
    });
    let [first, second, message] = answers;
    let taken = [first?, second?];
    assert!(taken.iter().filter(|code| code.is_none()).count() <= 1, "{taken:?}");
    let others = [Some(Code::Gone), Some(Code::ChainConflict), None];
    assert!(taken.iter().all(|code| others.contains(code)), "{taken:?}");
    assert!([Some(Code::Gone), Some(Code::ChainConflict), None].contains(&message?));
    // Whichever came first: a withdrawal after what is known now ends it.
    if taken.iter().all(Option::is_some) {
        visitor.reload()?;
        visitor.withdraw()?;
    }
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn rgt_03_nobody_else_withdraws() -> Result<()> {
    let world = World::quiet("withdrawal-others")?;
    let site = world.site()?;
    let (mut visitor, mut stranger) = (world.visitor(&site)?, world.visitor(&site)?);
    visitor.open("Bleibt.")?;
    stranger.open("Geht.")?;
    // Another conversation's withdrawal, before it was used and after.
    let event = stranger.withdrawal()?;
    assert_eq!(visitor.append(&event)?.problem()?.field.as_deref(), Some("event.signature"));
    stranger.append(&event)?.ok()?;
    assert_eq!(visitor.append(&event)?.problem()?.field.as_deref(), Some("event.signature"));
    // The conversation's own, with a byte of the header changed on its way.
    let mut turned = visitor.withdrawal()?;
    turned.header[96] ^= 1;
    assert_eq!(visitor.append(&turned)?.problem()?.field.as_deref(), Some("event.signature"));
    // With the right event, but the token of another visitor.
    let own = visitor.withdrawal()?;
    stranger.address = visitor.address.clone();
    assert_eq!(stranger.append(&own)?.code()?, Some(Code::Unauthorized));
    assert_eq!(visitor.read(None)?.events.len(), 1);
    Ok(())
}

#[test]
fn rgt_03_a_withdrawal_needs_no_terms_that_are_in_force() -> Result<()> {
    let mut world = World::quiet("withdrawal-late")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte vergessen.")?;
    // Two months later notice, manifest and inbox key are others.
    world.advance(62 * einwurf_tests::clock::DAY)?;
    visitor.reconnect(&world.http());
    assert_eq!(visitor.append(&visitor.seal("noch etwas")?)?.code()?, Some(Code::KeyRetired));
    visitor.withdraw()?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn a_fresh_ticket_for_the_same_address_takes_over_nothing() -> Result<()> {
    let world = World::quiet("renewal")?;
    let site = world.site()?;
    let other = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let first = visitor.ticket()?;
    // Not opened yet: the same address again.
    let again: einwurf_protocol::api::visitor::Ticket =
        visitor.renew(&Address::from(&site), &first.conversation)?.json()?;
    assert_eq!(again.conversation, first.conversation);
    let event = visitor.seal("Meins.")?;
    let body = visitor.opening(event);
    assert_eq!(visitor.post_open(&again.ticket, &body)?.status, 201);
    // The first ticket and the same bytes: the first answer. Another visitor with a fresh one: nothing.
    assert_eq!(visitor.post_open(&first.ticket, &body)?.status, 201);
    for place in [&site, &other] {
        let stranger = world.visitor(place)?;
        let ticket: einwurf_protocol::api::visitor::Ticket =
            stranger.renew(&Address::from(place), &first.conversation)?.json()?;
        let theirs = stranger.opening(stranger.seal("Meins jetzt.")?);
        assert_eq!(stranger.post_open(&ticket.ticket, &theirs)?.code()?, Some(Code::Unauthorized));
    }
    assert_eq!(visitor.read(None)?.events.len(), 1);
    // An address that this relay did not issue.
    let files = world.relay.files();
    for forged in [&first.ticket, &site.address, "x"] {
        assert_eq!(visitor.renew(&Address::from(&site), forged)?.code()?, Some(Code::Unauthorized));
    }
    assert_eq!(world.relay.files(), files);
    // A withdrawn conversation is not begun again.
    let mut withdrawn = world.visitor(&site)?;
    withdrawn.open("Geht.")?;
    withdrawn.withdraw()?;
    let ticket: einwurf_protocol::api::visitor::Ticket =
        withdrawn.renew(&Address::from(&site), &address(&withdrawn)?)?.json()?;
    let stranger = world.visitor(&site)?;
    let theirs = stranger.opening(stranger.seal("Meins jetzt.")?);
    assert_eq!(stranger.post_open(&ticket.ticket, &theirs)?.code()?, Some(Code::Unauthorized));
    Ok(())
}
