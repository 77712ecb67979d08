//! The live connection (`docs/protocol.md` section 23): the relay says at once that there is something to look at, and
//! nothing more. What it is, is asked as without it.

use super::relay::Relay;
use einwurf_protocol::{
    api::path,
    ids::Secret,
    live::{CLOSE_CREDENTIALS, PING, PONG, SUBPROTOCOL},
};
use rustls::{ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs as _},
    sync::Arc,
    time::{Duration, Instant},
};
use tungstenite::{
    Error, HandshakeError, Message, WebSocket, client::client_with_config, handshake::client::generate_key,
    http::Request, protocol::WebSocketConfig,
};
use url::Url;

/// Until an address answers, each step of the greeting, and until what is sent is taken: what asks for longer is asked
/// without a live connection.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Between two signs of life: the relay wants them at most this often. What is not answered until the next one is dead,
/// such as a connection that somebody on the way cut without a word.
const BEAT: Duration = Duration::from_secs(20);
/// What comes within this time is one look: a relay that shouts is heard five times a second.
const GATHER: Duration = Duration::from_millis(200);
/// The longest thing that it says is some hundred bytes.
const LONGEST: usize = 4_096;

/// An open connection.
pub(crate) struct Live {
    socket: WebSocket<Line>,
    beat: Duration,
    /// When the last sign of life was asked for, and whether it is still owed.
    asked: (Instant, bool),
}

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// There is something to look at.
    Change,
    /// Nothing, until the time was over.
    Silence,
    /// The connection is gone.
    Lost,
    /// The session does not hold any more.
    Over,
}

/// TLS, or plain on this machine alone ([`super::relay::origin`]).
enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Line {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

impl Live {
    /// Opens one: lost if the relay cannot be reached this way, over if it does not know the session.
    pub(crate) fn open(relay: &Relay, session: &Secret) -> Result<Self, Heard> {
        let proof = relay.prove("GET", path::INBOX_LIVE, Some(session)).map_err(|_| Heard::Lost)?;
        let offer = format!("{SUBPROTOCOL}, {}, {session}, {proof}", relay.site);
        Self::connect(&relay.origin, &offer, BEAT)
    }

    fn connect(origin: &str, offer: &str, beat: Duration) -> Result<Self, Heard> {
        let lost = |_| Heard::Lost;
        let url = Url::parse(origin).map_err(|_| Heard::Lost)?;
        let line = dial(&url).ok_or(Heard::Lost)?;
        let (scheme, host) = match &line {
            Line::Plain(_) => ("ws", url.authority()),
            Line::Tls(_) => ("wss", url.authority()),
        };
        let request = Request::get(format!("{scheme}://{host}{}", path::INBOX_LIVE))
            .header("host", host)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", generate_key())
            .header("sec-websocket-protocol", offer)
            .body(())
            .map_err(|_| Heard::Lost)?;
        let limits = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        match client_with_config(request, line, Some(limits)) {
            Ok((socket, _)) => {
                socket.get_ref().tcp().set_write_timeout(Some(TIMEOUT)).map_err(lost)?;
                Ok(Self { socket, beat, asked: (Instant::now(), false) })
            }
            Err(HandshakeError::Failure(Error::Http(answer))) if answer.status() == 401 => Err(Heard::Over),
            Err(_) => Err(Heard::Lost),
        }
    }

    /// A handle that ends the waiting from another thread.
    pub(crate) fn handle(&self) -> Option<TcpStream> {
        self.socket.get_ref().tcp().try_clone().ok()
    }

    /// Waits until there is something to look at, or the time is over.
    pub(crate) fn wait(&mut self, mut until: Instant) -> Heard {
        let mut heard = Heard::Silence;
        loop {
            let now = Instant::now();
            if now >= until {
                return heard;
            }
            let beat = self.asked.0 + self.beat;
            if now >= beat {
                if heard == Heard::Change {
                    return heard;
                }
                if self.asked.1 || self.socket.send(Message::text(PING)).is_err() {
                    return Heard::Lost;
                }
                self.asked = (now, true);
                continue;
            }
            match self.read(until.min(beat) - now) {
                Ok(Some(text)) => {
                    self.asked.1 = false;
                    if text != PONG && heard == Heard::Silence {
                        (heard, until) = (Heard::Change, until.min(now + GATHER));
                    }
                }
                Ok(None) => {}
                // What was heard before it counts; the end is heard again.
                Err(end) => return if heard == Heard::Change { heard } else { end },
            }
        }
    }

    /// The next text within this time, if any.
    fn read(&mut self, time: Duration) -> Result<Option<String>, Heard> {
        // None at all would mean for ever.
        let time = time.max(Duration::from_millis(1));
        self.socket.get_ref().tcp().set_read_timeout(Some(time)).map_err(|_| Heard::Lost)?;
        match self.socket.read() {
            Ok(Message::Text(text)) => Ok(Some(text.to_string())),
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(None),
            Ok(Message::Close(Some(frame))) if u16::from(frame.code) == CLOSE_CREDENTIALS => Err(Heard::Over),
            Err(Error::Io(cause)) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(None)
            }
            Ok(_) | Err(_) => Err(Heard::Lost),
        }
    }
}

/// Reaches the relay: each of its addresses is given its time.
fn dial(url: &Url) -> Option<Line> {
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    let addresses = (host.trim_start_matches('[').trim_end_matches(']'), port).to_socket_addrs().ok()?;
    let stream = addresses.take(2).find_map(|address| TcpStream::connect_timeout(&address, TIMEOUT).ok())?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    stream.set_write_timeout(Some(TIMEOUT)).ok()?;
    stream.set_nodelay(true).ok()?;
    if url.scheme() != "https" {
        return Some(Line::Plain(stream));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let mut config = config.with_platform_verifier().ok()?.with_no_client_auth();
    // A WebSocket begins as HTTP/1.1.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let connection = ClientConnection::new(Arc::new(config), name).ok()?;
    Some(Line::Tls(Box::new(StreamOwned::new(connection, stream))))
}

#[cfg(test)]
mod tests;
