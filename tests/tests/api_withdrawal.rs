//! Withdrawing consent: what the relay answers from then on, and what is left in its files.

use anyhow::Result;
use einwurf_protocol::{
    VERSION,
    api::{path, visitor::Append},
    ids::MessageId,
    problem::Code,
};
use einwurf_tests::{random, rights::Traces, visitor::Visitor, world::World};

/// A conversation with messages of every size of padding.
fn talk(world: &World, site: &einwurf_tests::seed::Site) -> Result<(Visitor, Traces)> {
    let mut visitor = world.visitor(site)?;
    visitor.open("Das erste Wort.")?;
    for size in [10, 600, 2_000, 5_000, 15_000, 31_000, 10, 10, 900, 10] {
        visitor.write(&"x".repeat(size))?;
    }
    let traces = Traces::of(&visitor)?;
    assert!(traces.are_there(world), "the search finds nothing, erased or not");
    Ok((visitor, traces))
}

#[test]
fn rgt_03_the_ciphertext_is_gone_from_the_raw_storage_within_60_seconds() -> Result<()> {
    let world = World::quiet("withdrawal-raw")?;
    let site = world.site()?;
    let (mut visitor, traces) = talk(&world, &site)?;
    visitor.withdraw()?;
    let gone = traces.gone_within_60_seconds(&world);
    println!("{}", world.relay.log());
    gone?;
    assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone));
    Ok(())
}
