//! A mail server that says whatever a test wants and keeps every byte that it hears: for what no honest server does.

use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
};

use crate::pace::PATIENCE;

/// A server for one connection.
#[derive(Debug)]
pub struct Rude {
    /// Where it listens, on loopback.
    pub port: u16,
    heard: Receiver<Vec<u8>>,
}

impl Rude {
    /// Says the first piece to whoever connects, and the next after each line that it hears. After the last it listens.
    pub fn saying(pieces: &[&[u8]]) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        let (send, heard) = mpsc::channel();
        thread::spawn(move || {
            if let Ok((connection, _)) = listener.accept() {
                // The test may be over.
                drop(send.send(talk(connection, &pieces)));
            }
        });
        Ok(Self { port, heard })
    }

    /// Everything that was said to it, once the other side is gone.
    pub fn heard(self) -> Result<Vec<u8>> {
        self.heard.recv_timeout(PATIENCE).context("nobody hung up")
    }
}

/// Whoever is talked to may hang up at any moment; what was heard until then counts.
fn talk(connection: TcpStream, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut heard = Vec::new();
    let Ok(mut writer) = connection.try_clone() else { return heard };
    let mut reader = BufReader::new(connection);
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 && !matches!(reader.read_until(b'\n', &mut heard), Ok(1..)) {
            return heard;
        }
        if writer.write_all(piece).is_err() {
            break;
        }
    }
    let limit = reader.get_ref().set_read_timeout(Some(PATIENCE));
    if limit.is_ok() {
        let rest = reader.read_to_end(&mut heard);
        drop(rest.and_then(|_| writer.shutdown(Shutdown::Both)));
    }
    heard
}
