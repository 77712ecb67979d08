//! A server of `tests/js/`, run by node: it says one JSON object a line, and follows orders on its input.

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
};

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Node<E> {
    child: Child,
    stdin: ChildStdin,
    /// What it said, in order.
    pub events: Receiver<E>,
}

impl<E: DeserializeOwned + Send + 'static> Node<E> {
    /// Starts a script; `arrives` sees each event in the moment in which it comes.
    pub fn start(script: &str, args: &[&Path], arrives: impl Fn(&mut E) + Send + 'static) -> Result<Self> {
        let mut node = Command::new("node");
        node.arg(xtask::paths::root().join("tests/js").join(script)).args(args);
        let mut child =
            node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start node")?;
        let stdin = child.stdin.take().context("its input is piped")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let (send, events) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Ok(mut event) = serde_json::from_str(&line) {
                    arrives(&mut event);
                    // The test may be over.
                    drop(send.send(event));
                }
            }
        });
        Ok(Self { child, stdin, events })
    }

    /// Tells it what to do.
    pub fn order(&mut self, order: &Value) -> Result<()> {
        Ok(writeln!(self.stdin, "{order}")?)
    }
}

impl<E> Drop for Node<E> {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
