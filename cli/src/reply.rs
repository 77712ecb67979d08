//! `einwurf reply`: an answer on the standard input, sealed and signed as the member who is logged in here.

pub(crate) mod mail;

use crate::{
    desk::{
        Desk, Place, Stop,
        relay::{Call, Refused},
        stop,
    },
    pull,
    texts::Texts,
};
use clap::Args;
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{Entry, PostAnswer},
    },
    chain::JoinError,
    codec::unhex,
    event::{Direction, Kind},
    ids::{Cid, MessageId},
    message::{Draft, DraftError, Message},
    problem::Code,
};
use einwurf_seal::{Author, SealError};
use getrandom::{SysRng, rand_core::UnwrapErr};
use mail::Reply;
use rand_core::Rng as _;
use std::{io::Read as _, process::ExitCode};

/// The longest mail that is read: its text is what counts, and files are not sent on.
const BYTES: u64 = 33_554_432;
/// Longest name of a conversation.
const NAMED: usize = 100;
/// Times that it is sealed anew, since somebody else wrote meanwhile.
const TRIES: usize = 4;

/// What is answered.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The conversation: its code, or its id.
    #[arg(value_name = "CONVERSATION", required_unless_present = "mail", allow_hyphen_values = true)]
    conversation: Option<String>,
    /// The standard input is a mail that answers one of `einwurf pull`: its text above the quotation is sent.
    #[arg(long, conflicts_with = "conversation")]
    mail: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    let language = options.place.language();
    let outcome = reply(options).map(|sent| {
        stop::say(&Texts::of_desk(language).say(if sent { "sent" } else { "sent-before" }, &[]));
        0
    });
    stop::end(language, outcome)
}

/// Whether it was sent now, and not before.
fn reply(options: &Options) -> Result<bool, Stop> {
    let mut input = Vec::new();
    let read = std::io::stdin().lock().take(BYTES + 1).read_to_end(&mut input);
    read.map_err(|cause| Stop::wrong("stdin").with("cause", cause))?;
    if u64::try_from(input.len()).unwrap_or(u64::MAX) > BYTES {
        return Err(Stop::wrong("too-long"));
    }
    let (code, text, id) = if options.mail {
        let Reply { cid, text, id } = mail::read(&input)?;
        (cid.code(), text, id)
    } else {
        let named = options.conversation.as_deref().unwrap_or_default();
        let text = String::from_utf8(input).map_err(|_| Stop::wrong("no-text"))?;
        (code(named)?, text, drawn())
    };
    let words = words(&text)?;
    let (_folder, desk) = Desk::open(&options.place)?;
    let sent = find(&desk, &code).and_then(|entry| send(&desk, &entry, &words, id));
    desk.leave();
    sent
}

fn drawn() -> MessageId {
    let mut id = [0; MessageId::LENGTH];
    UnwrapErr(SysRng).fill_bytes(&mut id);
    MessageId(id)
}

/// Trimmed and within its limit.
fn words(text: &str) -> Result<Message, Stop> {
    Draft { text: text.replace("\r\n", "\n"), ..Draft::default() }.check().map_err(|error| match error {
        DraftError::TextEmpty => Stop::wrong("empty"),
        _ => Stop::wrong("too-long"),
    })
}

/// The code of a conversation, from the code or the id.
pub(crate) fn code(named: &str) -> Result<String, Stop> {
    let hexadecimal = unhex(named).and_then(|bytes| bytes.try_into().ok()).map(Cid);
    match hexadecimal.or_else(|| named.parse().ok()) {
        Some(cid) => Ok(cid.code()),
        None if named.len() <= NAMED && named.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') => {
            Ok(named.to_owned())
        }
        None => Err(Stop::wrong("no-conversation")),
    }
}

/// The conversation of a code.
pub(crate) fn find(desk: &Desk, code: &str) -> Result<Entry, Stop> {
    let page: einwurf_protocol::api::staff::InboxPage =
        desk.ask(Call::get(path::INBOX).header(header::CODE, code))?.json()?;
    page.conversations.into_iter().next().ok_or(Stop::wrong("no-conversation"))
}

fn send(desk: &Desk, entry: &Entry, words: &Message, id: MessageId) -> Result<bool, Stop> {
    let code = entry.cid.code();
    for _ in 0..TRIES {
        if entry.erasure.is_some() {
            return Err(Stop::left("gone").with("code", code));
        }
        let clean = pull::read(desk, entry)?;
        let mine = |event: &einwurf_seal::Entry| {
            event.message == id
                && event.author == desk.staff.member.id
                && event.direction == Direction::ToVisitor
        };
        if clean.thread.entries.iter().any(mine) {
            return Ok(false);
        }
        if clean.conversation.restricted.is_some() {
            return Err(Stop::left("restricted").with("code", code));
        }
        if clean.thread.entries.iter().any(|event| event.kind == Kind::Withdrawal) {
            return Err(Stop::left("gone").with("code", code));
        }
        let certificate = desk.staff.certified(desk.relay.clock()).map_err(crate::desk::door::said)?;
        let author = Author { keys: &desk.staff.keys, certificate };
        let mut rng = UnwrapErr(SysRng);
        let event = clean
            .thread
            .pen
            .answer(&author, words.clone(), Vec::new(), id, &mut rng)
            .map_err(|error| said(error, &code))?;
        let body =
            PostAnswer { v: VERSION, event, certificate: certificate.to_owned(), attachments: Vec::new() };
        let call = Call::json(path::INBOX_ANSWERS, &body).about(entry);
        match desk.relay.try_ask(&call.with_session(&desk.staff.session)) {
            Ok(_) => return Ok(true),
            // Somebody wrote meanwhile; or what was sent before arrived, and only its answer was lost.
            Err(Refused::Problem(problem, _))
                if matches!(problem.code, Code::ChainConflict | Code::MessageConflict) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Stop::later("busy-conversation"))
}

fn said(error: SealError, code: &str) -> Stop {
    match error {
        SealError::Chain(JoinError::Full) => Stop::left("full"),
        SealError::Chain(JoinError::Ended) => Stop::left("gone").with("code", code),
        SealError::Epoch => Stop::later("old-keys"),
        _ => Stop::wrong("too-long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{codec::hex, limits::TEXT_BYTES};

    #[test]
    fn a_conversation_is_named_by_code_or_id() {
        let cid = Cid([7; 32]);
        for named in [cid.code(), cid.to_string(), hex(&cid.0)] {
            assert_eq!(code(&named).ok(), Some(cid.code()), "{named}");
        }
        for bad in ["a\r\nX: y", "ä", &"a".repeat(NAMED + 1)] {
            assert!(code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_empty_or_too_long_is_not_sent() {
        let told = |text: &str| words(text).err().map(|stop| stop.code());
        assert_eq!(words(" \r\n ").err(), Some(Stop::wrong("empty")));
        for (length, refused) in [(TEXT_BYTES - 1, None), (TEXT_BYTES, None), (TEXT_BYTES + 1, Some(2))] {
            assert_eq!(told(&"a".repeat(length)), refused, "{length}");
        }
        assert_eq!(words("a\r\nb").unwrap().text(), "a\nb");
    }
}
