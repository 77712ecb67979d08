//! Connections that do not keep to HTTP or WebSocket: bytes as the test writes them.

use crate::{http::Http, pace::PATIENCE};
use anyhow::{Context, Result, ensure};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A connection.
#[derive(Debug)]
pub struct Raw(TcpStream);

/// How one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By a close frame with this code.
    Closed(u16),
    /// Without one.
    Cut,
    /// Not within the time.
    Open,
}

impl Raw {
    /// Connects and writes the beginning of a request, whatever it is.
    pub fn begin(http: &Http, bytes: &[u8]) -> Result<Self> {
        let mut stream = TcpStream::connect(host(http))?;
        stream.write_all(bytes)?;
        Ok(Self(stream))
    }

    /// A WebSocket, whose handshake is as it should be.
    pub fn live(http: &Http, path: &str, protocols: &str) -> Result<Self> {
        let host = host(http);
        let key = tungstenite::handshake::client::generate_key();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\nsec-websocket-protocol: {protocols}\r\n\r\n"
        );
        let mut raw = Self::begin(http, request.as_bytes())?;
        raw.0.set_read_timeout(Some(PATIENCE))?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            raw.0.read_exact(&mut byte).context("no answer to the handshake")?;
            head.extend(byte);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        ensure!(head.starts_with("HTTP/1.1 101"), "{head}");
        Ok(raw)
    }

    /// Writes; that the other side has hung up meanwhile is no error.
    pub fn write(&mut self, bytes: &[u8]) {
        drop(self.0.write_all(bytes));
    }

    /// Waits until it ends.
    pub fn end_within(&mut self, time: Duration) -> Result<End> {
        self.0.set_read_timeout(Some(time))?;
        loop {
            let mut head = [0; 2];
            if let Some(end) = self.fill(&mut head) {
                return Ok(end);
            }
            let [first, length] = head;
            let mut length = usize::from(length & 0x7f);
            if length == 126 {
                let mut more = [0; 2];
                if let Some(end) = self.fill(&mut more) {
                    return Ok(end);
                }
                length = u16::from_be_bytes(more).into();
            }
            let mut body = vec![0; length];
            if let Some(end) = self.fill(&mut body) {
                return Ok(end);
            }
            if first & 0x0f == 8 {
                let code = body.first_chunk().map_or(1_005, |code| u16::from_be_bytes(*code));
                return Ok(End::Closed(code));
            }
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Option<End> {
        match self.0.read_exact(bytes) {
            Ok(()) => None,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Some(End::Open)
            }
            Err(_) => Some(End::Cut),
        }
    }
}

fn host(http: &Http) -> String {
    http.origin().trim_start_matches("http://").to_owned()
}

/// A frame as a client sends it: its first byte, and its payload under a mask.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = vec![first];
    if let Ok(short @ 0..126) = u8::try_from(length) {
        bytes.push(0x80 | short);
    } else if let Ok(length) = u16::try_from(length) {
        bytes.push(0x80 | 0x7e);
        bytes.extend(length.to_be_bytes());
    } else {
        bytes.push(0x80 | 0x7f);
        bytes.extend((length as u64).to_be_bytes());
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

const MASK: [u8; 4] = [1, 2, 3, 4];
