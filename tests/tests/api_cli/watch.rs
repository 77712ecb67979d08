//! Staying: by the live connection, over networks that end it.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    cli::Machine,
    http::Http,
    pace,
    plan::Plan,
    relay::Options,
    seed,
    staff::Staff,
    visitor::{Address, Visitor},
    world::World,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Whatever a message takes from its acknowledgement to its file.
const AT_ONCE: Duration = Duration::from_secs(2);
/// Many times what looking takes, and less than between two signs of life.
const IDLE: Duration = Duration::from_secs(2);

/// A wire to the relay that counts what goes up, and that can be cut.
#[derive(Clone, Default)]
struct Wire {
    target: Arc<Mutex<String>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    up: Arc<AtomicUsize>,
}

impl Wire {
    /// Where it begins.
    fn lay(&self) -> Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let wire = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A relay that is down hangs up.
                drop(wire.join(stream));
            }
        });
        Ok(origin)
    }

    /// Where it ends.
    fn lead(&self, target: &str) -> Result<()> {
        target.clone_into(&mut *self.target.lock().ok().context("poisoned")?);
        Ok(())
    }

    fn join(&self, mut near: TcpStream) -> Result<()> {
        let target = self.target.lock().ok().context("poisoned")?.clone();
        let mut far = TcpStream::connect(target)?;
        let (mut down, mut back) = (far.try_clone()?, near.try_clone()?);
        self.open.lock().ok().context("poisoned")?.extend([near.try_clone()?, far.try_clone()?]);
        std::thread::spawn(move || {
            drop(std::io::copy(&mut down, &mut back));
            drop(back.shutdown(Shutdown::Both));
        });
        let up = Arc::clone(&self.up);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Some(bytes) = near.read(&mut buffer).ok().and_then(|count| buffer.get(..count)) {
                up.fetch_add(bytes.len(), Ordering::SeqCst);
                if bytes.is_empty() || far.write_all(bytes).is_err() {
                    break;
                }
            }
            drop(far.shutdown(Shutdown::Both));
        });
        Ok(())
    }

    fn up(&self) -> usize {
        self.up.load(Ordering::SeqCst)
    }

    /// Cuts everything that is open now.
    fn cut(&self) -> Result<()> {
        for stream in self.open.lock().ok().context("poisoned")?.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
        Ok(())
    }
}

/// It stays until it is told to end.
struct Staying<'a>(&'a Machine, Child);

impl<'a> Staying<'a> {
    fn start(machine: &'a Machine, every: &str) -> Result<Self> {
        let pull = ["pull", "--json", "json", "--watch", "--every", every];
        Ok(Self(machine, machine.command(&pull)?.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?))
    }

    /// Waits for so many files; how long that took.
    fn files(&self, count: usize) -> Result<Duration> {
        let started = Instant::now();
        pace::until("files", || Ok((self.0.files("json").len() == count).then_some(())))?;
        Ok(started.elapsed())
    }

    fn end(mut self) -> Result<()> {
        ensure!(Command::new("kill").arg(self.1.id().to_string()).status()?.success(), "no signal");
        assert_eq!(self.1.wait()?.code(), Some(0));
        Ok(())
    }
}

#[test]
fn whoever_stays_is_told_at_once_asks_nothing_meanwhile_and_goes_on_after_cuts_and_restarts() -> Result<()> {
    let wire = Wire::default();
    let origin = wire.lay()?;
    let vars = BTreeMap::from([("EINWURF_ORIGIN".to_owned(), origin.clone())]);
    let mut world = World::start("cli-watch", &Options { vars, ..Options::default() })?;
    wire.lead(&world.relay.host())?;
    let http = Http::new(&origin);
    let site = seed::site(&http, world.relay.operator_token(), Plan::default())?;
    let machine = Machine::new("cli-watch-machine", &origin)?;
    machine.log_in(&site.who(), &site.pin)?.with(0, "Logged in")?;
    // It would ask once an hour.
    let stays = Staying::start(&machine, "3600")?;
    let mut visitor = Visitor::agree(&http, &Address::from(&site), Register::DeFormal)?;
    visitor.open("Eins.")?;
    stays.files(1)?;
    let mut took = Vec::new();
    for (count, text) in (2..).zip(["Zwei.", "Drei.", "Vier.", "Fünf."]) {
        visitor.write(text)?;
        took.push(stays.files(count)?);
    }
    println!("from acknowledged to handed on: {took:?}");
    assert!(took.iter().any(|took| *took < AT_ONCE), "{took:?}");
    // Only what is told makes it ask.
    pace::until("what came before to be looked at", || {
        let before = wire.up();
        std::thread::sleep(IDLE);
        Ok((wire.up() == before).then_some(()))
    })?;
    wire.cut()?;
    visitor.write("Sechs.")?;
    stays.files(6)?;
    world.relay.kill()?;
    world.relay.restart()?;
    wire.lead(&world.relay.host())?;
    visitor.write("Sieben.")?;
    stays.files(7)?;
    stays.end()?;
    let texts: Vec<Value> = machine
        .files("json")
        .iter()
        .map(|(_, bytes)| Ok(serde_json::from_slice::<Value>(bytes)?["text"].clone()))
        .collect::<Result<_>>()?;
    assert_eq!(texts, ["Eins.", "Zwei.", "Drei.", "Vier.", "Fünf.", "Sechs.", "Sieben."]);
    // It logged out; and what it was told of is known to the next run.
    let devices = Staff::login(&http, &site)?.devices()?.devices;
    assert_eq!(devices.iter().filter(|device| !device.current && device.sessions > 0).count(), 0);
    machine.run(&["pull", "--json", "json"])?.with(0, "handed on: 0")
}

/// Behind what passes on requests, and no live connections, it asks.
pub(super) fn by_asking(machine: &Machine, write: impl FnOnce() -> Result<()>) -> Result<()> {
    let before = machine.files("json").len();
    let stays = Staying::start(machine, "1")?;
    write()?;
    pace::until("a file", || Ok((machine.files("json").len() > before).then_some(())))?;
    stays.end()
}
