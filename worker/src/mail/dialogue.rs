//! The client's side of an SMTP submission as a state machine: fed with replies, it says what to send next.
//! RFC 5321 (SMTP), 3207 (STARTTLS), 4954 (AUTH), 4616 (PLAIN).

use super::{
    Account,
    reply::{Class, Reply, shown},
};
use einwurf_protocol::{api::staff::Security, codec::to_base64};

/// A mail and its way.
#[derive(Debug, Clone)]
pub struct Job {
    /// The account to submit with.
    pub account: Account,
    /// What this client calls itself.
    pub client: String,
    /// Recipients, checked addresses.
    pub recipients: Vec<String>,
    /// The message, CRLF line ends.
    pub message: Vec<u8>,
}

/// What the socket has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send these bytes and wait for a reply.
    Send(Vec<u8>),
    /// Change to TLS, then send these bytes and wait for a reply.
    Upgrade(Vec<u8>),
    /// The server has said what becomes of this mail, and may be asked to take another one.
    Rest(Outcome),
    /// Take leave and close.
    End(Outcome),
    /// Take leave and close. The server had enough after the mails before this one: it is to be sent over a connection of
    /// its own.
    Renew,
}

/// So many mails go over one connection: servers that count them allow more.
pub const MAILS_PER_CONNECTION: u32 = 10;

/// Takes leave.
pub const QUIT: &[u8] = b"QUIT\r\n";

/// How a mail fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it for at least one recipient.
    Sent(Vec<Refused>),
    /// The server takes mail, but this one for none of its recipients.
    Nobody(Vec<Refused>),
    /// The server takes mail, but not this one now. The text says what it answered, as in all that follow.
    Later(String),
    /// The server takes mail, but never this one.
    Never(String),
    /// The server is not there, or takes nothing at the moment.
    Unreachable(String),
    /// The server does not let this account in, or not securely: the settings are wrong.
    Wrong(String),
}

/// A recipient that the server did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The address.
    pub recipient: String,
    /// Whether another try may help.
    pub later: bool,
    /// What the server answered.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting,
    Ehlo,
    StartTls,
    PlainSent,
    LoginAsked,
    LoginUser,
    LoginPassword,
    Reset,
    Mail,
    Recipient(usize),
    Data,
    Message,
}

/// The dialogue.
#[derive(Debug)]
pub struct Dialogue {
    job: Job,
    state: State,
    secure: bool,
    taken: usize,
    refused: Vec<Refused>,
    /// Which mail of the connection this is, from 1.
    mail: u32,
}

impl Dialogue {
    /// Begins with the server's greeting.
    pub fn new(job: Job) -> Self {
        let secure = job.account.security == Security::Tls;
        Self { job, state: State::Greeting, secure, taken: 0, refused: Vec::new(), mail: 1 }
    }

    /// Another mail over the same connection, once the one before rests: what to send. None if it is for another account, or
    /// one too many.
    pub fn another(&mut self, job: &Job) -> Option<&'static [u8]> {
        let same = (&self.job.account, &self.job.client) == (&job.account, &job.client);
        if !same || self.mail >= MAILS_PER_CONNECTION {
            return None;
        }
        (self.job, self.state, self.taken) = (job.clone(), State::Reset, 0);
        self.refused.clear();
        self.mail += 1;
        // Whatever is left of the one before, a refused recipient for instance, is not to meet this one.
        Some(b"RSET\r\n")
    }

    /// Whether the server is at work on the whole message, which takes longest (RFC 5321, 4.5.3.2.6).
    pub fn awaits_acceptance(&self) -> bool {
        self.state == State::Message
    }

    /// The server's reply; what to do next.
    pub fn reply(&mut self, reply: &Reply) -> Step {
        let class = reply.class();
        // Some servers limit the mails of a connection, and each says so in its own way.
        let had_enough = matches!(self.state, State::Reset | State::Mail) && class != Class::Done;
        if self.may_renew() && (reply.code == 421 || had_enough) {
            return Step::Renew;
        }
        if reply.code == 421 {
            return Step::End(Outcome::Unreachable(reply.shown()));
        }
        match (self.state, class) {
            (State::Recipient(index), _) => self.recipient(index, reply),
            (_, Class::Transient) if !self.is_let_in() => Step::End(Outcome::Unreachable(reply.shown())),
            (_, Class::Permanent) if !self.is_let_in() => Step::End(Outcome::Wrong(reply.shown())),
            (_, Class::Transient) => Step::Rest(Outcome::Later(reply.shown())),
            (_, Class::Permanent) => Step::Rest(Outcome::Never(reply.shown())),
            (State::Greeting, Class::Done) => self.send(State::Ehlo, format!("EHLO {}\r\n", self.job.client)),
            (State::Ehlo, Class::Done) => self.after_ehlo(reply),
            (State::StartTls, Class::Done) => self.upgrade(),
            (State::LoginAsked, Class::Continue) => {
                self.secret(State::LoginUser, &self.job.account.user.clone())
            }
            (State::LoginUser, Class::Continue) => {
                self.secret(State::LoginPassword, &self.job.account.password.clone())
            }
            (State::PlainSent | State::LoginPassword | State::Reset, Class::Done) => self.mail(),
            (State::Mail, Class::Done) => self.ask_recipient(0),
            (State::Data, Class::Continue) => {
                let message = stuffed(&self.job.message);
                self.send(State::Message, message)
            }
            (State::Message, Class::Done) => {
                let refused = std::mem::take(&mut self.refused);
                Step::Rest(Outcome::Sent(refused))
            }
            _ => self.broken(&format!("unexpected reply: {}", reply.shown())),
        }
    }

    /// Whether this is not the first mail of its connection, and the server cannot have it yet: what goes wrong may be for
    /// the mails before it.
    fn may_renew(&self) -> bool {
        self.mail > 1 && self.state != State::Message
    }

    /// Whether the server has let this account in: from here on an answer is about the mail, not about the server.
    fn is_let_in(&self) -> bool {
        matches!(self.state, State::Reset | State::Mail | State::Recipient(_) | State::Data | State::Message)
    }

    /// What to do if the dialogue cannot go on. A mail that breaks it must not hold up the others.
    pub fn broken(&self, reason: &str) -> Step {
        if self.may_renew() {
            return Step::Renew;
        }
        let reason = shown(reason);
        Step::End(if self.is_let_in() { Outcome::Later(reason) } else { Outcome::Unreachable(reason) })
    }

    fn send(&mut self, state: State, bytes: impl Into<Vec<u8>>) -> Step {
        self.state = state;
        Step::Send(bytes.into())
    }

    fn after_ehlo(&mut self, reply: &Reply) -> Step {
        let offers = |name: &str| extension(reply, name);
        if self.job.account.security == Security::Starttls && !self.secure {
            return match offers("STARTTLS") {
                Some(_) => self.send(State::StartTls, "STARTTLS\r\n"),
                None => Step::End(Outcome::Wrong("the server offers no STARTTLS".to_owned())),
            };
        }
        if self.job.account.user.is_empty() {
            return self.mail();
        }
        let mechanisms = offers("AUTH").unwrap_or_default();
        let has = |name: &str| mechanisms.split(' ').any(|known| known.eq_ignore_ascii_case(name));
        let Account { user, password, .. } = &self.job.account;
        if has("PLAIN") {
            let response = to_base64(format!("\0{user}\0{password}").as_bytes());
            self.send(State::PlainSent, format!("AUTH PLAIN {response}\r\n"))
        } else if has("LOGIN") {
            self.send(State::LoginAsked, "AUTH LOGIN\r\n")
        } else {
            Step::End(Outcome::Wrong("the server offers neither AUTH PLAIN nor AUTH LOGIN".to_owned()))
        }
    }

    fn upgrade(&mut self) -> Step {
        self.secure = true;
        self.state = State::Ehlo;
        Step::Upgrade(format!("EHLO {}\r\n", self.job.client).into_bytes())
    }

    fn secret(&mut self, state: State, secret: &str) -> Step {
        self.send(state, format!("{}\r\n", to_base64(secret.as_bytes())))
    }

    fn mail(&mut self) -> Step {
        self.send(State::Mail, format!("MAIL FROM:<{}>\r\n", self.job.account.from))
    }

    fn ask_recipient(&mut self, index: usize) -> Step {
        match self.job.recipients.get(index) {
            Some(recipient) => {
                let command = format!("RCPT TO:<{recipient}>\r\n");
                self.send(State::Recipient(index), command)
            }
            None if self.taken > 0 => self.send(State::Data, "DATA\r\n"),
            None => self.nobody(),
        }
    }

    fn recipient(&mut self, index: usize, reply: &Reply) -> Step {
        match (reply.class(), self.job.recipients.get(index)) {
            (Class::Done, _) => self.taken += 1,
            // 552 is for a full mailbox or too many recipients at once, which another try helps (RFC 5321, 4.5.3.1.10).
            (class, Some(recipient)) => self.refused.push(Refused {
                recipient: recipient.clone(),
                later: class != Class::Permanent || reply.code == 552,
                reason: reply.shown(),
            }),
            _ => {}
        }
        self.ask_recipient(index + 1)
    }

    fn nobody(&mut self) -> Step {
        Step::Rest(Outcome::Nobody(std::mem::take(&mut self.refused)))
    }
}

/// The parameters of an extension in the server's list.
fn extension(reply: &Reply, name: &str) -> Option<String> {
    reply.lines.iter().skip(1).find_map(|line| {
        let (keyword, parameters) = line.split_once([' ', '=']).unwrap_or((line, ""));
        keyword.eq_ignore_ascii_case(name).then(|| parameters.to_owned())
    })
}

/// A line that begins with a dot gets another one; the end is a dot alone (RFC 5321, 4.5.2).
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + 16);
    let mut line_start = true;
    for byte in message {
        if line_start && *byte == b'.' {
            bytes.push(b'.');
        }
        line_start = *byte == b'\n';
        bytes.push(*byte);
    }
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

#[cfg(test)]
mod tests;
