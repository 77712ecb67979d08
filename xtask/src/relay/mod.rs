//! The built relay under workerd: for `dev`, for the journeys and for the benches.

pub(crate) mod clock;
mod config;

use crate::{paths, setup};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io::{BufRead, BufReader, Write},
    iter, mem,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

/// workerd starts in a fraction of a second; a loaded machine gets this long.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How the relay runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens.
    pub address: SocketAddr,
    /// Folder of the durable objects' files; made if missing, kept afterwards.
    pub storage: PathBuf,
    /// File that receives everything workerd prints.
    pub log: PathBuf,
    /// Text bindings (variables and secrets). They travel by environment and are not written to the config file.
    pub vars: BTreeMap<String, String>,
    /// What it may connect to.
    pub egress: Egress,
    /// What its webhooks may reach: addresses that a customer types in.
    pub outside: Egress,
    /// Folder of its two modules; its configuration is written beside them.
    pub code: PathBuf,
    /// Static files.
    pub dist: PathBuf,
    /// A worker beside the relay, in the same workerd.
    pub beside: Option<Beside>,
    /// Seconds that its clock is ahead of this machine's, for tests; 0 leaves it alone.
    pub clock: i64,
    /// Names faults of the machine while it runs, for tests: `tests/clock/disk.c`.
    pub faults: Option<PathBuf>,
}

/// A worker of one module beside the relay: what a bench measures the relay against.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The module; its durable object class is `Bare`, with `SQLite`, bound as `BARE`.
    pub module: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What the relay's sockets and fetches may reach.
#[derive(Debug, Clone)]
pub struct Egress {
    /// workerd's network names: `public`, `private`, or CIDR blocks.
    pub allow: Vec<String>,
    /// PEM certificates that are trusted besides the browsers' list.
    pub trusted_certificates: Vec<String>,
}

impl Egress {
    /// Only the internet: a deployed relay.
    pub fn public() -> Self {
        Self { allow: vec!["public".to_owned()], trusted_certificates: Vec::new() }
    }

    /// Only this machine and its network: `dev` and tests.
    pub fn private() -> Self {
        Self { allow: vec!["private".to_owned()], trusted_certificates: Vec::new() }
    }
}

impl Settings {
    /// The built relay on a free loopback port, with storage and log in `folder`.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        Ok(Self {
            address: free_address()?,
            storage: folder.join("storage"),
            log: folder.join("relay.log"),
            vars: BTreeMap::new(),
            egress: Egress::private(),
            outside: Egress::public(),
            code: paths::relay(),
            dist: paths::dist(),
            beside: None,
            clock: 0,
            faults: None,
        })
    }

    /// Adds a text binding.
    #[must_use]
    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.to_owned(), value.to_owned());
        self
    }

    /// `http://127.0.0.1:8787`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Ports that systems do not hand out by themselves: Linux begins at 32,768, IANA (RFC 6335) at
/// 49,152. A relay that is started again finds its own still free, whoever connects meanwhile.
const UNASSIGNED: Range<u16> = 20_000..32_768;

/// A loopback address that nobody listens on, and that is drawn by nobody else who builds here before this process ends.
pub fn free_address() -> Result<SocketAddr> {
    let folder = paths::target().join("ports");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut random = iter::repeat_with(|| RandomState::new().build_hasher().finish());
    let free = random.by_ref().take(1000).find_map(|number| {
        let port = UNASSIGNED.start + u16::try_from(number % u64::try_from(UNASSIGNED.len()).ok()?).ok()?;
        let own = File::create(folder.join(port.to_string())).ok()?;
        own.try_lock().ok()?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?.local_addr().ok()?;
        // Whoever listens there is down for a moment whenever it starts again: the lock ends with the process.
        mem::forget(own);
        Some(address)
    });
    free.with_context(|| format!("no port is free on {} in {UNASSIGNED:?}", Ipv4Addr::LOCALHOST))
}

/// A running relay; dropping it kills it and keeps its storage.
#[derive(Debug)]
pub struct Relay {
    settings: Settings,
    child: Child,
}

impl Relay {
    /// Starts workerd and waits until it says that it listens.
    pub fn start(settings: Settings) -> Result<Self> {
        let child = launch(&settings)?;
        Ok(Self { settings, child })
    }

    /// How it runs.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// `http://127.0.0.1:8787`.
    pub fn origin(&self) -> String {
        self.settings.origin()
    }

    /// `kill -9`: nothing in the relay gets a chance to finish.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts again on the same storage and address, killing first what still runs.
    pub fn restart(&mut self) -> Result<()> {
        self.kill()?;
        self.child = launch(&self.settings)?;
        Ok(())
    }

    /// Like [`Relay::restart`], with the clock `seconds` ahead of this machine's.
    pub fn restart_at(&mut self, seconds: i64) -> Result<()> {
        self.settings.clock = seconds;
        self.restart()
    }

    /// Another value of a text binding from the next start on; `None` takes it away.
    pub fn rebind(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.vars.insert(name.to_owned(), value.to_owned()),
            None => self.settings.vars.remove(name),
        };
    }

    /// workerd's process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether workerd has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Everything workerd has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.settings.log).unwrap_or_default()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        drop(self.kill());
        drop(fs::remove_file(config_file(&self.settings)));
    }
}

/// Beside the modules that it embeds; relays that run at the same time have different ports.
fn config_file(settings: &Settings) -> PathBuf {
    settings.code.join(format!("config-{}.capnp", settings.address.port()))
}

fn launch(settings: &Settings) -> Result<Child> {
    if !settings.code.join("index.js").is_file() {
        bail!("the relay is not built; run: cargo xtask build");
    }
    fs::create_dir_all(&settings.storage)?;
    if let Some(beside) = &settings.beside {
        fs::copy(&beside.module, settings.code.join(config::BESIDE)).context("cannot copy the module")?;
    }
    let config = config_file(settings);
    fs::write(&config, config::text(settings))?;
    let log =
        OpenOptions::new().create(true).append(true).open(&settings.log).context("cannot open the log")?;
    let mut workerd = Command::new(setup::native("workerd"));
    workerd.arg("serve").arg("--control-fd=1").arg(&config).envs(&settings.vars);
    workerd.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.try_clone()?);
    clock::shift(&mut workerd, settings.clock, settings.faults.as_deref())?;
    let mut child = workerd.spawn().context("cannot start workerd")?;
    let stdout = child.stdout.take().context("workerd's output is piped")?;
    if let Err(error) = wait_for_listen(stdout, log) {
        drop(child.kill());
        drop(child.wait());
        bail!("{error}\n{}", tail(&settings.log));
    }
    Ok(child)
}

/// workerd announces on its control descriptor, as JSON, that it listens. The thread goes on copying to the log.
fn wait_for_listen(stdout: ChildStdout, mut log: File) -> Result<()> {
    let (listening, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if line.starts_with("{\"event\":\"listen\"") {
                // Nobody waits any more after the first one.
                listening.send(()).unwrap_or_default();
            } else {
                drop(writeln!(log, "{line}"));
            }
        }
    });
    match heard.recv_timeout(START_LIMIT) {
        Ok(()) => Ok(()),
        Err(RecvTimeoutError::Timeout) => bail!("workerd did not listen within {} s", START_LIMIT.as_secs()),
        Err(RecvTimeoutError::Disconnected) => bail!("workerd ended at its start"),
    }
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}
