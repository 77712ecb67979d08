//! The deletion date: on it a conversation is gone for visitor and staff, and its bytes are gone from the storage.

use anyhow::Result;
use einwurf_protocol::{problem::Code, time::Timestamp};
use einwurf_tests::{
    pace,
    seed::{self, Plan},
    staff::Staff,
    world::World,
};
use std::time::{SystemTime, UNIX_EPOCH};

/// A site whose inbox key is destroyed at `destroyed`: no deletion date lies later.
fn site_until(world: &World, destroyed: Timestamp) -> Result<seed::Site> {
    let fresh = seed::create(&world.http(), world.relay.operator_token())?;
    let plan = Plan::default();
    let (mut body, mut site) = fresh.body(plan.clone(), fresh.start(&plan)?)?;
    body.publication.manifest = site.resign(|manifest| manifest.inbox_key.destroyed = destroyed)?;
    fresh.finish(&body)?.ok()?;
    site.publication = body.publication;
    Ok(site)
}

#[test]
fn ret_01_on_its_deletion_date_a_conversation_is_gone_for_everyone() -> Result<()> {
    let world = World::quiet("retention")?;
    let destroyed = seed::now().plus(4);
    let site = site_until(&world, destroyed)?;
    let mut visitor = world.visitor(&site)?;
    let accepted = visitor.open("bald vergessen")?;
    assert_eq!(accepted.deleted, destroyed);
    let staff = Staff::login(&world.http(), &site)?;
    let address = visitor.address.clone().unwrap();
    assert_eq!(staff.texts(&address)?, ["bald vergessen"]);

    pace::until("the deletion", || Ok(visitor.read(None).is_err().then_some(())))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    assert!(now >= destroyed.0, "deleted {} s early", destroyed.0 - now);
    assert_eq!(visitor.append(&visitor.seal("zu spät")?)?.code()?, Some(Code::Unauthorized));
    assert_eq!(staff.list()?, []);
    let headers = [(einwurf_protocol::api::header::CONVERSATION, address.as_str())];
    let read = staff.call("GET", einwurf_protocol::api::path::INBOX_CONVERSATION, &headers, None)?;
    assert_eq!(read.code()?, Some(Code::NotFound));
    Ok(())
}

#[test]
fn ret_01_the_ciphertext_is_gone_from_the_storage_even_if_the_relay_was_down_that_day() -> Result<()> {
    let mut world = World::quiet("retention-down")?;
    let destroyed = seed::now().plus(4);
    let site = site_until(&world, destroyed)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("bald vergessen")?;
    let ciphertext = visitor.read(None)?.events[0].event.ciphertext.clone();
    let part = &ciphertext[64..128];
    let stored = |world: &World| {
        world.relay.storage().iter().any(|(_, bytes)| memchr::memmem::find(bytes, part).is_some())
    };
    assert!(stored(&world), "the search finds nothing, deleted or not");

    world.relay.kill()?;
    pace::until("the deletion date", || Ok((seed::now() > destroyed).then_some(())))?;
    world.relay.restart()?;
    pace::until("the erasure", || Ok((!stored(&world)).then_some(())))?;
    Ok(())
}
