//! Whose telephone is told of what arrives: not of whoever has the inbox open, and of whoever left it, in whatever way, as soon
//! as `docs/protocol.md` section 26 says.

use anyhow::{Result, ensure};
use einwurf_protocol::{
    api::path,
    live::{PING, PONG},
};
use einwurf_tests::{
    fire::machine::Machine,
    live::{Heard, Live},
    push::HOSTS,
    receiver::Receiver,
    relay::Options,
    staff::Staff,
    visitor::Visitor,
    webhooks::world_with,
    world::World,
};
use std::time::{Duration, Instant};

/// A connection without a sign of life is nobody's after this time, in seconds.
const SIGN: u64 = 45;
/// What arrives waits so long for somebody who has the inbox open, in seconds.
const GRACE: u64 = 30;
/// Less than it waits for anybody, however busy this machine is.
const AT_ONCE: Duration = Duration::from_secs(GRACE - 2);

/// A member whose telephone is told, and a visitor who writes.
struct Scene {
    world: World,
    machine: Machine,
    staff: Staff,
    visitor: Visitor,
    receiver: Receiver,
}

impl Scene {
    fn set(name: &str) -> Result<Self> {
        let mut options = Options { frail: true, ..Options::default() };
        options.vars.insert(HOSTS.to_owned(), "localhost".to_owned());
        let (world, certificates, folder) = world_with(name, options)?;
        let site = world.site()?;
        let staff = world.staff(&site)?;
        let receiver = Receiver::start(&certificates, &folder)?;
        ensure!(staff.allow_push(true)?.status == 204);
        staff.subscribed(&receiver.url("/telephone"))?;
        let mut visitor = world.visitor(&site)?;
        visitor.open("Guten Tag")?;
        receiver.next()?;
        let machine = Machine::in_folder(world.folder().path())?;
        Ok(Self { world, machine, staff, visitor, receiver })
    }

    /// The member has the inbox open, and has seen everything.
    fn looks(&self) -> Result<Live> {
        let live = self.staff.live()?;
        self.staff.list()?;
        Ok(live)
    }

    /// Time passes, and the relay notices.
    fn pass(&self, seconds: u64) -> Result<()> {
        self.machine.pass(seconds)?;
        self.world.http().get(path::RELAY, &[])?.ok().map(drop)
    }

    /// A message arrives, and the telephone is told at once.
    fn is_told(&mut self, text: &str) -> Result<()> {
        let written = Instant::now();
        self.visitor.write(text)?;
        self.receiver.next()?;
        ensure!(written.elapsed() < AT_ONCE, "{text}: told after {:?}", written.elapsed());
        Ok(())
    }

    /// A message arrives, and nobody is told for now.
    fn waits(&mut self, live: &mut Live, text: &str) -> Result<()> {
        self.visitor.write(text)?;
        live.changed()?;
        ensure!(self.receiver.answer(201)?.is_empty(), "{text}: told at once");
        Ok(())
    }
}

/// A sign of life, as an inbox gives it every twenty seconds.
fn ping(live: &mut Live) -> Result<()> {
    live.say(PING)?;
    while live.hear()? != Heard::Said(PONG.to_owned()) {}
    Ok(())
}

#[test]
fn whoever_leaves_the_inbox_is_told_of_the_next_message_at_once() -> Result<()> {
    let mut scene = Scene::set("presence-left")?;
    let mut live = scene.looks()?;
    scene.waits(&mut live, "Der Posteingang ist offen")?;
    // A page that is closed says so; the system of a browser that was killed says it in its place.
    live.leave()?;
    scene.staff.list()?;
    scene.is_told("Die Seite ist geschlossen")?;
    drop(scene.looks()?);
    scene.is_told("Das Programm ist abgestürzt")?;
    // Of two pages, one is left.
    let (mut one, other) = (scene.looks()?, scene.looks()?);
    other.leave()?;
    scene.waits(&mut one, "Eine Seite ist noch offen")
}

#[test]
fn whoever_fell_asleep_over_the_inbox_is_told_within_the_bound() -> Result<()> {
    let mut scene = Scene::set("presence-asleep")?;
    let mut live = scene.looks()?;
    // Nobody says that the other side sleeps. What comes before it is noticed waits for somebody to look.
    scene.pass(SIGN - 5)?;
    scene.waits(&mut live, "Es schläft seit eben")?;
    scene.pass(GRACE)?;
    scene.receiver.next()?;
    // What comes later does not, although the connection still stands.
    scene.staff.list()?;
    scene.is_told("Es schläft noch immer")?;
    live.changed()?;

    // Back again: whoever gives a sign of life, however long the connection stands, holds it.
    ping(&mut live)?;
    scene.staff.list()?;
    scene.waits(&mut live, "Es ist wieder wach")?;
    scene.staff.list()?;
    scene.pass(GRACE)?;
    ensure!(scene.receiver.answer(201)?.is_empty(), "what was looked at is no news");
    ensure!(!scene.world.relay.has_ended());
    Ok(())
}
