//! Mail servers that misbehave (`tests/js/rogue.mjs`): each connection meets the next fault of its server, which is a good
//! one when it has no more of them.

use crate::{folder::Folder, pace::PATIENCE};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

/// What a server does wrong, and where.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Fault {
    /// The stage of the dialogue: `tls`, `greeting`, `ehlo`, `auth`, `rset`, `mail`, `rcpt`, `data`, `body`.
    pub at: &'static str,
    /// `drop`, `stall`, `say`, `say-once`, `say-drop` or `after`; at `tls` a certificate, or `drop`.
    pub does: &'static str,
    /// What it says.
    pub says: &'static str,
}

/// A server.
#[derive(Debug, Clone, Serialize)]
pub struct Rogue {
    /// What it is called.
    pub name: String,
    /// What its first connections meet, in order.
    pub faults: Vec<Fault>,
}

/// What the servers report.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Event {
    Listening { ports: BTreeMap<String, u16> },
    Connected { name: String },
    Met { name: String },
    Mail { name: String, said: String, raw: String },
}

/// A message that arrived whole.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// What the server said to it; empty if it said nothing.
    pub said: String,
    /// Its bytes, one character for each.
    pub raw: String,
}

impl Arrived {
    /// The value of its `Message-ID`.
    pub fn id(&self) -> Result<&str> {
        let line = self.raw.lines().find_map(|line| line.strip_prefix("Message-ID: "));
        line.context("a mail without an id")
    }
}

/// Running servers; dropping them kills them.
#[derive(Debug)]
pub struct Rogues {
    child: Child,
    events: Receiver<Event>,
    connections: HashMap<String, u32>,
    met: HashMap<String, u32>,
    mails: HashMap<String, Vec<Arrived>>,
    ports: BTreeMap<String, u16>,
    _folder: Folder,
}

impl Rogues {
    /// Starts these. Certificates and keys by name; `good` is shown unless a fault says otherwise.
    pub fn start(servers: &[Rogue], shown: &[(&str, (String, String))]) -> Result<Self> {
        let folder = Folder::new("rogues")?;
        for (name, (certificate, key)) in shown {
            fs::write(folder.path().join(format!("{name}.pem")), certificate)?;
            fs::write(folder.path().join(format!("{name}.key")), key)?;
        }
        let list = folder.path().join("faults.json");
        fs::write(&list, serde_json::to_vec(servers)?)?;
        let mut node = Command::new("node");
        node.arg(xtask::paths::root().join("tests/js/rogue.mjs")).arg(folder.path()).arg(&list);
        let mut child =
            node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start node")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let (send, events) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Ok(event) = serde_json::from_str(&line) {
                    // The test may be over.
                    drop(send.send(event));
                }
            }
        });
        let (connections, met, mails) = (HashMap::new(), HashMap::new(), HashMap::new());
        let ports = BTreeMap::new();
        let mut rogues = Self { child, events, connections, met, mails, ports, _folder: folder };
        rogues.until("the servers to listen", |rogues| !rogues.ports.is_empty())?;
        Ok(rogues)
    }

    /// The port of a server.
    pub fn port(&self, name: &str) -> Result<u16> {
        self.ports.get(name).copied().context("no server of this name")
    }

    /// Waits until so many connections met a fault of a server.
    pub fn met(&mut self, name: &str, times: u32) -> Result<()> {
        self.until(name, |rogues| rogues.met.get(name).is_some_and(|met| *met >= times))
    }

    /// How many connections a server had so far.
    pub fn connections(&self, name: &str) -> u32 {
        self.connections.get(name).copied().unwrap_or_default()
    }

    /// Waits until a server took a mail; all that arrived whole there.
    pub fn taken(&mut self, name: &str) -> Result<Vec<Arrived>> {
        self.took(name, 1)
    }

    /// Waits until a server took so many mails; all that arrived whole there.
    pub fn took(&mut self, name: &str, count: usize) -> Result<Vec<Arrived>> {
        let taken = |mail: &&Arrived| mail.said.starts_with("250");
        let took = |mails: &Vec<Arrived>| mails.iter().filter(taken).count() >= count;
        self.until(name, |rogues| rogues.mails.get(name).is_some_and(took))?;
        Ok(self.mails.get(name).cloned().unwrap_or_default())
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> Result<()> {
        let end = Instant::now() + 2 * PATIENCE;
        while !holds(self) {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left.max(Duration::from_millis(1))) {
                Ok(Event::Listening { ports }) => self.ports = ports,
                Ok(Event::Connected { name }) => *self.connections.entry(name).or_default() += 1,
                Ok(Event::Met { name }) => *self.met.entry(name).or_default() += 1,
                Ok(Event::Mail { name, said, raw }) => {
                    self.mails.entry(name).or_default().push(Arrived { said, raw });
                }
                Err(_) => bail!("waited in vain for {what}"),
            }
        }
        Ok(())
    }
}

impl Drop for Rogues {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
