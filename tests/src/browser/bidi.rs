//! `WebDriver BiDi` (W3C), for what the older protocol does not know: scripts before the page's, a viewport of any size.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    net::TcpStream,
    sync::{Mutex, PoisonError},
};
use tungstenite::{
    Message, WebSocket,
    client::client,
    handshake::client::generate_key,
    http::{Request, Uri},
};

/// The socket of a session.
pub(super) struct Bidi(Mutex<Socket>);

struct Socket {
    stream: WebSocket<TcpStream>,
    asked: u64,
    /// What pages wrote to the console since somebody looked.
    written: Vec<String>,
}

impl std::fmt::Debug for Bidi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bidi")
    }
}

impl Bidi {
    /// The socket at the address that the driver names for its session.
    pub(super) fn open(url: &str) -> Result<Self> {
        let address: Uri = url.parse().with_context(|| url.to_owned())?;
        let host = address.authority().context("no host")?.as_str();
        let stream = TcpStream::connect(host).with_context(|| host.to_owned())?;
        stream.set_read_timeout(Some(crate::pace::PATIENCE))?;
        let request = Request::get(url)
            .header("host", host)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", generate_key())
            .body(())?;
        let (stream, _) = client(request, stream).map_err(|error| anyhow::anyhow!("{url}: {error}"))?;
        let bidi = Self(Mutex::new(Socket { stream, asked: 0, written: Vec::new() }));
        bidi.ask("session.subscribe", &json!({ "events": ["log.entryAdded"] }))?;
        Ok(bidi)
    }

    /// What pages wrote to the console since the last call, one line each, with its level.
    pub(super) fn written(&self) -> Result<Vec<String>> {
        // What was written before the answer came before it.
        self.ask("session.status", &json!({}))?;
        Ok(std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).written))
    }

    /// One command; answers its result.
    pub(super) fn ask(&self, method: &str, parameters: &Value) -> Result<Value> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        socket.asked += 1;
        let id = socket.asked;
        let command = json!({ "id": id, "method": method, "params": parameters });
        socket.stream.send(Message::text(command.to_string()))?;
        loop {
            let Message::Text(text) = socket.stream.read().with_context(|| method.to_owned())? else {
                continue;
            };
            let mut answer: Value = serde_json::from_str(&text)?;
            if answer.get("id").and_then(Value::as_u64) != Some(id) {
                socket.written.extend(entry(&answer));
                continue;
            }
            if let Some(error) = answer.get("error") {
                bail!("{method}: {error}: {}", answer.get("message").unwrap_or(&Value::Null));
            }
            return Ok(answer.get_mut("result").map(Value::take).unwrap_or_default());
        }
    }
}

/// What a message of the driver's says that a page wrote.
fn entry(message: &Value) -> Option<String> {
    let entry = message.get("params")?;
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    Some(format!("{} {}", text("level")?.to_uppercase(), text("text")?))
}
