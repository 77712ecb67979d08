//! The deletion date: on it a conversation is gone for visitor and staff, and its bytes are gone from the storage. The
//! relay's clock is what passes here, not time.

use anyhow::Result;
use einwurf_protocol::problem::Code;
use einwurf_tests::{
    clock::{DAY, now},
    pace,
    plan::Plan,
    staff::Staff,
    world::World,
};

/// Days that the sites of these tests keep a conversation.
const DAYS: u32 = 30;
const KEPT: u64 = DAYS as u64 * DAY;

fn plan() -> Plan {
    Plan { days: DAYS, ..Plan::default() }
}

#[test]
fn ret_01_on_its_deletion_date_a_conversation_is_gone_for_everyone() -> Result<()> {
    let mut world = World::quiet("retention")?;
    let site = world.site_of(plan())?;
    let mut visitor = world.visitor(&site)?;
    let accepted = visitor.open("bald vergessen")?;
    assert_eq!(accepted.deleted, accepted.at.plus(KEPT));
    let address = visitor.address.clone().unwrap();

    // An hour before it is still there.
    world.advance(KEPT - 3_600)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    assert_eq!(staff.texts(&address)?, ["bald vergessen"]);

    world.advance(3_600)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    pace::until("the deletion", || Ok(visitor.read(None).is_err().then_some(())))?;
    assert!(now() >= accepted.deleted, "deleted {} s early", accepted.deleted.0 - now().0);
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
    let site = world.site_of(plan())?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("bald vergessen")?;
    let ciphertext = visitor.envelope(0)?.ciphertext;
    let part = &ciphertext[64..128];
    let stored = |world: &World| {
        world.relay.storage().iter().any(|(_, bytes)| memchr::memmem::find(bytes, part).is_some())
    };
    assert!(stored(&world), "the search finds nothing, deleted or not");
    world.relay.kill()?;
    world.advance(KEPT + 5 * DAY)?;
    pace::until("the erasure", || Ok((!stored(&world)).then_some(())))?;
    Ok(())
}
