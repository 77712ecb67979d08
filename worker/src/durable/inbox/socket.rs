//! Carries an SMTP dialogue over a socket of the runtime.

use crate::mail::{
    Account,
    dialogue::{Dialogue, Job, Outcome, QUIT, Step},
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

/// A connection to a mail server that rests between two mails, if there is one. It is to be left in the end: a runtime keeps
/// those open that nobody closes.
#[derive(Default)]
pub(super) struct Line(Option<Open>);

/// A connection.
struct Open {
    socket: Socket,
    replies: Replies,
    dialogue: Dialogue,
}

/// Submits a mail.
pub(super) async fn send(job: Job) -> Outcome {
    let mut line = Line::default();
    let outcome = line.send(job).await;
    line.leave().await;
    outcome
}

impl Line {
    /// Submits a mail, over the connection of the one before if its server goes on.
    pub(super) async fn send(&mut self, job: Job) -> Outcome {
        if let Some(mut open) = self.0.take() {
            match open.dialogue.another(&job) {
                Some(bytes) => {
                    if let Some(outcome) = self.converse(open, Some(bytes)).await {
                        return outcome;
                    }
                }
                None => open.leave().await,
            }
        }
        let socket = match connect(&job.account).await {
            Ok(socket) => socket,
            Err(reason) => return Outcome::Unreachable(shown(&reason)),
        };
        let open = Open { socket, replies: Replies::default(), dialogue: Dialogue::new(job) };
        let outcome = self.converse(open, None).await;
        // The first mail of a connection is not renewed.
        outcome.unwrap_or_else(|| Outcome::Later(BROKEN.to_owned()))
    }

    /// Nothing more is to be sent.
    pub(super) async fn leave(self) {
        if let Some(open) = self.0 {
            open.leave().await;
        }
    }

    /// A mail from the first bytes to its outcome; none if it needs another connection. Whatever comes of it, the connection
    /// rests or is closed.
    async fn converse(&mut self, mut open: Open, first: Option<&[u8]>) -> Option<Outcome> {
        let mut bytes = first.map(<[u8]>::to_vec);
        loop {
            let talked = open.talk(bytes.take()).await;
            let broken = talked.is_err();
            let step = talked.unwrap_or_else(|reason| open.dialogue.broken(&reason));
            let outcome = match step {
                Step::Upgrade(next) => {
                    (open.socket, bytes) = (open.socket.start_tls(), Some(next));
                    continue;
                }
                // What was answered before it was asked for would be taken for an answer to the next mail.
                Step::Rest(outcome) if open.replies.is_empty() => {
                    self.0 = Some(open);
                    return Some(outcome);
                }
                Step::Rest(outcome) | Step::End(outcome) => Some(outcome),
                Step::Send(_) | Step::Renew => None,
            };
            if broken {
                open.close().await;
            } else {
                open.leave().await;
            }
            return outcome;
        }
    }
}

impl Open {
    /// Says these bytes, if any, and what follows, until something else is to be done.
    async fn talk(&mut self, first: Option<Vec<u8>>) -> Result<Step, String> {
        if let Some(bytes) = first {
            say(&mut self.socket, &bytes).await?;
        }
        loop {
            let wait = if self.dialogue.awaits_acceptance() { ACCEPTANCE } else { REPLY };
            let heard = hear(&mut self.socket, &mut self.replies);
            let reply = within(wait, "the mail server does not answer", heard).await??;
            match self.dialogue.reply(&reply) {
                Step::Send(bytes) => say(&mut self.socket, &bytes).await?,
                // Whatever was sent before the handshake would be taken for an answer inside it (CVE-2011-0411).
                Step::Upgrade(_) if !self.replies.is_empty() => {
                    return Err("the mail server sent plaintext after STARTTLS".to_owned());
                }
                step => return Ok(step),
            }
        }
    }

    /// Takes leave. A server that is gone already need not hear it.
    async fn leave(mut self) {
        drop(say(&mut self.socket, QUIT).await);
        self.close().await;
    }

    /// A server that does not let go is left alone.
    async fn close(mut self) {
        drop(within(FAREWELL, "", self.socket.close()).await);
    }
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
