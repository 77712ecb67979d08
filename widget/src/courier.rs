//! Keeps what is sealed: conversation, ticket, and the parcel that a retry sends again byte for byte. No browser types:
//! randomness is an argument, `effects` carries the requests. [`read`] takes what the relay holds, [`leave`] withdraws,
//! [`papers`] writes down what a receipt is made of.

mod leave;
mod papers;
mod read;
#[cfg(test)]
mod tests;
mod unsent;

use crate::{
    api::{
        Reply, Request, SiteAddress,
        answer::{self, Read},
    },
    state::{Answer, Order, SealFault},
};
use einwurf_protocol::{
    VERSION,
    api::{
        header,
        visitor::{Accepted, Append, Declared, Open, Ticket},
    },
    chain::JoinError,
    consent::Consent,
    event::{Envelope, Event},
    ids::{Cid, Digest, MessageId, Thumbprint},
    limits::MESSAGE_BITS_MOST,
    manifest::InboxKey,
    problem::{Code, Problem},
    time::Timestamp,
    work::Challenge,
};
use einwurf_seal::{Beside, CryptoRng, SealError, VisitorConversation};

pub use leave::Leave;
pub use papers::Bag;

/// The visitor's side of one conversation and its way to the relay.
#[derive(Debug)]
pub struct Courier {
    address: SiteAddress,
    /// The program that runs here: what a grant says that the notice was shown by.
    build: Digest,
    conversation: Option<VisitorConversation>,
    /// The inbox key of the newest epoch.
    inbox: Option<Digest>,
    /// Where the conversation lies, or will.
    at: Option<String>,
    ticket: Option<String>,
    /// What to work for before the next message is posted.
    owed: Option<Challenge>,
    /// What was worked for it, for its header.
    paid: Option<String>,
    reach: Reach,
    /// So many events were read: a relay that shows fewer takes something back.
    floor: u64,
    /// What the relay holds may be more or less than what was read: the next look is at all of it.
    whole: bool,
    /// It was kept before: whether the relay ever had it is not known here.
    restored: bool,
    /// Something was added that the withdrawal did not know, a hold perhaps: it is read first.
    behind: bool,
    /// What the last grant that the relay took says.
    granted: Option<Consent>,
    parcel: Option<Parcel>,
    leaving: Option<Envelope>,
}

/// How far the conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// On this device.
    Nowhere,
    /// A message may have reached the relay, whatever became of it.
    Tried,
    /// The relay acknowledged something: messages are appended.
    Opened,
    /// The relay says that it is withdrawn or erased.
    Gone,
}

/// A sealed message, ready to be posted any number of times.
#[derive(Debug)]
struct Parcel {
    id: MessageId,
    envelope: Envelope,
    consent: Consent,
    body: String,
    /// Whether it may have reached the relay.
    tried: bool,
    /// A look brought it before its acknowledgement came.
    read: bool,
}

/// What must be asked next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A ticket; answer with [`Courier::ticket`].
    Ticket(Request),
    /// Work, as JSON; answer with [`Courier::worked`].
    Work(String),
    /// The parcel; answer with [`Courier::posted`].
    Post(Request),
    /// Nothing is sealed.
    Nothing,
}

impl Courier {
    /// Nothing is drawn or fetched before the first message is sealed, or a receipt asked for.
    pub fn new(address: SiteAddress, build: Digest) -> Self {
        Self {
            address,
            build,
            conversation: None,
            inbox: None,
            at: None,
            ticket: None,
            owed: None,
            paid: None,
            reach: Reach::Nowhere,
            floor: 0,
            whole: false,
            restored: false,
            behind: false,
            granted: None,
            parcel: None,
            leaving: None,
        }
    }

    /// Drops everything, keys first; only what is over keeps them, for its receipt.
    pub fn forget(&mut self) {
        let over = self.reach == Reach::Gone
            || self.conversation.as_ref().is_some_and(VisitorConversation::is_ended);
        if !over {
            *self = Self::new(self.address.clone(), self.build);
        }
    }

    /// Seals for the site and the inbox key of the manifest in force, under the id of the last parcel if it is the same
    /// message `again`.
    pub fn seal(&mut self, order: &Order, rng: &mut impl CryptoRng) -> Result<(), SealFault> {
        let id = self.parcel.take().filter(|_| order.again).map(|parcel| parcel.id);
        let id = id.unwrap_or_else(|| drawn(rng));
        let build = self.build;
        let conversation = self.conversation((order.site, &order.inbox), rng).map_err(fault)?;
        let consent = order.message.consent();
        let beside = Beside {
            page: order.page.as_ref(),
            topic: order.topic.as_ref(),
            told: order.told.as_deref(),
            attachments: &order.attachments,
        };
        let envelope = conversation.seal(&order.message, &beside, id, rng).map_err(fault)?;
        let grant = conversation.sign_grant(consent, build);
        let declared = order.declared.clone();
        let body = self.body(envelope.clone(), grant, consent, declared).ok_or(SealFault::Broken)?;
        self.parcel =
            Some(Parcel { id, envelope, consent: consent.clone(), body, tried: false, read: false });
        Ok(())
    }

    /// The conversation that files are sealed for: begun now, if it is not yet. Another one than before if the site has
    /// another key and the relay has nothing.
    pub fn cid(&mut self, order: &Order, rng: &mut impl CryptoRng) -> Result<Cid, SealFault> {
        self.conversation((order.site, &order.inbox), rng).map(VisitorConversation::cid).map_err(fault)
    }

    /// The conversation, if there is one.
    pub fn known(&self) -> Option<Cid> {
        self.conversation.as_ref().map(VisitorConversation::cid)
    }

    /// The conversation, begun now or moved to a new inbox key. One that the relay never took begins anew when the site
    /// has another key: under the former one it would not be taken any more.
    fn conversation(
        &mut self,
        (site, inbox): (Thumbprint, &InboxKey),
        rng: &mut impl CryptoRng,
    ) -> Result<&VisitorConversation, SealError> {
        let opened = self.opened();
        let conversation = match self.conversation.take().filter(|begun| opened || begun.site() == site) {
            None => VisitorConversation::begin(site, inbox, rng)?,
            Some(mut conversation) => {
                if self.inbox != Some(inbox.id) {
                    conversation.rekey(inbox, rng)?;
                }
                conversation
            }
        };
        self.inbox = Some(inbox.id);
        Ok(self.conversation.insert(conversation))
    }

    /// The grant goes along with the first message, and again when there is another consent.
    fn body(
        &self,
        event: Envelope,
        grant: String,
        consent: &Consent,
        attachments: Vec<Declared>,
    ) -> Option<String> {
        if self.opened() {
            let grant = (self.granted.as_ref() != Some(consent)).then_some(grant);
            serde_json::to_string(&Append { v: VERSION, event, grant, attachments }).ok()
        } else {
            serde_json::to_string(&Open { v: VERSION, event, grant: Some(grant), attachments }).ok()
        }
    }

    /// What to ask the relay now.
    pub fn step(&mut self) -> Next {
        let (Some(conversation), Some(parcel)) = (&self.conversation, &self.parcel) else {
            return Next::Nothing;
        };
        let (token, body) = (conversation.token(), parcel.body.clone());
        let mut request = match (&self.at, &self.ticket) {
            (Some(at), _) if self.opened() => self.address.append(at, token, body),
            (Some(_), Some(ticket)) => self.address.open(ticket, token, body),
            _ => return Next::Ticket(self.ticket_request()),
        };
        if let Some(work) = self.work() {
            return Next::Work(work);
        }
        request.headers.extend(self.paid.clone().map(|paid| (header::WORK, paid)));
        self.reach = self.reach.max(Reach::Tried);
        Next::Post(request)
    }

    /// Whether a ticket is wanted before anything is sealed, so that its work is done while the visitor writes.
    pub fn early(&self) -> bool {
        self.conversation.is_none() && self.at.is_none()
    }

    /// Takes a ticket for which nobody waits: of one that is not wanted, too, whether the site takes no files.
    pub fn ahead(&mut self, reply: &Reply) -> Option<bool> {
        if self.early() {
            return self.ticket(reply).ok();
        }
        match answer::made::<Ticket>(reply) {
            Read::Done(ticket) => Some(ticket.text_only),
            _ => None,
        }
    }

    /// What is to be worked for, as JSON.
    pub fn work(&self) -> Option<String> {
        serde_json::to_string(self.owed.as_ref()?).ok()
    }

    /// Takes what was worked for this challenge; nothing where that could not be done.
    pub fn worked(&mut self, work: &str, solution: Option<String>) {
        if self.work().as_deref() == Some(work) {
            (self.owed, self.paid) = (None, solution);
        }
    }

    /// Whether the parcel is about to be posted for the first time; from then on the same bytes are posted, and nothing is
    /// sealed anew that the relay may hold.
    pub fn is_fresh(&mut self) -> bool {
        self.parcel.as_mut().is_some_and(|parcel| !std::mem::replace(&mut parcel.tried, true))
    }

    /// For the address that was given already, since a link may name it.
    fn ticket_request(&self) -> Request {
        self.at.as_ref().map_or_else(|| self.address.ticket(), |at| self.address.renewed(at))
    }

    /// The ticket was refused; the next one is another. Without effect once the conversation is open.
    pub fn drop_ticket(&mut self) {
        if !self.opened() {
            (self.ticket, self.owed, self.paid) = (None, None, None);
        }
    }

    /// Takes the relay's answer to [`Next::Ticket`]: whether the site takes no files; the answer for the state if there is no ticket in it.
    pub fn ticket(&mut self, reply: &Reply) -> Result<bool, Answer> {
        match answer::made::<Ticket>(reply) {
            Read::Done(ticket) => {
                if !self.owe(ticket.work) {
                    return Err(Answer::Refused(Code::WorkRequired.as_str()));
                }
                (self.ticket, self.at) = (Some(ticket.ticket), Some(ticket.conversation));
                Ok(ticket.text_only)
            }
            Read::Problem(problem) => Err(self.problem(*problem)),
            Read::Lost => Err(Answer::Lost),
        }
    }

    /// Takes on the work that the relay asks for, unless no relay may ask for so much.
    fn owe(&mut self, work: Challenge) -> bool {
        let fair = is_fair(&work);
        if fair {
            (self.owed, self.paid) = (Some(work), None);
        }
        fair
    }

    /// Takes the relay's answer to [`Next::Post`].
    pub fn posted(&mut self, reply: &Reply) -> Answer {
        let accepted = match answer::made::<Accepted>(reply) {
            Read::Done(accepted) => accepted,
            Read::Problem(problem) => return self.problem(*problem),
            Read::Lost => return Answer::Lost,
        };
        let Some(parcel) = &self.parcel else { return Answer::Lost };
        let (envelope, consent, read) = (parcel.envelope.clone(), parcel.consent.clone(), parcel.read);
        let fits = if read { is_of(&envelope, &accepted) } else { self.joins(&envelope, &accepted) };
        if !fits {
            return Answer::Lost;
        }
        self.reach = Reach::Opened;
        (self.whole, self.granted, self.parcel) = (true, Some(consent), None);
        (self.owed, self.paid) = (None, None);
        Answer::Accepted { seq: accepted.seq, at: accepted.at, deleted: accepted.deleted }
    }

    fn opened(&self) -> bool {
        self.reach >= Reach::Opened
    }

    /// An acknowledgement of other bytes acknowledges nothing.
    fn joins(&mut self, envelope: &Envelope, accepted: &Accepted) -> bool {
        let Some(conversation) = &mut self.conversation else { return false };
        is_of(envelope, accepted) && conversation.accepted(envelope).is_ok()
    }

    fn problem(&mut self, problem: Problem) -> Answer {
        match problem.code {
            Code::ConsentStale => Answer::Stale,
            Code::KeyRetired => Answer::Retired,
            Code::ChainConflict => self.behind(problem.events.unwrap_or_default()),
            Code::MessageConflict => {
                self.parcel = None;
                Answer::Behind
            }
            Code::Gone => {
                self.reach = Reach::Gone;
                Answer::Gone
            }
            Code::Unauthorized | Code::NotFound => Answer::NoAccess,
            Code::TooLarge => Answer::TooLarge,
            Code::LimitReached => match problem.retry_after.and_then(|seconds| u32::try_from(seconds).ok()) {
                Some(seconds) => {
                    Answer::Busy { seconds: seconds.max(1), until: Timestamp(u64::from(seconds)) }
                }
                None => Answer::Limit,
            },
            Code::TextOnly => Answer::TextOnly,
            Code::WorkRequired if problem.work.is_some_and(|work| self.owe(work)) => Answer::Lost,
            Code::Internal | Code::Unavailable => Answer::Lost,
            other => Answer::Refused(other.as_str()),
        }
    }

    /// Newer events that do not verify are a relay that cheats, or another tab's epoch, whose keys the keeper has.
    fn behind(&mut self, missing: Vec<Envelope>) -> Answer {
        let joined = match &mut self.conversation {
            Some(conversation) if !missing.is_empty() => conversation.catch_up(missing).is_ok(),
            _ => false,
        };
        if !joined {
            return Answer::Refused(Code::ChainConflict.as_str());
        }
        (self.reach, self.whole) = (Reach::Opened, true);
        Answer::Behind
    }
}

fn is_of(envelope: &Envelope, accepted: &Accepted) -> bool {
    Event::read(envelope.clone()).is_ok_and(|event| event.digest == accepted.digest)
}

/// A relay must not keep a visitor's device busy for ever.
fn is_fair(challenge: &Challenge) -> bool {
    challenge.bits() <= MESSAGE_BITS_MOST
}

fn drawn(rng: &mut impl CryptoRng) -> MessageId {
    let mut id = MessageId([0; MessageId::LENGTH]);
    rng.fill_bytes(&mut id.0);
    id
}

fn fault(error: SealError) -> SealFault {
    match error {
        SealError::TooLong => SealFault::TooLong,
        SealError::Chain(JoinError::Full) => SealFault::Full,
        _ => SealFault::Broken,
    }
}
