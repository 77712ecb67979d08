//! A server that the relay tells something (`tests/js/receiver.mjs`), with a certificate of a private CA; and a port that
//! nobody may connect to.

use crate::{folder::Folder, node::Node, pace::PATIENCE, smtp::Certificates};
use anyhow::{Context, Result, bail};
use base64ct::{Base64, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A request as the server took it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// By names in lower case.
    pub headers: BTreeMap<String, String>,
    /// As it came.
    pub body: Vec<u8>,
    /// Before it was answered, in milliseconds since the server began.
    pub at: u64,
}

impl Taken {
    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// A header.
    pub fn header(&self, name: &str) -> Result<&str> {
        self.headers.get(name).map(String::as_str).with_context(|| format!("no header {name}"))
    }

    /// What it tells.
    pub fn occasion(&self) -> Result<String> {
        Ok(self.json()?.get("type").and_then(Value::as_str).context("no type")?.to_owned())
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Event {
    Listening {
        port: u16,
    },
    Ordered,
    /// Nobody listens any more to an answer that never ends.
    Left,
    Request {
        method: String,
        path: String,
        headers: Vec<String>,
        body: String,
        at: u64,
    },
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Receiver {
    node: Node<Event>,
    /// Where it listens.
    pub port: u16,
}

impl Receiver {
    /// Starts it and waits until it listens.
    pub fn start(certificates: &Certificates, folder: &Folder) -> Result<Self> {
        let (certificate, key) = certificates.put(folder)?;
        let node = Node::start("receiver.mjs", &[&certificate, &key], |_| ())?;
        let mut receiver = Self { node, port: 0 };
        match receiver.node.events.recv_timeout(PATIENCE)? {
            Event::Listening { port } => receiver.port = port,
            other => bail!("the receiver began with {other:?}"),
        }
        Ok(receiver)
    }

    /// Its address, with this path.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Answers with this status from now on.
    pub fn answer(&mut self, status: u16) -> Result<Vec<Taken>> {
        self.order(&json!({ "status": status }))
    }

    /// Sends everybody elsewhere from now on.
    pub fn redirect(&mut self, location: &str) -> Result<Vec<Taken>> {
        self.order(&json!({ "status": 307, "headers": { "location": location } }))
    }

    /// Answers with this status from now on, and asks to be left alone for some time.
    pub fn busy(&mut self, status: u16, retry_after: &str) -> Result<Vec<Taken>> {
        self.order(&json!({ "status": status, "headers": { "retry-after": retry_after } }))
    }

    /// Answers nothing from now on.
    pub fn stall(&mut self) -> Result<Vec<Taken>> {
        self.order(&json!({ "stall": true }))
    }

    /// Begins every answer like this from now on, and goes on with the same bytes without end: as fast as they are taken, or
    /// once a second.
    pub fn rant(&mut self, begin: &str, again: &str, slow: bool) -> Result<Vec<Taken>> {
        self.order(&json!({ "begin": begin, "again": again, "slow": slow }))
    }

    /// Waits until nobody listens any more.
    pub fn left(&self) -> Result<()> {
        loop {
            let event = self.node.events.recv_timeout(PATIENCE).context("somebody still listens")?;
            if matches!(event, Event::Left) {
                return Ok(());
            }
        }
    }

    /// What came until it followed.
    fn order(&mut self, order: &Value) -> Result<Vec<Taken>> {
        self.node.order(order)?;
        let mut before = Vec::new();
        loop {
            match self.node.events.recv_timeout(PATIENCE)? {
                Event::Ordered => return Ok(before),
                event => before.extend(taken(event)?),
            }
        }
    }

    /// The next request.
    pub fn next(&self) -> Result<Taken> {
        loop {
            let event = self.node.events.recv_timeout(PATIENCE).context("waited in vain for a request")?;
            if let Some(taken) = taken(event)? {
                return Ok(taken);
            }
        }
    }

    /// The next request that tells this; others are passed over.
    pub fn told(&self, occasion: &str) -> Result<Taken> {
        loop {
            let taken = self.next()?;
            if taken.occasion()? == occasion {
                return Ok(taken);
            }
        }
    }
}

fn taken(event: Event) -> Result<Option<Taken>> {
    let Event::Request { method, path, headers, body, at } = event else { return Ok(None) };
    let (pairs, _) = headers.as_chunks::<2>();
    let headers = pairs.iter().map(|[name, value]| (name.to_lowercase(), value.clone())).collect();
    let body = Base64::decode_vec(&body).map_err(|_| anyhow::anyhow!("a body is not base64"))?;
    Ok(Some(Taken { method, path, headers, body, at }))
}

/// A port of this machine that counts who connects, whatever they say.
#[derive(Debug)]
pub struct Trap {
    /// Where it listens, on every address of IPv4.
    pub port: u16,
    caught: Arc<AtomicUsize>,
}

impl Trap {
    /// Sets it.
    pub fn set() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let port = listener.local_addr()?.port();
        let caught = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&caught);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if connection.is_ok() {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        Ok(Self { port, caught })
    }

    /// How many connected.
    pub fn caught(&self) -> usize {
        self.caught.load(Ordering::SeqCst)
    }
}
