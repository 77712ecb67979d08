//! From what a member wrote to what the relay stores: read the conversation, verify it, seal after its newest event. Done
//! anew after every conflict. A colleague's answer that the member has not seen stops it.

use super::Going;
use crate::state::{fault::Fault, keyring::Staff, rights::sealing::opened};
use einwurf_protocol::{
    VERSION,
    api::{
        staff::{Conversation, PostAnswer},
        visitor::Declared,
    },
    chain::JoinError,
    event::{Direction, Kind},
    ids::Cid,
    message::Attachment,
    time::Timestamp,
};
use einwurf_seal::{Author, CryptoRng, Entry, SealError};

/// Files that go with an answer: what the visitor is told of them, and what the relay is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// For the visitor.
    pub attachments: Vec<Attachment>,
    /// For the relay.
    pub declared: Vec<Declared>,
}

/// What is to be done with an answer.
#[derive(Debug)]
pub enum Step {
    /// To be posted, for this position.
    Post(Box<PostAnswer>, u64),
    /// It is there already, at this position: an answer of the relay was lost.
    There(u64),
    /// A colleague answered meanwhile; the member has to see it first.
    Colleague,
}

/// The next step at a time by the relay's clock.
pub fn step(
    staff: &Staff,
    conversation: &Conversation,
    cid: Cid,
    (going, files): (&Going, &Files),
    (now, rng): (Timestamp, &mut impl CryptoRng),
) -> Result<Step, Fault> {
    let thread = opened(staff, conversation, cid)?;
    if let Some(entry) = thread.entries.iter().find(|entry| is_it(staff, entry, going)) {
        return Ok(Step::There(entry.seq));
    }
    if thread.entries.iter().any(|entry| is_unseen(entry, going)) {
        return Ok(Step::Colleague);
    }
    let certificate = staff.certified(now)?;
    let author = Author { keys: &staff.keys, certificate };
    let (words, attachments) = (going.words.clone(), files.attachments.clone());
    let event = thread.pen.answer(&author, words, attachments, going.id, rng).map_err(fault)?;
    let attachments = files.declared.clone();
    let post = PostAnswer { v: VERSION, event, certificate: certificate.to_owned(), attachments };
    let next = thread.entries.last().map_or(0, |entry| entry.seq.saturating_add(1));
    Ok(Step::Post(Box::new(post), next))
}

fn is_it(staff: &Staff, entry: &Entry, going: &Going) -> bool {
    entry.message == going.id && entry.author == staff.member.id && entry.direction == Direction::ToVisitor
}

/// A member's answer that came after what this member has seen.
fn is_unseen(entry: &Entry, going: &Going) -> bool {
    let answers = entry.kind == Kind::Message && entry.direction == Direction::ToVisitor;
    answers && entry.seq > going.seen && entry.message != going.id
}

fn fault(error: SealError) -> Fault {
    match error {
        SealError::Chain(JoinError::Full) => Fault::Full,
        SealError::Chain(JoinError::Ended) => Fault::Erased,
        // The newest epoch is under an inbox key that this login did not bring.
        SealError::Epoch => Fault::OldKeys,
        SealError::TooLong => Fault::TooLong,
        _ => Fault::Misunderstood,
    }
}

#[cfg(test)]
mod tests;
