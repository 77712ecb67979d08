//! A mail server's replies, and what the relay says to it: whatever it answers, no password leaves without TLS, and a command
//! is one line.

use einwurf_protocol::api::staff::Security;
use einwurf_worker::mail::{
    Account,
    dialogue::{Dialogue, Job, MAILS_PER_CONNECTION, Outcome, Step},
    reply::{Replies, Reply},
};

const PASSWORD: &str = "canary-password";

/// The first byte chooses how the connection is secured, the others are what a server sends.
pub(crate) fn smtp(bytes: &[u8]) {
    let Some((first, sent)) = bytes.split_first() else { return };
    let whole = replies(&[sent]);
    let pieces: Vec<&[u8]> = sent.chunks(1).collect();
    assert_eq!(replies(&pieces), whole, "pieces read otherwise than the whole");
    for reply in &whole {
        assert!((200..600).contains(&reply.code));
        let shown = reply.shown();
        assert!(shown.chars().count() <= 300 && !shown.chars().any(char::is_control));
    }
    converse(if first % 2 == 0 { Security::Starttls } else { Security::Tls }, &whole);
}

/// Replies until one is none.
fn replies(pieces: &[&[u8]]) -> Vec<Reply> {
    let mut read = Replies::default();
    let mut all = Vec::new();
    for piece in pieces {
        read.push(piece);
        loop {
            match read.next_reply() {
                Ok(Some(reply)) => all.push(reply),
                Ok(None) => break,
                Err(_) => return all,
            }
        }
    }
    all
}

fn converse(security: Security, replies: &[Reply]) {
    let account = Account {
        host: "mail.example".to_owned(),
        port: 587,
        security,
        user: "user".to_owned(),
        password: PASSWORD.to_owned(),
        from: "relay@mail.example".to_owned(),
    };
    let recipients = vec!["a@b.example".to_owned(), "c@d.example".to_owned()];
    let job = Job {
        account,
        client: "relay.example".to_owned(),
        recipients,
        message: b"a: b\r\n\r\n.\r\n".to_vec(),
    };
    let (again, mut mails) = (job.clone(), 1);
    let mut dialogue = Dialogue::new(job);
    let (mut secure, mut taken) = (security == Security::Tls, 0);
    for reply in replies {
        let accepting = dialogue.awaits_acceptance();
        match dialogue.reply(reply) {
            Step::Send(line) => {
                assert!(secure || !begins(&line, b"AUTH"), "a password without TLS");
                one_line(&line, dialogue.awaits_acceptance());
                taken += usize::from(begins(&line, b"RCPT") || begins(&line, b"DATA"));
            }
            Step::Upgrade(line) => {
                assert!(!secure, "TLS within TLS");
                secure = true;
                one_line(&line, false);
            }
            Step::Renew => {
                assert!(mails > 1, "the first mail has a connection of its own");
                return;
            }
            Step::Rest(outcome) => {
                is_true(&outcome, accepting && secure && taken > 0);
                let Some(line) = dialogue.another(&again) else { return };
                one_line(line, false);
                (mails, taken) = (mails + 1, 0);
                assert!(mails <= MAILS_PER_CONNECTION);
            }
            Step::End(outcome) => return is_true(&outcome, accepting && secure && taken > 0),
        }
    }
}

fn is_true(outcome: &Outcome, taken: bool) {
    assert!(taken || !matches!(outcome, Outcome::Sent(_)), "sent before it was taken");
}

fn begins(line: &[u8], with: &[u8]) -> bool {
    line.starts_with(with)
}

/// A command has one line; the message ends with its dot and has none within.
fn one_line(line: &[u8], message: bool) {
    assert!(line.ends_with(b"\r\n"));
    if message {
        assert!(line.ends_with(b"\r\n.\r\n"));
        assert_eq!(line.windows(5).filter(|window| *window == b"\r\n.\r\n").count(), 1);
    } else {
        assert_eq!(line.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count(), 2);
    }
}
