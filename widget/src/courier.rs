//! Keeps what is sealed: conversation, ticket, and the parcel that a retry sends again byte for byte. No browser types:
//! randomness is an argument, `effects` carries the requests.

#[cfg(test)]
mod tests;

use crate::{
    api::{
        Reply, Request, SiteAddress,
        answer::{self, Read},
    },
    state::{Answer, SealFault},
};
use einwurf_protocol::{
    VERSION,
    api::visitor::{Append, Open, Ticket},
    chain::JoinError,
    consent::Consented,
    event::{Envelope, Event},
    ids::{Digest, MessageId, Thumbprint},
    manifest::InboxKey,
    message::Message,
    problem::{Code, Problem},
};
use einwurf_seal::{CryptoRng, SealError, VisitorConversation};

/// The visitor's side of one conversation and its way to the relay.
#[derive(Debug)]
pub struct Courier {
    address: SiteAddress,
    /// With the site that it began under, which it keeps.
    conversation: Option<(Thumbprint, VisitorConversation)>,
    /// The inbox key of the newest epoch.
    inbox: Option<Digest>,
    ticket: Option<Ticket>,
    /// Whether the relay acknowledged anything: then messages are appended.
    opened: bool,
    /// The notice of the last grant that the relay took.
    granted: Option<Digest>,
    parcel: Option<Parcel>,
}

/// A sealed message, ready to be posted any number of times.
#[derive(Debug)]
struct Parcel {
    id: MessageId,
    envelope: Envelope,
    notice: Digest,
    body: String,
}

/// What must be asked next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A ticket; answer with [`Courier::ticket`].
    Ticket(Request),
    /// The parcel; answer with [`Courier::posted`].
    Post(Request),
    /// Nothing is sealed.
    Nothing,
}

impl Courier {
    /// Nothing is drawn or fetched before the first message is sealed.
    pub fn new(address: SiteAddress) -> Self {
        Self {
            address,
            conversation: None,
            inbox: None,
            ticket: None,
            opened: false,
            granted: None,
            parcel: None,
        }
    }

    /// Seals for the site and the inbox key of the manifest in force, under the id of the last parcel if it is the same
    /// message `again`.
    pub fn seal(
        &mut self,
        message: &Consented<Message>,
        to: (Thumbprint, &InboxKey),
        again: bool,
        rng: &mut impl CryptoRng,
    ) -> Result<(), SealFault> {
        let id = self.parcel.take().filter(|_| again).map(|parcel| parcel.id);
        let id = id.unwrap_or_else(|| {
            let mut id = MessageId([0; MessageId::LENGTH]);
            rng.fill_bytes(&mut id.0);
            id
        });
        let conversation = self.conversation(to, rng).map_err(fault)?;
        let envelope = conversation.seal(message, id, rng).map_err(fault)?;
        let notice = message.consent().notice();
        let grant = conversation.sign_grant(message.consent());
        let body = self.body(envelope.clone(), grant, notice).ok_or(SealFault::Broken)?;
        self.parcel = Some(Parcel { id, envelope, notice, body });
        Ok(())
    }

    /// The conversation, begun now or moved to a new inbox key. One that the relay never took begins anew when the site
    /// has another key: under the former one it would not be taken any more.
    fn conversation(
        &mut self,
        (site, inbox): (Thumbprint, &InboxKey),
        rng: &mut impl CryptoRng,
    ) -> Result<&VisitorConversation, SealError> {
        let opened = self.opened;
        let conversation = match self.conversation.take().filter(|(begun, _)| opened || *begun == site) {
            None => (site, VisitorConversation::begin(site, inbox, rng)?),
            Some((begun, mut conversation)) => {
                if self.inbox != Some(inbox.id) {
                    conversation.rekey(inbox, rng)?;
                }
                (begun, conversation)
            }
        };
        self.inbox = Some(inbox.id);
        Ok(&self.conversation.insert(conversation).1)
    }

    /// The grant goes along with the first message, and again when the notice changed.
    fn body(&self, event: Envelope, grant: String, notice: Digest) -> Option<String> {
        if self.opened {
            let grant = (self.granted != Some(notice)).then_some(grant);
            serde_json::to_string(&Append { v: VERSION, event, grant }).ok()
        } else {
            serde_json::to_string(&Open { v: VERSION, event, grant: Some(grant) }).ok()
        }
    }

    /// What to ask the relay now.
    pub fn next(&self) -> Next {
        let (Some((_, conversation)), Some(parcel)) = (&self.conversation, &self.parcel) else {
            return Next::Nothing;
        };
        let Some(ticket) = &self.ticket else { return Next::Ticket(self.address.ticket()) };
        let (token, body) = (conversation.token(), parcel.body.clone());
        Next::Post(if self.opened {
            self.address.append(&ticket.conversation, token, body)
        } else {
            self.address.open(&ticket.ticket, token, body)
        })
    }

    /// The ticket was refused; the next one is another. Without effect once the conversation is open.
    pub fn drop_ticket(&mut self) {
        if !self.opened {
            self.ticket = None;
        }
    }

    /// Takes the relay's answer to [`Next::Ticket`]; the answer for the state if there is no ticket in it.
    pub fn ticket(&mut self, reply: &Reply) -> Result<(), Answer> {
        match answer::ticket(reply) {
            Read::Done(ticket) => {
                self.ticket = Some(ticket);
                Ok(())
            }
            Read::Problem(problem) => Err(self.problem(*problem)),
            Read::Lost => Err(Answer::Lost),
        }
    }

    /// Takes the relay's answer to [`Next::Post`].
    pub fn posted(&mut self, reply: &Reply) -> Answer {
        let accepted = match answer::accepted(reply) {
            Read::Done(accepted) => accepted,
            Read::Problem(problem) => return self.problem(*problem),
            Read::Lost => return Answer::Lost,
        };
        let (Some((_, conversation)), Some(parcel)) = (&mut self.conversation, &self.parcel) else {
            return Answer::Lost;
        };
        // An acknowledgement of other bytes acknowledges nothing.
        let digest = Event::read(parcel.envelope.clone()).map(|event| event.digest);
        if digest != Ok(accepted.digest) || conversation.accepted(&parcel.envelope).is_err() {
            return Answer::Lost;
        }
        self.opened = true;
        self.granted = Some(parcel.notice);
        self.parcel = None;
        Answer::Accepted { at: accepted.at, deleted: accepted.deleted }
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
            Code::Unauthorized | Code::NotFound | Code::Gone => Answer::NoAccess,
            Code::TooLarge => Answer::TooLarge,
            Code::LimitReached => Answer::Limit,
            Code::Internal | Code::Unavailable => Answer::Lost,
            other => Answer::Refused(other.as_str()),
        }
    }

    /// Newer events that do not verify are a relay that cheats: nothing more is sent.
    fn behind(&mut self, missing: Vec<Envelope>) -> Answer {
        let joined = match &mut self.conversation {
            Some((_, conversation)) if !missing.is_empty() => conversation.catch_up(missing).is_ok(),
            _ => false,
        };
        if !joined {
            return Answer::Refused(Code::ChainConflict.as_str());
        }
        self.opened = true;
        Answer::Behind
    }
}

fn fault(error: SealError) -> SealFault {
    match error {
        SealError::TooLong => SealFault::TooLong,
        SealError::Chain(JoinError::Full) => SealFault::Full,
        _ => SealFault::Broken,
    }
}
