//! Live connections as a browser has them: it says who asks in `Sec-WebSocket-Protocol`, and hears that there is
//! something to look at.

use crate::{
    http::{Http, Reply},
    pace::PATIENCE,
    staff::Staff,
    visitor::Visitor,
};
use anyhow::{Context, Result, bail, ensure};
use einwurf_protocol::{
    api::{path, staff::Changed},
    live::{LOOK, SUBPROTOCOL},
};
use std::{io::ErrorKind, net::TcpStream, time::Duration};
use tungstenite::{
    Error, HandshakeError, Message, WebSocket,
    client::client,
    handshake::client::{Response, generate_key},
    http::Request,
};

/// An open connection.
#[derive(Debug)]
pub struct Live(WebSocket<TcpStream>);

/// What a connection brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A text.
    Said(String),
    /// Its end, with a code.
    Closed(u16),
}

/// What the relay made of a request for one.
pub type Opened = std::result::Result<Live, Reply>;

impl Live {
    /// Asks for a connection; more headers as a browser or an attacker would send them.
    pub fn ask(http: &Http, path: &str, protocols: &str, more: &[(&str, &str)]) -> Result<Opened> {
        let host = http.origin().trim_start_matches("http://");
        let stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = Request::get(format!("ws://{host}{path}"))
            .header("host", host)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", generate_key())
            .header("sec-websocket-protocol", protocols);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        match client(request.body(())?, stream) {
            Ok((socket, answer)) => {
                let chosen = answer.headers().get("sec-websocket-protocol").context("no subprotocol")?;
                ensure!(chosen == SUBPROTOCOL, "another subprotocol: {chosen:?}");
                Ok(Ok(Self(socket)))
            }
            Err(HandshakeError::Failure(Error::Http(answer))) => Ok(Err(refused(&answer))),
            Err(error) => bail!("{path}: {error}"),
        }
    }

    /// Says something.
    pub fn say(&mut self, text: &str) -> Result<()> {
        Ok(self.0.send(Message::text(text))?)
    }

    /// Says something that is no text.
    pub fn say_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.0.send(Message::binary(bytes.to_vec()))?)
    }

    /// Closes it, as a page does that goes: nobody waits for the answer.
    pub fn leave(mut self) -> Result<()> {
        self.0.close(None)?;
        Ok(self.0.flush()?)
    }

    /// Waits for the next text, or the end.
    pub fn hear(&mut self) -> Result<Heard> {
        self.within(PATIENCE)?.context("nothing was heard")
    }

    /// What is heard within this time, if anything.
    pub fn within(&mut self, time: Duration) -> Result<Option<Heard>> {
        self.0.get_ref().set_read_timeout(Some(time))?;
        loop {
            return match self.0.read() {
                Ok(Message::Text(text)) => Ok(Some(Heard::Said(text.to_string()))),
                Ok(Message::Close(frame)) => {
                    let code = frame.map(|frame| u16::from(frame.code)).context("closed without a code")?;
                    // The answer to it goes out with the next call.
                    drop(self.0.flush());
                    Ok(Some(Heard::Closed(code)))
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => continue,
                Ok(other) => bail!("heard {other:?}"),
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    Ok(None)
                }
                Err(error) => bail!("the connection broke: {error}"),
            };
        }
    }

    /// Waits until it is told to look.
    pub fn look(&mut self) -> Result<()> {
        let heard = self.hear()?;
        ensure!(heard == Heard::Said(LOOK.to_owned()), "{heard:?}");
        Ok(())
    }

    /// Waits for what has changed.
    pub fn changed(&mut self) -> Result<Changed> {
        match self.hear()? {
            Heard::Said(text) => Ok(serde_json::from_str(&text).context(text)?),
            Heard::Closed(code) => bail!("closed: {code}"),
        }
    }

    /// Waits until it is told of this change; others may come before.
    pub fn until(&mut self, change: &Changed) -> Result<()> {
        while self.changed()? != *change {}
        Ok(())
    }

    /// Waits for its end, whatever it is told before, and answers the code.
    pub fn closed(&mut self) -> Result<u16> {
        loop {
            if let Heard::Closed(code) = self.hear()? {
                return Ok(code);
            }
        }
    }
}

fn refused(answer: &Response) -> Reply {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    Reply {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        body: answer.body().clone().unwrap_or_default(),
    }
}

/// The connection, where there has to be one.
pub fn open(opened: Opened) -> Result<Live> {
    opened.map_err(|reply| anyhow::anyhow!("status {}: {}", reply.status, reply.text()))
}

impl Visitor {
    /// What a visitor's browser offers.
    pub fn protocols(&self) -> Result<String> {
        let address = self.address.as_deref().context("no ticket was drawn")?;
        Ok(format!("{SUBPROTOCOL}, {address}, {}", self.conversation.token()))
    }

    /// `GET /v1/live`.
    pub fn live(&self) -> Result<Live> {
        open(Live::ask(self.http(), path::LIVE, &self.protocols()?, &[])?)
    }
}

impl Staff {
    /// What a member's browser offers.
    pub fn protocols(&self) -> String {
        let session = self.session.session.to_string();
        let url = format!("{}{}", self.http.origin(), path::INBOX_LIVE);
        let (_, proof) = self.device.proof("GET", &url, Some(&session));
        format!("{SUBPROTOCOL}, {}, {session}, {proof}", self.site)
    }

    /// `GET /v1/inbox/live`, whatever it answers.
    pub fn ask_live(&self) -> Result<Opened> {
        Live::ask(&self.http, path::INBOX_LIVE, &self.protocols(), &[])
    }

    /// `GET /v1/inbox/live`.
    pub fn live(&self) -> Result<Live> {
        open(self.ask_live()?)
    }
}
