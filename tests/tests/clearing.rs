//! A relay that is killed at a chosen moment while it clears the storage of an erased conversation: nothing that the runtime
//! does there is one step.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{api::path, codec::to_base64url, event::Envelope, problem::Code};
use einwurf_tests::{
    fire::machine::Machine, pace, relay::Options, rights::Traces, seed::Site, visitor::Visitor, world::World,
};
use memchr::memmem;

/// The removal of the database of a conversation is the first thing that is done, and a few dozen others follow until it and
/// the second one, in which its tombstone lies meanwhile, are as they should be.
const MOMENTS: [u32; 14] = [1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 28, 40, 56, 80];

const SECRET: &str = "EINWURF_STORAGE_SECRET";
/// What is owed is waited for so long before the storage is cleared, in seconds.
const OWES: u64 = 31;

fn frail(name: &str) -> Result<(World, Machine, Site)> {
    let world = World::start(name, &Options { frail: true, ..Options::default() })?;
    let machine = Machine::in_folder(world.folder().path())?;
    let site = world.site()?;
    Ok((world, machine, site))
}

/// A conversation that was withdrawn.
struct Ended {
    visitor: Visitor,
    withdrawal: Envelope,
    accepted: Vec<u8>,
}

impl Ended {
    /// Sends until it is answered, whatever becomes of the relay.
    fn new(world: &mut World, machine: &Machine, mut visitor: Visitor) -> Result<Self> {
        let withdrawal = visitor.withdrawal()?;
        let accepted = loop {
            match visitor.append(&withdrawal) {
                Ok(reply) => break reply.ok()?.body.clone(),
                Err(_) => again(world, machine)?,
            }
            visitor.reconnect(&world.http());
        };
        Ok(Self { visitor, withdrawal, accepted })
    }

    /// The first question is answered, and so is every other.
    fn is_known(&mut self, world: &World) -> Result<()> {
        self.visitor.reconnect(&world.http());
        let read = self.visitor.get(path::EVENTS)?;
        ensure!(read.code()? == Some(Code::Gone), "{}: {}", read.status, read.text());
        ensure!(self.visitor.append(&self.withdrawal)?.body == self.accepted, "another answer");
        Ok(())
    }
}

/// The relay starts again, and is killed no more.
fn again(world: &mut World, machine: &Machine) -> Result<()> {
    machine.kills_at(0)?;
    world.relay.restart()
}

/// Whether a tombstone lies in a second object.
fn is_aside(world: &World) -> bool {
    world.relay.storage().iter().any(|(_, bytes)| memmem::find(bytes, b"CREATE TABLE aside").is_some())
}

#[test]
fn rgt_03_killed_at_any_moment_of_clearing_its_storage_the_relay_keeps_the_tombstone() -> Result<()> {
    let (mut world, machine, site) = frail("clearing")?;
    let (mut all, mut kills) = (Vec::new(), 0);
    for moment in MOMENTS {
        let mut visitor = world.visitor(&site)?;
        visitor.open("Bitte vergessen.")?;
        let traces = Traces::of(&visitor)?;
        machine.kills_at(moment)?;
        let mut ended = Ended::new(&mut world, &machine, visitor)?;
        pace::until("the kill, or nothing more to clear", || {
            let over = traces.found(&world).is_empty() && !is_aside(&world);
            Ok((world.relay.has_ended() || over).then_some(()))
        })?;
        kills += usize::from(world.relay.has_ended());
        again(&mut world, &machine)?;
        ended.is_known(&world).with_context(|| format!("killed at moment {moment}"))?;
        traces.gone_within_60_seconds(&world)?;
        all.push(ended);
    }
    ensure!(kills >= MOMENTS.len() / 2, "only {kills} kills");
    pace::until("every second object to be cleared", || Ok((!is_aside(&world)).then_some(())))?;
    again(&mut world, &machine)?;
    all.iter_mut().try_for_each(|ended| ended.is_known(&world))
}

#[test]
fn rgt_03_killed_while_it_clears_its_storage_the_relay_pays_what_it_owes_although_nobody_asks() -> Result<()>
{
    let (mut world, machine, site) = frail("clearing-owes")?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte vergessen.")?;
    let staff = world.staff(&site)?;
    staff.newest()?;
    // The proof object does not open its key any more: what is owed to it stays owed.
    let secret = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.rebind(SECRET, Some(&to_base64url(&[7; 32])))?;
    visitor.reconnect(&world.http());
    visitor.withdraw()?;
    machine.kills_at(1)?;
    machine.pass(OWES)?;
    pace::until("the kill", || {
        // Time is noticed with the next thing that happens.
        drop(world.http().get(path::RELAY, &[]));
        Ok(world.relay.has_ended().then_some(()))
    })?;
    machine.kills_at(0)?;
    world.relay.rebind(SECRET, Some(&secret))?;
    let staff = world.staff(&site)?;
    pace::until("the record of the end", || {
        let proofs = staff.proofs(None)?.proofs;
        Ok(proofs.iter().any(|proof| proof.records.len() == 2).then_some(()))
    })
}
