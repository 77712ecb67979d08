//! Carries an SMTP dialogue over a socket of the runtime.

use crate::mail::{
    Account,
    dialogue::{Dialogue, Job, Outcome, Step},
    reply::{Replies, Reply, shown},
};
use einwurf_protocol::api::staff::Security;
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use worker::{Delay, SecureTransport, Socket};

/// A server that is there takes a connection in far less.
const CONNECT: Duration = Duration::from_secs(30);
/// RFC 5321, 4.5.3.2 names five minutes; an alarm may run for fifteen, and the mail is tried again.
const REPLY: Duration = Duration::from_mins(1);
/// For taking leave.
const FAREWELL: Duration = Duration::from_secs(5);
/// While the server is at work on the whole message.
const ACCEPTANCE: Duration = Duration::from_mins(5);

/// The runtime says no more of a handshake that fails than of a server that is not there; its own log does.
const NO_CONNECTION: &str = "the mail server cannot be reached, or its certificate is not valid for its name";
const BROKEN: &str = "the mail server closed the connection";

/// Submits a mail.
pub(super) async fn send(job: Job) -> Outcome {
    let socket = match connect(&job.account).await {
        Ok(socket) => socket,
        Err(reason) => return Outcome::Unreachable(shown(&reason)),
    };
    let mut dialogue = Dialogue::new(job);
    match converse(socket, &mut dialogue).await {
        Ok(outcome) => outcome,
        Err(reason) => dialogue.broken(&reason),
    }
}

/// Whatever comes of it, the connection is closed: a runtime keeps those open that nobody closes.
async fn converse(mut socket: Socket, dialogue: &mut Dialogue) -> Result<Outcome, String> {
    let mut replies = Replies::default();
    loop {
        let reason = match talk(&mut socket, dialogue, &mut replies).await {
            Ok(Turn::End(outcome)) => return close(socket, Ok(outcome)).await,
            Ok(Turn::Upgrade(bytes)) => {
                socket = socket.start_tls();
                match say(&mut socket, &bytes).await {
                    Ok(()) => continue,
                    Err(reason) => reason,
                }
            }
            Err(reason) => reason,
        };
        return close(socket, Err(reason)).await;
    }
}

/// What a stretch of the dialogue ends in.
enum Turn {
    /// TLS, then these bytes.
    Upgrade(Vec<u8>),
    /// Over.
    End(Outcome),
}

async fn talk(socket: &mut Socket, dialogue: &mut Dialogue, replies: &mut Replies) -> Result<Turn, String> {
    loop {
        let wait = if dialogue.awaits_acceptance() { ACCEPTANCE } else { REPLY };
        let reply = within(wait, "the mail server does not answer", hear(socket, replies)).await??;
        match dialogue.reply(&reply) {
            Step::Send(bytes) => say(socket, &bytes).await?,
            // Whatever was sent before the handshake would be taken for an answer inside it (CVE-2011-0411).
            Step::Upgrade(_) if !replies.is_empty() => {
                return Err("the mail server sent plaintext after STARTTLS".to_owned());
            }
            Step::Upgrade(bytes) => return Ok(Turn::Upgrade(bytes)),
            Step::End(outcome, bytes) => {
                // The outcome stands; a server that is gone already need not hear the farewell.
                drop(say(socket, &bytes).await);
                return Ok(Turn::End(outcome));
            }
        }
    }
}

/// A server that does not let go is left alone.
async fn close<T>(mut socket: Socket, outcome: T) -> T {
    drop(within(FAREWELL, "", socket.close()).await);
    outcome
}

async fn connect(account: &Account) -> Result<Socket, String> {
    let transport = match account.security {
        Security::Tls => SecureTransport::On,
        Security::Starttls => SecureTransport::StartTls,
        Security::Plaintext => SecureTransport::Off,
    };
    let connected =
        Socket::builder().secure_transport(transport).connect(account.host.as_str(), account.port);
    let socket = connected.map_err(|_| NO_CONNECTION.to_owned())?;
    let opened = within(CONNECT, "the mail server cannot be reached", socket.opened()).await?;
    opened.map_err(|_| NO_CONNECTION.to_owned())?;
    Ok(socket)
}

async fn hear(socket: &mut Socket, replies: &mut Replies) -> Result<Reply, String> {
    loop {
        if let Some(reply) = replies.next_reply().map_err(|error| error.to_string())? {
            return Ok(reply);
        }
        let mut chunk = [0; 4_096];
        let length = socket.read(&mut chunk).await.map_err(|_| BROKEN.to_owned())?;
        match chunk.get(..length) {
            Some(bytes) if !bytes.is_empty() => replies.push(bytes),
            _ => return Err(BROKEN.to_owned()),
        }
    }
}

async fn say(socket: &mut Socket, bytes: &[u8]) -> Result<(), String> {
    within(REPLY, "the mail server does not read", socket.write_all(bytes))
        .await?
        .map_err(|_| BROKEN.to_owned())
}

/// The future's output, or `late` when the time is over first.
async fn within<T>(time: Duration, late: &str, future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    let mut delay = pin!(Delay::from(time));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending => delay.as_mut().poll(context).map(|()| Err(late.to_owned())),
    })
    .await
}
