//! Tickets, and the work that comes before a first message.

use super::{
    api::Door,
    read::{conversation, header_of, site},
};
use crate::{
    address::{Kind, ObjectId, Ticket},
    admit::Opening,
    challenge::{Purpose, work_of, worked},
    durable::{Call, Namespace, Reply, argument, ask, derive, new_id, now, now_ms},
    fault::Fault,
    load::{Coming, Demand, Hint, heavier, holds},
    random,
    refusals::Refusals,
};
use einwurf_protocol::{
    api::{header, staff::Why, visitor},
    limits::{MESSAGE_BITS, MESSAGE_BITS_MOST, TICKET_SECONDS},
    problem::Code,
};
use std::{cell::RefCell, collections::HashMap, mem::take};

/// What a site said holds for so long, in milliseconds: whoever asks for thousands of tickets does not keep it busy.
const HINT_MS: u64 = 2_000;
/// Sites that are remembered; one more forgets all of them.
const HINTS: usize = 1_000;

/// What is known of a site.
struct Known {
    hint: Hint,
    /// When it said so, in milliseconds.
    at: u64,
    /// What was refused here since.
    refused: Refusals,
}

/// As long as a site cannot be asked: whoever comes with a message hears of it.
const REST: Hint = Hint { bits: MESSAGE_BITS, text_only: false };

thread_local! {
    static KNOWN: RefCell<HashMap<[u8; 32], Known>> = RefCell::new(HashMap::new());
}

fn about<T>(inbox: ObjectId, with: impl FnOnce(&mut Known) -> T) -> T {
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= HINTS {
            known.clear();
        }
        let fresh = || Known { hint: REST, at: 0, refused: Refusals::default() };
        with(known.entry(inbox.0).or_insert_with(fresh))
    })
}

/// Counts what was refused without a call; the site hears of it when it is asked the next time.
pub(super) fn refused(inbox: ObjectId, why: Why) {
    about(inbox, |known| known.refused.add(why));
}

/// `POST /v1/tickets`: an id is drawn, no object of a conversation is touched. 201, 401, 404
///
/// With the address of a conversation, the ticket is for the same address again: whoever waited too long goes on with what
/// was sealed and shown. Nobody takes over a conversation by it, since its object opens once; 401 for an address that
/// this relay did not issue.
pub(super) async fn ticket(door: &Door<'_>) -> Result<Reply, Fault> {
    let Door { request, env, config, .. } = door;
    let inbox = site(request, config).ok_or(Code::NotFound)?;
    let conversation = match header_of(request, header::CONVERSATION) {
        Some(_) => conversation(request, config).ok_or(Code::Unauthorized)?,
        None => new_id(env, config, Namespace::Conversation)?,
    };
    let ticket = Ticket { conversation, expires: now().plus(TICKET_SECONDS) };
    let hint = hint(door, inbox).await;
    let purpose = Purpose::Opening(inbox, conversation);
    let addresses = &config.addresses;
    let ticket = visitor::Ticket {
        ticket: addresses.ticket(inbox, ticket),
        conversation: addresses.address(Kind::Conversation, conversation),
        expires: ticket.expires,
        work: purpose.challenge(addresses, hint.bits, ticket.expires, random::bytes()),
        text_only: hint.text_only,
    };
    Reply::json(201, &ticket)
}

/// What the site asks at this moment. Where it cannot be asked, it is as at rest: whoever comes with a message hears of it.
async fn hint(door: &Door<'_>, inbox: ObjectId) -> Hint {
    let now = now_ms();
    let (hint, at) = about(inbox, |known| (known.hint, known.at));
    if holds(at, HINT_MS, now) {
        return hint;
    }
    let refused = about(inbox, |known| take(&mut known.refused));
    let question = Call::new("hint").header(argument::REFUSED, refused.header());
    let hint = ask(door.env, Namespace::Inbox, inbox, question).await.unwrap_or(REST);
    about(inbox, |known| (known.hint, known.at) = (hint, now));
    hint
}

/// What is asked of a first message.
pub(super) struct Toll<'a> {
    pub(super) door: &'a Door<'a>,
    pub(super) inbox: ObjectId,
    pub(super) ticket: Ticket,
}

impl Toll<'_> {
    fn purpose(&self) -> Purpose {
        Purpose::Opening(self.inbox, self.ticket.conversation)
    }

    /// What is coming, if any work was done for it; how much there has to be, the site says. 428
    pub(super) async fn paid(&self, opening: &Opening, length: usize) -> Result<Coming, Fault> {
        let (key, now) = (&self.door.config.addresses, now());
        let done = match header_of(self.door.request, header::WORK).as_deref().and_then(work_of) {
            Some(work) => worked(self.purpose(), key, now, &work, derive).await,
            None => None,
        };
        let coming = opening.coming(length, done.unwrap_or_default());
        if done.is_some_and(|bits| bits >= MESSAGE_BITS) {
            return Ok(coming);
        }
        refused(self.inbox, Why::Work);
        let bits = hint(self.door, self.inbox).await.bits.saturating_add(heavier(coming.bytes));
        Err(self.owed(Demand::Work(bits.min(MESSAGE_BITS_MOST))))
    }

    /// What the site demands.
    pub(super) fn owed(&self, demand: Demand) -> Fault {
        let key = &self.door.config.addresses;
        self.purpose().demanded(demand, key, self.ticket.expires, random::bytes())
    }
}
