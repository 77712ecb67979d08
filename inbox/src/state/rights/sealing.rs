//! From what a member decided to what the relay stores: read the conversation, verify it, seal the act after its newest
//! event. Done anew after every conflict, so that nothing is sealed after something nobody has seen.

use crate::state::{fault::Fault, keyring::Staff};
use einwurf_protocol::{
    VERSION,
    api::staff::{Conversation, PostAct},
    event::{Direction, Kind},
    ids::{Cid, MessageId},
    message::{Act, Message},
    time::Timestamp,
};
use einwurf_seal::{Author, CryptoRng, Entry, Opened, SealError, Thread, open_conversation};

/// What a member decided.
#[derive(Clone)]
pub struct Plan {
    /// The act.
    pub act: Act,
    /// What the visitor reads.
    pub words: Message,
    /// Drawn when it was decided.
    pub id: MessageId,
    /// The newest position that the member has seen.
    pub seen: u64,
}

/// What is to be done with a plan.
#[derive(Debug)]
pub enum Step {
    /// To be posted.
    Post(Box<PostAct>),
    /// It is there already: an answer of the relay was lost.
    There,
}

/// What the relay answered, opened, if it is the conversation that was asked for. One that is sealed to newer keys needs
/// another login, which brings them.
pub fn opened(staff: &Staff, conversation: &Conversation, cid: Cid) -> Result<Thread, Fault> {
    match open_conversation(&staff.reading(), conversation) {
        Opened::Mine(thread) if thread.cid == cid => Ok(thread),
        Opened::NotMine => Err(Fault::OldKeys),
        Opened::Mine(_) | Opened::Broken(_) => Err(Fault::Chain),
    }
}

/// The next step. [`Fault::Conflict`]: something came that the member has to see first.
pub fn step(
    staff: &Staff,
    conversation: &Conversation,
    cid: Cid,
    plan: &Plan,
    (now, rng): (Timestamp, &mut impl CryptoRng),
) -> Result<Step, Fault> {
    let thread = opened(staff, conversation, cid)?;
    if thread.entries.iter().any(|entry| is_mine(staff, entry, plan)) {
        return Ok(Step::There);
    }
    still_fits(&thread, plan)?;
    let certificate = staff.certified(now)?;
    let author = Author { keys: &staff.keys, certificate };
    let (words, act) = (plan.words.clone(), plan.act.clone());
    let event = thread.pen.seal(&author, words, Some(act), plan.id, rng).map_err(fault)?;
    let told = (plan.act != Act::Ask).then(|| plan.act.clone());
    let post = PostAct { v: VERSION, event, certificate: certificate.to_owned(), act: told };
    Ok(Step::Post(Box::new(post)))
}

fn is_mine(staff: &Staff, entry: &Entry, plan: &Plan) -> bool {
    entry.message == plan.id && entry.author == staff.member.id && entry.direction == Direction::ToVisitor
}

/// A hand-over erases all that is not ticked: never something that came after the member looked. And what is ticked must
/// still be there.
fn still_fits(thread: &Thread, plan: &Plan) -> Result<(), Fault> {
    let messages = || thread.entries.iter().filter(|entry| entry.kind == Kind::Message);
    let there = |seq: &u64| messages().any(|entry| entry.seq == *seq && entry.payload.is_some());
    let fits = match &plan.act {
        Act::Handover { parts, .. } => {
            parts.iter().all(there) && messages().all(|entry| entry.seq <= plan.seen)
        }
        Act::Erase { parts } => parts.iter().all(there),
        Act::Hold { .. } | Act::Release | Act::Restrict | Act::Lift | Act::Ask => true,
    };
    if fits { Ok(()) } else { Err(Fault::Conflict) }
}

fn fault(error: SealError) -> Fault {
    use einwurf_protocol::chain::JoinError;
    match error {
        SealError::Chain(JoinError::Full) => Fault::Limit,
        SealError::Chain(JoinError::Ended) => Fault::Erased,
        SealError::Epoch => Fault::OldKeys,
        _ => Fault::Misunderstood,
    }
}

#[cfg(test)]
mod tests;
